/*
 * bump: the simplest allocator that works. It hands out memory like a roll of tape.
 *
 *     start                    next                          end
 *     |  block  | block | pad| block |  not handed out yet    |
 *     +------------------------------+------------------------+
 *
 * alloc rounds `next` up to the alignment and moves it behind the new block: one addition and
 * one comparison. What the textbook's version cannot, and this one can:
 *
 *     - the last block can be given back, and can grow or shrink where it is, so that a vector
 *       that is filled alone never copies an element;
 *     - when the last live block is given back, `next` returns to `start`: all is free again.
 *
 * Where it falls short: any other block that is given back stays a hole until all are. Give back
 * in reverse order, or all at the end, or take another allocator.
 *
 * The hot paths are inline here; src/heap/fast.c puts them inside a lock for the default heap. Read
 * next: heap/locked.h.
 */
#pragma once

#include <heap/allocator.h>

/* [struct-bump] */
struct bump {
    struct allocator allocator;
    uintptr_t next;       /* the first byte never handed out, or handed out and returned */
    uintptr_t end;        /* one past the last byte */
    uintptr_t start;      /* the first byte; 0 before bump_init */
    size_t count;         /* blocks ever handed out */
    size_t freed;         /* blocks ever given back; live is count - freed */
    size_t peak;          /* the most live blocks, up to the last dealloc */
    uintptr_t high_water; /* the highest next, up to the last time that it went down */
};
/* [/struct-bump] */

/*
 * Manage the bytes from `start` up to, not including, `end`, aligned inwards to 16. `self` is all
 * zero. Nothing in the region is read or written.
 * Fails, and leaves `self` as it is, iff start is NULL, or fewer than 16 bytes lie between the
 * two (ERR_INVALID), or `self` is initialised already (ERR_STATE).
 */
enum error bump_init(struct bump *self, void *start, void *end);

/*
 * The hot path of alloc: true and a block, or false iff there is no room (also before bump_init,
 * when every field is 0); then nothing has changed and nothing is counted. The layout is valid,
 * so that padding < 2^63 and size < 2^63: their sum cannot wrap.
 * The peaks are not kept here: they can only matter when something is given back.
 */
/* [bump-take] */
[[gnu::always_inline]] static inline bool bump_take(struct bump *self, size_t size, size_t align,
                                                    void **block)
{
    uintptr_t next = self->next;
    size_t padding = bytes_to_align(next, align);
    size_t needed = padding + size;
    if (unlikely(needed > self->end - next))
        return false;
    self->next = next + needed;
    self->count++;
    *block = (void *)(next + padding);
    return true;
}
/* [/bump-take] */

/* Remember the peaks, before a block is given back. */
[[gnu::always_inline]] static inline void bump_note_peaks(struct bump *self)
{
    if (self->count - self->freed > self->peak)
        self->peak = self->count - self->freed;
    if (self->next > self->high_water)
        self->high_water = self->next;
}

/* True iff a block of `size` bytes at `block` lies in the region and ends where the tape ends. */
[[gnu::always_inline]] static inline bool bump_is_last(const struct bump *self, const void *block,
                                                       size_t size)
{
    return (uintptr_t)block >= self->start && self->next - (uintptr_t)block == size;
}

/* The hot path of dealloc: true iff `block` was the last one and is given back. */
/* [bump-give-last] */
[[gnu::always_inline]] static inline bool bump_give_last(struct bump *self, const void *block,
                                                         size_t size)
{
    if (unlikely(!bump_is_last(self, block, size)))
        return false;
    bump_note_peaks(self);
    self->freed++;
    self->next = self->count == self->freed ? self->start : (uintptr_t)block;
    return true;
}
/* [/bump-give-last] */

/* The hot path of realloc: true iff `block` was the last one and has new_size bytes now. */
/* [bump-resize-last] */
[[gnu::always_inline]] static inline bool bump_resize_last(struct bump *self, const void *block,
                                                           size_t size, size_t new_size)
{
    if (unlikely(!bump_is_last(self, block, size)))
        return false;
    if (unlikely(new_size > self->end - (uintptr_t)block))
        return false;
    if (self->next > self->high_water)
        self->high_water = self->next;
    self->next = (uintptr_t)block + new_size;
    return true;
}
/* [/bump-resize-last] */

/* The rare cases of the two below: why there is no block; a block that is not the last, or not a
   block of ours at all (panic). */
void *bump_refuse(struct bump *self);
void bump_dealloc_other(struct bump *self, void *block, size_t size, size_t align);

/*
 * allocator_alloc and allocator_dealloc where it is known that the allocator is a bump: inline,
 * for a valid layout.
 */
[[nodiscard]] static inline void *bump_alloc(struct bump *self, struct layout layout)
{
    void *block;
    return likely(bump_take(self, layout.size, layout.align, &block)) ? block : bump_refuse(self);
}

static inline void bump_dealloc(struct bump *self, void *block, struct layout layout)
{
    if (unlikely(!bump_give_last(self, block, layout.size)))
        bump_dealloc_other(self, block, layout.size, layout.align);
}

/* Its operations, for who wraps a bump (heap/heap.h). */
extern const struct allocator_ops bump_ops;
