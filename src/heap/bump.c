/*
 * bump: set-up, the rare cases, and the operations behind the interface. The theory and the hot
 * path are in heap/bump.h. No lock here: that is heap/locked.h's.
 */
#include <base/assert.h>
#include <heap/bump.h>
#include <lib/memory.h>

static struct bump *bump_of(struct allocator *self)
{
    return container_of(self, struct bump, allocator);
}

/* [bump-init] */
[[gnu::cold]] enum error bump_init(struct bump *self, void *start, void *end)
{
    if (self->start != 0)
        return ERR_STATE;
    uintptr_t low = (uintptr_t)start, high = (uintptr_t)end & ~(uintptr_t)15;
    if (low == 0 || bytes_to_align(low, 16) > UINTPTR_MAX - low)
        return ERR_INVALID;
    low += bytes_to_align(low, 16);
    if (low >= high)
        return ERR_INVALID;
    *self = (struct bump){
        .allocator = { .ops = &bump_ops },
        .next = low,
        .start = low,
        .end = high,
        .high_water = low,
    };
    return OK;
}
/* [/bump-init] */

void *bump_refuse(struct bump *self)
{
    return allocator_refuse(&self->allocator, self->start == 0 ? ERR_STATE : ERR_NO_MEMORY);
}

/* A block that is not the last: panic unless it can be ours. What a bump can know it checks. */
static void check_block(const struct bump *self, const void *block, size_t size, size_t align)
{
    uintptr_t address = (uintptr_t)block;
    if (self->count == self->freed)
        panic("dealloc of %p (%zu bytes): no block is live; it was given back before, or never "
              "came from this heap",
              block, size);
    if (address < self->start || address >= self->next || size > self->next - address)
        panic("dealloc of %p (%zu bytes): not a block of this heap, whose blocks lie from %p to %p",
              block, size, (void *)self->start, (void *)self->next);
    if (address % align != 0)
        panic("dealloc of %p (%zu bytes): not aligned to %zu, so not a block of this layout", block,
              size, align);
}

/* [bump-dealloc] */
void bump_dealloc_other(struct bump *self, void *block, size_t size, size_t align)
{
    check_block(self, block, size, align);
    bump_note_peaks(self);
    self->freed++;
    if (self->count == self->freed)
        self->next = self->start;
}
/* [/bump-dealloc] */

static void *op_alloc(struct allocator *allocator, size_t size, size_t align)
{
    struct bump *self = bump_of(allocator);
    void *block;
    return likely(bump_take(self, size, align, &block)) ? block : bump_refuse(self);
}

static void op_dealloc(struct allocator *allocator, void *block, size_t size, size_t align)
{
    struct bump *self = bump_of(allocator);
    if (unlikely(!bump_give_last(self, block, size)))
        bump_dealloc_other(self, block, size, align);
}

static void *op_realloc(struct allocator *allocator, void *block, size_t size, size_t align,
                        size_t new_size)
{
    struct bump *self = bump_of(allocator);
    /* [bump-in-place] */
    if (bump_resize_last(self, block, size, new_size))
        return block;
    /* [/bump-in-place] */
    check_block(self, block, size, align);
    if (new_size <= size)
        return block; /* its tail becomes part of the hole that it will leave */
    return allocator_default_realloc(allocator, block, size, align, new_size);
}

[[gnu::cold]] static struct heap_statistics op_statistics(struct allocator *allocator)
{
    struct bump *self = bump_of(allocator);
    size_t live = self->count - self->freed;
    uintptr_t high_water = self->next > self->high_water ? self->next : self->high_water;
    return (struct heap_statistics){
        .live = live,
        .peak = live > self->peak ? live : self->peak,
        .count = self->count,
        .failed = allocator->failed,
        .used_bytes = self->next - self->start,
        .high_water_bytes = high_water - self->start,
        .left_bytes = self->end - self->next,
    };
}

[[gnu::cold]] static void op_check(struct allocator *allocator)
{
    struct bump *self = bump_of(allocator);
    ASSERT_COMPARE(self->start, <=, self->next);
    ASSERT_COMPARE(self->next, <=, self->end);
    ASSERT_COMPARE(self->high_water, <=, self->end);
    ASSERT_COMPARE(self->freed, <=, self->count);
    if (self->freed == self->count)
        ASSERT_COMPARE(self->next, ==, self->start);
}

[[gnu::cold]] static void op_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct bump *self = bump_of(allocator);
    if (self->next > self->start)
        visit(context, (struct heap_span){ self->start, self->next - self->start, SPAN_USED });
    if (self->end > self->next)
        visit(context, (struct heap_span){ self->next, self->end - self->next, SPAN_FREE });
}

const struct allocator_ops bump_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = op_statistics,
    .check = op_check,
    .walk = op_walk,
};
