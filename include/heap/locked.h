/*
 * locked: a spinlock around any allocator, which makes it one that all harts may share.
 *
 *     struct locked shared;
 *     locked_init(&shared, &my_bump.allocator);
 *     allocator_alloc(&shared.allocator, LAYOUT_OF(struct thing));
 *
 * It is an allocator itself: each operation takes the lock (interrupts masked, holder and call
 * site known: lib/spinlock.h), asks the inner allocator, and releases. The inner allocator must
 * be used through it alone. An inner operation that panics leaves the lock held, on purpose: the
 * structures behind it cannot be trusted then.
 *
 * Shortcoming: large blocks are zeroed and copied while the lock is held.
 */
#pragma once

#include <heap/allocator.h>
#include <lib/spinlock.h>

struct locked {
    struct spinlock lock; /* first: reached without adding an offset */
    struct allocator allocator;
    struct allocator *inner;
};

/* Make `self` the lock around `inner`, which must outlive it. Cannot fail. */
void locked_init(struct locked *self, struct allocator *inner);

extern const struct allocator_ops locked_ops;

/* Its operations, for who builds a faster path on top (heap/heap.h). `self` is the member
   `allocator` of a struct locked. Context: any hart, not in a trap. */
void *locked_alloc(struct allocator *self, size_t size, size_t align);
void locked_dealloc(struct allocator *self, void *block, size_t size, size_t align);
void *locked_alloc_zeroed(struct allocator *self, size_t size, size_t align);
void *locked_realloc(struct allocator *self, void *block, size_t size, size_t align,
                     size_t new_size);
struct heap_statistics locked_statistics(struct allocator *self);
void locked_check(struct allocator *self);
void locked_walk(struct allocator *self, heap_visitor visit, void *context);
