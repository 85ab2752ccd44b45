/*
 * counters: what a vCPU may count: cycles, instructions, and what its firmware, which is we, did
 * for it. sbi/pmu.c is the guest's side of it.
 *
 *     number   counts                read by the guest
 *     0        cycles                csrr cycle: traps while the guest has taken it
 *     1        -                     (time is no counter)
 *     2        instructions          csrr instret: as 0
 *     3 .. 16  any enum vcpu_event   by a call (PMU, counter_fw_read)
 *
 * All are made the same way: something only grows (the hart's CSR, vcpu->events), and a counter is
 * how much it has grown while the counter ran.
 *
 *     value + (source - since)      while it runs
 *     value                         while it stands
 *
 * The sources of 0 and 2 are the hart's and not the vCPU's, so they stand too while the vCPU has no
 * hart: it counts what the hart did while it was loaded, on whatever hart that is, its exits
 * included. A guest that has not taken them reads the hart's own CSRs, without a trap.
 *
 * Shortcomings: no events of the hart's other counters (hpmcounter3 to 31): only the firmware can
 * choose them, by a call for each change and each hart, so to move one with its vCPU would be such
 * calls at every turn; and reading one would need the firmware's numbers of all harts to be alike.
 * No interrupt when one overflows (Sscofpmf). Modes of the guest are not told apart.
 *
 * Locks: none. Context: its own vCPU's handlers, loaded; but for vcpu_count.
 * Source: RISC-V Supervisor Binary Interface Specification 2.0, chapter 11; Privileged
 * Specification 20240411, "hcounteren".
 * Read next: src/guest/sbi/pmu.c.
 */
#pragma once

#include <base/types.h>

struct vcpu;

/* Firmware events by their code (SBI, "Event: Firmware events"). Exceptions are those that were
   passed on to the guest. Others than these are for guests with guests of their own. */
enum vcpu_event {
    EVENT_MISALIGNED_LOAD,
    EVENT_MISALIGNED_STORE,
    EVENT_ACCESS_LOAD,
    EVENT_ACCESS_STORE,
    EVENT_ILLEGAL,
    EVENT_SET_TIMER,
    EVENT_IPI_SENT, /* sent and received: to and from other harts, one for each */
    EVENT_IPI_RECEIVED,
    EVENT_FENCE_SENT, /* of FENCE.I; two more for each other function of RFENCE, in its order */
    EVENT_FENCE_RECEIVED,
    EVENTS = EVENT_FENCE_SENT + 2 * 3,
};

/* Numbers of counters. There is one for each event, so that all can be counted at once. */
enum {
    COUNTER_CYCLE = 0,
    COUNTER_INSTRET = 2,
    COUNTER_FIRST_EVENT = 3,
    COUNTERS = COUNTER_FIRST_EVENT + EVENTS,
    COUNTERS_OF_HART = 1 << COUNTER_CYCLE | 1 << COUNTER_INSTRET, /* their bits in hcounteren */
};
#define COUNTERS_ALL (((UINT64_C(1) << COUNTERS) - 1) & ~UINT64_C(2))

struct counter {
    uint64_t value;
    uint64_t since; /* the source when it began to run, or was loaded */
    enum vcpu_event event;
    bool taken; /* it has an event */
    bool runs;
};

struct vcpu_counters {
    struct counter of[COUNTERS];
    uint64_t hcounteren;     /* what the guest reads without us */
    uint64_t events[EVENTS]; /* atomic: how often so far */
};

/* As of a hart that was just started: none is taken. Not while it is loaded. */
void counters_reset(struct vcpu *vcpu);

/* The vCPU comes to this hart, and goes from it. */
void counters_load(struct vcpu *vcpu);
void counters_put(struct vcpu *vcpu);

/* Give a counter that stands an event; 0 and 2 have their own, whatever is asked. Its value stays.
   The inverse, for one that stands, too: it is nobody's. */
void counter_take(struct vcpu *vcpu, unsigned number, enum vcpu_event event);
void counter_release(struct vcpu *vcpu, unsigned number);

/* Let one that is taken and stands run; and stop one that runs. */
void counter_start(struct vcpu *vcpu, unsigned number);
void counter_stop(struct vcpu *vcpu, unsigned number);

uint64_t counter_value(const struct vcpu *vcpu, unsigned number);

/* Answer an instruction of the guest that reads cycle or instret while it has taken that: rd, and
   the step over it. False iff `instruction` is no such one, or a user's who may not. */
bool counters_emulate(struct vcpu *vcpu, uint32_t instruction);
