/*
 * bucket: a list of free blocks for each size class. A small block is one pop, giving it back one
 * push, whatever the heap looks like.
 *
 *     classes   8   16   32   48   64   96  ...  2048  3072  4096       two for each doubling
 *               |    |    |                        |
 *               v    v    v                        v
 *             free  free NULL                    free -> free -> NULL
 *
 * Where a list is empty, a block is cut from the untouched middle. What is larger than 4096 bytes,
 * or aligned to more than 16, goes to a linked list (heap/linked_list.h) that is lent memory from
 * the other end:
 *
 *     | maps | small blocks, all classes  ->  | untouched |  <-  large blocks, a linked list |
 *            first                         low           top                              last
 *
 * Where it falls short: a small block stays in its class for good. A program that first needs
 * many of one size and then many of another pays for both. Blocks are rounded up to their class:
 * at most half again as large as asked for.
 *
 * Source: Knuth 1, 2.5, on "available space lists for each size"; the classes are those of
 * Wilson, Johnstone, Neely, Boles, "Dynamic Storage Allocation: A Survey", 1995, "simple segregated
 * storage". Locks: none; see heap/locked.h.
 */
#pragma once

#include <heap/linked_list.h>

enum { BUCKET_CLASSES = 17, BUCKET_LARGEST = 4096, BUCKET_ALIGN = 16 };

struct bucket_block {
    struct bucket_block *next;
};

struct bucket {
    struct allocator allocator;
    uintptr_t first, extent; /* the region without the maps: its start and its length */
    struct bucket_block *heads[BUCKET_CLASSES];
    uintptr_t low; /* the untouched middle: from here ... */
    uintptr_t top; /* ... up to here */
    size_t cut;    /* bytes ever cut into small blocks */
    struct linked_list large;
    uint8_t list_of[BUCKET_LARGEST + 1]; /* the class of each size; last, so that all is near */
};

/* As linked_list_init. */
enum error bucket_init(struct bucket *self, void *start, void *end);
