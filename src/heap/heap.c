/*
 * heap: the default heap: locked (heap/locked.h) around a bump (heap/bump.h).
 *
 * Its three hot operations are in fast.c; all others are locked's.
 */
#include <base/assert.h>
#include <heap/heap.h>

#include "default_heap.h"

static const struct allocator_ops heap_ops = {
    .alloc = heap_fast_alloc,
    .dealloc = heap_fast_dealloc,
    .alloc_zeroed = locked_alloc_zeroed,
    .realloc = heap_fast_realloc,
    .statistics = locked_statistics,
    .check = locked_check,
    .walk = locked_walk,
};

struct default_heap heap_state = {
    .locked = { .allocator = { .ops = &heap_ops }, .inner = &heap_state.bump.allocator },
    .bump = { .allocator = { .ops = &bump_ops } },
};

struct allocator *const heap_allocator = &heap_state.locked.allocator;

enum error heap_init(void *start, void *end)
{
    enum error error = bump_init(&heap_state.bump, start, end);
    if (error == ERR_STATE)
        panic("heap_init a second time: the heap from %p to %p is in use",
              (void *)heap_state.bump.start, (void *)heap_state.bump.end);
    return error;
}

void *heap_alloc_zeroed(struct layout layout)
{
    return allocator_alloc_zeroed(heap_allocator, layout);
}

void *heap_alloc_or_oom(struct layout layout)
{
    return allocator_alloc_or_oom(heap_allocator, layout);
}

struct heap_statistics heap_statistics(void)
{
    return allocator_statistics(heap_allocator);
}
