/*
 * count: the instructions of one allocator operation, and what many of them add up to.
 *
 * instret is read before and after. What that window costs by itself is found with an allocator
 * whose functions return at once, and subtracted: what is left is the operation with its call and
 * its return.
 */
#pragma once

#include <heap/allocator.h>

/* Counts of many operations. */
struct counts {
    uint64_t sum, worst, operations;
    size_t live_bytes, peak_bytes; /* what was asked for and is live */
    size_t live, peak_live;        /* blocks */
    uintptr_t highest;             /* the end of the highest block */
};

/* Find what the window costs. Before anything else. */
void count_calibrate(void);

/* Forget what was counted; the histogram too. */
void count_start(struct counts *counts);

/* The operations of heap/allocator.h, counted. */
void *count_alloc(struct counts *counts, struct allocator *a, struct layout layout);
void count_free(struct counts *counts, struct allocator *a, void *block, struct layout layout);
void *count_realloc(struct counts *counts, struct allocator *a, void *block, struct layout layout,
                    size_t new_size);

/* The smallest count that 99 of 100 operations since count_start did not exceed. */
uint64_t count_p99(const struct counts *counts);
