/*
 * family: every allocator of this floor, by name. What takes an allocator by name (the boot
 * argument heap=NAME, the tests, the benchmark) finds it here.
 *
 *     name          free a block   finds room by              choose it for
 *     dummy         never          -                          seeing an out-of-memory
 *     bump          only the last  adding to a pointer        set-up, arenas, one vector
 *     linked_list   any            first fit                  few blocks, little waste
 *     bucket        any            a list for each size       many small blocks
 *     bitmap        any            a bit for each page        page tables, buffers
 *     tlsf          any            a list for each size range everything, in bounded time
 *
 * To add one: write its .h and .c, add a row to src/heap/family.c; the tests and the benchmark
 * take it from there. An image has the whole family, or only what it needs: it is linked with
 * src/heap/family.c or with src/heap/family_bump.c.
 */
#pragma once

#include <heap/bitmap.h>
#include <heap/bucket.h>
#include <heap/bump.h>
#include <heap/dummy.h>
#include <heap/linked_list.h>
#include <heap/tlsf.h>

/* Room for any one of them. All begin with their struct allocator. */
union any_heap {
    struct allocator allocator;
    struct bitmap bitmap;
    struct bucket bucket;
    struct bump bump;
    struct dummy dummy;
    struct linked_list linked_list;
    struct tlsf tlsf;
};

struct family_member {
    const char *name;
    /* As bump_init: manage the bytes from start up to end; `self` is all zero. Fails
       (ERR_INVALID) iff the bounds are bad or too little lies between them. */
    enum error (*init)(union any_heap *self, void *start, void *end);
    bool gives;  /* hands out blocks at all */
    bool reuses; /* a block that is given back can be handed out again while others live */
};

extern const struct family_member family[];
extern const size_t family_size;

/* The member called by the `length` bytes at `name`, or NULL. */
const struct family_member *family_find(const char *name, size_t length);
