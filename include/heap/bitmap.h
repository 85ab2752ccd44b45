/*
 * bitmap: pages of 4 KiB, and runs of pages. One bit for each page says whether it is free. It
 * becomes the frame allocator of page tables.
 *
 *     | maps | page 0 | page 1 | page 2 | page 3 | ...
 *     free:      1        0        0        1
 *
 * One page: the next free one after the last that was handed out, through the levels of
 * lib/bit_tree.h. A run of up to 64 pages: shifts and ands inside a window of two words. A longer
 * run has words in a row that are all free, so it is looked for in strides of so many words.
 *
 * Every request is rounded up to whole pages: it is meant for page tables, stacks and buffers.
 * Small requests waste most of a page; that is the price of the simplest possible accounting.
 *
 * Alignment may be anything: 16 KiB for a G-stage root, 2 MiB for a large leaf, and more.
 * Double frees and foreign pages are always noticed: the bits say what is free.
 *
 * Locks: none; see heap/locked.h. Source: Knuth 1, 2.5, exercise on bit maps; the next-fit hint
 * is the roving pointer of the same section.
 */
#pragma once

#include <heap/allocator.h>
#include <heap/tally.h>
#include <lib/bit_tree.h>

#define BITMAP_PAGE UINT64_C(4096)

struct bitmap {
    struct allocator allocator;
    uintptr_t base;       /* address of page number 0: a multiple of 2 MiB, perhaps below ... */
    uintptr_t first;      /* ... the first page that is ours */
    size_t pages;         /* numbers are less than this */
    size_t hint;          /* where the search for one page begins */
    struct bit_tree free; /* the numbers of the free pages */
    uintptr_t region;     /* where the maps begin */
};

/*
 * Manage the whole pages from `start` up to `end`, less the first few, which hold the maps: one
 * page for each 127 MiB. `self` is all zero. Fails, and leaves `self` as it is, iff start is NULL
 * or there is no room for the maps and one page (ERR_INVALID).
 */
enum error bitmap_init(struct bitmap *self, void *start, void *end);
