/*
 * tlsf_block: what a block looks like, and which list it belongs to; for tlsf.c, which hands blocks
 * out, and tlsf_check.c, which looks at them.
 *
 * A struct tlsf_block lies at the header; the payload begins at `next`. Sizes are of whole blocks,
 * header included, and multiples of 16.
 */
#pragma once

#include <base/bits.h>
#include <heap/tlsf.h>

struct tlsf_block {
    size_t header;                      /* size | flags */
    struct tlsf_block *next, *previous; /* in its list; only while it is free */
};

enum {
    GRAIN = 16,
    HEADER = 8,
    SMALLEST = 32, /* header, two links, and the size again */
    FREE = 1,      /* this block is free */
    LOW_FREE = 2,  /* the block before it is, and its last word says its size */
    FLAGS = FREE | LOW_FREE,
    USUAL = 512 * TLSF_USUAL, /* sizes below it are looked up in a table */
};
_Static_assert(sizeof bits_highest_table == TLSF_USUAL, "one is copied into the other");

static inline struct tlsf *tlsf_of(struct allocator *self)
{
    return container_of(self, struct tlsf, allocator);
}

static inline size_t size_of(const struct tlsf_block *block)
{
    return block->header & ~(size_t)FLAGS;
}

static inline struct tlsf_block *after(const struct tlsf_block *block, size_t size)
{
    return (struct tlsf_block *)((char *)block + size);
}

/* How often a size can be halved before it is below 1024. Quick for what programs ask for: a table,
   which has 0 for all below. With the barrier both ways give a whole register, and GCC does not
   extend it once more. */
static inline size_t halvings(const struct tlsf *self, size_t size)
{
    size_t n = likely(size < USUAL) ? self->halvings[size / 512] : highest_bit(size) - 9;
    __asm__("" : "+r"(n));
    return n;
}

/* The list of a free block of `size` bytes: no block of a later list is smaller. The five bits
   after the highest one are the step; with the highest one they are 32 .. 63, and below 512 0
   .. 31. Flags beside the size do no harm. */
static inline size_t list_for(const struct tlsf *self, size_t size)
{
    size_t n = halvings(self, size);
    return n * TLSF_STEPS + (size / GRAIN >> n);
}

/* In tlsf_check.c; operations of struct allocator_ops. */
struct heap_statistics tlsf_statistics(struct allocator *allocator);
void tlsf_check(struct allocator *allocator);
void tlsf_walk(struct allocator *allocator, heap_visitor visit, void *context);
