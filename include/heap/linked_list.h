/*
 * linked_list: free memory is a list, in the order of addresses, that lies in the free memory
 * itself.
 *
 *     | maps | head |  used  | free |   used   |   free   | used |   free    | tail |
 *               |              ^ |                ^    |            ^     |     ^
 *               +--------------+ +----------------+    +------------+     +-----+
 *
 * alloc takes the first block that is large enough, from its start: the rest stays in the list.
 * dealloc puts the block back in its place and joins it with a free neighbour on either side.
 * Low addresses are used first, which keeps the high ones in one piece.
 *
 * What the textbook's version does not have:
 *
 *     - No walk on dealloc. The place in the list is found by a map with a bit for each 16 bytes,
 *       set where a free block starts (lib/bit_tree.h): the next bit is the successor, whose
 *       `previous` is the predecessor. The maps take 1/125 of the region.
 *     - Few steps on alloc. For each 64 KiB a bound says how large the largest free block that
 *       starts there can be; where that is too small the walk leaps over it. A walk that found
 *       nothing makes the bound exact, and only dealloc raises it.
 *     - No header on a live block: dealloc is told the layout. A block takes its size, rounded up
 *       to 16.
 *     - realloc grows into a free neighbour, and shrinks, where the block lies.
 *     - head and tail are blocks that are never handed out, so that no end is a special case; a
 *       grain away from all others, so that nothing can be joined with them.
 *
 * Where it falls short: alloc still walks, from the start of the region, a few hundred instructions
 * in a heap of some MiB. Read next: heap/tlsf.h, which does not walk.
 *
 * Source: Knuth, The Art of Computer Programming 1, 2.5, "Dynamic Storage Allocation", algorithms
 * A and B. Locks: none; see heap/locked.h.
 */
#pragma once

#include <heap/allocator.h>
#include <heap/tally.h>
#include <lib/bit_tree.h>

/* All sizes are multiples of it, and all blocks lie on multiples of it: the size of a node. */
#define LINKED_LIST_GRAIN UINT64_C(16)

/* A free block begins with this. Numbers of grains rather than pointers, so that it fits. */
struct linked_list_node {
    uint32_t next;     /* the next free block: its distance from `base`, in grains */
    uint32_t previous; /* the one before it */
    uint64_t size;     /* in bytes */
};

struct linked_list {
    struct allocator allocator;
    char *base;             /* head; grain 0 */
    uint32_t tail;          /* the tail's grain; the one before it is never used */
    size_t span;            /* bytes between head and tail: where blocks may lie */
    size_t lent;            /* bytes that were ever lent to it: free and used */
    struct bit_tree starts; /* the grains at which a free block starts, and the tail */
    uint32_t *bounds;       /* for each 64 KiB: no free block that starts there has more grains */
    uintptr_t region;       /* where the maps begin */
};

/*
 * Manage the bytes from `start` up to `end`, aligned inwards to 16; maps and ends take less than
 * 1/120 of them and 200 bytes. `self` is all zero.
 * Fails, and leaves `self` as it is, iff start is NULL, end is not above it, the region is too
 * small for the maps and one block, or larger than 32 GiB (ERR_INVALID).
 */
enum error linked_list_init(struct linked_list *self, void *start, void *end);

/* The same, but nothing of the region may be handed out yet; see linked_list_lend. */
enum error linked_list_init_empty(struct linked_list *self, void *start, void *end);

/* The bytes between these two can be handed out, if they are lent. */
uintptr_t linked_list_first(const struct linked_list *self);
uintptr_t linked_list_last(const struct linked_list *self);

/* The size of the free block that begins at `address`, a multiple of 16 from first to last; 0 iff
   none does. */
size_t linked_list_free_at(const struct linked_list *self, uintptr_t address);

/* From now on the `size` bytes at `start` may be handed out: multiples of 16 between first and
   last, never lent before. Cost: as dealloc. */
void linked_list_lend(struct linked_list *self, uintptr_t start, size_t size);
