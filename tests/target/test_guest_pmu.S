/*
 * What a guest may count: arguments that are none, events that did happen, and counters of the hart
 * that are its own.
 */
#include "guest_asm.h"

#define EXT_PMU      0x504D55
#define FIRMWARE     0xf0000
#define EVENTS_MASK  0x3fff             /* 14 counters, from 3 on */
#define ILLEGAL      4
#define ACCESS_LOAD  2
#define ACCESS_STORE 3
#define SET_TIMER    5
#define IPI          6                  /* sent; received is one more, of these four */
#define FENCE_I      8
#define SFENCE       10
#define SFENCE_ASID  12
#define CLEAR_START  6
#define RESET        1
#define HOLE         0x1000

/* Of what is shared. */
#define READY 0
#define DONE  8

/* Take a counter of firmware events, and let it run from 0. */
        .macro  count_event code
        ask     EXT_PMU, 2, 3, EVENTS_MASK, CLEAR_START, FIRMWARE + \code
        .endm

/* 1 iff \low < \high. */
        .macro  record_less low, high
        sltu    t0, \low, \high
        record  t0
        .endm

        guests_begin

        guest   pmu_absent
        ask     EXT_BASE, 3, EXT_PMU
        .irp    function, 0, 1, 2, 3, 4, 5, 6, 7
        ask     EXT_PMU, \function
        .endr
        power_off

        guest   pmu_numbers             /* which counters are there */
        ask     EXT_BASE, 3, EXT_PMU
        ask     EXT_PMU, 0
        .irp    number, 0, 2, 3, 16, 1, 17, 64, 0x100000000, -1
        ask     EXT_PMU, 1, \number
        .endr
        .irp    function, 5, 6
        ask     EXT_PMU, \function, 16
        .irp    number, 0, 1, 2, 17, 0x100000003, -1
        ask     EXT_PMU, \function, \number
        .endr
        .endr
        .irp    function, 7, 8, -1
        ask     EXT_PMU, \function, -1, -1
        .endr
        power_off

        guest   pmu_sets                /* sets with counters that are not there: all three */
        .irp    function, 2, 3, 4
        ask     EXT_PMU, \function, 17, 1
        ask     EXT_PMU, \function, 3, 1 << 14
        ask     EXT_PMU, \function, -1, -1
        ask     EXT_PMU, \function, 1, 1
        ask     EXT_PMU, \function, 0, 7
        ask     EXT_PMU, \function, 64, 1
        ask     EXT_PMU, \function, 16, 1 << 60
        ask     EXT_PMU, \function, 3, -1
        .endr
        power_off

        guest   pmu_flags               /* bits that are none, snapshots, and sets of none */
        ask     EXT_PMU, 2, 3, EVENTS_MASK, 0x100, FIRMWARE
        ask     EXT_PMU, 2, 3, EVENTS_MASK, 1 << 63, FIRMWARE
        ask     EXT_PMU, 2, 3, 0, 0, FIRMWARE
        ask     EXT_PMU, 2, 3, 0, 1, FIRMWARE
        ask     EXT_PMU, 3, 3, 1, 0
        ask     EXT_PMU, 3, 0, 5, 0
        ask     EXT_PMU, 3, 3, 1, 4
        ask     EXT_PMU, 3, 3, 1, 2
        ask     EXT_PMU, 3, 3, 0, 0
        ask     EXT_PMU, 4, 3, 1, 4
        ask     EXT_PMU, 4, 3, 1, 2
        ask     EXT_PMU, 4, 3, 1, 0
        ask     EXT_PMU, 4, 3, 0, 0
        power_off

        guest   pmu_events              /* events that nobody counts, and not here */
        .irp    event, 0, 3, 10, 0x10000, 0x20000, 0x30000, FIRMWARE + 14, FIRMWARE + 22, 0xfffff
        ask     EXT_PMU, 2, 3, EVENTS_MASK, CLEAR_START, \event
        .endr
        .irp    event, 0x100000 + FIRMWARE, (1 << 32) + FIRMWARE, -1, 1, 2
        ask     EXT_PMU, 2, 3, EVENTS_MASK, CLEAR_START, \event
        .endr
        .irp    event, FIRMWARE, 3, (1 << 32) + 1, (1 << 20) + 2
        ask     EXT_PMU, 2, 0, 5, CLEAR_START, \event
        .endr
        ask     EXT_PMU, 2, 0, 5, CLEAR_START + 1, 2 /* the first is for cycles */
        li      a4, 1                   /* an event with data */
        ask     EXT_PMU, 2, 3, EVENTS_MASK, CLEAR_START, FIRMWARE
        ask     EXT_PMU, 2, 0, 5, CLEAR_START, 1
        li      a4, 0
        ask     EXT_PMU, 4, 0, 0x1fffd, RESET /* so all stand */
        power_off

        guest   pmu_counts              /* what happens, as often as it happens */
        count_event ILLEGAL             /* counter 3, and so on */
        count_event ACCESS_LOAD
        count_event ACCESS_STORE
        count_event SET_TIMER
        count_event IPI
        count_event FENCE_I
        must_be_illegal csrr t0, mscratch
        must_be_illegal .4byte 0x600022f3 /* csrr t0, hstatus */
        li      a5, HOLE
        must_fault lw t0, 0(a5)
        must_fault sw t0, 0(a5)
        must_fault sd t0, 8(a5)
        .rept   4
        sbi     EXT_TIME, 0, -1
        .endr
        sbi     0, 0, -1
        sbi     EXT_IPI, 0, 1, 0        /* to itself: to no other */
        sbi     EXT_RFENCE, 0, 1, 0
        .irp    number, 3, 4, 5, 6, 7, 8, 9
        ask     EXT_PMU, 5, \number
        .endr
        power_off

        guest   pmu_states              /* free, taken, running */
        count_event ILLEGAL
        ask     EXT_PMU, 3, 3, 1, 1, 7  /* it runs */
        ask     EXT_PMU, 4, 3, 1, 0
        ask     EXT_PMU, 4, 3, 1, 0     /* it stands */
        must_be_illegal csrr t0, mscratch
        ask     EXT_PMU, 5, 3
        ask     EXT_PMU, 3, 3, 1, 1, 100
        must_be_illegal csrr t0, mscratch
        ask     EXT_PMU, 5, 3
        ask     EXT_PMU, 4, 3, 1, 0
        ask     EXT_PMU, 3, 3, 1, 0     /* and goes on from there */
        ask     EXT_PMU, 4, 3, 3, 0     /* one of them stands already */
        ask     EXT_PMU, 2, 3, 1, 4, FIRMWARE + SET_TIMER /* taken, but it stands */
        must_be_illegal csrr t0, mscratch
        ask     EXT_PMU, 5, 3           /* another event now, and the old value */
        ask     EXT_PMU, 3, 3, 3, 0     /* one of the two is free */
        ask     EXT_PMU, 4, 3, 1, RESET
        ask     EXT_PMU, 3, 3, 1, 0     /* it is free */
        ask     EXT_PMU, 5, 3
        ask     EXT_PMU, 2, 3, 1, 2, FIRMWARE + ILLEGAL
        ask     EXT_PMU, 5, 3
        power_off

        guest   pmu_all                 /* all events at once: numbers 3 to 16; no more */
        li      s6, FIRMWARE
        li      s7, 0
        li      s8, 14
1:      li      a0, 3
        li      a1, EVENTS_MASK
        li      a2, CLEAR_START
        add     a3, s6, s7
        sbi_with EXT_PMU, 2
        or      a0, a0, a1
        record  a0
        addi    s7, s7, 1
        bltu    s7, s8, 1b
        count_event ILLEGAL
        power_off

        guest   pmu_harts               /* hart 0 sends, hart 1 receives */
        .irp    event, IPI, FENCE_I, SFENCE, SFENCE_ASID
        count_event \event
        .endr
        count_event IPI + 1
        start   1, pmu_receiver
        li      s6, 1
        wait_until READY, s6
        .rept   3
        sbi     EXT_IPI, 0, 3, 0        /* both */
        .endr
        .rept   2
        sbi     EXT_RFENCE, 0, 2, 0
        .endr
        sbi     EXT_RFENCE, 1, 0, -1    /* all */
        .rept   4
        sbi     EXT_RFENCE, 2, 1, 1, 0x1000
        .endr
        .irp    number, 3, 4, 5, 6, 7
        ask     EXT_PMU, 5, \number
        .endr
        count   DONE
        li      s6, 2
        wait_until DONE, s6
        power_off
        guest   pmu_receiver
        .irp    event, IPI, FENCE_I, SFENCE, SFENCE_ASID
        count_event \event + 1
        .endr
        count_event SFENCE
        count   READY
        li      s6, 1
        wait_until DONE, s6
        .irp    number, 3, 4, 5, 6, 7
        ask     EXT_PMU, 5, \number
        .endr
        count   DONE
1:      yield
        j       1b

        guest   pmu_started             /* a hart that is started again has no counters */
        start   1, pmu_first
        li      s6, 1
1:      yield
        sbi     EXT_HSM, 2, 1           /* until it is stopped */
        bne     a1, s6, 1b
        start   1, pmu_second
        wait_until DONE, s6
        power_off
        guest   pmu_first
        ask     EXT_PMU, 2, 0, 5, CLEAR_START, 1
        count_event SET_TIMER
        sbi     EXT_HSM, 1
        guest   pmu_second
        addi    s1, s1, 32              /* behind the words of the first */
        ask     EXT_PMU, 4, 0, 1, 0
        ask     EXT_PMU, 4, 3, 1, 0
        ask     EXT_PMU, 3, 3, 1, 0
        csrr    s6, cycle
        csrr    s7, cycle
        record_less s6, s7
        count   DONE
1:      yield
        j       1b

        guest   pmu_hart                /* instret as a counter; reads of it trap */
        ask     EXT_PMU, 2, 0, 5, 2, 2
        csrr    s6, instret
        csrr    s7, cycle               /* nobody has taken this */
        csrr    s8, cycle
        record  s6
        record_less s7, s8
        ask     EXT_PMU, 3, 2, 1, 1, 1000
        csrr    s6, instret
        csrr    s7, instret
        csrr    x0, instret
        li      t1, 1000
        record_less t1, s6
        record_less s6, s7
        li      t1, 1 << 44             /* it is not the hart's own, of whatever size */
        record_less s7, t1
        ask     EXT_PMU, 4, 2, 1, 0     /* it stands, however it is read */
        csrr    s6, instret
        .irp    read, "csrrc s7, instret, x0", "csrrsi s7, instret, 0", "csrrci s7, instret, 0"
        li      s7, 0
        \read
        sub     t0, s7, s6
        record  t0
        .endr
        csrr    s11, instret            /* into a register that C keeps */
        sub     t0, s11, s6
        record  t0
        must_be_illegal csrw instret, x0
        must_be_illegal csrw instret, t0
        li      s7, 0
        lla     s5, 1f                  /* its user, who may not: an illegal instruction */
        lla     s4, 2f
        csrw    scounteren, x0
        csrw    sepc, s5
        li      t0, 0x100
        csrc    sstatus, t0
        sret
1:      csrr    s7, instret
2:      record  t5
        record  s7
        lla     t0, 3f                  /* and who may: then its ecall */
        lla     s5, 4f
        lla     s4, 5f
        li      t1, 4
        csrw    scounteren, t1
        csrw    sepc, t0
        li      t0, 0x100
        csrc    sstatus, t0
        sret
3:      csrr    s7, instret
4:      ecall
5:      record  t5
        sub     t0, s7, s6
        record  t0
        ask     EXT_PMU, 4, 2, 1, RESET
        csrr    s6, instret             /* the hart's own again */
        csrr    s7, instret
        record_less s6, s7
        ask     EXT_PMU, 2, 0, 5, CLEAR_START + 1, 1
        csrr    s6, cycle
        csrr    s7, cycle
        record_less s6, s7
        power_off

        guest   pmu_alone               /* what it counts while another has the hart; and the hart */
        ask     EXT_PMU, 2, 0, 5, CLEAR_START, 2
        csrr    s6, cycle
        rdtime  s7
        add     s7, s7, s0
        li      t0, 1000000             /* longer than it runs after any of the turns below */
0:      addi    t0, t0, -1
        bnez    t0, 0b
        csrr    s9, instret
1:      yield
        rdtime  t0
        bltu    t0, s7, 1b
        csrr    s8, instret
        csrr    s7, cycle
        record_less s9, s8              /* nothing of it is lost */
        record  s8
        sub     s7, s7, s6
        record  s7
        power_off

        guests_end_here
