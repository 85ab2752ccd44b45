/*
 * Acts 32 and 33: registers of one that another must not see, and registers that are nobody's.
 */
#include "guest_asm.h"

#define READY   0
#define ARRIVED 8

/* The tests are assembled without F and D: fmv.d.x and fmv.x.d as numbers. */
#define FCSR 3
        .macro  move_to_f n, register
        .insn   r 0x53, 0, 0x79, x\n, \register, x0
        .endm

        .macro  move_from_f register, n
        .insn   r 0x53, 0, 0x71, \register, x\n, x0
        .endm

/* What the harts of act 32 put everywhere: its own kind of number for each guest, hart and round. */
        .macro  wrong_unless register, expected, what
        beq     \register, \expected, 7f
        addi    s7, s7, 1
        li      s8, \what               /* the last that was wrong */
7:
        .endm

        guests_begin

/* Argument: the guest's number. Inputs: rounds, harts, 1 where there is Sstc. Words of each hart:
   rounds done, how much was wrong, what was wrong last (1 .. 32: f, 40: fcsr, 100 + n: a CSR). */
        guest   act_32
        li      t0, GUEST_TABLES
        li      t1, (0x80000000 >> 2) | 0xcf
        sd      t1, 2 * 8(t0)           /* RAM to itself */
        li      t0, GUEST_INPUTS
        ld      s9, 8(t0)
        li      s10, 1
1:      bgeu    s10, s9, act_32_runs
        mv      a0, s10
        lla     a1, act_32_hart
        mv      a2, s0
        sbi_with EXT_HSM, 0
        addi    s10, s10, 1
        j       1b

        guest   act_32_hart
        j       act_32_runs

act_32_runs:
        count   ARRIVED
        li      s6, GUEST_INPUTS
        ld      s6, 8(s6)
        wait_until ARRIVED, s6          /* together they are more than there are harts */
        li      t0, 0x6000
        csrs    sstatus, t0             /* floating point on */
        slli    s6, s0, 56
        slli    t0, s2, 48
        or      s6, s6, t0              /* what is in everything */
        slli    s9, s0, 2
        add     s9, s9, s2              /* a small number: 4 * guest + hart */
        li      s7, 0
        li      s8, 0
        li      s11, 0                  /* rounds */

/* CSRs, once; what reads back is what has to stay: s-registers are scarce, so it is kept in RAM. */
        addi    t0, s6, 100
        csrw    sscratch, t0
        csrw    stval, t0
        csrw    sepc, t0
        csrw    scause, s9
        csrw    scounteren, s9
        csrw    SENVCFG, s9
        andi    t0, s9, 1
        slli    t1, t0, 18              /* SUM */
        csrs    sstatus, t1
        xori    t0, t0, 1
        slli    t1, t0, 19              /* MXR */
        csrs    sstatus, t1
        slli    t0, s9, 5
        andi    t0, t0, 0x220
        ori     t0, t0, 2
        csrw    sie, t0
        li      t0, GUEST_TABLES >> 12
        li      t1, 8 << 60
        or      t0, t0, t1
        slli    t1, s9, 44              /* an address space's number */
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        li      s3, GUEST_INPUTS
        ld      s4, 16(s3)              /* Sstc? */
        li      s3, GUEST_SHARED + 0x1000
        slli    t0, s2, 9
        add     s3, s3, t0
        beqz    s4, 2f
        srli    t0, s6, 1               /* in a very far future */
        csrw    STIMECMP, t0
2:      .irp    n, 0,1,2,3,4,5,6,7,8,9
        jal     t6, read_csr_\n
        sd      t0, 8 * \n(s3)
        .endr

/* A round: floating point anew every fourth one, fcsr anew in each and alone in most. */
round:  andi    t0, s11, 3
        bnez    t0, 3f
        addi    s6, s6, 64
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        addi    t1, s6, \n
        move_to_f \n, t1
        .endr
3:      add     s5, s9, s11
        andi    s5, s5, 0x9f            /* rounding 0 to 4, flags */
        csrw    FCSR, s5

        andi    t0, s11, 7
        beqz    t0, 4f
        yield
        j       6f
4:      li      t0, 20000               /* or take time, and be interrupted */
5:      addi    t0, t0, -1
        bnez    t0, 5b
6:
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        move_from_f t0, \n
        addi    t1, s6, \n
        wrong_unless t0, t1, \n + 1
        .endr
        csrr    t0, FCSR
        wrong_unless t0, s5, 40
        .irp    n, 0,1,2,3,4,5,6,7,8,9
        jal     t6, read_csr_\n
        ld      t1, 8 * \n(s3)
        wrong_unless t0, t1, 100 + \n
        .endr
        addi    s11, s11, 1
        li      t0, GUEST_INPUTS
        ld      t0, 0(t0)
        blt     s11, t0, round
        record  s11
        record  s7
        record  s8
        count   READY
        bnez    s2, 1f
        li      s6, GUEST_INPUTS
        ld      s6, 8(s6)
        wait_until READY, s6
        power_off
1:      sbi     EXT_HSM, 1

read_csr_0:
        csrr    t0, sscratch
        jr      t6
read_csr_1:
        csrr    t0, sepc
        jr      t6
read_csr_2:
        csrr    t0, stval
        jr      t6
read_csr_3:
        csrr    t0, scause
        jr      t6
read_csr_4:
        csrr    t0, scounteren
        jr      t6
read_csr_5:
        csrr    t0, SENVCFG
        jr      t6
read_csr_6:
        csrr    t0, sstatus
        li      t1, 0xc0100             /* MXR, SUM, SPP; FS and SD change */
        and     t0, t0, t1
        jr      t6
read_csr_7:
        csrr    t0, sie
        jr      t6
read_csr_8:
        csrr    t0, satp
        jr      t6
read_csr_9:
        li      t0, 0
        beqz    s4, 1f
        csrr    t0, STIMECMP
1:      jr      t6

/* Looks for what others left, at its first instruction, and again when it turns on what was off.
   Words: how many integer registers were not zero, how many CSRs, how many f registers. */
        .balign 8
        .globl  act_32_fresh
act_32_fresh:
        .irp    n, 1,2,3,4,5,6,7,8,9,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        bnez    x\n, 1f
        .endr
        mv      s0, a1
        li      s1, GUEST_RESULTS
        li      t0, 0
        record  t0
        li      s6, 0
        .irp    csr, sscratch, sepc, stval, scause, stvec, scounteren, SENVCFG, sie, sip, satp
        csrr    t0, \csr
        snez    t0, t0
        add     s6, s6, t0
        .endr
        csrr    t0, sstatus
        li      t1, 0xc6122             /* MXR, SUM, FS, SPP, SPIE, SIE */
        and     t0, t0, t1
        snez    t0, t0
        add     s6, s6, t0
        record  s6
        li      s7, 100
2:      yield
        addi    s7, s7, -1
        bnez    s7, 2b
        li      t0, 0x2000
        csrs    sstatus, t0
        csrr    s6, FCSR
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        move_from_f t0, \n
        or      s6, s6, t0
        .endr
        record  s6
        power_off
1:      li      t0, 1
        li      t1, GUEST_RESULTS
        sd      t0, 0(t1)
        power_off

/* It has floating point off, as it was at first: using it is illegal, whoever used it before. */
        guest   act_32_off
        must_be_illegal move_from_f t0, 0
        li      t0, 0x2000
        csrs    sstatus, t0
        move_from_f t0, 0
        record  t0
        li      t0, 0x6000
        csrc    sstatus, t0
        must_be_illegal move_to_f 0, t0
        must_be_illegal csrr t0, FCSR
        power_off

/* What only a hypervisor, or a machine, may do. */
        guest   act_33
        .irp    csr, 0x600, 0x602, 0x603, 0x604, 0x606, 0x643, 0x645, 0x64a, 0x680
        must_be_illegal csrr t0, \csr
        .endr
        .irp    csr, 0x200, 0x204, 0x205, 0x240, 0x244, 0x280
        must_be_illegal csrr t0, \csr
        must_be_illegal csrw \csr, t0
        .endr
        .irp    csr, 0x300, 0x302, 0x304, 0x305, 0x341, 0xf14, 0x3a0
        must_be_illegal csrr t0, \csr
        .endr
        power_off

        guest   act_33_more
        must_be_illegal csrw 0x680, x0  /* hgatp */
        must_be_illegal .insn r 0x73, 0, 0x11, x0, x0, x0 /* hfence.vvma */
        must_be_illegal .insn r 0x73, 0, 0x31, x0, x0, x0 /* hfence.gvma */
        must_be_illegal .4byte 0x0d0072d7 /* vsetvli t0, x0, e32 */
        must_be_illegal csrr t0, 0xc03  /* hpmcounter3: not among those that it has */
        must_be_illegal .insn r 0x73, 4, 0x34, t0, t1, x0 /* hlv.w */
        must_be_illegal .insn r 0x73, 4, 0x32, t0, t1, x3 /* hlvx.hu */
        must_be_illegal .insn r 0x73, 4, 0x35, x0, t1, t0 /* hsv.w */
        must_be_illegal .4byte 0x30200073 /* mret */
        csrr    t0, instret
        snez    t0, t0
        record  t0
        power_off

        guests_end_here
