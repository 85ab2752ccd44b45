/*
 * workloads: the programs that have a goal. See bench/README.md.
 */
#pragma once

#include "count.h"

/* The allocator called `name`, new, on the first `size` bytes of the heap's memory. */
struct allocator *workload_heap(const char *name, size_t size);

/* A number below `limit`; the same ones in the same order after each workload_heap. */
size_t workload_any(size_t limit);

/* A row: all operations, or those of one kind. */
void workload_print(const char *allocator, const char *what, const struct counts *c,
                    const char *goal);
void workload_print_kind(const char *allocator, const char *what, const struct counts *c,
                         enum count_kind kind, const char *goal);

/* A row: a block is taken and given back at once, again and again. */
void workload_boxes(const char *name, struct allocator *a, struct layout layout, const char *what,
                    const char *goal);

/* Print all of them. The second: those of the bitmap. */
void workloads_run(void);
void pages_run(void);
