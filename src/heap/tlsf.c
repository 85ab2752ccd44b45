/*
 * tlsf: see heap/tlsf.h for the drawing.
 *
 * A struct tlsf_block lies at the header; the payload begins at `next`. Sizes are of whole blocks,
 * header included, and multiples of 16.
 */
#include <base/assert.h>
#include <heap/tlsf.h>
#include <lib/memory.h>

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
};

static struct tlsf *tlsf_of(struct allocator *self)
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

/* Where sizes from `size` on have their list: row and step in one number, row * 32 + step. */
static inline size_t list_for(size_t size)
{
    if (size < 512)
        return (unsigned)(size / GRAIN);
    unsigned high = highest_bit(size); /* 9 ..: the five bits after the highest are the step */
    return (high - 8) * TLSF_STEPS + ((unsigned)(size >> (high - 5)) & (TLSF_STEPS - 1));
}

static inline void insert(struct tlsf *self, struct tlsf_block *block, size_t size)
{
    size_t list = list_for(size), row = list / TLSF_STEPS;
    struct tlsf_block **head = &self->lists[list];
    struct tlsf_block *next = *head;
    block->next = next;
    block->previous = NULL;
    *head = block;
    if (next != NULL) {
        next->previous = block;
        return;
    }
    self->steps[row] |= UINT32_C(1) << list % TLSF_STEPS;
    self->rows |= UINT64_C(1) << row;
}

static inline void take_out(struct tlsf *self, struct tlsf_block *block, size_t size)
{
    struct tlsf_block *next = block->next, *previous = block->previous;
    if (next != NULL)
        next->previous = previous;
    if (previous != NULL) {
        previous->next = next;
        return;
    }
    size_t list = list_for(size), row = list / TLSF_STEPS;
    self->lists[list] = next;
    if (next == NULL) {
        self->steps[row] &= ~(UINT32_C(1) << list % TLSF_STEPS);
        if (self->steps[row] == 0)
            self->rows &= ~(UINT64_C(1) << row);
    }
}

/* `size` bytes at `block` become a free block; its neighbours are not free. The block before
   keeps its bits, `low` is what the header says of it: 0. */
static inline void make_free(struct tlsf *self, struct tlsf_block *block, size_t size)
{
    struct tlsf_block *high = after(block, size);
    block->header = size | FREE;
    ((size_t *)high)[-1] = size;
    high->header |= LOW_FREE;
    insert(self, block, size);
}

/* A free block of at least `size` bytes, or NULL. Every block of the list that is found is large
   enough, since the search begins at the first list that has no smaller one. */
static inline struct tlsf_block *find(const struct tlsf *self, size_t size)
{
    size_t rounded = size;
    if (size >= 512)
        rounded += (UINT64_C(1) << (highest_bit(size) - 5)) - 1;
    size_t list = list_for(rounded), row = list / TLSF_STEPS;
    if (unlikely(row >= TLSF_ROWS))
        return NULL;
    uint32_t steps = self->steps[row] & UINT32_MAX << list % TLSF_STEPS;
    if (steps == 0) {
        uint64_t rows = self->rows & UINT64_MAX << row << 1;
        if (rows == 0)
            return NULL;
        row = lowest_bit(rows);
        steps = self->steps[row];
    }
    return self->lists[row * TLSF_STEPS + lowest_bit(steps)];
}

/* Hand out the first `size` bytes of `block`, which is in no list; the rest stays free. */
static inline void *hand_out(struct tlsf *self, struct tlsf_block *block, size_t whole, size_t size)
{
    size_t rest = whole - size;
    if (rest >= SMALLEST) {
        make_free(self, after(block, size), rest);
    } else {
        size = whole;
        after(block, size)->header &= ~(size_t)LOW_FREE;
    }
    block->header = size | (block->header & LOW_FREE);
    tally_take(&self->tally, size);
    return payload_of(block);
}

/* A request that must be aligned to more than 16: a block so large that an aligned one lies in it
   wherever it begins; what lies before becomes a free block of its own. */
[[gnu::noinline]] static void *alloc_aligned(struct tlsf *self, size_t size, size_t align)
{
    size_t reserve = size + align + SMALLEST;
    struct tlsf_block *block = reserve < size ? NULL : find(self, reserve);
    if (block == NULL)
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    size_t whole = size_of(block);
    take_out(self, block, whole);
    size_t padding = bytes_to_align((uintptr_t)payload_of(block), align);
    if (padding != 0 && padding < SMALLEST)
        padding += align;
    if (padding != 0) {
        struct tlsf_block *front = block;
        block = after(front, padding);
        block->header = 0;
        make_free(self, front, padding); /* sets LOW_FREE of block */
    }
    return hand_out(self, block, whole - padding, size);
}

static void *op_alloc(struct allocator *allocator, struct layout layout)
{
    struct tlsf *self = tlsf_of(allocator);
    size_t size = block_size(layout.size);
    if (unlikely(layout.align > GRAIN))
        return alloc_aligned(self, size, layout.align);
    struct tlsf_block *block = find(self, size);
    if (unlikely(block == NULL))
        return allocator_refuse(allocator, ERR_NO_MEMORY);
    size_t whole = size_of(block);
    take_out(self, block, whole);
    return hand_out(self, block, whole, size);
}

/* The block whose payload is at `payload`; panics unless it is handed out and large enough. */
static inline struct tlsf_block *live_block(const struct tlsf *self, void *payload, size_t size)
{
    struct tlsf_block *block = (struct tlsf_block *)((char *)payload - HEADER);
    if (unlikely((uintptr_t)payload % GRAIN != 0 || block < self->first || block >= self->last))
        panic("dealloc of %p (%zu bytes): not a block of this heap, whose blocks lie from %p to %p",
              payload, size, (void *)self->first, (void *)self->last);
    if (unlikely((block->header & FREE) != 0))
        panic("dealloc of %p (%zu bytes): free already", payload, size);
    if (unlikely(size_of(block) - size > GRAIN))
        panic("dealloc of %p: %zu bytes with header, but the block has %zu; it was allocated with "
              "another size, or its header was overwritten",
              payload, size, size_of(block));
    return block;
}

static void op_dealloc(struct allocator *allocator, void *payload, struct layout layout)
{
    struct tlsf *self = tlsf_of(allocator);
    struct tlsf_block *block = live_block(self, payload, block_size(layout.size));
    size_t size = size_of(block);
    tally_give(&self->tally, size);
    struct tlsf_block *high = after(block, size);
    if ((high->header & FREE) != 0) {
        take_out(self, high, size_of(high));
        size += size_of(high);
    }
    if ((block->header & LOW_FREE) != 0) {
        size_t low_size = ((size_t *)block)[-1];
        block = (struct tlsf_block *)((char *)block - low_size);
        take_out(self, block, low_size);
        size += low_size;
    }
    make_free(self, block, size);
}

/* Give back what lies behind the first `size` bytes of a live block of `whole`. */
static void trim(struct tlsf *self, struct tlsf_block *block, size_t whole, size_t size)
{
    size_t rest = whole - size;
    struct tlsf_block *high = after(block, whole);
    if ((high->header & FREE) != 0) {
        take_out(self, high, size_of(high));
        rest += size_of(high);
    } else if (rest < SMALLEST) {
        size = whole;
        rest = 0;
    }
    if (rest != 0)
        make_free(self, after(block, size), rest);
    block->header = size | (block->header & LOW_FREE);
}

static void *op_realloc(struct allocator *allocator, void *payload, struct layout layout,
                        size_t new_size)
{
    struct tlsf *self = tlsf_of(allocator);
    struct tlsf_block *block = live_block(self, payload, block_size(layout.size));
    size_t whole = size_of(block), size = block_size(new_size);
    if (size > whole) { /* into the block that follows, where it is free and large enough */
        struct tlsf_block *high = after(block, whole);
        if ((high->header & FREE) == 0 || size_of(high) < size - whole)
            return allocator_default_realloc(allocator, payload, layout, new_size);
        size_t both = whole + size_of(high);
        take_out(self, high, size_of(high));
        after(block, both)->header &= ~(size_t)LOW_FREE;
        block->header = both | (block->header & LOW_FREE);
        trim(self, block, both, size);
    } else {
        trim(self, block, whole, size);
    }
    tally_resize(&self->tally, whole, size_of(block));
    return payload;
}

static struct heap_statistics op_statistics(struct allocator *allocator)
{
    struct tlsf *self = tlsf_of(allocator);
    return tally_statistics(&self->tally, allocator->failed, self->total);
}

/* Every block is what its neighbour says of it; every free one is in its list, and nothing else. */
static void op_check(struct allocator *allocator)
{
    struct tlsf *self = tlsf_of(allocator);
    size_t used = 0, free_blocks = 0;
    const struct tlsf_block *before = NULL;
    for (const struct tlsf_block *block = self->first; block != self->last;
         before = block, block = after(block, size_of(block))) {
        bool low_free = before != NULL && (before->header & FREE) != 0;
        ASSERT_COMPARE(size_of(block), >=, SMALLEST);
        ASSERT_COMPARE(size_of(block) % GRAIN, ==, 0);
        ASSERT_COMPARE(size_of(block), <=, (uintptr_t)self->last - (uintptr_t)block);
        ASSERT_COMPARE((block->header & LOW_FREE) != 0, ==, low_free);
        if ((block->header & FREE) == 0) {
            used += size_of(block);
            continue;
        }
        ASSERT(!low_free);
        ASSERT_COMPARE(((const size_t *)after(block, size_of(block)))[-1], ==, size_of(block));
        free_blocks++;
    }
    ASSERT_COMPARE((self->last->header & LOW_FREE) != 0, ==,
                   before != NULL && (before->header & FREE) != 0);
    ASSERT_COMPARE(used, ==, self->tally.used);
    for (unsigned list = 0; list < TLSF_ROWS * TLSF_STEPS; list++) {
        unsigned row = list / TLSF_STEPS;
        bool listed = self->steps[row] >> list % TLSF_STEPS & 1;
        ASSERT_COMPARE(listed, ==, self->lists[list] != NULL);
        ASSERT_COMPARE(self->rows >> row & 1, ==, self->steps[row] != 0);
        const struct tlsf_block *previous = NULL;
        for (const struct tlsf_block *block = self->lists[list]; block != NULL;
             previous = block, block = block->next) {
            ASSERT_COMPARE((uintptr_t)block->previous, ==, (uintptr_t)previous);
            ASSERT_COMPARE(list_for(size_of(block)), ==, list);
            ASSERT((block->header & FREE) != 0);
            ASSERT_COMPARE(free_blocks, >, 0);
            free_blocks--;
        }
    }
    ASSERT_COMPARE(free_blocks, ==, 0);
}

static void op_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct tlsf *self = tlsf_of(allocator);
    uintptr_t at = (uintptr_t)self->first;
    visit(context, (struct heap_span){ self->region, at - self->region, SPAN_OWN });
    for (struct tlsf_block *block = self->first; block != self->last;
         block = after(block, size_of(block)))
        visit(context, (struct heap_span){ (uintptr_t)block, size_of(block),
                                           (block->header & FREE) != 0 ? SPAN_FREE : SPAN_USED });
    visit(context, (struct heap_span){ (uintptr_t)self->last, HEADER, SPAN_OWN });
}

static const struct allocator_ops tlsf_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = op_statistics,
    .check = op_check,
    .walk = op_walk,
};

enum error tlsf_init(struct tlsf *self, void *start, void *end)
{
    uintptr_t low = (uintptr_t)start, high = (uintptr_t)end & ~(uintptr_t)(GRAIN - 1);
    if (low == 0 || low > UINTPTR_MAX - 2 * GRAIN)
        return ERR_INVALID;
    low += bytes_to_align(low, GRAIN);
    if (low >= high || high - low < 4 * GRAIN)
        return ERR_INVALID;
    /* Headers lie 8 bytes before a multiple of 16; the last one marks the end. */
    memset(self, 0, sizeof *self);
    self->allocator.ops = &tlsf_ops;
    self->region = low;
    self->first = (struct tlsf_block *)(low + HEADER);
    self->last = (struct tlsf_block *)(high - HEADER);
    self->total = (size_t)((char *)self->last - (char *)self->first);
    self->last->header = 0;
    make_free(self, self->first, self->total);
    return OK;
}
