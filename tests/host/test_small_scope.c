/*
 * Small scope: every sequence of up to DEPTH operations, on every allocator, in a region so small
 * that it is full now and then. If an allocator is wrong at all, it is most likely wrong for a
 * short sequence (Jackson, "Software Abstractions", 2006: the small scope hypothesis); this tries
 * them all.
 *
 * An operation is an alloc of one of 3 sizes at one of 3 alignments, or a dealloc of any live
 * block: 9 + live choices at each step. The sequences are a tree. It is walked depth first; before
 * each branch the allocator and what it keeps in its region are copied, and brought back after it,
 * so that each sequence costs one operation and not its whole length.
 *
 * After each step: the allocator's own check, the walk, the statistics, and no block outside the
 * region, misaligned, or overlapping another. Contents are not looked at (test_family.c does).
 *
 * BUMPVISOR_DEPTH: the depth; ./run.sh soak sets 8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/panic.h"

#include <heap/family.h>

enum { DEPTH_LARGEST = 8, PAGES = 12, SMALL_REGION = 768 };

static _Alignas(16384) char region[PAGES * 4096];
static union any_heap heap;
static struct block {
    uintptr_t address;
    struct layout layout;
} live[DEPTH_LARGEST];
static size_t live_count;
static uint64_t sequences;

/* What is tried on whom. The allocators keep their links in the region; bitmap only its maps. */
struct scope {
    size_t region, kept; /* bytes of the region, and how many of them the allocator writes to */
    size_t sizes[3], aligns[3];
};
static const struct scope bytes = { SMALL_REGION, SMALL_REGION, { 1, 40, 150 }, { 1, 16, 64 } };
static const struct scope pages = {
    sizeof region, 4096, { 1, 4097, 3 * 4096 }, { 8, 4096, 16384 }
};

struct end {
    uintptr_t at;
    size_t used;
};

static void follow(void *context, struct heap_span span)
{
    struct end *end = context;
    if (end->at != 0 && span.start != end->at)
        fail_msg("a gap or overlap in the walk at %#lx", (unsigned long)span.start);
    end->at = span.start + span.size;
    end->used += span.kind == SPAN_USED ? span.size : 0;
}

static void look(void)
{
    allocator_check(&heap.allocator);
    struct heap_statistics s = allocator_statistics(&heap.allocator);
    struct end end = { 0 };
    allocator_walk(&heap.allocator, follow, &end);
    if (s.live != live_count || end.used != s.used_bytes)
        fail_msg("%zu live, %zu counted; %zu bytes used, %zu walked", live_count, s.live,
                 s.used_bytes, end.used);
}

/* Where it goes wrong the block's numbers are told; a debugger has the sequence on the stack. */
static void take_in(const struct scope *scope, uintptr_t address, struct layout layout)
{
    uintptr_t start = (uintptr_t)region;
    if (address < start || layout.size > start + scope->region - address)
        fail_msg("a block outside the region: %#lx", (unsigned long)address);
    if (address % layout.align != 0)
        fail_msg("%#lx is not aligned to %zu", (unsigned long)address, layout.align);
    for (size_t i = 0; i < live_count; i++)
        if (address < live[i].address + live[i].layout.size &&
            live[i].address < address + layout.size)
            fail_msg("%#lx overlaps %#lx", (unsigned long)address, (unsigned long)live[i].address);
    live[live_count++] = (struct block){ address, layout };
}

static void try_all(const struct scope *scope, int depth);

/* The state before a branch. On the heap of the host: a region and a TLSF are too much for a stack.
 */
struct state {
    union any_heap heap;
    struct block live[DEPTH_LARGEST];
    size_t live_count;
    char kept[SMALL_REGION > 4096 ? SMALL_REGION : 4096];
};

static void keep(const struct scope *scope, struct state *state)
{
    state->heap = heap;
    state->live_count = live_count;
    memcpy(state->live, live, sizeof live);
    memcpy(state->kept, region, scope->kept);
}

static void bring_back(const struct scope *scope, const struct state *state)
{
    heap = state->heap;
    live_count = state->live_count;
    memcpy(live, state->live, sizeof live);
    memcpy(region, state->kept, scope->kept);
}

static void step_done(const struct scope *scope, int depth)
{
    sequences++;
    look();
    if (depth > 1)
        try_all(scope, depth - 1);
}

static void try_all(const struct scope *scope, int depth)
{
    static struct state states[DEPTH_LARGEST + 1];
    struct state *state = &states[depth];
    keep(scope, state);
    for (int kind = 0; kind < 9; kind++) {
        struct layout layout = { scope->sizes[kind / 3], scope->aligns[kind % 3] };
        void *block = allocator_alloc(&heap.allocator, layout);
        if (block != NULL)
            take_in(scope, (uintptr_t)block, layout);
        step_done(scope, depth);
        bring_back(scope, state);
    }
    for (size_t i = 0; i < state->live_count; i++) {
        allocator_dealloc(&heap.allocator, (void *)live[i].address, live[i].layout);
        live[i] = live[--live_count];
        step_done(scope, depth);
        bring_back(scope, state);
    }
}

static void every_short_sequence(void **unused)
{
    (void)unused;
    const char *text = getenv("BUMPVISOR_DEPTH");
    int depth = text != NULL ? atoi(text) : 5;
    assert_in_range(depth, 1, DEPTH_LARGEST);
    for (size_t i = 0; i < family_size; i++) {
        const struct scope *scope = strcmp(family[i].name, "bitmap") == 0 ? &pages : &bytes;
        if (!family[i].gives)
            continue;
        memset(&heap, 0, sizeof heap);
        live_count = 0;
        sequences = 0;
        assert_int_equal(family[i].init(&heap, region, region + scope->region), OK);
        try_all(scope, depth);
        printf("# %s: depth %d, %llu sequences\n", family[i].name, depth,
               (unsigned long long)sequences);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_short_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
