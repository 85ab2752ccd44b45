/*
 * guests: what the benchmark runs in VS-mode, at guest physical 0x80200000 with a0 the hart id.
 *
 * Each measures one operation COUNT times with its own instret, which counts what the hypervisor
 * executes too, writes the differences to RESULTS, and powers off. A difference contains one csrr;
 * the row "nothing" says so.
 */
#define COUNT   1000
#define RESULTS 0x80300000

        .macro  guest name
        .globl  \name, \name\()_end
        .balign 8
\name:
        li      s0, RESULTS
        li      s1, COUNT
        .endm

        .macro  measure operation:vararg
7:      csrr    s2, instret
        \operation
        csrr    s3, instret
        sub     s3, s3, s2
        sd      s3, 0(s0)
        addi    s0, s0, 8
        addi    s1, s1, -1
        bnez    s1, 7b
        .endm

        .macro  power_off name
        li      a7, 0x53525354          /* SRST: shutdown */
        li      a6, 0
        li      a0, 0
        li      a1, 0
        ecall
\name\()_end:
        .endm

        .macro  fence_all
        li      a1, -1                  /* the answer was there */
        ecall
        .endm

        .section .rodata
guest guest_nothing
        measure nop
        power_off guest_nothing

guest guest_null_call
        li      a7, 0x10                /* BASE, get_spec_version */
        li      a6, 0
        measure ecall
        power_off guest_null_call

guest guest_uart_read
        li      s4, 0x10000000
        measure lbu a0, 5(s4)           /* LSR */
        power_off guest_uart_read

guest guest_uart_write
        li      s4, 0x10000000
        li      a0, 0
        measure sb a0, 7(s4)            /* the scratch register */
        power_off guest_uart_write

guest guest_ipi_self
        li      a7, 0x735049            /* IPI */
        li      a6, 0
        li      a0, 1
        li      a1, 0
        measure ecall
        power_off guest_ipi_self

guest guest_timer
        lla     t0, 3f
        csrw    stvec, t0
        li      t0, 1 << 5
        csrw    sie, t0
        csrsi   sstatus, 2
7:      csrr    s2, instret
        csrw    0x14d, zero             /* stimecmp: due at once */
        nop
6:      j       6b                      /* until it comes */
        .balign 4
3:      csrr    s3, instret
        li      t0, -1
        csrw    0x14d, t0
        lla     t1, 5f
        csrw    sepc, t1
        sret
5:      sub     s3, s3, s2
        sd      s3, 0(s0)
        addi    s0, s0, 8
        addi    s1, s1, -1
        bnez    s1, 7b
        power_off guest_timer

guest guest_fence
        li      a7, 0x52464e43          /* RFENCE: remote_sfence_vma, one page, all harts */
        li      a6, 1
        li      a2, 0x1000
        li      a3, 0x1000
        measure fence_all
        power_off guest_fence
