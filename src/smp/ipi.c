/*
 * ipi: see smp/ipi.h.
 */
#include <base/assert.h>
#include <console/panic.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <trap/timer.h>
#include <trap/trap.h>

/* A list for each hart, on a cache line of its own, for many write to it. */
static struct {
    struct ipi_call *last; /* atomic: the newest call; NULL: none */
} __attribute__((aligned(64))) lists[HARTS_MAX];

/* The list as it was pushed is newest first: turn it round. */
static struct ipi_call *reversed(struct ipi_call *list)
{
    struct ipi_call *result = NULL;
    while (list != NULL) {
        struct ipi_call *next = list->next;
        list->next = result;
        result = list;
        list = next;
    }
    return result;
}

static void interrupt(uint64_t index)
{
    enum error error = sbi_send_ipi(harts_id(index));
    if (error)
        panic("no interrupt can be sent to hart %llu: %s", (unsigned long long)harts_id(index),
              error_name(error));
}

/* Call all that is on this hart's list. Context: interrupts masked. */
static void serve(void)
{
    struct ipi_call *list = __atomic_exchange_n(&lists[hart_index()].last, NULL, __ATOMIC_ACQUIRE);
    if (list != NULL && list->next != NULL)
        list = reversed(list);
    while (list != NULL) {
        struct ipi_call *next = list->next; /* once it is done, it is the caller's */
        uint64_t caller = list->caller;
        list->function(list->argument);
        if (__atomic_exchange_n(&list->state, IPI_DONE, __ATOMIC_ACQ_REL) == IPI_AWAITED)
            interrupt(caller);
        list = next;
    }
}

static void software_interrupt(struct frame *frame)
{
    (void)frame;
    if (panic_is_reporting())
        hart_halt();
    /* Cleared before the list is taken: what is pushed after that finds it empty, and sends anew.
     */
    csr_clear(sip, 1 << INTERRUPT_SOFTWARE);
    serve();
}

void ipi_init(void)
{
    trap_handle_interrupt(INTERRUPT_SOFTWARE, software_interrupt);
}

void ipi_enable(void)
{
    csr_set(sie, 1 << INTERRUPT_SOFTWARE);
}

void ipi_send(uint64_t index, struct ipi_call *call)
{
    ASSERT_COMPARE(index, <, HARTS_MAX);
    struct ipi_call **list = &lists[index].last;
    struct ipi_call *before = __atomic_load_n(list, __ATOMIC_RELAXED);
    call->caller = hart_index();
    call->target = index;
    call->state = IPI_UNDER_WAY;
    do
        call->next = before;
    while (!__atomic_compare_exchange_n(list, &before, call, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED));
    if (before == NULL)
        interrupt(index); /* else one is under way */
}

static bool is_done(struct ipi_call *call)
{
    return __atomic_load_n(&call->state, __ATOMIC_ACQUIRE) == IPI_DONE;
}

/* Masked from the announcement to the wfi, which wakes all the same: no interrupt gets lost. The
   timer only ends the wfi; the clock is looked at here, for interrupts may be masked all along. */
static void sleep_until_done(struct ipi_call *call)
{
    const uint64_t end = timer_now() + 10 * timer_hz();
    struct timer timer = { .function = timer_wakes };
    timer_start(&timer, end);
    while (!is_done(call)) {
        uint64_t interrupts = hart_mask_interrupts();
        enum ipi_state under_way = IPI_UNDER_WAY;
        (void)__atomic_compare_exchange_n(&call->state, &under_way, IPI_AWAITED, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
        if (!is_done(call))
            hart_wait_for_interrupt();
        serve();
        hart_restore_interrupts(interrupts);
        if (timer_now() >= end && !is_done(call))
            panic("hart %llu does not answer a call: it has had its interrupts masked for ten "
                  "seconds",
                  (unsigned long long)harts_id(call->target));
    }
    timer_cancel(&timer);
}

void ipi_wait(struct ipi_call *call)
{
    enum { LOOKS = 50 };
    for (size_t looks = 0; looks < LOOKS; looks++) {
        if (is_done(call))
            return;
        uint64_t interrupts = hart_mask_interrupts();
        serve();
        hart_restore_interrupts(interrupts);
        hart_relax();
    }
    sleep_until_done(call);
}

void ipi_run(uint64_t index, void (*function)(void *argument), void *argument)
{
    if (index == hart_index()) {
        uint64_t interrupts = hart_mask_interrupts();
        function(argument);
        hart_restore_interrupts(interrupts);
        return;
    }
    struct ipi_call call = { .function = function, .argument = argument };
    ipi_send(index, &call);
    ipi_wait(&call);
}

void ipi_run_all(void (*function)(void *argument), void *argument)
{
    struct ipi_call calls[HARTS_MAX];
    uint64_t self = hart_index(), count = harts_known();
    bool sent[HARTS_MAX] = { false };
    for (uint64_t index = 0; index < count; index++) {
        if (index == self || !harts_runs(index))
            continue;
        calls[index] = (struct ipi_call){ .function = function, .argument = argument };
        sent[index] = true;
        ipi_send(index, &calls[index]);
    }
    ipi_run(self, function, argument);
    for (uint64_t index = 0; index < count; index++)
        if (sent[index])
            ipi_wait(&calls[index]);
}
