/*
 * tlsf: see heap/tlsf.h for the drawing, and tlsf_block.h for a block.
 */
#include <base/assert.h>
#include <base/bits.h>
#include <heap/tlsf.h>
#include <lib/memory.h>

#include "tlsf_block.h"

static inline void *payload_of(struct tlsf_block *block)
{
    return (char *)block + HEADER;
}

/* The whole block that a request of `size` bytes takes. A valid size does not wrap. */
static inline size_t block_size(size_t size)
{
    size_t whole = (size + HEADER + (GRAIN - 1)) & ~(size_t)(GRAIN - 1);
    return whole < SMALLEST ? SMALLEST : whole;
}

/* The first list whose blocks are all large enough: `size` rounded up to the next list. Rounding
   may carry into the next row, and the sum is that row's first list then. */
static inline size_t list_from(const struct tlsf *self, size_t size)
{
    size_t n = halvings(self, size);
    return n * TLSF_STEPS + ((size + ((size_t)GRAIN << n) - 1) >> (n + 4));
}

static inline void set_full(struct tlsf *self, size_t list)
{
    self->full_lists[list / 64] |= UINT64_C(1) << list % 64;
    self->full_words |= UINT64_C(1) << list / 64;
}

static inline void set_empty(struct tlsf *self, size_t list)
{
    uint64_t *word = &self->full_lists[list / 64];
    *word &= ~(UINT64_C(1) << list % 64);
    if (*word == 0)
        self->full_words &= ~(UINT64_C(1) << list / 64);
}

/* The block becomes the first of its list. */
static inline void insert(struct tlsf *self, struct tlsf_block *block, size_t size)
{
    size_t list = list_for(self, size);
    struct tlsf_block *next = self->lists[list];
    block->next = next;
    block->previous = NULL;
    self->lists[list] = block;
    if (next != NULL)
        next->previous = block;
    else
        set_full(self, list);
}

/* The links of the free block `block` cannot be right: say so, and end. Called last of all. */
REACHED_BY_JUMP static void *damaged(const struct tlsf_block *block)
{
    panic(
        "free list damaged: the links of the free block %p point to %p and %p; something wrote to "
        "memory that it had given back",
        (const void *)block, (const void *)block->next, (const void *)block->previous);
}

/* Before a link is followed: does it point into the region? Cost: 4 instructions. */
static inline bool is_inside(const struct tlsf *self, const struct tlsf_block *link)
{
    return likely((uintptr_t)link - (uintptr_t)self->first < self->total);
}

/* Take the first block of `list`, which is `block`, out of it. False iff its link is damaged. */
static inline bool take_first(struct tlsf *self, struct tlsf_block *block, size_t list)
{
    struct tlsf_block *next = block->next;
    self->lists[list] = next;
    if (next == NULL) {
        set_empty(self, list);
        return true;
    }
    if (unlikely(!is_inside(self, next)))
        return false;
    next->previous = NULL;
    return true;
}

/* Take `block` of `size` bytes out of its list, wherever it is there. False iff its links are
   damaged. */
[[nodiscard]] static inline bool take_out(struct tlsf *self, struct tlsf_block *block, size_t size)
{
    struct tlsf_block *previous = block->previous, *next = block->next;
    if (previous == NULL)
        return take_first(self, block, list_for(self, size));
    if (unlikely(!is_inside(self, previous)))
        return false;
    previous->next = next;
    if (next == NULL)
        return true;
    if (unlikely(!is_inside(self, next)))
        return false;
    next->previous = previous;
    return true;
}

/* `size` bytes at `block` become a free block; its neighbours are not free, and the one after it
   knows already that this one is. */
static inline void make_free(struct tlsf *self, struct tlsf_block *block, size_t size)
{
    block->header = size | FREE;
    ((size_t *)after(block, size))[-1] = size;
    insert(self, block, size);
}

/* The first list from `list` on that has a block, or SIZE_MAX. */
static inline size_t next_full(const struct tlsf *self, size_t list)
{
    uint64_t word = self->full_lists[list / 64] >> list % 64;
    if (likely(word != 0))
        return list + lowest_bit(word);
    uint64_t words = self->full_words & UINT64_MAX << list / 64 << 1;
    if (words == 0)
        return SIZE_MAX;
    size_t index = lowest_bit(words);
    return index * 64 + lowest_bit(self->full_lists[index]);
}

/* Hand out the first `size` bytes of `block`, which is free and in no list; the rest stays free.
   Its header is its size and FREE, so the rest's is that less `size`. `low` is LOW_FREE where the
   block before it is free by now, else 0. */
[[gnu::always_inline]] static inline void *hand_out(struct tlsf *self, struct tlsf_block *block,
                                                    size_t size, size_t low)
{
    size_t header = block->header, rest = header - size;
    struct tlsf_block *high = after(block, header - FREE);
    if (likely(rest >= SMALLEST)) {
        struct tlsf_block *rest_block = after(block, size);
        rest_block->header = rest;
        ((size_t *)high)[-1] = rest - FREE;
        insert(self, rest_block, rest);
    } else {
        size = header - FREE;
        high->header &= ~(size_t)LOW_FREE;
    }
    block->header = size | low;
    tally_take(&self->allocator.tally, size);
    return payload_of(block);
}

/* The same two for who is not in a hurry. */
[[gnu::noinline]] static void make_free_slowly(struct tlsf *self, struct tlsf_block *block,
                                               size_t size)
{
    make_free(self, block, size);
}

[[gnu::noinline]] static void take_out_slowly(struct tlsf *self, struct tlsf_block *block,
                                              size_t size)
{
    if (!take_out(self, block, size))
        (void)damaged(block);
}

/*
 * Requests that are large, or aligned to more than 16. For these a block is looked for that is so
 * large that an aligned one lies in it wherever it begins; what lies before becomes a free block of
 * its own.
 */
[[gnu::noinline]] static void *alloc_other(struct tlsf *self, size_t size, size_t align)
{
    size_t reserve = align > GRAIN ? size + align + GRAIN : size;
    size_t list = reserve < size || reserve > self->total ? SIZE_MAX : list_from(self, reserve);
    if (list != SIZE_MAX)
        list = next_full(self, list);
    if (list == SIZE_MAX)
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    struct tlsf_block *block = self->lists[list];
    if (unlikely(!take_first(self, block, list)))
        return damaged(block);
    size_t whole = size_of(block);
    size_t padding = bytes_to_align((uintptr_t)payload_of(block), align);
    if (padding == 0)
        return hand_out(self, block, size, 0);
    if (padding == GRAIN) /* too little for a free block */
        padding += align;
    make_free(self, block, padding);
    block = after(block, padding);
    block->header = (whole - padding) | FREE;
    return hand_out(self, block, size, LOW_FREE);
}

static void *op_alloc(struct allocator *allocator, size_t bytes, size_t align)
{
    struct tlsf *self = tlsf_of(allocator);
    size_t size = block_size(bytes);
    if (unlikely(align > GRAIN) || unlikely(size >= USUAL))
        return alloc_other(self, size, align);
    size_t list = next_full(self, list_from(self, size));
    if (unlikely(list == SIZE_MAX))
        return allocator_refuse(allocator, ERR_NO_MEMORY);
    struct tlsf_block *block = self->lists[list];
    if (unlikely(!take_first(self, block, list)))
        return damaged(block);
    return hand_out(self, block, size, 0);
}

/* What a header can tell of a block that is given back; true iff it can be one of `size` bytes. */
static inline bool is_live(const struct tlsf *self, const void *payload, size_t size)
{
    const struct tlsf_block *block = (const struct tlsf_block *)((const char *)payload - HEADER);
    uintptr_t offset = (uintptr_t)block - (uintptr_t)self->first;
    if (unlikely(offset >= self->total) || unlikely(offset % GRAIN != 0))
        return false;
    /* A block may be 16 bytes longer than was asked for: a rest too small to be one. So header and
       size differ in that bit and in LOW_FREE at most; were it free, in FREE too. */
    return likely(((block->header - size) & ~(size_t)(GRAIN | LOW_FREE)) == 0);
}

/* Not one: say why. Called last of all, so that its caller's caller is in the backtrace. */
REACHED_BY_JUMP static void reject(const struct tlsf *self, const void *payload, size_t size)
{
    const struct tlsf_block *block = (const struct tlsf_block *)((const char *)payload - HEADER);
    if ((uintptr_t)payload % GRAIN != 0 || block < self->first || block >= self->last)
        panic("dealloc of %p (%zu bytes): not a block of this heap, whose blocks lie from %p to %p",
              payload, size, (void *)self->first, (void *)self->last);
    if ((block->header & FREE) != 0)
        panic("dealloc of %p (%zu bytes): free already", payload, size);
    panic("dealloc of %p: %zu bytes with header, but the block has %zu; it was allocated with "
          "another size, or its header was overwritten",
          payload, size, size_of(block));
}

static void op_dealloc(struct allocator *allocator, void *payload, size_t bytes, size_t align)
{
    (void)align;
    struct tlsf *self = tlsf_of(allocator);
    if (unlikely(!is_live(self, payload, block_size(bytes))))
        return reject(self, payload, block_size(bytes));
    struct tlsf_block *block = (struct tlsf_block *)((char *)payload - HEADER);
    size_t header = block->header, size = header & ~(size_t)FLAGS;
    tally_give(&self->allocator.tally, size);
    struct tlsf_block *high = after(block, size);
    size_t high_header = high->header;
    if ((high_header & FREE) != 0) {
        if (unlikely(!take_out(self, high, high_header - FREE)))
            return (void)damaged(high);
        size += high_header - FREE;
    } else {
        high->header = high_header | LOW_FREE;
    }
    if ((header & LOW_FREE) != 0) {
        size_t low_size = ((size_t *)block)[-1];
        block = (struct tlsf_block *)((char *)block - low_size);
        if (unlikely(!take_out(self, block, low_size)))
            return (void)damaged(block);
        size += low_size;
    }
    make_free(self, block, size);
}

/* Give back what lies behind the first `size` bytes of a live block of `whole`. */
[[gnu::cold]] static void trim(struct tlsf *self, struct tlsf_block *block, size_t whole,
                               size_t size)
{
    size_t rest = whole - size;
    struct tlsf_block *high = after(block, whole);
    if ((high->header & FREE) != 0) {
        take_out_slowly(self, high, size_of(high));
        rest += size_of(high);
    } else if (rest < SMALLEST) {
        size = whole;
        rest = 0;
    } else {
        high->header |= LOW_FREE;
    }
    if (rest != 0)
        make_free_slowly(self, after(block, size), rest);
    block->header = size | (block->header & LOW_FREE);
}

static void *op_realloc(struct allocator *allocator, void *payload, size_t bytes, size_t align,
                        size_t new_bytes)
{
    struct tlsf *self = tlsf_of(allocator);
    if (unlikely(!is_live(self, payload, block_size(bytes))))
        reject(self, payload, block_size(bytes));
    struct tlsf_block *block = (struct tlsf_block *)((char *)payload - HEADER);
    size_t whole = size_of(block), size = block_size(new_bytes);
    if (size > whole) { /* into the block that follows, where it is free and large enough */
        struct tlsf_block *high = after(block, whole);
        if ((high->header & FREE) == 0 || size_of(high) < size - whole)
            return allocator_default_realloc(allocator, payload, bytes, align, new_bytes);
        size_t both = whole + size_of(high);
        take_out_slowly(self, high, size_of(high));
        after(block, both)->header &= ~(size_t)LOW_FREE;
        block->header = both | (block->header & LOW_FREE);
        trim(self, block, both, size);
    } else {
        trim(self, block, whole, size);
    }
    tally_resize(&self->allocator.tally, whole, size_of(block));
    return payload;
}

static const struct allocator_ops tlsf_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = tlsf_statistics,
    .check = tlsf_check,
    .walk = tlsf_walk,
};

[[gnu::cold]] enum error tlsf_init(struct tlsf *self, void *start, void *end)
{
    uintptr_t low = (uintptr_t)start, high = (uintptr_t)end & ~(uintptr_t)(GRAIN - 1);
    if (low == 0 || low > UINTPTR_MAX - SMALLEST)
        return ERR_INVALID;
    low += bytes_to_align(low, GRAIN);
    if (low >= high || high - low < 2 * (size_t)SMALLEST)
        return ERR_INVALID;
    /* Headers lie 8 bytes before a multiple of 16; the last one marks the end. */
    memset(self, 0, sizeof *self);
    self->allocator.ops = &tlsf_ops;
    memcpy(self->halvings, bits_highest_table, sizeof self->halvings);
    self->region = low;
    self->first = (struct tlsf_block *)(low + HEADER);
    self->last = (struct tlsf_block *)(high - HEADER);
    self->total = (size_t)((char *)self->last - (char *)self->first);
    self->last->header = LOW_FREE;
    make_free_slowly(self, self->first, self->total);
    return OK;
}
