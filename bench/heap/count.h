/*
 * count: the instructions of one allocator operation, and what many of them add up to.
 *
 * instret is read before and after. What that window costs by itself is found with an allocator
 * whose functions return at once, and subtracted: what is left is the operation with its call and
 * its return.
 */
#pragma once

#include <heap/allocator.h>

enum count_kind { COUNT_ALLOC, COUNT_FREE, COUNT_REALLOC, COUNT_KINDS };

/* Counts of many operations. */
struct counts {
    uint64_t sum, worst, operations;
    struct {
        uint64_t sum, worst, operations;
    } of[COUNT_KINDS];             /* the same for each kind */
    size_t live_bytes, peak_bytes; /* what was asked for and is live */
    size_t live, peak_live;        /* blocks */
    uintptr_t lowest, highest;     /* the start of the lowest block, the end of the highest */
};

/* Find what the window costs. Before anything else. The second: with an allocator that calls
   another one; its three functions' own instructions are subtracted from then on, too. `nothing`
   is such an allocator in front of functions that return at once, as count_return. */
void count_calibrate(void);
void count_calibrate_through(struct allocator *nothing);

/* One instruction: ret. To be cast to what is needed. */
void count_return(void);

/* Forget what was counted; the histogram too. */
void count_start(struct counts *counts);

/* The operations of heap/allocator.h, counted. */
void *count_alloc(struct counts *counts, struct allocator *a, struct layout layout);
void count_free(struct counts *counts, struct allocator *a, void *block, struct layout layout);
void *count_realloc(struct counts *counts, struct allocator *a, void *block, struct layout layout,
                    size_t new_size);

/* The smallest count that 99 of 100 operations since count_start did not exceed: of all of them,
   or of one kind. Where it is too large for the histogram (32,767): the worst. */
uint64_t count_p99(const struct counts *counts);
uint64_t count_p99_of(const struct counts *counts, enum count_kind kind);
