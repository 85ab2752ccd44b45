/*
 * bitmap: pages of 4 KiB, and runs of pages. One bit for each page says whether it is free. It
 * becomes the frame allocator of page tables.
 *
 *     | maps | page 64 | page 65 | page 66 | page 67 | ...
 *     free:       1         0         0         1
 *
 *     words of 64 bits    0   0..0   1.01   0..0   0..1
 *                         |           ^              ^
 *                         +-----------+--------------+     a list of those that are not 0
 *
 * One page: the lowest free one of the first word in the list, so it costs the same however full
 * the heap is. A word joins the list at its front when it gets its first free page; so pages are
 * taken where little is free, and long runs stay. Word 0 is the list's head: its pages are not
 * ours, and its bits are 0, so an empty list needs no test of its own.
 *
 * A run of up to 64 pages: shifts and ands inside a window of two words. A longer run has words in
 * a row that are all free, so it is looked for in strides of so many words.
 *
 * Every request is rounded up to whole pages: it is meant for page tables, stacks and buffers.
 * Small requests waste most of a page; that is the price of the simplest possible accounting.
 *
 * Alignment may be anything: 16 KiB for a G-stage root, 2 MiB for a large leaf, and more.
 * Double frees and foreign pages are always noticed: the bits say what is free.
 *
 * Locks: none; see heap/locked.h. Source: Knuth 1, 2.5, exercise on bit maps; the list of words is
 * that of Bonwick's slabs ("The Slab Allocator", USENIX 1994), with a word for a slab.
 */
#pragma once

#include <heap/allocator.h>
#include <heap/tally.h>

#define BITMAP_PAGE UINT64_C(4096)

/* Numbers of words. */
struct bitmap_link {
    uint32_t next, previous;
};

struct bitmap {
    struct allocator allocator;
    uint64_t *words;           /* a bit for each page: free */
    struct bitmap_link *links; /* of each word that is not 0; and the head, links[0] */
    uintptr_t base;            /* address of page number 0, which is a multiple of 256 KiB */
    uintptr_t first;           /* the first page that is ours */
    size_t extent;             /* from there, in bytes */
    size_t pages;              /* numbers are less than this */
    uintptr_t region;          /* where the maps begin */
};

/*
 * Manage the whole pages from `start` up to `end`, less the first few, which hold the maps: one
 * page for each 64 MiB. `self` is all zero. Fails, and leaves `self` as it is, iff start is NULL,
 * there is no room for the maps and one page, or the region is larger than 1 PiB (ERR_INVALID).
 */
enum error bitmap_init(struct bitmap *self, void *start, void *end);
