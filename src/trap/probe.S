/*
 * probe: instructions that may fault, and where to go on when they do. See trap/probe.h.
 *
 * One instruction for each width, with the same end. a0 and so on are the arguments of C; the
 * result in a0 is 1, or 0 where the instruction faulted.
 */
        /* may_fault INSTRUCTION: the instruction, and its row {where it is, where to go on}. */
        .macro  may_fault instruction:vararg
        .pushsection .fixups, "a"
        .balign 8
        .dword  1f, failed
        .popsection
1:      \instruction
        .endm

        /* by_width: go to the label ahead that is the width in a1; on for 1; failed for none. */
        .macro  by_width
        addi    t0, a1, -1              /* the width divides the address in a0 */
        and     t1, a0, t0
        bnez    t1, failed
        li      t0, 8
        beq     a1, t0, 8f
        li      t0, 4
        beq     a1, t0, 4f
        li      t0, 2
        beq     a1, t0, 2f
        li      t0, 1
        bne     a1, t0, failed
        .endm

        .section .text
        .balign 4

/* probe_read(a0: address, a1: width, a2: uint64_t *value) */
        .globl  probe_read
        .type   probe_read, @function
probe_read:
        by_width
        may_fault lbu t0, 0(a0)
        j       9f
2:      may_fault lhu t0, 0(a0)
        j       9f
4:      may_fault lwu t0, 0(a0)
        j       9f
8:      may_fault ld  t0, 0(a0)
9:      sd      t0, 0(a2)
        li      a0, 1
        ret

/* probe_write(a0: address, a1: width, a2: value) */
        .globl  probe_write
        .type   probe_write, @function
probe_write:
        by_width
        may_fault sb  a2, 0(a0)
        j       9f
2:      may_fault sh  a2, 0(a0)
        j       9f
4:      may_fault sw  a2, 0(a0)
        j       9f
8:      may_fault sd  a2, 0(a0)
9:      li      a0, 1
        ret

/* probe_stimecmp(a0: ticks) */
        .globl  probe_stimecmp
        .type   probe_stimecmp, @function
probe_stimecmp:
        may_fault csrw 0x14d, a0
        li      a0, 1
        ret

/* probe_hgatp(a0: value) */
        .globl  probe_hgatp
        .type   probe_hgatp, @function
probe_hgatp:
        may_fault csrw 0x680, a0
        li      a0, 1
        ret

failed: li      a0, 0
        ret
