/*
 * pmu: counters for the guest (chapter 11): its own cycles and instructions, and the events of its
 * firmware. guest/cpu/counters.h says what they count, and what is not there.
 *
 *     counter_config_matching   a counter of a set for an event:    taken
 *     counter_start, _stop      it runs, it stands
 *     counter_stop with RESET   it is free for another event
 *
 * Linux's driver (riscv-pmu-sbi) goes this way for each event of perf.
 *
 * It is offered where our own firmware offers it too, which is where harts have counters; but not
 * to a guest with the machine's own UART. No call here goes to our firmware: a guest cannot change
 * what another counts.
 *
 * Shortcomings: which modes of the guest count cannot be chosen (those flags are hints); no
 * snapshots in shared memory.
 */
#include <guest/sbi/vsbi.h>

enum {
    NUM_COUNTERS,
    COUNTER_GET_INFO,
    COUNTER_CONFIG_MATCHING,
    COUNTER_START,
    COUNTER_STOP,
    COUNTER_FW_READ,
    COUNTER_FW_READ_HI,
};

/* The flags of three functions, and all that are defined. Of config those from 1 << 3 on are the
   hints. */
enum { CONFIG_SKIP_MATCH = 1, CONFIG_CLEAR_VALUE = 2, CONFIG_AUTO_START = 4, CONFIG_ALL = 0xff };
enum { START_SET_VALUE = 1, START_SNAPSHOT = 2, START_ALL = 3 };
enum { STOP_RESET = 1, STOP_SNAPSHOT = 2, STOP_ALL = 3 };

/* event_idx: bits 19:16 are the type, 15:0 the code. */
enum { EVENT_CYCLES = 1, EVENT_INSTRUCTIONS = 2, EVENT_FIRMWARE = 0xf << 16 };

/* counter_info */
enum { CSR_CYCLE = 0xc00, WIDTH_64 = 63 << 12 };
#define INFO_FIRMWARE (UINT64_C(1) << 63 | WIDTH_64)

static bool is_counter(uint64_t number)
{
    return number < COUNTERS && (COUNTERS_ALL >> number & 1) != 0;
}

/* The set that a0 and a1 name, a bit for each. False iff one of them is not there. */
static bool named_set(const struct vcpu *vcpu, uint64_t *set)
{
    uint64_t base = vsbi_argument(vcpu, 0), mask = vsbi_argument(vcpu, 1);
    if (base >= COUNTERS || (mask << base >> base) != mask)
        return false;
    *set = mask << base;
    return (*set & ~COUNTERS_ALL) == 0;
}

static bool can_count(unsigned number, uint64_t event)
{
    switch (number) {
    case COUNTER_CYCLE:
        return event == EVENT_CYCLES;
    case COUNTER_INSTRET:
        return event == EVENT_INSTRUCTIONS;
    default:
        return event - EVENT_FIRMWARE < EVENTS;
    }
}

/* The first of `set` that stands and can count the event: a free one, or else one that is taken;
   COUNTERS iff there is none. */
static unsigned matching(const struct vcpu *vcpu, uint64_t set, uint64_t event)
{
    unsigned found = COUNTERS;
    for (unsigned number = 0; set != 0; number++, set >>= 1) {
        const struct counter *counter = &vcpu->counters.of[number];
        if ((set & 1) == 0 || counter->runs || !can_count(number, event))
            continue;
        if (!counter->taken)
            return number;
        if (found == COUNTERS)
            found = number;
    }
    return found;
}

static enum vcpu_next config_matching(struct vcpu *vcpu)
{
    uint64_t set, flags = vsbi_argument(vcpu, 2), event = vsbi_argument(vcpu, 3);
    if (!named_set(vcpu, &set) || (flags & ~(uint64_t)CONFIG_ALL) != 0)
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    if ((flags & CONFIG_SKIP_MATCH) != 0)
        set &= -set; /* the first of them, or none */
    /* Of what we count no event has data (a4). */
    unsigned number = vsbi_argument(vcpu, 4) == 0 ? matching(vcpu, set, event) : COUNTERS;
    if (number == COUNTERS)
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    counter_take(vcpu, number, (enum vcpu_event)(event & 0xffff));
    if ((flags & CONFIG_CLEAR_VALUE) != 0)
        vcpu->counters.of[number].value = 0;
    if ((flags & CONFIG_AUTO_START) != 0)
        counter_start(vcpu, number);
    return vsbi_answer(vcpu, VSBI_SUCCESS, number);
}

/* Those of the set that run already are left as they are. */
static enum vcpu_next start(struct vcpu *vcpu)
{
    uint64_t set, flags = vsbi_argument(vcpu, 2);
    if (!named_set(vcpu, &set) || (flags & ~(uint64_t)START_ALL) != 0)
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    if ((flags & START_SNAPSHOT) != 0)
        return vsbi_answer(vcpu, VSBI_NO_SHMEM, 0);
    for (unsigned number = 0; number < COUNTERS; number++)
        if ((set >> number & 1) != 0 && !vcpu->counters.of[number].taken)
            return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    int64_t error = VSBI_SUCCESS;
    for (unsigned number = 0; set != 0; number++, set >>= 1) {
        if ((set & 1) == 0)
            continue;
        if (vcpu->counters.of[number].runs) {
            error = VSBI_ALREADY_STARTED;
            continue;
        }
        if ((flags & START_SET_VALUE) != 0)
            vcpu->counters.of[number].value = vsbi_argument(vcpu, 3);
        counter_start(vcpu, number);
    }
    return vsbi_answer(vcpu, error, 0);
}

/* All of the set stand then, and with RESET are free, those too that stood already: a driver begins
   with that. */
static enum vcpu_next stop(struct vcpu *vcpu)
{
    uint64_t set, flags = vsbi_argument(vcpu, 2);
    if (!named_set(vcpu, &set) || (flags & ~(uint64_t)STOP_ALL) != 0)
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    if ((flags & STOP_SNAPSHOT) != 0)
        return vsbi_answer(vcpu, VSBI_NO_SHMEM, 0);
    int64_t error = VSBI_SUCCESS;
    for (unsigned number = 0; set != 0; number++, set >>= 1) {
        if ((set & 1) == 0)
            continue;
        if (vcpu->counters.of[number].runs)
            counter_stop(vcpu, number);
        else
            error = VSBI_ALREADY_STOPPED;
        if ((flags & STOP_RESET) != 0)
            counter_release(vcpu, number);
    }
    return vsbi_answer(vcpu, error, 0);
}

static enum vcpu_next get_info(struct vcpu *vcpu, uint64_t number)
{
    if (!is_counter(number))
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    return vsbi_answer(vcpu, VSBI_SUCCESS,
                       number < COUNTER_FIRST_EVENT ? (CSR_CYCLE + number) | WIDTH_64
                                                    : INFO_FIRMWARE);
}

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t function = vsbi_function(vcpu), number = vsbi_argument(vcpu, 0);
    if (!vcpu->vm->has_pmu)
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    switch (function) {
    case NUM_COUNTERS: /* the one that is not there has a number too */
        return vsbi_answer(vcpu, VSBI_SUCCESS, COUNTERS);
    case COUNTER_GET_INFO:
        return get_info(vcpu, number);
    case COUNTER_CONFIG_MATCHING:
        return config_matching(vcpu);
    case COUNTER_START:
        return start(vcpu);
    case COUNTER_STOP:
        return stop(vcpu);
    case COUNTER_FW_READ:
    case COUNTER_FW_READ_HI: /* the bits above 63 */
        if (!is_counter(number) || number < COUNTER_FIRST_EVENT)
            return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
        return vsbi_answer(vcpu, VSBI_SUCCESS,
                           function == COUNTER_FW_READ ? counter_value(vcpu, (unsigned)number) : 0);
    default:
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    }
}

const struct vsbi_extension vsbi_pmu = { "PMU", SBI_EXT_PMU, SBI_EXT_PMU, call };
