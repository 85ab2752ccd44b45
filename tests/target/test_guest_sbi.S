/*
 * Acts 1 to 8 and 15 to 18: calls to the firmware that ask for what is not there, or not theirs.
 */
#include "guest_asm.h"

        guests_begin

        guest   act_1                   /* extensions that are not there */
        ask     0x0BADBAD, 0
        ask     -1, 0
        ask     0x4442434F, 0           /* beside DBCN */
        ask     0x100000000 + EXT_BASE, 0
        .irp    legacy, 3, 4, 5, 6, 7   /* of the old ones those that take pointers */
        ask     \legacy, 0
        .endr
        .irp    id, 0x0BADBAD, -1, 4, 7, 9, EXT_BASE, 8
        ask     EXT_BASE, 3, \id        /* and a probe says the same */
        .endr
        power_off

        guest   act_2                   /* functions that are not there */
        ask     EXT_BASE, 7
        ask     EXT_TIME, 1
        ask     EXT_IPI, 1
        ask     EXT_RFENCE, 3           /* it has no guests of its own */
        ask     EXT_RFENCE, 7
        ask     EXT_HSM, 4
        ask     EXT_SRST, 1
        ask     EXT_DBCN, 3
        ask     EXT_SUSP, 1
        ask     EXT_BASE, -1
        ask     EXT_SRST, 0x100000000
        power_off

        guest   act_3                   /* a console buffer that is not in RAM */
        .irp    function, 0, 1
        ask     EXT_DBCN, \function, 4, 0x10000000
        ask     EXT_DBCN, \function, 4, 0
        ask     EXT_DBCN, \function, 4, 0x7ffffffc
        ask     EXT_DBCN, \function, 1, GUEST_RAM_END
        ask     EXT_DBCN, \function, 1, -1
        .endr
        power_off

        guest   act_4                   /* lengths that wrap */
        .irp    function, 0, 1
        ask     EXT_DBCN, \function, -1, GUEST_RESULTS
        ask     EXT_DBCN, \function, -GUEST_RESULTS, GUEST_RESULTS
        ask     EXT_DBCN, \function, -0x80000000 + 16, GUEST_RESULTS
        ask     EXT_DBCN, \function, -1, -1
        .endr
        power_off

        guest   act_5                   /* over the end of RAM; up to the end, and nothing */
        ask     EXT_DBCN, 0, 8, GUEST_RAM_END - 4
        ask     EXT_DBCN, 1, 8, GUEST_RAM_END - 4
        ask     EXT_DBCN, 0, 8, 0x7ffffffc
        li      t0, 0x0a0a0a0a0a0a0a0a
        li      t1, GUEST_RAM_END - 8
        sd      t0, 0(t1)
        ask     EXT_DBCN, 0, 8, GUEST_RAM_END - 8
        ask     EXT_DBCN, 0, 0, GUEST_RAM_END
        power_off

        guest   act_6                   /* an address of more than 64 bits */
        ask     EXT_DBCN, 0, 4, GUEST_RESULTS, 1
        ask     EXT_DBCN, 1, 4, GUEST_RESULTS, -1
        power_off

        guest   act_7                   /* more than there is; and all that there is */
        ask     EXT_DBCN, 0, 1 << 40, GUEST_RESULTS
        lla     a1, text
        li      a0, GUEST_RAM_END
        sub     a0, a0, a1
        li      a2, 0
        ask_with EXT_DBCN, 0
        power_off

        guest   act_8                   /* a line without an end, as long as the argument */
1:      li      a0, '.'
        li      a6, 0
        li      a7, 1
        ecall
        addi    s0, s0, -1
        bnez    s0, 1b
        record  a0
        power_off

        guest   act_15                  /* fences of everything */
        ask     EXT_RFENCE, 0, 1, 0
        ask     EXT_RFENCE, 1, 1, 0, 0, -1
        ask     EXT_RFENCE, 1, 1, 0, -1, -1
        ask     EXT_RFENCE, 1, 1, 0, 4096, -2
        ask     EXT_RFENCE, 1, 0, -1, 0x7fffffffffffffff, 0x7fffffffffffffff
        li      a4, -1                  /* of an address space that is none */
        ask     EXT_RFENCE, 2, 1, 0, 0, -1
        power_off

        guest   act_16                  /* the timer: now, never, now by the old call */
        lla     t0, 4f
        csrw    stvec, t0
        li      t0, 1 << 5
        csrw    sie, t0
        csrsi   sstatus, 2
        li      s6, 0
        ask     EXT_TIME, 0, 0
1:      beqz    s6, 1b                  /* QEMU 7.2 does not show it in sip, but it comes */
        ask     EXT_TIME, 0, -1
        rdtime  t0
        li      t1, 200000              /* 20 ms */
        add     t0, t0, t1
2:      rdtime  t1
        bltu    t1, t0, 2b
        record  s6
        sbi     0, 0, 1
        li      t0, 2
3:      bne     s6, t0, 3b
        record  s6
        power_off
        .balign 4
4:      addi    s6, s6, 1
        sbi     EXT_TIME, 0, -1
        csrr    t0, scause
        li      t1, (1 << 63) + 5
        beq     t0, t1, 5f
        li      s6, -1
5:      sret

        guest   act_16_storm            /* a million interrupts a second, for ever */
        lla     t0, 1f
        csrw    stvec, t0
        li      t0, 1 << 5
        csrw    sie, t0
        sbi     EXT_TIME, 0, 0
        csrsi   sstatus, 2
0:      j       0b
        .balign 4
1:      ld      t0, 0(s1)
        addi    t0, t0, 1
        sd      t0, 0(s1)
        rdtime  a0
        addi    a0, a0, 10              /* of 10 MHz */
        sbi_with EXT_TIME, 0
        sret

        guest   act_17                  /* ends that are none; then the one in the argument */
        ask     EXT_SRST, 0, 3, 0
        ask     EXT_SRST, 0, 0xf0000000, 0
        ask     EXT_SRST, 0, 0x80000003, 0
        ask     EXT_SRST, 0, 0, 2
        ask     EXT_SRST, 0, 0, -1
        ask     EXT_SRST, 0, -1, -1
        andi    a0, s0, 0xff
        srli    a1, s0, 8
        ask_with EXT_SRST, 0

        guest   act_18                  /* its user calls its kernel, not us */
        lla     s5, 1f
        lla     s4, 2f
        csrw    sepc, s5
        li      t0, 0x100
        csrc    sstatus, t0
        li      a0, 0
        li      a1, 0
        li      a6, 0
        li      a7, EXT_SRST
        sret
1:      ecall
2:      record  t5
        record  t6
        csrr    t0, scause
        record  t0
        power_off

/* 300 bytes for act 7: remarks to whoever reads the test's output. */
text:   .ascii  "\n# 256 bytes of this line are written, and not one more ..................."
        .fill   180, 1, '.'
        .fill   44, 1, '!'

        guests_end_here
