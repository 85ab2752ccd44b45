/*
 * locked: see heap/locked.h. Seven functions of one shape: lock, ask the inner allocator, unlock.
 */
#include <heap/locked.h>
#include <heap/tally.h>

static struct locked *locked_of(struct allocator *self)
{
    return container_of(self, struct locked, allocator);
}

const struct allocator_ops locked_ops = {
    .alloc = locked_alloc,
    .dealloc = locked_dealloc,
    .alloc_zeroed = locked_alloc_zeroed,
    .realloc = locked_realloc,
    .statistics = locked_statistics,
    .check = locked_check,
    .walk = locked_walk,
};

void locked_init(struct locked *self, struct allocator *inner)
{
    *self = (struct locked){ .allocator = { .ops = &locked_ops }, .inner = inner };
}

/* Take the lock; the inner allocator learns who asks. */
static uint64_t enter(struct locked *self, const void *caller)
{
    uint64_t interrupts = spinlock_lock(&self->lock, caller);
    self->inner->caller = caller;
    return interrupts;
}

/* An operation came back: the reason of a failure is the inner one's. Context: locked. */
static void *leave(struct locked *self, void *block, uint64_t interrupts)
{
    if (block == NULL)
        self->allocator.last_error = self->inner->last_error;
    spinlock_unlock(&self->lock, interrupts);
    return block;
}

void *locked_alloc(struct allocator *allocator, size_t size, size_t align)
{
    struct locked *self = locked_of(allocator);
    uint64_t interrupts = enter(self, __builtin_return_address(0));
    return leave(self, self->inner->ops->alloc(self->inner, size, align), interrupts);
}

void locked_dealloc(struct allocator *allocator, void *block, size_t size, size_t align)
{
    struct locked *self = locked_of(allocator);
    uint64_t interrupts = enter(self, __builtin_return_address(0));
    tally_note_peaks(self->inner);
    self->inner->ops->dealloc(self->inner, block, size, align);
    spinlock_unlock(&self->lock, interrupts);
}

void *locked_alloc_zeroed(struct allocator *allocator, size_t size, size_t align)
{
    struct locked *self = locked_of(allocator);
    uint64_t interrupts = enter(self, __builtin_return_address(0));
    return leave(self, self->inner->ops->alloc_zeroed(self->inner, size, align), interrupts);
}

void *locked_realloc(struct allocator *allocator, void *block, size_t size, size_t align,
                     size_t new_size)
{
    struct locked *self = locked_of(allocator);
    uint64_t interrupts = enter(self, __builtin_return_address(0));
    tally_note_peaks(self->inner);
    return leave(self, self->inner->ops->realloc(self->inner, block, size, align, new_size),
                 interrupts);
}

struct heap_statistics locked_statistics(struct allocator *allocator)
{
    struct locked *self = locked_of(allocator);
    uint64_t interrupts = enter(self, __builtin_return_address(0));
    struct heap_statistics statistics = self->inner->ops->statistics(self->inner);
    spinlock_unlock(&self->lock, interrupts);
    statistics.failed += __atomic_load_n(&allocator->failed, __ATOMIC_RELAXED);
    return statistics;
}

void locked_check(struct allocator *allocator)
{
    struct locked *self = locked_of(allocator);
    uint64_t interrupts = enter(self, __builtin_return_address(0));
    self->inner->ops->check(self->inner);
    spinlock_unlock(&self->lock, interrupts);
}

void locked_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct locked *self = locked_of(allocator);
    uint64_t interrupts = enter(self, __builtin_return_address(0));
    self->inner->ops->walk(self->inner, visit, context);
    spinlock_unlock(&self->lock, interrupts);
}
