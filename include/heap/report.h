/*
 * report: what a heap looks like, for people: how much is left and in how many pieces, a map in
 * characters, and, where blocks are checked, who holds how many of which size.
 *
 *     map, 204800 bytes to a character: . free  # used  + both  o the allocator's own
 *     o#######################+.......................................
 */
#pragma once

#include <heap/allocator.h>
#include <heap/checked.h>

/* What a walk adds up to. */
struct heap_shape {
    uintptr_t start, end;
    size_t free_bytes, used_bytes, own_bytes;
    size_t free_spans;
    size_t largest_free; /* the largest free span, in bytes */
};

/* Walk `allocator` once. Locks, cost: those of its walk. */
struct heap_shape heap_shape(struct allocator *allocator);

/* Statistics, shape and map of `allocator`, on the console. Cost: two walks. */
void report_heap(struct allocator *allocator);

/* The live blocks of `checked` by size and by who allocated them, the newest first: at most 20
   lines, from the newest 1,000 blocks. Context: nobody allocates. */
void report_live_blocks(const struct checked *checked);
