/*
 * pages: what the bitmap costs when its heap of 100 MiB is empty, nearly full, or full of holes.
 *
 * Holes come in two kinds. Random ones are given back anywhere; half of all pages free that way
 * leaves hardly a run of a dozen. In a checkerboard every other page is free and no two lie
 * together: the most free memory without any run at all. A long run must be looked for through all
 * of it, and where there is none, that is the longest look there is.
 */
#include "workloads.h"

#include <base/assert.h>
#include <base/image.h>
#include <heap/bitmap.h>
#include <lib/format.h>

enum { PAGES = 25'600, ROUNDS = 1000 };

static const char *const goal = "60", *const run_goal = "2,000";
static const struct layout page = { BITMAP_PAGE, BITMAP_PAGE };
static void *frames[PAGES]; /* the first `taken` are live */
static size_t taken;

static struct allocator *empty_heap(void)
{
    taken = 0;
    return workload_heap("bitmap", (size_t)(__heap_end - __heap));
}

/* Take pages until there is none. */
static void take_all(struct allocator *a, struct counts *counts)
{
    count_start(counts);
    while (taken < PAGES && (frames[taken] = count_alloc(counts, a, page)) != NULL)
        taken++;
}

/* Bring any `count` of the pages that are live to the front. */
static void shuffle(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = i + workload_any(taken - i);
        void *frame = frames[i];
        frames[i] = frames[j];
        frames[j] = frame;
    }
}

/* Give any `count` of them back, to random holes. */
static void make_holes(struct allocator *a, size_t count)
{
    ASSERT(count <= taken);
    shuffle(count);
    for (size_t i = 0; i < count; i++)
        allocator_dealloc(a, frames[i], page);
    for (size_t i = count; i < taken; i++)
        frames[i - count] = frames[i];
    taken -= count;
}

/* Give every other page back. */
static void make_checkerboard(struct allocator *a)
{
    for (size_t i = 0; i < taken; i++)
        if (((uintptr_t)frames[i] / BITMAP_PAGE & 1) == 0)
            allocator_dealloc(a, frames[i], page);
}

/* So many holes are made in a full heap and filled again: from that fill up to full. */
static void refill(struct allocator *a, size_t holes, const char *what)
{
    struct counts taking;
    shuffle(holes);
    for (size_t i = 0; i < holes; i++)
        allocator_dealloc(a, frames[i], page);
    count_start(&taking);
    for (size_t i = 0; i < holes; i++)
        frames[i] = count_alloc(&taking, a, page);
    workload_print("bitmap", what, &taking, goal);
}

/* The fill stays as it is: a page is taken, and another, any, is given back. */
static void at_fill(const char *what, size_t holes)
{
    struct counts counts;
    struct allocator *a = empty_heap();
    take_all(a, &counts);
    make_holes(a, holes < taken ? holes : taken);
    count_start(&counts);
    for (int i = 0; i < ROUNDS; i++) {
        void *block = count_alloc(&counts, a, page);
        ASSERT(block != NULL);
        size_t any = workload_any(taken + 1);
        void *back = any < taken ? frames[any] : block;
        if (any < taken)
            frames[any] = block;
        count_free(&counts, a, back, page);
    }
    char words[64];
    format_buffer(words, sizeof words, "one page, steady at %s", what);
    workload_print_kind("bitmap", words, &counts, COUNT_ALLOC, goal);
    format_buffer(words, sizeof words, "one page given back, steady at %s", what);
    workload_print_kind("bitmap", words, &counts, COUNT_FREE, "");
}

static void on_a_checkerboard(void)
{
    struct counts counts;
    struct allocator *a = empty_heap();
    take_all(a, &counts);
    make_checkerboard(a);
    count_start(&counts);
    for (int i = 0; i < ROUNDS; i++) { /* the same page, so that the pattern stays */
        void *block = count_alloc(&counts, a, page);
        count_free(&counts, a, block, page);
    }
    workload_print_kind("bitmap", "one page, checkerboard", &counts, COUNT_ALLOC, goal);
    workload_print_kind("bitmap", "one page given back, checkerboard", &counts, COUNT_FREE, "");
}

/* A 2 MiB run, at both alignments, on the heap as it is. `end`: the last 6 MiB are given back, so
   that there is one, behind all the rest. */
static void runs(const char *what, void (*holes)(struct allocator *a), bool end)
{
    for (size_t align = 2 << 20; align >= BITMAP_PAGE; align /= 512) {
        struct counts counts;
        struct allocator *a = empty_heap();
        if (holes != NULL) {
            take_all(a, &counts);
            uintptr_t last = (uintptr_t)__heap_end - (6 << 20);
            size_t kept = 0;
            for (size_t i = 0; i < taken; i++)
                if (end && (uintptr_t)frames[i] >= last)
                    allocator_dealloc(a, frames[i], page);
                else
                    frames[kept++] = frames[i];
            taken = kept;
            holes(a);
        }
        count_start(&counts);
        void *run = count_alloc(&counts, a, (struct layout){ 2 << 20, align });
        char words[64];
        format_buffer(words, sizeof words, "2 MiB, aligned to %s, %s: %s",
                      align > BITMAP_PAGE ? "2 MiB" : "4 KiB", what,
                      run != NULL ? "there" : "none");
        workload_print("bitmap", words, &counts, run_goal);
    }
}

static void half_of_it(struct allocator *a)
{
    make_holes(a, taken / 2);
}

void pages_run(void)
{
    struct counts counts;
    struct allocator *a = empty_heap();
    take_all(a, &counts);
    workload_print("bitmap", "a page, from empty to full", &counts, goal);
    refill(a, 12'800, "a page, heap half full");
    refill(a, 2560, "a page, 90 % full");
    refill(a, 256, "a page, 99 % full");
    refill(a, 26, "a page, 99.9 % full");

    at_fill("0 %", PAGES);
    at_fill("50 %", PAGES / 2);
    at_fill("90 %", PAGES / 10);
    at_fill("99.9 %", PAGES / 1000 + 1);
    on_a_checkerboard();
    runs("empty heap", NULL, false);
    runs("random holes", half_of_it, false);
    runs("random holes", half_of_it, true);
    runs("checkerboard", make_checkerboard, false);
    runs("checkerboard", make_checkerboard, true);
}
