/*
 * workloads: the programs that have a goal. See bench/README.md.
 */
#pragma once

#include <heap/allocator.h>

/* The allocator called `name`, new, on the first `size` bytes of the heap's memory. */
struct allocator *workload_heap(const char *name, size_t size);

/* Print all of them. */
void workloads_run(void);
