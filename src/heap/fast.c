/*
 * fast: the straight lines through the default heap.
 *
 * The lock is free and the bump can answer in its hot path: then lock, bump and unlock are one
 * line of instructions without a call. Everything else (the lock is held, no room, not the last
 * block, another heap) goes to plain functions, which do the same thing without hurry.
 *
 * Each function here calls another at its very end only, so it needs no stack and no frame
 * record, and the Makefile compiles this file, alone, with -fomit-frame-pointer. A backtrace
 * loses nothing: ra still says who called.
 */
#include <heap/heap.h>

#include "default_heap.h"

/* The way back from a lock that was taken at once. */
[[gnu::always_inline]] static inline void unlock(uint64_t interrupts)
{
    spinlock_release(&heap_state.locked.lock);
    hart_restore_interrupts(interrupts);
}

/* What stands behind the express lane: locked, or the caches above it. */
static inline const struct allocator_ops *behind(void)
{
    return heap_allocator == &heap_state.locked.allocator ? &locked_ops : heap_allocator->ops;
}

[[gnu::noinline, gnu::cold]] static void *slow_alloc(size_t size, size_t align)
{
    return behind()->alloc(heap_allocator, size, align);
}

void *heap_alloc_valid(size_t size, size_t align)
{
    uint64_t interrupts = hart_mask_interrupts();
    if (likely(spinlock_try(&heap_state.locked.lock, leaf_return_address()))) {
        void *block;
        bool done = bump_take(&heap_state.bump, size, align, &block);
        unlock(interrupts);
        if (likely(done))
            return block;
    } else {
        hart_restore_interrupts(interrupts);
    }
    return slow_alloc(size, align);
}

[[gnu::noinline, gnu::cold]] static void slow_dealloc(void *block, size_t size, size_t align)
{
    behind()->dealloc(heap_allocator, block, size, align);
}

void heap_dealloc_valid(void *block, size_t size, size_t align)
{
    uint64_t interrupts = hart_mask_interrupts();
    if (likely(spinlock_try(&heap_state.locked.lock, leaf_return_address()))) {
        bool done = bump_give_last(&heap_state.bump, block, size);
        unlock(interrupts);
        if (likely(done))
            return;
    } else {
        hart_restore_interrupts(interrupts);
    }
    slow_dealloc(block, size, align);
}

[[gnu::noinline, gnu::cold]] static void *slow_realloc(void *block, size_t size, size_t align,
                                                       size_t new_size)
{
    return behind()->realloc(heap_allocator, block, size, align, new_size);
}

void *heap_realloc_valid(void *block, size_t size, size_t align, size_t new_size)
{
    uint64_t interrupts = hart_mask_interrupts();
    if (likely(spinlock_try(&heap_state.locked.lock, leaf_return_address()))) {
        bool done = bump_resize_last(&heap_state.bump, block, size, new_size);
        unlock(interrupts);
        if (likely(done))
            return block;
    } else {
        hart_restore_interrupts(interrupts);
    }
    return slow_realloc(block, size, align, new_size);
}

void *heap_fast_alloc(struct allocator *self, size_t size, size_t align)
{
    (void)self;
    return heap_alloc_valid(size, align);
}

void heap_fast_dealloc(struct allocator *self, void *block, size_t size, size_t align)
{
    (void)self;
    heap_dealloc_valid(block, size, align);
}

void *heap_fast_realloc(struct allocator *self, void *block, size_t size, size_t align,
                        size_t new_size)
{
    (void)self;
    return heap_realloc_valid(block, size, align, new_size);
}
