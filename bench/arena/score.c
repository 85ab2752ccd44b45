/*
 * score: see score.h.
 */
#include "score.h"

#include "../heap/count.h"
#include "contender.h"
#include "guard.h"

#include <base/assert.h>
#include <lib/format.h>
#include <lib/memory.h>

enum { LINE = 16 };

const char *const scored_traces[] = { "short1", "short2", "vector",     "pages",
                                      "mix",    "lifo",   "coalescing", "exhaustion" };
const size_t scored_count = ARRAY_LENGTH(scored_traces);
_Static_assert(ARRAY_LENGTH(scored_traces) <= SCORED_MAX, "room for the reference's scores");
const char boot_trace[] = "boot";

/* One contender at work on one trace. */
struct run {
    size_t number;
    const struct arena_trace *trace;
    struct arena_result result;
    struct counts counts;
};

static struct run run;
static struct arena_block blocks[ARENA_BLOCKS];
static bool used[REGION_SIZE / LINE]; /* lines that have been payload */

static const struct arena_trace *find(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < arena_trace_count; i++)
        if (strlen(arena_traces[i].name) == length &&
            memcmp(arena_traces[i].name, name, length) == 0)
            return &arena_traces[i];
    panic("there is no trace %s", name);
}

static void gate(void *argument)
{
    (void)argument;
    struct allocator *a = contender_start(run.number, FOR_GATE);
    char *region = contender_region();
    arena_gate_into(&run.result, run.trace, a, region, region + REGION_SIZE, blocks, false);
}

/* --- Counted -----------------------------------------------------------------------------------*/

static void *take(struct allocator *a, struct layout layout)
{
    guard_watch();
    char *block = count_alloc(&run.counts, a, layout);
    guard_rest();
    if (block == NULL)
        panic("a block of %zu bytes is refused, and was granted before", layout.size);
    size_t offset = (size_t)(block - contender_region());
    size_t first = offset / LINE, last = (offset + layout.size - 1) / LINE;
    for (size_t i = first; i <= last && i < ARRAY_LENGTH(used); i++)
        used[i] = true;
    return block;
}

static void give(struct allocator *a, struct arena_block *block)
{
    guard_watch();
    count_free(&run.counts, a, block->data, block->layout);
    guard_rest();
    block->data = NULL;
}

/* The gate has seen that the trace makes sense, and what is done to the blocks. */
static void count(void *argument)
{
    (void)argument;
    struct arena_reader reader = { .next = run.trace->text };
    struct arena_op op;
    struct allocator *a = contender_start(run.number, FOR_COUNT);
    memset(blocks, 0, sizeof blocks);
    memset(used, 0, sizeof used);
    count_start(&run.counts);
    while (arena_next(&reader, &op) == OK) {
        run.result.op = reader.op;
        struct arena_block *block = &blocks[op.id];
        if (op.kind == 'a') {
            *block = (struct arena_block){ take(a, op.layout), op.layout };
        } else if (op.kind == 'f') {
            give(a, block);
        } else if (op.kind == 'r') {
            struct layout layout = { op.layout.size, block->layout.align };
            struct arena_block old = *block;
            *block = (struct arena_block){ take(a, layout), layout };
            give(a, &old);
        }
    }
}

/* Bytes that were payload, or hold something else than at the start: notes of the allocator. */
static size_t high_water_mark(void)
{
    const unsigned char *region = (const unsigned char *)contender_region();
    size_t lines = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(used); i++) {
        bool line = used[i];
        for (size_t j = 0; j < LINE && !line; j++)
            line = region[i * LINE + j] != REGION_FILL;
        lines += line;
    }
    return lines * LINE;
}

/* --- Both --------------------------------------------------------------------------------------*/

/* Run it guarded. False: words say where it was, and what. */
static bool is_well(void (*work)(void *argument), struct score *score)
{
    char words[200];
    if (guard_run(work, NULL, words, sizeof words))
        return true;
    if (run.result.op == 0)
        format_buffer(score->words, sizeof score->words, "%s before op 1: %s", run.trace->name,
                      words);
    else
        format_buffer(score->words, sizeof score->words, "%s op %zu: %s", run.trace->name,
                      run.result.op, words);
    return false;
}

struct score score_trace(size_t number, const char *trace)
{
    struct score score = { 0 };
    run = (struct run){ .number = number, .trace = find(trace) };
    if (!is_well(gate, &score))
        return score;
    if (!run.result.passed) {
        memcpy(score.words, run.result.words, sizeof score.words);
        return score;
    }
    run.result.op = 0;
    if (!is_well(count, &score))
        return score;
    score.passed = true;
    score.utilisation = run.counts.peak_bytes * 10'000 / high_water_mark();
    score.mean = run.counts.sum * 100 / run.counts.operations;
    score.worst = run.counts.worst;
    return score;
}

/* The larger `own` is beside `reference`, the fewer of `points` are left. */
static uint64_t share(uint64_t points, uint64_t reference, uint64_t own)
{
    return own <= reference ? points : points * reference / own;
}

void score_against(struct score *score, const struct score *reference)
{
    if (score->passed)
        score->points = 5000 * score->utilisation / 10'000 +
                        share(3000, reference->mean, score->mean) +
                        share(2000, reference->worst, score->worst);
}
