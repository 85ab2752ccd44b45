/*
 * Timers: none early, in order, none lost; beats without drift; sleep; cancelling.
 */
// smp: 1
#include "tap.h"

#include <base/assert.h>
#include <riscv/hart.h>
#include <trap/timer.h>

static uint64_t cases(uint64_t otherwise)
{
    (void)machine_bootarg_number(&test_machine, "cases", &otherwise);
    return otherwise;
}

/* The same numbers on every run; xorshift64 (G. Marsaglia, "Xorshift RNGs", 2003). */
static uint64_t random_below(uint64_t limit)
{
    static uint64_t state = 0x9e37'79b9'7f4a'7c15;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % limit;
}

static void setup(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    timer_init(test_machine.timebase_hz);
    timer_enable();
    hart_enable_interrupts();
    console_printf("# by %s, %llu ticks a second\n", timer_backend(),
                   (unsigned long long)timer_hz());
}

enum { BATCH = 1000 };
static struct {
    struct timer timer;
    uint64_t deadline;
    bool fired;
} many[BATCH];
static uint64_t fired, early, disordered, last_deadline;

static void note(struct timer *timer)
{
    size_t i = ((uintptr_t)timer - (uintptr_t)many) / sizeof many[0];
    early += timer_now() < many[i].deadline;
    disordered += many[i].deadline < last_deadline;
    last_deadline = many[i].deadline;
    many[i].fired = true;
    fired++;
}

static void random_deadlines_fire_in_order_and_never_early(void)
{
    setup();
    uint64_t total = cases(20'000), sum = 0;
    for (uint64_t round = 0; round < total / BATCH; round++) {
        last_deadline = 0;
        fired = 0;
        uint64_t start = timer_now() + timer_hz() / 1000;
        uint64_t interrupts = hart_mask_interrupts(); /* all are set before the first may fire */
        for (size_t i = 0; i < BATCH; i++) {
            many[i].timer.function = note;
            many[i].deadline = start + random_below(timer_hz() / 200);
            many[i].fired = false;
            timer_start(&many[i].timer, many[i].deadline);
        }
        hart_restore_interrupts(interrupts);
        timer_sleep_until(start + timer_hz() / 200);
        sum += fired;
        for (size_t i = 0; i < BATCH; i++)
            CHECK(many[i].fired);
    }
    CHECK_EQUAL(sum, total / BATCH * BATCH);
    CHECK_EQUAL(early, 0);
    CHECK_EQUAL(disordered, 0);
    CHECK_EQUAL(timer_count(), 0);
    CHECK_EQUAL(timer_next_deadline(), UINT64_MAX);
    console_printf("# %llu deadlines\n", (unsigned long long)sum);
}

static uint64_t beats, first_beat, misplaced;

/* The next beat is the first in the future, and a whole number of periods from the first. */
static void beat(struct timer *timer)
{
    beats++;
    if (timer->period == 0)
        return;
    uint64_t next = timer->node.deadline, now = timer_now();
    if (beats == 1)
        first_beat = next;
    misplaced += next > now + timer->period || (next - first_beat) % timer->period != 0;
}

static void beats_do_not_drift(void)
{
    setup();
    static struct timer timer = { .function = beat };
    uint64_t period = timer_hz() / 500, start = timer_now();
    timer_start_periodic(&timer, period);
    timer_sleep_until(start + 50 * period + period / 2);
    CHECK(timer_is_running(&timer));
    timer_cancel(&timer);
    /* A beat that was missed is left out, none is doubled. An emulator may have let us wait since.
     */
    uint64_t possible = (timer_now() - start) / period;
    CHECK(beats >= 1 && beats <= possible);
    CHECK_EQUAL(misplaced, 0);
    uint64_t before = beats;
    timer_sleep_until(timer_now() + 3 * period);
    CHECK_EQUAL(beats, before); /* and none comes after cancelling */
    console_printf("# %llu of %llu beats\n", (unsigned long long)before,
                   (unsigned long long)possible);
}

static void a_cancelled_timer_does_not_fire(void)
{
    setup();
    static struct timer timer = { .function = beat };
    beats = 0;
    timer_cancel(&timer); /* not running: nothing happens */
    timer_start(&timer, timer_now() + timer_hz() / 1000);
    timer_cancel(&timer);
    CHECK(!timer_is_running(&timer));
    timer_sleep_until(timer_now() + timer_hz() / 200);
    CHECK_EQUAL(beats, 0);
    timer_start(&timer, timer_now() + timer_hz());
    timer_start(&timer, timer_now() + timer_hz() / 1000); /* moved, not doubled */
    CHECK_EQUAL(timer_count(), 1);
    timer_sleep_until(timer_now() + timer_hz() / 100);
    CHECK_EQUAL(beats, 1);
}

static void a_deadline_that_has_passed_fires_at_once(void)
{
    setup();
    static struct timer timer = { .function = beat };
    beats = 0;
    timer_start(&timer, 0);
    for (uint64_t end = timer_now() + timer_hz(); beats == 0 && timer_now() < end;)
        hart_relax();
    CHECK_EQUAL(beats, 1);
    uint64_t deadline = timer_now() + timer_hz() / 1000;
    timer_sleep_until(deadline);
    CHECK(timer_now() >= deadline);
    timer_sleep_until(deadline); /* in the past */
}

static const struct test tests[] = {
    TEST(random_deadlines_fire_in_order_and_never_early),
    TEST(beats_do_not_drift),
    TEST(a_cancelled_timer_does_not_fire),
    TEST(a_deadline_that_has_passed_fires_at_once),
};
TEST_IMAGE("timer", tests)
