/*
 * stress: see stress.h.
 */
#include "stress.h"

#include "arena.h"
#include "contender.h"
#include "guard.h"

#include <base/assert.h>
#include <console/console.h>
#include <heap/locked.h>
#include <lib/format.h>
#include <riscv/hart.h>
#include <riscv/power.h>
#include <smp/harts.h>
#include <trap/timer.h>

enum { PATIENCE_SECONDS = 5, LOOKS_PER_SECOND = 1000 };

static struct locked locked;
static struct arena_result results[ARENA_STRESS_HARTS];
static struct arena_block blocks[ARENA_STRESS_HARTS][ARENA_BLOCKS];
static size_t current; /* the contender */

static void print(bool passed, const char *words)
{
    /* Which operation a built-in one fails at differs from run to run, and nobody asks. */
    console_printf("\n@csv %s,stress,%s,,,,,%s\n", contender_name(current),
                   passed ? "pass" : "fail", contender_is_mine(current) ? words : "");
}

/* On the hart with the index worker + 1. */
static void replay(void *argument)
{
    size_t worker = (size_t)argument;
    char *region = contender_region();
    arena_gate_into(&results[worker], &arena_stress[worker], &locked.allocator, region,
                    region + REGION_SIZE, blocks[worker], true);
}

/* It crashed on this hart, perhaps with a lock held: say so, and end. */
static void crashed(const char *words)
{
    char all[240];
    size_t worker = hart_index() - 1;
    console_enter_panic();
    if (worker < ARENA_STRESS_HARTS)
        format_buffer(all, sizeof all, "%s op %zu: %s", arena_stress[worker].name,
                      results[worker].op, words);
    else
        format_buffer(all, sizeof all, "stress: %s", words);
    print(false, all);
    power_off(POWER_WELL);
}

static bool anyone_is_busy(void)
{
    bool busy = false;
    for (size_t i = 0; i < ARENA_STRESS_HARTS; i++)
        busy |= harts_is_busy(i + 1);
    return busy;
}

/* Wait for all; and where none of them moves for long, the one that is inside hangs. */
static void wait_for_all(void)
{
    size_t before = 0;
    for (uint64_t still = 0; anyone_is_busy(); still++) {
        size_t now = 0;
        timer_sleep_until(timer_now() + timer_hz() / LOOKS_PER_SECOND);
        for (size_t i = 0; i < ARENA_STRESS_HARTS; i++)
            now += results[i].op;
        if (now != before)
            still = 0;
        before = now;
        if (still == PATIENCE_SECONDS * LOOKS_PER_SECOND) {
            char words[200];
            size_t inside = contender_inside;
            console_enter_panic();
            if (inside >= 2)
                format_buffer(words, sizeof words, "%s op %zu: no answer after %d seconds",
                              arena_stress[inside - 2].name, results[inside - 2].op,
                              PATIENCE_SECONDS);
            else
                format_buffer(words, sizeof words, "stress: no end after %d seconds",
                              PATIENCE_SECONDS);
            print(false, words);
            power_off(POWER_WELL);
        }
    }
}

static void start(void *argument)
{
    (void)argument;
    locked_init(&locked, contender_start(current, FOR_STRESS));
}

static void stress_one(void)
{
    char words[200], all[240];
    if (!guard_run(start, NULL, words, sizeof words)) {
        format_buffer(all, sizeof all, "stress before op 1: %s", words);
        print(false, all);
        return;
    }
    if (contender_is_mine(current))
        guard_last_words(crashed);
    for (size_t i = 0; i < ARENA_STRESS_HARTS; i++) {
        results[i] = (struct arena_result){ 0 };
        harts_run(i + 1, replay, (void *)i);
    }
    wait_for_all();
    guard_last_words(NULL);
    for (size_t i = 0; i < ARENA_STRESS_HARTS; i++)
        if (!results[i].passed) {
            print(false, results[i].words);
            return;
        }
    print(true, "");
}

void stress_all(void)
{
    ASSERT_COMPARE(harts_known(), >, ARENA_STRESS_HARTS);
    for (current = 0; current < contender_count(); current++) {
        console_printf("\n@at %s stress\n", contender_name(current));
        stress_one();
    }
}
