/*
 * bucket: see heap/bucket.h for the drawing.
 */
#include <base/assert.h>
#include <heap/bucket.h>

#include "bucket_classes.h"

const uint16_t bucket_sizes[BUCKET_CLASSES] = { 8,   16,  32,  48,   64,   96,   128,  192, 256,
                                                384, 512, 768, 1024, 1536, 2048, 3072, 4096 };

/* Small is what has a class: up to 4096 bytes, aligned to 16 at most. */
static inline bool is_small(size_t size, size_t align)
{
    return size <= BUCKET_LARGEST && align <= BUCKET_ALIGN;
}

/* The usual case of it, for which the table alone says the class. */
static inline bool is_usual(size_t size, size_t align)
{
    return likely(size <= BUCKET_LARGEST) && likely(align <= 8);
}

/* The list of a small block. The table has places in `heads`, in bytes, which saves a shift; with
   the barrier the distance of `heads` becomes a part of the load. */
static inline struct bucket_block **list_for(struct bucket *self, size_t size)
{
    char *base = (char *)self + self->list_of[size];
    __asm__("" : "+r"(base));
    return (struct bucket_block **)(void *)(base + offsetof(struct bucket, heads));
}

/* The same where the alignment may be 16: all classes but the first are aligned to it. */
static inline struct bucket_block **aligned_list_for(struct bucket *self, size_t size, size_t align)
{
    return list_for(self, size < align ? align : size);
}

/* Nothing is free in the class: cut a block from the middle; else ask the linked list. */
[[gnu::noinline]] static void *cut(struct bucket *self, struct bucket_block **list)
{
    size_t class = (size_t)(list - self->heads);
    size_t size = bucket_sizes[class];
    size_t taken = size < LINKED_LIST_GRAIN ? LINKED_LIST_GRAIN : size;
    char *block = (char *)self->low;
    if (likely(taken <= self->top - self->low)) {
        self->low += taken;
    } else {
        block = self->large.allocator.ops->alloc(&self->large.allocator, taken, LINKED_LIST_GRAIN);
        if (block == NULL)
            return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    }
    self->allocator.tally.count++;
    self->cut += taken;
    if (taken != size) { /* the class of 8: its second half */
        struct bucket_block *half = (struct bucket_block *)(void *)(block + size);
        half->next = NULL;
        *list = half;
    }
    return block;
}

/*
 * The linked list has no room: lend it some of the middle, 64 KiB or what is needed. Not at all
 * where the middle, with the free block that lies at its end, would not be enough: a refused
 * request changes nothing.
 */
static bool lend(struct bucket *self, size_t size, size_t align)
{
    enum { CHUNK = 64 * 1024 };
    size_t middle = self->top - self->low, at_top = linked_list_free_at(&self->large, self->top);
    size_t needed = size + align + LINKED_LIST_GRAIN;
    if (needed < size || middle == 0 || needed > middle + at_top)
        return false;
    size_t chunk = needed < CHUNK ? CHUNK : (needed + (LINKED_LIST_GRAIN - 1)) & -LINKED_LIST_GRAIN;
    if (chunk > middle || chunk < needed)
        chunk = middle;
    self->top -= chunk;
    linked_list_lend(&self->large, self->top, chunk);
    return true;
}

static void *alloc_large(struct bucket *self, size_t size, size_t align)
{
    struct allocator *large = &self->large.allocator;
    void *block = large->ops->alloc(large, size, align);
    if (block == NULL && lend(self, size, align))
        block = large->ops->alloc(large, size, align);
    if (block == NULL)
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    self->allocator.tally.count++;
    return block;
}

static inline void *pop(struct bucket *self, struct bucket_block **list)
{
    struct bucket_block *block = *list;
    if (unlikely(block == NULL))
        return cut(self, list);
    *list = block->next;
    self->allocator.tally.count++;
    return block;
}

[[gnu::noinline]] static void *alloc_other(struct bucket *self, size_t size, size_t align)
{
    if (is_small(size, align))
        return pop(self, aligned_list_for(self, size, align));
    return alloc_large(self, size, align);
}

static void *op_alloc(struct allocator *allocator, size_t size, size_t align)
{
    struct bucket *self = bucket_of(allocator);
    if (!is_usual(size, align))
        return alloc_other(self, size, align);
    return pop(self, list_for(self, size));
}

/* Giving back `block` is a mistake: say which, and end. Called last of all, so that the caller's
   caller is in the backtrace. */
REACHED_BY_JUMP static void reject(const struct bucket *self, const void *block, size_t size)
{
    bool ours = (uintptr_t)block - self->first < self->extent && (uintptr_t)block % 8 == 0;
    panic("dealloc of %p (%zu bytes): %s; blocks of this heap lie from %p to %p", block, size,
          ours ? "free already" : "not a block of this heap", (void *)self->first,
          (void *)(self->first + self->extent));
}

/* What a list of one link can notice: a block of another heap, a place that cannot be a block, and
   the one given back last. */
static inline void push(struct bucket *self, struct bucket_block **list, void *payload, size_t size)
{
    struct bucket_block *block = payload, *next = *list;
    uintptr_t offset = (uintptr_t)block - self->first;
    if (unlikely(offset >= self->extent) || unlikely(offset % 8 != 0) || unlikely(block == next))
        return reject(self, block, size);
    block->next = next;
    *list = block;
    self->allocator.tally.freed++;
}

[[gnu::noinline]] static void dealloc_other(struct bucket *self, void *block, size_t size,
                                            size_t align)
{
    if (is_small(size, align))
        return push(self, aligned_list_for(self, size, align), block, size);
    self->large.allocator.ops->dealloc(&self->large.allocator, block, size, align);
    self->allocator.tally.freed++;
}

static void op_dealloc(struct allocator *allocator, void *block, size_t size, size_t align)
{
    struct bucket *self = bucket_of(allocator);
    if (!is_usual(size, align))
        return dealloc_other(self, block, size, align);
    push(self, list_for(self, size), block, size);
}

static void *op_realloc(struct allocator *allocator, void *block, size_t size, size_t align,
                        size_t new_size)
{
    struct bucket *self = bucket_of(allocator);
    bool small = is_small(size, align), will_be = is_small(new_size, align);
    if (small && will_be &&
        aligned_list_for(self, size, align) == aligned_list_for(self, new_size, align))
        return block;
    if (small || will_be)
        return allocator_default_realloc(allocator, block, size, align, new_size);
    struct allocator *large = &self->large.allocator;
    void *moved = large->ops->realloc(large, block, size, align, new_size);
    if (moved == NULL && lend(self, new_size, align))
        moved = large->ops->realloc(large, block, size, align, new_size);
    return moved != NULL ? moved : allocator_refuse(allocator, ERR_NO_MEMORY);
}

static const struct allocator_ops bucket_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = bucket_statistics,
    .check = bucket_check,
    .walk = bucket_walk,
};

[[gnu::cold]] enum error bucket_init(struct bucket *self, void *start, void *end)
{
    enum error error = linked_list_init_empty(&self->large, start, end);
    if (error)
        return error;
    self->allocator = (struct allocator){ .ops = &bucket_ops };
    self->first = self->low = linked_list_first(&self->large);
    self->top = linked_list_last(&self->large);
    self->extent = self->top - self->low;
    for (size_t i = 0, class = 0; i < ARRAY_LENGTH(self->list_of); i++) {
        if (i > bucket_sizes[class])
            class ++;
        self->list_of[i] = (uint8_t)((uintptr_t)&self->heads[class] - (uintptr_t)self->heads);
    }
    return OK;
}
