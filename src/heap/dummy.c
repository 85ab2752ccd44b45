/*
 * dummy: see heap/dummy.h.
 */
#include <base/assert.h>
#include <heap/dummy.h>

static void *refuse(struct allocator *allocator, size_t size, size_t align)
{
    (void)size, (void)align;
    return allocator_refuse(allocator, ERR_NO_MEMORY);
}

[[gnu::noreturn]] static void reject(const void *block, size_t size)
{
    panic("dealloc of %p (%zu bytes): the dummy allocator never hands out a block", block, size);
}

static void op_dealloc(struct allocator *allocator, void *block, size_t size, size_t align)
{
    (void)allocator, (void)align;
    reject(block, size);
}

static void *op_realloc(struct allocator *allocator, void *block, size_t size, size_t align,
                        size_t new_size)
{
    (void)allocator, (void)align, (void)new_size;
    reject(block, size);
}

[[gnu::cold]] static struct heap_statistics op_statistics(struct allocator *allocator)
{
    return (struct heap_statistics){ .failed = allocator->failed };
}

[[gnu::cold]] static void op_check(struct allocator *allocator)
{
    (void)allocator;
}

[[gnu::cold]] static void op_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    (void)allocator, (void)visit, (void)context;
}

static const struct allocator_ops dummy_ops = {
    .alloc = refuse,
    .dealloc = op_dealloc,
    .alloc_zeroed = refuse,
    .realloc = op_realloc,
    .statistics = op_statistics,
    .check = op_check,
    .walk = op_walk,
};

[[gnu::cold]] enum error dummy_init(struct dummy *self, void *start, void *end)
{
    (void)start, (void)end;
    *self = (struct dummy){ .allocator = { .ops = &dummy_ops } };
    return OK;
}
