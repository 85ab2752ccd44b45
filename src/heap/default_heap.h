/*
 * default_heap: the default heap's state, shared by heap.c (set-up) and fast.c (hot paths).
 */
#pragma once

#include <heap/bump.h>
#include <heap/locked.h>

/* Side by side, the lock first, so that one register reaches all of it. */
struct default_heap {
    struct locked locked;
    struct bump bump;
};
extern struct default_heap heap_state;

/* Operations of struct allocator_ops, in fast.c. */
void *heap_fast_alloc(struct allocator *self, size_t size, size_t align);
void heap_fast_dealloc(struct allocator *self, void *block, size_t size, size_t align);
void *heap_fast_realloc(struct allocator *self, void *block, size_t size, size_t align,
                        size_t new_size);
