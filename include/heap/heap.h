/*
 * heap: the default heap, which main chooses from the family and gives the memory of hypervisor.ld.
 *
 *     struct allocator *a = heap_default();      hand it to a vector, a string, your code
 *     void *block = heap_alloc(LAYOUT_OF(T));    or ask it directly
 *
 *     name                what stands behind heap_default()
 *     bump                locked -> bump, in one straight line (src/heap/fast.c)
 *     any other           locked -> it
 *     hart_caches         hart_caches -> locked -> tlsf
 *     and checked         locked -> checked -> any of them: every misuse is named
 *
 * It may be used by all harts. Its contract is that of heap/allocator.h. heap_alloc and its kin
 * below are the express lane of the bump; with another heap they take a detour, so ask
 * heap_default() there.
 *
 * Another allocator: a row in src/heap/family.c. Another composition: src/heap/heap.c alone.
 */
#pragma once

#include <heap/allocator.h>

/* The default heap's state; use heap_default(). */
extern struct allocator *heap_allocator;

/* The default heap as an allocator object. Before heap_init it refuses everything (ERR_STATE). */
static inline struct allocator *heap_default(void)
{
    return heap_allocator;
}

/* What the default heap is to be. */
struct heap_choice {
    const char *name; /* a name of heap/family.h, or hart_caches: `length` bytes */
    size_t length;
    bool checked; /* with the misuse detection of heap/checked.h; it costs some 100 instructions */
};

/*
 * Give the default heap, as chosen, the bytes from `start` up to `end`. Once, by the first hart,
 * before anybody allocates. Panics iff it was called before. Fails, and changes nothing, iff no
 * heap has that name (ERR_NOT_FOUND), or the bounds are bad or too little lies between them
 * (ERR_INVALID).
 */
enum error heap_init_as(struct heap_choice choice, void *start, void *end);

/* The same, for an unchecked bump. */
enum error heap_init(void *start, void *end);

/* Where it lies: the bounds that heap_init was given; both NULL before. */
struct heap_bounds {
    const char *start, *end;
};
struct heap_bounds heap_bounds(void);

/* Statistics, fragmentation and map on the console; where it is checked, the live blocks too. */
void heap_report(void);

/*
 * The leak check, for the end of a program: check all structures and the memory in quarantine,
 * give the latter back, and return how many blocks are live. Where there are any it prints
 * heap_report. Context: the other harts do not allocate.
 */
size_t heap_leaks(void);

/* The default heap's own operations; layouts must be valid. Use the functions below. */
void *heap_alloc_valid(size_t size, size_t align);
void heap_dealloc_valid(void *block, size_t size, size_t align);
void *heap_realloc_valid(void *block, size_t size, size_t align, size_t new_size);

/* allocator_alloc on the default heap. Cost: see bench/; the same for every size and alignment. */
[[nodiscard]] static inline void *heap_alloc(struct layout layout)
{
    if (unlikely(!layout_is_valid(layout)))
        return allocator_refuse_layout(heap_default(), layout.size, layout.align);
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
    return allocator_realloc_other(heap_default(), block, layout.size, layout.align, new_size);
}

/* allocator_alloc_zeroed, _alloc_or_oom, _statistics on the default heap. */
[[nodiscard]] void *heap_alloc_zeroed(struct layout layout);
[[nodiscard]] void *heap_alloc_or_oom(struct layout layout);
struct heap_statistics heap_statistics(void);
