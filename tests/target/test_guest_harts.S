/*
 * Acts 9 to 14, and fences between harts: calls that name harts which are not there, or not theirs.
 */
#include "guest_asm.h"

/* Of what is shared; each word on its own. */
#define ARRIVED   0
#define DONE      8
#define COUNTED   16
#define SUCCESSES 24
#define REFUSALS  32
#define OTHERS    40
#define SEEN      48
#define LOOKS     56

        guests_begin

        guest   act_9                   /* harts that are not there; it has two */
        .irp    hart, 2, 3, 63, 64, 0x100000000, -1
        ask     EXT_HSM, 0, \hart, GUEST_CODE
        ask     EXT_HSM, 2, \hart       /* what are they doing? */
        .endr
        ask     EXT_HSM, 2, 1           /* this one is stopped */
        power_off

        guest   act_10                  /* hart 1 is to begin where there is no RAM */
        .irp    at, 0, 0x1000, 0x0c000000, 0x10000000, 0x7ffffffe, GUEST_RAM_END, -2, 0x80000001
        ask     EXT_HSM, 0, 1, \at
        .endr
        li      t0, GUEST_INPUTS        /* in the hypervisor, and in the other one's RAM */
        ld      a1, 0(t0)
        li      a0, 1
        ask_with EXT_HSM, 0
        li      t0, GUEST_INPUTS
        ld      a1, 8(t0)
        li      a0, 1
        ask_with EXT_HSM, 0
        ask     EXT_HSM, 2, 1           /* it is stopped still */
        ask     EXT_HSM, 3, 0x80000000, 0x10000000 /* sleep, and wake up nowhere */
        ask     EXT_HSM, 3, 1           /* and sleeps that are none */
        ask     EXT_HSM, 3, -1
        ask     EXT_SUSP, 0, 0, 0x10000000
        ask     EXT_SUSP, 0, 1, GUEST_CODE
        power_off

        guest   act_11_itself           /* hart 0 is running already */
        ask     EXT_HSM, 0, 0, GUEST_CODE
        power_off

/* Harts 0 and 1 both start hart 2, as often as the argument says: each time one of them does. */
        guest   act_11
        start   1, act_11_other
        record  a0
act_11_race:
        li      s6, 0
        slli    s7, s0, 1
1:      addi    s6, s6, 2               /* twice the round */
        count   ARRIVED
        wait_until ARRIVED, s6
        start   2, act_11_third
        li      t2, GUEST_SHARED + SUCCESSES
        beqz    a0, 2f
        li      t2, GUEST_SHARED + REFUSALS
        addi    a0, a0, 6
        beqz    a0, 2f
        li      t2, GUEST_SHARED + OTHERS
2:      li      t1, 1
        amoadd.d x0, t1, (t2)
        count   DONE
        wait_until DONE, s6
3:      yield
        sbi     EXT_HSM, 2, 2
        addi    a1, a1, -1
        bnez    a1, 3b                  /* 1: hart 2 is stopped */
        bne     s6, s7, 1b
        bnez    s2, 4f
        li      t0, GUEST_SHARED
        .irp    word, SUCCESSES, REFUSALS, OTHERS, COUNTED
        ld      t1, \word(t0)
        record  t1
        .endr
        power_off
4:      sbi     EXT_HSM, 1

        guest   act_11_other
        j       act_11_race

        guest   act_11_third            /* it stays until both have tried */
        count   COUNTED
        li      t0, GUEST_SHARED
        ld      s6, ARRIVED(t0)
        wait_until DONE, s6
        sbi     EXT_HSM, 1
        record  a0                      /* never */
0:      j       0b

        guest   act_12                  /* all harts stop: nobody is left */
        start   1, act_12_other
        record  a0
        li      s6, 1
        wait_until COUNTED, s6
        sbi     EXT_HSM, 1
        record  a0
        power_off

        guest   act_12_other
        count   COUNTED
        sbi     EXT_HSM, 1
        record  a0
        power_off

        guest   act_13                  /* masks that reach beyond its three harts */
        .irp    extension, EXT_IPI, EXT_RFENCE
        ask     \extension, 0, 1, 3
        ask     \extension, 0, 8, 0
        ask     \extension, 0, 2, 2
        ask     \extension, 0, 1, 63
        ask     \extension, 0, 2, 63    /* the bit would be shifted out */
        ask     \extension, 0, 1 << 62, 2
        ask     \extension, 0, (1 << 63) + 1, 2
        ask     \extension, 0, 1, 64
        ask     \extension, 0, 1, -2
        ask     \extension, 0, -1, 0
        ask     \extension, 0, -1, -2
        ask     \extension, 0, 0, 0     /* nobody, which is well */
        ask     \extension, 0, 7, 0     /* all */
        .endr
        power_off

        guest   act_13_of_64            /* all masks are right here, where all bits fit */
        .irp    extension, EXT_IPI, EXT_RFENCE
        ask     \extension, 0, 1, 63
        ask     \extension, 0, -1, 0
        ask     \extension, 0, -1, -1
        ask     \extension, 0, 2, 63
        ask     \extension, 0, -1, 1
        ask     \extension, 0, 1, 64
        .endr
        power_off

        guest   act_14                  /* an interrupt for all of its own */
        start   1, act_14_other
        start   2, act_14_other
        li      s6, 2
1:      li      t0, GUEST_SHARED
        ld      t1, ARRIVED(t0)
        bne     t1, s6, 1b
        li      t1, 2
        csrw    sie, t1
        ask     EXT_IPI, 0, 0, -1
        wfi                             /* for its own */
        csrr    t0, sip
        record  t0
2:      li      t0, GUEST_SHARED
        ld      t1, DONE(t0)
        bne     t1, s6, 2b
        power_off

        guest   act_14_other
        csrsi   sie, 2
        count   ARRIVED
1:      wfi
        csrr    t0, sip
        andi    t0, t0, 2
        beqz    t0, 1b
        record  t0
        count   DONE
        sbi     EXT_HSM, 1

/* Sleep, and begin anew when an interrupt pends: it is pending still. A software interrupt, and the
   timer's, each a while after hart 1 or the time brings it. */
        guest   wake_up
        csrwi   sie, 2
        start   1, wake_up_other
        li      a0, 0x80000000
        lla     a1, 1f
        li      a2, 0x1234
        sbi_with EXT_HSM, 3
        record  a0                      /* never */
1:      li      s1, GUEST_RESULTS
        record  a0                      /* its hart */
        record  a1                      /* its argument */
        csrr    t0, sip
        record  t0
        csrwi   sip, 0
        lla     t0, 3f                  /* the timer's is seen where it is taken: see act 16 */
        csrw    stvec, t0
        li      t0, 1 << 5
        csrw    sie, t0
        csrsi   sip, 2                  /* pending, and not what it waits for */
        rdtime  a0
        li      t0, 20000               /* 2 ms */
        add     a0, a0, t0
        sbi_with EXT_TIME, 0
        li      a0, 0x80000000
        lla     a1, 2f
        sbi_with EXT_HSM, 3
        record  a0
2:      li      s1, GUEST_RESULTS + 24
        csrr    t0, sip
        andi    t0, t0, 2
        record  t0
        li      s6, 0
        lla     t0, 3f
        csrw    stvec, t0
        li      t0, 1 << 5
        csrw    sie, t0
        csrsi   sstatus, 2
        rdtime  t0
        li      t1, 200000
        add     t0, t0, t1
4:      rdtime  t1                      /* 20 ms */
        bltu    t1, t0, 4b
        record  s6
        power_off
        .balign 4
3:      addi    s6, s6, 1
        csrwi   sie, 0
        sret

        guest   wake_up_other           /* when hart 0 sleeps */
1:      sbi     EXT_HSM, 2, 0
        addi    t0, a1, -4
        bnez    t0, 1b
        sbi     EXT_IPI, 0, 1, 0
        record  a0
        sbi     EXT_HSM, 1

        guest   to_the_stopped          /* an interrupt for a hart that is stopped is nobody's */
        ask     EXT_IPI, 0, 2, 0
        start   1, to_the_stopped_other
        li      s6, 1
        wait_until COUNTED, s6
        power_off

        guest   to_the_stopped_other
        csrr    t0, sip
        addi    t0, t0, 100
        record  t0
        count   COUNTED
        sbi     EXT_HSM, 1

/* Hart 1 reads a page through its tables; hart 0 has them lead elsewhere, and a fence makes hart 1
   see it. The argument: the size that the fence is for. */
        guest   remote_fence
        li      t0, GUEST_TABLES
        li      t1, (0x80000000 >> 2) | 0xcf
        sd      t1, 2 * 8(t0)           /* 1 GiB to itself */
        li      t1, (GUEST_TABLES + 0x1000) >> 2 | 1
        sd      t1, 4 * 8(t0)
        li      t2, GUEST_TABLES + 0x1000
        li      t1, (GUEST_TABLES + 0x2000) >> 2 | 1
        sd      t1, 0(t2)
        li      t2, GUEST_TABLES + 0x2000
        li      t1, 0x80140000 >> 2 | 0xcf
        sd      t1, 0(t2)
        li      t0, 0x80140000
        li      t1, 0xa
        sd      t1, 0(t0)
        li      t0, 0x80141000
        li      t1, 0xb
        sd      t1, 0(t0)
        start   1, remote_fence_other
        li      s6, 0xa
        wait_until SEEN, s6
        li      t2, GUEST_TABLES + 0x2000
        li      t1, 0x80141000 >> 2 | 0xcf
        sd      t1, 0(t2)
        li      a0, 2
        li      a1, 0
        li      a2, 4 << 30
        mv      a3, s0
        ask_with EXT_RFENCE, 1
        li      t0, GUEST_SHARED
        ld      t2, LOOKS(t0)
        addi    t2, t2, 2
1:      ld      t1, LOOKS(t0)
        bltu    t1, t2, 1b
        ld      t1, SEEN(t0)
        record  t1
        power_off

        guest   remote_fence_other
        li      t0, GUEST_TABLES >> 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        li      t0, 4 << 30
        li      t1, GUEST_SHARED
        li      t3, 0
1:      ld      t2, 0(t0)
        sd      t2, SEEN(t1)
        addi    t3, t3, 1
        sd      t3, LOOKS(t1)
        j       1b

/* After 5 ms it is four harts that take all they get, for ever. */
        guest   crowd
        rdtime  t0
        li      t1, 50000
        add     t0, t0, t1
1:      rdtime  t1
        bltu    t1, t0, 1b
        .irp    hart, 1, 2, 3
        start   \hart, crowd_other
        record  a0
        .endr
0:      j       0b

        guest   crowd_other
0:      j       0b

        guests_end_here
