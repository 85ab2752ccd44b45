/*
 * counters: see guest/cpu/counters.h.
 */
#include <base/assert.h>
#include <guest/cpu/vcpu.h>
#include <lib/memory.h>
#include <riscv/hcsr.h>

/* hcounteren and scounteren have a bit for each counter; 1 is time. */
enum { COUNTERS_REAL = COUNTERS_OF_HART | 1 << 1 };

static bool is_of_hart(unsigned number)
{
    return number < COUNTER_FIRST_EVENT;
}

static uint64_t source(const struct vcpu *vcpu, unsigned number)
{
    switch (number) {
    case COUNTER_CYCLE:
        return csr_read(cycle);
    case COUNTER_INSTRET:
        return csr_read(instret);
    default:
        return __atomic_load_n(&vcpu->counters.events[vcpu->counters.of[number].event],
                               __ATOMIC_RELAXED);
    }
}

void counters_reset(struct vcpu *vcpu)
{
    memset(vcpu->counters.of, 0, sizeof vcpu->counters.of);
    vcpu->counters.hcounteren = COUNTERS_REAL;
}

void counters_load(struct vcpu *vcpu)
{
    for (unsigned number = 0; number < COUNTER_FIRST_EVENT; number++)
        if (vcpu->counters.of[number].runs)
            vcpu->counters.of[number].since = source(vcpu, number);
}

void counters_put(struct vcpu *vcpu)
{
    for (unsigned number = 0; number < COUNTER_FIRST_EVENT; number++)
        if (vcpu->counters.of[number].runs)
            vcpu->counters.of[number].value = counter_value(vcpu, number);
}

/* Whether the guest's reads of it trap. */
static void trap_reads(struct vcpu *vcpu, unsigned number, bool trap)
{
    if (!is_of_hart(number))
        return;
    uint64_t bit = UINT64_C(1) << number, *hcounteren = &vcpu->counters.hcounteren;
    *hcounteren = trap ? *hcounteren & ~bit : *hcounteren | bit;
    hcsr_write(HCOUNTEREN, *hcounteren);
}

void counter_take(struct vcpu *vcpu, unsigned number, enum vcpu_event event)
{
    struct counter *counter = &vcpu->counters.of[number];
    ASSERT(!counter->runs);
    counter->event = event;
    counter->taken = true;
    trap_reads(vcpu, number, true);
}

void counter_release(struct vcpu *vcpu, unsigned number)
{
    struct counter *counter = &vcpu->counters.of[number];
    ASSERT(!counter->runs);
    counter->taken = false;
    trap_reads(vcpu, number, false);
}

void counter_start(struct vcpu *vcpu, unsigned number)
{
    struct counter *counter = &vcpu->counters.of[number];
    ASSERT(counter->taken && !counter->runs);
    counter->since = source(vcpu, number);
    counter->runs = true;
}

void counter_stop(struct vcpu *vcpu, unsigned number)
{
    struct counter *counter = &vcpu->counters.of[number];
    counter->value = counter_value(vcpu, number);
    counter->runs = false;
}

uint64_t counter_value(const struct vcpu *vcpu, unsigned number)
{
    const struct counter *counter = &vcpu->counters.of[number];
    return counter->runs ? counter->value + (source(vcpu, number) - counter->since)
                         : counter->value;
}

/*
 * Volume I, "CSR Instructions": csrrs, csrrc and their immediate forms read and write nothing where
 * rs1 or the immediate is 0. cycle is 0xc00, instret 0xc02.
 *
 *      31        20 19  15 14  12 11   7 6       0
 *     |    csr     |  0   | x1x  |  rd  | 1110011 |
 */
bool counters_emulate(struct vcpu *vcpu, uint32_t instruction)
{
    enum { READ_MASK = 0xfa07f, READ = 0x2073, CYCLE_CSR = 0xc00 };
    uint64_t number = (instruction >> 20) - CYCLE_CSR;
    if ((instruction & READ_MASK) != READ || number >= COUNTER_FIRST_EVENT ||
        !vcpu->counters.of[number].taken)
        return false;
    if ((vcpu->frame.sstatus & SSTATUS_SPP) == 0 && (hcsr_read(SCOUNTEREN) >> number & 1) == 0)
        return false;
    unsigned rd = instruction >> 7 & 31;
    if (rd != 0)
        vcpu->frame.x[rd] = counter_value(vcpu, (unsigned)number);
    vcpu_step(vcpu, 4);
    return true;
}
