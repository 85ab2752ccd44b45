/*
 * machine: the monitor's commands about harts and time: harts, traps, timer, suspend.
 */
#include <console/console.h>
#include <console/panic.h>
#include <mmu/host.h>
#include <riscv/sbi.h>
#include <smp/harts.h>
#include <trap/timer.h>

#include "commands.h"

static const char *state_of(uint64_t index)
{
    if (index == hart_index())
        return "runs the monitor";
    if (!harts_runs(index))
        return "stopped";
    return harts_is_busy(index) ? "busy" : "idle";
}

/* harts stop N, harts start N. */
static void change(const struct words *words)
{
    uint64_t index;
    bool start = word_is(words->word[1], "start");
    if (words->count != 3 || (!start && !word_is(words->word[1], "stop"))) {
        command_usage(&command_harts);
        return;
    }
    if (!command_number(words, 2, &index))
        return;
    if (index >= harts_known()) {
        console_printf("there are harts 0 to %llu\n", (unsigned long long)harts_known() - 1);
        return;
    }
    enum error error = start ? harts_restart(index) : harts_stop(index);
    if (error)
        console_printf("hart %llu cannot be %s: %s\n", (unsigned long long)index,
                       start ? "started" : "stopped", error_name(error));
}

static void run_harts(const struct words *words, const char *line)
{
    (void)line;
    if (words->count > 1) {
        change(words);
        return;
    }
    console_printf("  index  id  traps     state\n");
    for (uint64_t index = 0; index < harts_known(); index++) {
        uint64_t traps = 0;
        for (size_t slot = 0; slot < TRAP_CAUSES; slot++)
            traps += harts_at(index)->traps[slot];
        console_printf("  %5llu %3llu %6llu     %s\n", (unsigned long long)index,
                       (unsigned long long)harts_id(index), (unsigned long long)traps,
                       state_of(index));
    }
}
const struct command command_harts = {
    "harts", "[stop INDEX | start INDEX]", "all harts; turn one off or on", 0, 2, run_harts
};

static void run_traps(const struct words *words, const char *line)
{
    (void)words, (void)line;
    for (size_t slot = 0; slot < TRAP_CAUSES; slot++) {
        uint64_t scause = (slot & 31) | (slot >= 32 ? SCAUSE_INTERRUPT : 0);
        for (uint64_t index = 0; index < harts_known(); index++) {
            uint64_t count = harts_at(index)->traps[slot];
            if (count != 0)
                console_printf("  hart %llu  %8llu  %s\n", (unsigned long long)index,
                               (unsigned long long)count, panic_cause_name(scause));
        }
    }
    console_printf("  page faults that only needed a fence: %llu\n",
                   (unsigned long long)host_spurious_faults);
}
const struct command command_traps = {
    "traps", "", "how many traps of each cause", 0, 0, run_traps
};

static unsigned long long microseconds(uint64_t ticks)
{
    return ticks / (timer_hz() / 1'000'000);
}

/* The argument, milliseconds, as a deadline. */
static bool deadline_of(const struct words *words, uint64_t *deadline)
{
    enum { MOST_MS = 60'000 };
    uint64_t ms;
    if (!command_number(words, 1, &ms))
        return false;
    if (ms > MOST_MS) {
        console_printf("a minute, %d ms, is the most\n", MOST_MS);
        return false;
    }
    *deadline = timer_now() + ms * (timer_hz() / 1000);
    return true;
}

static void run_timer(const struct words *words, const char *line)
{
    (void)line;
    uint64_t deadline;
    if (words->count == 1) {
        console_printf("  by %s, %llu ticks a second; now %llu; %zu timers run\n", timer_backend(),
                       (unsigned long long)timer_hz(), (unsigned long long)timer_now(),
                       timer_count());
    } else if (deadline_of(words, &deadline)) {
        timer_sleep_until(deadline);
        console_printf("  woke %llu us late\n", microseconds(timer_now() - deadline));
    }
}
const struct command command_timer = { "timer", "[MS]", "the clock; or sleep so long",
                                       0,       1,      run_timer };

static void run_suspend(const struct words *words, const char *line)
{
    (void)line;
    uint64_t deadline;
    if (!deadline_of(words, &deadline))
        return;
    struct timer timer = { .function = timer_wakes };
    timer_start(&timer, deadline);
    enum error error = sbi_hart_suspend();
    timer_cancel(&timer);
    if (error)
        console_printf("the firmware does not suspend harts: %s\n", error_name(error));
    else
        console_printf("  back after a suspension by the firmware\n");
}
const struct command command_suspend = {
    "suspend", "MS", "let the firmware suspend this hart, up to so long", 1, 1, run_suspend
};
