/*
 * arena: the image that grades allocators. `./run.sh arena mine` boots it twice: with one hart
 * under -icount shift=0, where instructions are counted, and with several, for the stress.
 *
 * It prints for tools/arena.sh, which makes tables of it:
 *
 *     @at bump short1                            what comes now, for whoever must explain an end
 *     @csv bump,short1,pass,90.62,29.00,44,95.31,
 *     @csv bump,mix,fail,,,,0.00,mix op 1000: block 3 of 100 bytes is refused: out of memory
 *     @csv bump,total,5 of 8,71.20,31.44,249,48.71,
 *     @csv bump,boot,pass,,,,,
 *
 * In the total U, I and points are the means of the traces that passed (points: of all), W is the
 * worst. What else it prints is the contender's own.
 */
#include "../machine_start.h"
#include "contender.h"
#include "guard.h"
#include "score.h"
#include "stress.h"

#include <base/assert.h>
#include <console/console.h>
#include <riscv/power.h>
#include <smp/harts.h>

/* Hundredths as a decimal number. */
#define HUNDREDTHS(value) (unsigned long long)(value) / 100, (unsigned long long)(value) % 100

static void print_row(const char *name, const char *trace, const struct score *score)
{
    if (score->passed)
        console_printf("\n@csv %s,%s,pass,%llu.%02llu,%llu.%02llu,%llu,%llu.%02llu,\n", name, trace,
                       HUNDREDTHS(score->utilisation), HUNDREDTHS(score->mean),
                       (unsigned long long)score->worst, HUNDREDTHS(score->points));
    else
        console_printf("\n@csv %s,%s,fail,,,,0.00,%s\n", name, trace, score->words);
}

/* What has passed so far, added up. */
struct total {
    size_t passed;
    uint64_t utilisation, mean, worst, points;
};

static void add(struct total *total, const struct score *score)
{
    if (!score->passed)
        return;
    total->passed++;
    total->utilisation += score->utilisation;
    total->mean += score->mean;
    total->points += score->points;
    if (score->worst > total->worst)
        total->worst = score->worst;
}

static void print_total(const char *name, const struct total *total)
{
    size_t passed = total->passed != 0 ? total->passed : 1;
    console_printf("\n@csv %s,total,%zu of %zu,%llu.%02llu,%llu.%02llu,%llu,%llu.%02llu,\n", name,
                   total->passed, scored_count, HUNDREDTHS(total->utilisation / passed),
                   HUNDREDTHS(total->mean / passed), (unsigned long long)total->worst,
                   HUNDREDTHS(total->points / scored_count));
}

/* The reference's, each found when it is first asked for. */
static const struct score *reference_on(size_t trace)
{
    static struct score scores[SCORED_MAX];
    ASSERT_COMPARE(trace, <, SCORED_MAX);
    if (!scores[trace].passed)
        scores[trace] = score_trace(contender_reference(), scored_traces[trace]);
    if (!scores[trace].passed)
        panic("the reference fails: %s", scores[trace].words);
    return &scores[trace];
}

static void grade(size_t number)
{
    const char *name = contender_name(number);
    struct total total = { 0 };
    struct score score;
    for (size_t t = 0; t < scored_count; t++) {
        console_printf("\n@at %s %s\n", name, scored_traces[t]);
        const struct score *reference = reference_on(t);
        score = score_trace(number, scored_traces[t]);
        score_against(&score, reference);
        print_row(name, scored_traces[t], &score);
        add(&total, &score);
    }
    print_total(name, &total);
    console_printf("\n@at %s %s\n", name, boot_trace);
    score = score_trace(number, boot_trace);
    console_printf("\n@csv %s,%s,%s,,,,,%s\n", name, boot_trace, score.passed ? "pass" : "fail",
                   score.words);
}

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    console_init();
    console_printf("Booting hypervisor arena (hart %llu)\n", (unsigned long long)hart_id);
    machine_start(device_tree);
    if (harts_known() > 1)
        stress_all();
    else
        for (size_t i = 0; i < contender_count(); i++)
            grade(i);
    power_off(POWER_WELL);
}
