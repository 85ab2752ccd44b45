/*
 * allocator: the cold side of the interface. What is hot is inline in heap/allocator.h.
 *
 * The failure counter is updated with relaxed atomics: several harts may be refused at once, and
 * a refused layout never reaches the allocator's lock.
 */
#include <base/assert.h>
#include <heap/tally.h>
#include <lib/memory.h>

void *allocator_refuse(struct allocator *self, enum error why)
{
    __atomic_fetch_add(&self->failed, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&self->last_error, why, __ATOMIC_RELAXED);
    return NULL;
}

void *allocator_refuse_layout(struct allocator *self, size_t size, size_t align)
{
    if (!is_power_of_two(align))
        return allocator_refuse(self, ERR_INVALID);
    if (size == 0)
        return NULL;
    return allocator_refuse(self, ERR_OVERFLOW);
}

void allocator_dealloc_other(struct allocator *self, void *block, size_t size, size_t align)
{
    (void)self;
    if (block != NULL)
        panic("dealloc of %p with an invalid layout: size %zu, align %zu; give back a block with "
              "the layout it was allocated with",
              block, size, align);
}

void *allocator_realloc_other(struct allocator *self, void *block, size_t size, size_t align,
                              size_t new_size)
{
    if (block == NULL)
        return allocator_alloc(self, (struct layout){ new_size, align });
    if (new_size == 0) {
        allocator_dealloc(self, block, (struct layout){ size, align });
        return NULL;
    }
    if (!layout_is_valid((struct layout){ size, align }))
        panic("realloc of %p with an invalid layout: size %zu, align %zu; use the layout it was "
              "allocated with",
              block, size, align);
    return allocator_refuse(self, ERR_OVERFLOW);
}

struct heap_statistics allocator_statistics(struct allocator *self)
{
    return self->ops->statistics(self);
}

void allocator_check(struct allocator *self)
{
    self->ops->check(self);
}

void allocator_walk(struct allocator *self, heap_visitor visit, void *context)
{
    self->ops->walk(self, visit, context);
}

void *allocator_default_alloc_zeroed(struct allocator *self, size_t size, size_t align)
{
    void *block = self->ops->alloc(self, size, align);
    return block == NULL ? NULL : memset(block, 0, size);
}

/* [default-realloc] */
void *allocator_default_realloc(struct allocator *self, void *block, size_t size, size_t align,
                                size_t new_size)
{
    void *moved = self->ops->alloc(self, new_size, align);
    if (moved == NULL)
        return NULL;
    memcpy(moved, block, new_size < size ? new_size : size);
    tally_note_peaks(self); /* both are live now, which no wrapper can see */
    self->ops->dealloc(self, block, size, align);
    return moved;
}
/* [/default-realloc] */

static void panic_out_of_memory(struct allocator *self, struct layout layout, const void *caller)
{
    panic("out of memory: %zu bytes aligned to %zu wanted by %p, %zu bytes left (%s)", layout.size,
          layout.align, caller, allocator_statistics(self).left_bytes,
          error_name(self->last_error));
}

static oom_handler current_oom_handler = panic_out_of_memory;

oom_handler allocator_set_oom_handler(oom_handler handler)
{
    oom_handler before = current_oom_handler;
    current_oom_handler = handler != NULL ? handler : panic_out_of_memory;
    return before;
}

void allocator_oom(struct allocator *self, struct layout layout, const void *caller)
{
    current_oom_handler(self, layout, caller);
    panic("the out-of-memory handler returned: it must end the machine, or unwind by itself");
}

void *allocator_alloc_or_oom(struct allocator *self, struct layout layout)
{
    void *block = allocator_alloc(self, layout);
    if (unlikely(block == NULL && layout.size != 0))
        allocator_oom(self, layout, __builtin_return_address(0));
    return block;
}
