/*
 * hart_caches: small blocks without a lock. Each hart keeps lists of free blocks of its own above
 * the shared heap, so that small allocations of many harts do not queue.
 *
 *     hart 0            hart 1            hart 2
 *     16: o-o-o         16: o             16: o-o         lists of one hart alone: no lock
 *     32: o             32: o-o-o-o       32:
 *      |                 |                 |
 *      +-----------------+-----------------+   batches of up to 16 blocks, when a list is empty or
 * full
 *                        v
 *              locked ---> any allocator
 *
 * A class for each multiple of 16 up to 512 bytes; larger blocks, and alignments above 16, go to
 * the shared heap at once. Interrupts are masked while a list is touched, for a few instructions.
 *
 * A hart's first batches are small, 1, 2, 4, 8, and then 16 blocks: a hart that needs one block at
 * a time hoards nothing and pays for nothing.
 *
 * A block may be given back by another hart than took it; it stays there until that hart's list is
 * full (HART_CACHES_FULL), and then half of the list goes to the shared heap. Where the shared
 * heap has no room, the hart that asked gives back all its lists and tries again, and all other
 * harts give theirs back at their next dealloc; so memory may be refused to one hart while others
 * hold up to HART_CACHES_FULL blocks of each class.
 *
 * Each block knows how many are below it in its list, so that no counter is kept beside the list.
 *
 * Source: Bonwick, Adams, "Magazines and Vmem", USENIX 2001: per-CPU layer above the depot.
 */
#pragma once

#include <heap/allocator.h>
#include <riscv/hart.h>

enum {
    HART_CACHES_LARGEST = 512,
    HART_CACHES_CLASSES = HART_CACHES_LARGEST / 16 + 1, /* class 0 is not used */
    HART_CACHES_FULL = 64,                              /* blocks in a list, at most */
    HART_CACHES_BATCH = 16,                             /* fetched at once, at most */
};

/* A free block in a list. Its lowest one is the mark below all blocks, of depth 0. */
struct cached_block {
    struct cached_block *below;
    size_t depth;
};

struct hart_cache {
    struct cached_block *lists[HART_CACHES_CLASSES];
    size_t taken;     /* small blocks that this hart handed out, ever */
    size_t limit;     /* atomic: blocks in a list; 0: others are in need, give everything back */
    size_t fetched;   /* blocks from the shared heap, ever */
    size_t spare[28]; /* a power of two in all: an index costs a shift */
};

struct hart_caches {
    struct allocator allocator;
    struct allocator *shared;
    struct hart_cache caches[HARTS_MAX];
};

/* Caches above `shared`, which all harts may use (heap/locked.h). Cannot fail. */
void hart_caches_init(struct hart_caches *self, struct allocator *shared);

/* This hart gives all its free blocks to the shared heap. Context: interrupts may be on. */
void hart_caches_give_back(struct hart_caches *self);
