/*
 * test_allocator: the allocator that forgives nothing, for testing whoever allocates.
 *
 *     struct test_allocator heap;
 *     test_allocator_init(&heap);
 *     vec_init(&v, &heap.allocator);
 *     test_allocator_fail_at(&heap, 1);      the next request fails
 *     ...
 *     test_allocator_check_empty(&heap);     and nothing has leaked
 *
 *   - realloc always moves, also when it shrinks, and the old block is poisoned;
 *   - new blocks are full of nonsense, and aligned to what was asked for and to no more;
 *   - each block comes from malloc's family, so that AddressSanitizer sees a step outside it;
 *   - a block must come back with the very layout it was handed out with, or the test panics;
 *   - more than 1 GiB at once is refused;
 *   - the n-th request fails when told, or all from the n-th on.
 */
#pragma once

#include <heap/allocator.h>

#define TEST_ALLOCATOR_BUCKETS 1024

struct test_block;

struct test_allocator {
    struct allocator allocator; /* hand out its address */
    size_t live_blocks;         /* handed out, not given back */
    size_t live_bytes;          /* in them */
    size_t peak_blocks;
    size_t peak_bytes;
    size_t requests;   /* alloc, alloc_zeroed and realloc, granted or not */
    size_t granted;    /* those that were granted */
    size_t fail_after; /* requests that are still granted; SIZE_MAX: all */
    bool fail_for_good;
    struct test_block *buckets[TEST_ALLOCATOR_BUCKETS]; /* the live blocks, by address */
};

/* No blocks, no failures planned. What `self` held is overwritten. */
void test_allocator_init(struct test_allocator *self);

/* The n-th request from now on fails (1: the next one), and only that. 0: none fails. */
void test_allocator_fail_at(struct test_allocator *self, size_t n);

/* The n-th request from now on fails (1: the next one), and all after it. 0: none fails. */
void test_allocator_fail_from(struct test_allocator *self, size_t n);

/* Panics iff a block has not been given back. */
void test_allocator_check_empty(const struct test_allocator *self);
