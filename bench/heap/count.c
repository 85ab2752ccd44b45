/* count: see count.h. */
#include "count.h"

#include "../measure.h"

#include <heap/tally.h>
#include <lib/memory.h>

enum { HISTOGRAM = 32768 };

static uint32_t histogram[COUNT_KINDS][HISTOGRAM]; /* the last entry: all that is larger */
static uint64_t alloc_window, free_window, realloc_window;

static void note(struct counts *counts, enum count_kind kind, uint64_t taken)
{
    counts->sum += taken;
    counts->of[kind].sum += taken;
    counts->operations++;
    counts->of[kind].operations++;
    if (taken > counts->worst)
        counts->worst = taken;
    if (taken > counts->of[kind].worst)
        counts->of[kind].worst = taken;
    histogram[kind][taken < HISTOGRAM ? taken : HISTOGRAM - 1]++;
}

static void note_block(struct counts *counts, const void *block, size_t size)
{
    if (block == NULL)
        return;
    counts->live_bytes += size;
    if (counts->live_bytes > counts->peak_bytes)
        counts->peak_bytes = counts->live_bytes;
    if ((uintptr_t)block + size > counts->highest)
        counts->highest = (uintptr_t)block + size;
    if (counts->lowest == 0 || (uintptr_t)block < counts->lowest)
        counts->lowest = (uintptr_t)block;
}

[[gnu::noinline]] static uint64_t window_of_alloc(struct allocator *a, struct layout layout,
                                                  void **block)
{
    uint64_t start = instructions();
    *block = a->ops->alloc(a, layout.size, layout.align);
    return instructions() - start;
}

[[gnu::noinline]] static uint64_t window_of_free(struct allocator *a, void *block,
                                                 struct layout layout)
{
    uint64_t start = instructions();
    a->ops->dealloc(a, block, layout.size, layout.align);
    return instructions() - start;
}

[[gnu::noinline]] static uint64_t window_of_realloc(struct allocator *a, void *block,
                                                    struct layout layout, size_t new_size,
                                                    void **moved)
{
    uint64_t start = instructions();
    *moved = a->ops->realloc(a, block, layout.size, layout.align, new_size);
    return instructions() - start;
}

void *count_alloc(struct counts *counts, struct allocator *a, struct layout layout)
{
    void *block;
    note(counts, COUNT_ALLOC, window_of_alloc(a, layout, &block) - alloc_window);
    note_block(counts, block, layout.size);
    if (block != NULL && ++counts->live > counts->peak_live)
        counts->peak_live = counts->live;
    return block;
}

void count_free(struct counts *counts, struct allocator *a, void *block, struct layout layout)
{
    tally_note_peaks(a); /* as a lock would, for the column "overhead" */
    note(counts, COUNT_FREE, window_of_free(a, block, layout) - free_window);
    counts->live_bytes -= layout.size;
    counts->live--;
}

void *count_realloc(struct counts *counts, struct allocator *a, void *block, struct layout layout,
                    size_t new_size)
{
    void *moved;
    tally_note_peaks(a);
    note(counts, COUNT_REALLOC,
         window_of_realloc(a, block, layout, new_size, &moved) - realloc_window);
    if (moved != NULL) {
        counts->live_bytes -= layout.size;
        note_block(counts, moved, new_size);
    }
    return moved;
}

/* Nothing but assembly may stand in a naked function, whatever the flags. */
[[gnu::naked]] void count_return(void)
{
    __asm__("ret");
}

void count_calibrate(void)
{
    static const struct allocator_ops ops = {
        .alloc = (void *(*)(struct allocator *, size_t, size_t))count_return,
        .dealloc = (void (*)(struct allocator *, void *, size_t, size_t))count_return,
        .realloc = (void *(*)(struct allocator *, void *, size_t, size_t, size_t))count_return,
    };
    struct allocator nothing = { .ops = &ops };
    OPAQUE(nothing.ops);
    count_calibrate_through(&nothing);
}

void count_calibrate_through(struct allocator *nothing)
{
    const struct layout layout = { 16, 8 };
    void *block;
    enum { CALL = 1, RETURN = 1 };
    alloc_window = window_of_alloc(nothing, layout, &block) - CALL - RETURN;
    free_window = window_of_free(nothing, NULL, layout) - CALL - RETURN;
    realloc_window = window_of_realloc(nothing, NULL, layout, 32, &block) - CALL - RETURN;
}

void count_start(struct counts *counts)
{
    *counts = (struct counts){ 0 };
    memset(histogram, 0, sizeof histogram);
}

/* Over the histograms of the kinds from `first` to `last`. */
static uint64_t p99(int first, int last, uint64_t operations, uint64_t worst)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < HISTOGRAM - 1; i++) {
        for (int kind = first; kind <= last; kind++)
            seen += histogram[kind][i];
        if (seen * 100 >= operations * 99)
            return i;
    }
    return worst;
}

uint64_t count_p99(const struct counts *counts)
{
    return p99(0, COUNT_KINDS - 1, counts->operations, counts->worst);
}

uint64_t count_p99_of(const struct counts *counts, enum count_kind kind)
{
    return p99((int)kind, (int)kind, counts->of[kind].operations, counts->of[kind].worst);
}
