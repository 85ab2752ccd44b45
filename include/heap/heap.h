/*
 * heap: the default heap, a bump allocator inside a spinlock.
 *
 *     struct allocator *a = heap_default();      hand it to a vector, a string, your code
 *     void *block = heap_alloc(LAYOUT_OF(T));    or ask it directly
 *
 * main initialises it from __heap and __heap_end of hypervisor.ld. It may be used by all harts.
 * Its contract is that of heap/allocator.h.
 *
 * To swap it for another allocator, change src/heap/heap.c alone.
 */
#pragma once

#include <heap/allocator.h>

/* The default heap's state; use heap_default(). */
extern struct allocator *const heap_allocator;

/* The default heap as an allocator object. Before heap_init it refuses everything (ERR_STATE). */
static inline struct allocator *heap_default(void)
{
    return heap_allocator;
}

/*
 * Give the default heap the bytes from `start` up to `end`. Once, by the first hart, before
 * anybody allocates. Panics iff it was called before. Fails (ERR_INVALID) as bump_init does.
 */
enum error heap_init(void *start, void *end);

/* The default heap's own operations; layouts must be valid. Use the functions below. */
void *heap_alloc_valid(size_t size, size_t align);
void heap_dealloc_valid(void *block, size_t size, size_t align);
void *heap_realloc_valid(void *block, size_t size, size_t align, size_t new_size);

/* allocator_alloc on the default heap. Cost: see bench/; the same for every size and alignment. */
[[nodiscard]] static inline void *heap_alloc(struct layout layout)
{
    if (unlikely(!layout_is_valid(layout)))
        return allocator_refuse_layout(heap_default(), layout);
    return heap_alloc_valid(layout.size, layout.align);
}

/* allocator_dealloc on the default heap. */
static inline void heap_dealloc(void *block, struct layout layout)
{
    if (likely(layout_is_valid(layout)) && likely(block != NULL))
        heap_dealloc_valid(block, layout.size, layout.align);
    else
        allocator_dealloc(heap_default(), block, layout);
}

/* allocator_realloc on the default heap. */
[[nodiscard]] static inline void *heap_realloc(void *block, struct layout layout, size_t new_size)
{
    if (likely(block != NULL) && likely(layout_is_valid(layout)) && likely(size_is_valid(new_size)))
        return heap_realloc_valid(block, layout.size, layout.align, new_size);
    return allocator_realloc_other(heap_default(), block, layout, new_size);
}

/* allocator_alloc_zeroed, _alloc_or_oom, _statistics on the default heap. */
[[nodiscard]] void *heap_alloc_zeroed(struct layout layout);
[[nodiscard]] void *heap_alloc_or_oom(struct layout layout);
struct heap_statistics heap_statistics(void);
