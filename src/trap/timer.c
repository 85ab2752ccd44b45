/*
 * timer: the queue of each hart, and the one deadline that its hardware knows. See trap/timer.h.
 */
#include <base/assert.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>
#include <trap/probe.h>
#include <trap/timer.h>
#include <trap/trap.h>

#define NEVER UINT64_MAX

/* A hart's queue, touched by that hart alone, with interrupts masked. */
static struct timer_queue queues[HARTS_MAX];
static bool has_sstc;
static uint64_t frequency;

uint64_t timer_hz(void)
{
    return frequency;
}

const char *timer_backend(void)
{
    return has_sstc ? "Sstc" : "SBI TIME";
}

bool timer_has_sstc(void)
{
    return has_sstc;
}

static void set_deadline(uint64_t ticks)
{
    if (has_sstc)
        __asm__ volatile("csrw %0, %1" ::"i"(CSR_STIMECMP), "r"(ticks) : "memory");
    else if (sbi_set_timer(ticks) != OK)
        panic("neither Sstc nor SBI TIME: this machine has no timer");
}

static void program(const struct timer_queue *queue)
{
    set_deadline(queue->first != NULL ? queue->first->deadline : NEVER);
}

/* The next deadline of a periodic timer, in the future. */
static uint64_t next_beat(const struct timer *timer, uint64_t now)
{
    uint64_t missed = (now - timer->node.deadline) / timer->period;
    return timer->node.deadline + (missed + 1) * timer->period;
}

static void timer_interrupt(struct frame *frame)
{
    (void)frame;
    struct timer_queue *queue = &queues[hart_index()];
    struct timer_node *node;
    for (;;) {
        uint64_t now = timer_now();
        node = timer_queue_take(queue, now);
        if (node == NULL)
            break;
        struct timer *timer = container_of(node, struct timer, node);
        if (timer->period != 0)
            timer_queue_add(queue, node, next_beat(timer, now));
        timer->function(timer);
    }
    program(queue);
}

void timer_init(uint64_t hz)
{
    frequency = hz;
    has_sstc = probe_stimecmp(NEVER);
    trap_handle_interrupt(INTERRUPT_TIMER, timer_interrupt);
}

void timer_enable(void)
{
    set_deadline(NEVER);
    csr_set(sie, 1 << INTERRUPT_TIMER);
}

static void start(struct timer *timer, uint64_t deadline, uint64_t period)
{
    uint64_t interrupts = hart_mask_interrupts();
    struct timer_queue *queue = &queues[hart_index()];
    if (timer_node_is_queued(&timer->node))
        timer_queue_remove(queue, &timer->node);
    timer->period = period;
    timer_queue_add(queue, &timer->node, deadline);
    program(queue);
    hart_restore_interrupts(interrupts);
}

void timer_start(struct timer *timer, uint64_t deadline)
{
    start(timer, deadline, 0);
}

void timer_start_periodic(struct timer *timer, uint64_t period)
{
    ASSERT_COMPARE(period, >, 0);
    start(timer, timer_now() + period, period);
}

void timer_cancel(struct timer *timer)
{
    uint64_t interrupts = hart_mask_interrupts();
    struct timer_queue *queue = &queues[hart_index()];
    if (timer_node_is_queued(&timer->node)) {
        timer_queue_remove(queue, &timer->node);
        program(queue);
    }
    hart_restore_interrupts(interrupts);
}

bool timer_is_running(const struct timer *timer)
{
    return timer_node_is_queued(&timer->node);
}

void timer_wakes(struct timer *timer)
{
    (void)timer;
}

struct sleeper {
    struct timer timer;
    volatile bool awake;
};

static void wake(struct timer *timer)
{
    container_of(timer, struct sleeper, timer)->awake = true;
}

void timer_sleep_until(uint64_t deadline)
{
    struct sleeper sleeper = { .timer = { .function = wake } };
    ASSERT(!hart_in_trap());
    timer_start(&sleeper.timer, deadline);
    /* Masked between the look and the wfi, which wakes all the same: no interrupt gets lost. */
    for (;;) {
        uint64_t interrupts = hart_mask_interrupts();
        if (sleeper.awake) {
            hart_restore_interrupts(interrupts);
            return;
        }
        hart_wait_for_interrupt();
        hart_restore_interrupts(interrupts);
    }
}

size_t timer_count(void)
{
    return queues[hart_index()].length;
}

uint64_t timer_next_deadline(void)
{
    const struct timer_node *first = queues[hart_index()].first;
    return first != NULL ? first->deadline : NEVER;
}
