/*
 * Acts 34 and 35: guests that never rest; and one that ends in the midst of all it can do.
 */
#include "guest_asm.h"

        guests_begin

        guest   act_34_sleeps           /* sleeps, and is awake at once, for ever */
        csrsi   sie, 2
        csrsi   sip, 2
1:      wfi
        ld      t0, 0(s1)
        addi    t0, t0, 1
        sd      t0, 0(s1)
        j       1b

        guest   act_34_calls_itself     /* sends itself an interrupt, in the interrupt */
        lla     t0, 2f
        csrw    stvec, t0
        csrsi   sie, 2
        csrsi   sstatus, 2
        sbi     EXT_IPI, 0, 1, 0
1:      j       1b
        .balign 4
2:      ld      t0, 0(s1)
        addi    t0, t0, 1
        sd      t0, 0(s1)
        csrci   sip, 2
        sbi     EXT_IPI, 0, 0, -1
        sret

        guest   act_34_calls_all        /* four harts that send all four of them interrupts */
        .irp    hart, 1, 2, 3
        start   \hart, act_34_one_of_all
        .endr
        j       act_34_all

        guest   act_34_one_of_all
act_34_all:
        ld      t0, 0(s1)
        addi    t0, t0, 1
        sd      t0, 0(s1)
        sbi     EXT_IPI, 0, 0, -1
        sbi     EXT_RFENCE, 1, 0, -1
        csrci   sip, 2
        j       act_34_all

        guest   act_34_falls            /* its handler faults: for ever */
        li      t0, 1
        sd      t0, 0(s1)
        li      t0, 0x10000000
        csrw    stvec, t0
        ebreak

        guest   act_34_falls_inside     /* the same without a word to us */
        li      t0, 1
        sd      t0, 0(s1)
        lla     t0, 1f
        csrw    stvec, t0
        j       1f
        .balign 4
1:      ebreak

        guest   act_35                  /* the sequence of semihosting: a breakpoint of its own */
        .option push
        .option norvc
        li      a0, 0x18                /* exit */
        li      a1, 0x20026
        lla     s5, 1f
        lla     s4, 2f
        j       0f
        .balign 16
0:      slli    x0, x0, 0x1f
1:      ebreak
        srai    x0, x0, 7
2:      record  t5
        record  t6
        lla     t0, 1b
        sub     t6, t6, t0
        record  t6
        .option pop
        power_off

        guest   sleeps_for_ever         /* nothing can wake it */
        li      t0, 1
        sd      t0, 0(s1)
        csrw    sie, x0
1:      wfi
        j       1b

/* Harts 1 to 3 send, fence, start, stop and sleep without an end; hart 0 ends it, after its argument of
   ticks. */
        guest   ends_in_the_midst
        start   1, midst_1
        record  a0
        start   2, midst_2
        record  a0
        rdtime  t0
        add     s6, t0, s0
1:      sbi     EXT_IPI, 0, 0, -1
        sbi     EXT_RFENCE, 2, 0, -1
        csrwi   sip, 0
        rdtime  t0
        bltu    t0, s6, 1b
        power_off

        guest   midst_1                 /* starts hart 3, which stops */
1:      start   3, midst_3
        j       1b

        guest   midst_3
        sbi     EXT_HSM, 1

        guest   midst_2                 /* sleeps for 100 us, and begins anew */
        li      t0, 0x20
        csrw    sie, t0
        rdtime  a0
        addi    a0, a0, 1000
        sbi_with EXT_TIME, 0
        li      a0, 0x80000000
        lla     a1, midst_2
        li      a2, 0
        sbi_with EXT_HSM, 3
1:      j       1b

        guests_end_here
