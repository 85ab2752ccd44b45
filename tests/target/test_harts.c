/*
 * All harts: calls between them arrive, once and in order; a translation that was changed is
 * forgotten by all, and would not be without the fence; harts stop and come back.
 */
// smp: 1 2 4 8 16
#include "tap.h"

#include <base/assert.h>
#include <lib/memory.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <smp/shootdown.h>
#include <trap/timer.h>

static uint64_t cases(uint64_t otherwise)
{
    (void)machine_bootarg_number(&test_machine, "cases", &otherwise);
    return otherwise;
}

/* Each hart its own numbers; xorshift64. */
static uint64_t random_below(uint64_t limit)
{
    static struct {
        uint64_t state;
    } __attribute__((aligned(64))) of[HARTS_MAX];
    uint64_t *state = &of[hart_index()].state;
    if (*state == 0)
        *state = 0x9e37'79b9'7f4a'7c15 * (hart_index() + 1);
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % limit;
}

static void all_harts_start(void)
{
    timer_init(test_machine.timebase_hz);
    ipi_init();
    timer_enable();
    ipi_enable();
    hart_enable_interrupts();
    CHECK_EQUAL(harts_start(&test_machine), OK);
    CHECK_EQUAL(harts_known(), test_machine.hart_count);
    for (uint64_t index = 0; index < harts_known(); index++) {
        CHECK(harts_runs(index));
        CHECK_EQUAL(harts_at(index)->index, index);
    }
    console_printf("# %llu harts\n", (unsigned long long)harts_known());
}

static uint64_t calls[HARTS_MAX]; /* how many each hart has served; written by itself */

static void count_call(void *argument)
{
    calls[hart_index()]++;
    if (argument != NULL)
        *(uint64_t *)argument = hart_index();
}

static uint64_t trips_of_each, wrong;

/* A job: calls to random harts, itself among them, each waited for. */
static void make_trips(void *argument)
{
    (void)argument;
    for (uint64_t i = 0; i < trips_of_each; i++) {
        uint64_t index = random_below(harts_known()), answer = UINT64_MAX;
        ipi_run(index, count_call, &answer);
        if (answer != index)
            __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
    }
}

/* On every hart at once. */
static void on_all(void (*job)(void *argument))
{
    for (uint64_t index = 1; index < harts_known(); index++)
        harts_run(index, job, NULL);
    job(NULL);
    for (uint64_t index = 1; index < harts_known(); index++)
        while (harts_is_busy(index))
            timer_sleep_until(timer_now() + timer_hz() / 1000);
}

static void no_call_is_lost(void)
{
    uint64_t sum = 0;
    trips_of_each = cases(4'000) / harts_known();
    memset(calls, 0, sizeof calls);
    on_all(make_trips);
    for (uint64_t index = 0; index < harts_known(); index++)
        sum += calls[index];
    CHECK_EQUAL(sum, trips_of_each * harts_known());
    CHECK_EQUAL(wrong, 0);
    console_printf("# %llu round trips\n", (unsigned long long)sum);
}

enum { QUEUED = 50 };
static uint64_t arrived[QUEUED], arrivals;

static void note_arrival(void *argument)
{
    arrived[arrivals++] = (uint64_t)(uintptr_t)argument;
}

/* Many calls to one hart before the first is waited for: each is served, in the order they came. */
static void calls_are_served_in_order(void)
{
    static struct ipi_call queued[QUEUED];
    uint64_t last = harts_known() - 1;
    arrivals = 0;
    if (last == 0)
        return; /* one hart: nobody to queue up at */
    for (size_t i = 0; i < QUEUED; i++) {
        queued[i] = (struct ipi_call){ .function = note_arrival, .argument = (void *)i };
        ipi_send(last, &queued[i]);
    }
    for (size_t i = 0; i < QUEUED; i++)
        ipi_wait(&queued[i]);
    CHECK_EQUAL(arrivals, QUEUED);
    for (size_t i = 0; i < QUEUED; i++)
        CHECK_EQUAL(arrived[i], i);
}

static void a_call_to_all_reaches_all(void)
{
    memset(calls, 0, sizeof calls);
    for (size_t i = 0; i < 100; i++)
        ipi_run_all(count_call, NULL);
    for (uint64_t index = 0; index < harts_known(); index++)
        CHECK_EQUAL(calls[index], 100);
}

/* --- Shootdown -------------------------------------------------------------------------------- */

#define WINDOW                                                                                     \
    (struct hva)                                                                                   \
    {                                                                                              \
        UINT64_C(0x3f'0000'0000)                                                                   \
    }

static struct page {
    uint64_t number;
    char rest[4096 - 8];
} * pages[2];

static void read_window(void *argument)
{
    *(uint64_t *)argument = *(volatile uint64_t *)(uintptr_t)WINDOW.value;
}

/* What every hart sees in the window: true iff all see `number`. */
static bool all_see(uint64_t number)
{
    for (uint64_t index = 0; index < harts_known(); index++) {
        uint64_t seen = UINT64_MAX;
        ipi_run(index, read_window, &seen);
        if (seen != number)
            return false;
    }
    return true;
}

static void setup_window(void)
{
    for (size_t i = 0; i < 2; i++) {
        pages[i] = allocator_alloc(frames_default(), FRAME);
        pages[i]->number = i;
    }
    CHECK_EQUAL(
        space_map(&host_space, WINDOW, (struct hpa){ (uintptr_t)pages[0] }, PAGE_SIZE, RIGHTS_R),
        OK);
}

static void remove_window(void)
{
    CHECK_EQUAL(shootdown_unmap(WINDOW, PAGE_SIZE), OK);
    space_prune(&host_space, WINDOW, PAGE_SIZE);
    for (size_t i = 0; i < 2; i++)
        allocator_dealloc(frames_default(), pages[i], FRAME);
}

/* A random hart shows the window; a random hart looks. */
static void every_hart_sees_what_was_mapped_last(void)
{
    uint64_t rounds = cases(4'000) / 10, stale = 0;
    setup_window();
    CHECK(all_see(0));
    for (uint64_t i = 1; i <= rounds; i++) {
        struct hpa page = { (uintptr_t)pages[i % 2] };
        uint64_t seen;
        CHECK_EQUAL(shootdown_remap(WINDOW, page, PAGE_SIZE, RIGHTS_R), OK);
        ipi_run(random_below(harts_known()), read_window, &seen);
        stale += seen != i % 2;
    }
    CHECK(all_see(rounds % 2));
    CHECK_EQUAL(stale, 0);
    console_printf("# %llu shootdowns\n", (unsigned long long)rounds);
    remove_window();
}

/* The proof that the test above can fail: where the others are not told, a hart sees what was there
   before. Where there are no others, this one is not. */
static void without_the_fence_harts_see_what_was(void)
{
    setup_window();
    CHECK(all_see(0));
    uint64_t stale = 0;
    for (uint64_t i = 1; i <= 20; i++) {
        CHECK_EQUAL(space_unmap(&host_space, WINDOW, PAGE_SIZE), OK);
        CHECK_EQUAL(space_map(&host_space, WINDOW, (struct hpa){ (uintptr_t)pages[i % 2] },
                              PAGE_SIZE, RIGHTS_R),
                    OK);
        if (harts_known() > 1)
            __asm__ volatile("sfence.vma" ::: "memory");
        stale += !all_see(i % 2);
    }
    console_printf("# stale in %llu of 20\n", (unsigned long long)stale);
    CHECK(stale > 0);
    remove_window();
}

/* --- Stop and restart ------------------------------------------------------------------------- */

void _start(void);

/* OpenSBI 1.1 may send a started hart to where the first one began. It finds its way. */
static void a_hart_that_comes_to_the_wrong_door_is_let_in(void)
{
    for (uint64_t index = 1; index < harts_known(); index++) {
        CHECK_EQUAL(harts_stop(index), OK);
        CHECK_EQUAL(sbi_hart_start(harts_id(index), (struct hpa){ (uintptr_t)_start }, 0), OK);
        for (uint64_t end = timer_now() + timer_hz(); !harts_runs(index) && timer_now() < end;)
            hart_relax();
        CHECK(harts_runs(index));
    }
    a_call_to_all_reaches_all();
}

static void harts_stop_and_come_back(void)
{
    CHECK_EQUAL(harts_stop(0), ERR_STATE); /* this one */
    for (uint64_t index = 1; index < harts_known(); index++) {
        for (size_t times = 0; times < 3; times++) {
            CHECK_EQUAL(harts_restart(index), ERR_STATE);
            CHECK_EQUAL(harts_stop(index), OK);
            CHECK(!harts_runs(index));
            CHECK_EQUAL(harts_stop(index), ERR_STATE);
            ipi_run_all(count_call, NULL); /* goes round it */
            CHECK_EQUAL(harts_restart(index), OK);
            CHECK(harts_runs(index));
        }
    }
    memset(calls, 0, sizeof calls);
    ipi_run_all(count_call, NULL);
    for (uint64_t index = 0; index < harts_known(); index++)
        CHECK_EQUAL(calls[index], 1);
}

static void sleep_a_little(void *argument)
{
    uint64_t deadline = timer_now() + timer_hz() / 1000;
    timer_sleep_until(deadline);
    if (timer_now() < deadline)
        __atomic_fetch_add((uint64_t *)argument, 1, __ATOMIC_RELAXED);
}

/* Every hart has timers of its own. */
static void harts_sleep_side_by_side(void)
{
    uint64_t early = 0;
    for (uint64_t index = 1; index < harts_known(); index++)
        harts_run(index, sleep_a_little, &early);
    for (uint64_t index = 1; index < harts_known(); index++)
        harts_wait(index);
    CHECK_EQUAL(early, 0);
}

static void wait_for_flag(void *argument)
{
    while (!__atomic_load_n((bool *)argument, __ATOMIC_ACQUIRE))
        hart_relax();
}

static void a_busy_hart_is_not_stopped(void)
{
    bool go_on = false;
    for (uint64_t index = 1; index < harts_known(); index++)
        harts_run(index, wait_for_flag, &go_on);
    for (uint64_t index = 1; index < harts_known(); index++) {
        CHECK(harts_is_busy(index));
        CHECK_EQUAL(harts_stop(index), ERR_STATE);
    }
    a_call_to_all_reaches_all(); /* calls come through all the same */
    __atomic_store_n(&go_on, true, __ATOMIC_RELEASE);
    for (uint64_t index = 1; index < harts_known(); index++)
        harts_wait(index);
}

static const struct test tests[] = {
    TEST(all_harts_start),
    TEST(no_call_is_lost),
    TEST(calls_are_served_in_order),
    TEST(a_call_to_all_reaches_all),
    TEST(every_hart_sees_what_was_mapped_last),
    TEST(without_the_fence_harts_see_what_was),
    TEST(harts_sleep_side_by_side),
    TEST(a_busy_hart_is_not_stopped),
    TEST(a_hart_that_comes_to_the_wrong_door_is_let_in),
    TEST(harts_stop_and_come_back),
};
TEST_IMAGE("harts", tests)
