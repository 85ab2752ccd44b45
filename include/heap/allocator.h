/*
 * allocator: the interface that every heap stands behind, and its contract.
 *
 * An allocator is an object. Whoever needs memory is handed one, asks it with a layout (how many
 * bytes, how aligned), and gives the block back with the same layout:
 *
 *        vec, string, your code
 *                 |  allocator_alloc(a, layout)      checks the layout once, here
 *                 v
 *        struct allocator { ops, failed, last_error }
 *                 |  ops->alloc
 *        +--------+---------+
 *        v                  v
 *      bump              locked ---> any other allocator
 *
 * To write one's own: embed a struct allocator, fill a struct allocator_ops, and never look at a
 * layout that is not valid: the functions below let none through.
 *
 * Zero bytes: NULL, and no failure is counted; giving NULL back is no operation.
 *
 * Read next: heap/bump.h (the simplest one), heap/locked.h, heap/heap.h (the default heap).
 */
#pragma once

#include <base/bits.h>
#include <base/error.h>
#include <base/types.h>

/* [layout] */
/* What a block looks like. Valid iff size is 1 .. PTRDIFF_MAX and align is a power of two. */
struct layout {
    size_t size;  /* in bytes */
    size_t align; /* in bytes */
};
/* [/layout] */

/* The layout of one value of type T. */
#define LAYOUT_OF(T) ((struct layout){ sizeof(T), _Alignof(T) })

/*
 * The layout of `count` elements of `size` bytes each. Where count * size does not fit, the
 * result has size SIZE_MAX, which no allocator grants and whose failure says ERR_OVERFLOW.
 */
static inline struct layout layout_array(size_t count, size_t size, size_t align)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    return (struct layout){ bytes, align };
}

/* 1 .. PTRDIFF_MAX, in one comparison: larger sizes are negative when they are read as signed. */
static inline bool size_is_valid(size_t size)
{
    return (ptrdiff_t)size > 0;
}

/* [layout-valid] */
static inline bool layout_is_valid(struct layout layout)
{
    return size_is_valid(layout.size) && is_power_of_two(layout.align);
}
/* [/layout-valid] */

/*
 * What an allocator can tell of itself. Blocks are counted, bytes include padding. The two peaks
 * are exact for the default heap and behind heap/locked.h or heap/checked.h; an allocator that is
 * used without either says what is now.
 */
struct heap_statistics {
    size_t live;             /* blocks handed out and not yet given back */
    size_t peak;             /* the most that were live at once */
    size_t count;            /* blocks ever handed out */
    size_t failed;           /* requests refused: no room, or an invalid layout */
    size_t used_bytes;       /* bytes that cannot be handed out now */
    size_t high_water_bytes; /* the most that used_bytes ever was */
    size_t left_bytes;       /* bytes of the heap that are not used */
};

/* A piece of an allocator's region, as a walk sees it. */
struct heap_span {
    uintptr_t start; /* its first byte */
    size_t size;     /* in bytes */
    enum span_kind {
        SPAN_FREE, /* can be handed out */
        SPAN_USED, /* handed out, or lost until something else comes back; perhaps many blocks */
        SPAN_OWN,  /* the allocator's own book-keeping */
    } kind;
};

/* Called by a walk for each span. It must not call the allocator. */
typedef void (*heap_visitor)(void *context, struct heap_span span);

struct allocator;

/*
 * What an allocator must be able to do. All layouts that arrive are valid, all blocks non-NULL.
 * Each function is called with whatever lock the allocator documents; none may call back into
 * the same allocator.
 * A layout arrives as two numbers: GCC stores a struct that it got in registers, and loads it
 * again, which made the shortest of these functions half as long again.
 */
struct allocator_ops {
    /* A block, uninitialised; or allocator_refuse(...) iff there is no room. */
    void *(*alloc)(struct allocator *self, size_t size, size_t align);
    /* Take back a block that has exactly this layout. A block that is not ours: panic. */
    void (*dealloc)(struct allocator *self, void *block, size_t size, size_t align);
    /* As alloc, all bytes zero. */
    void *(*alloc_zeroed)(struct allocator *self, size_t size, size_t align);
    /* The block with its first min(old, new) bytes, at new_size bytes, perhaps elsewhere; or
       NULL iff there is no room, and then the old block is as it was. */
    void *(*realloc)(struct allocator *self, void *block, size_t size, size_t align,
                     size_t new_size);
    struct heap_statistics (*statistics)(struct allocator *self);
    /* Look at all own structures and panic iff an invariant is broken. */
    void (*check)(struct allocator *self);
    /* Visit the whole region, span by span, in ascending order, without gap or overlap. */
    void (*walk)(struct allocator *self, heap_visitor visit, void *context);
};

/*
 * What an allocator counts of itself (heap/tally.h). It counts blocks and bytes as they come and
 * go; the peaks are kept for it by who stands above, heap/locked.h or heap/checked.h, which costs
 * those who count every instruction nothing. An allocator that does not use it leaves it zero.
 */
struct tally {
    size_t count; /* blocks ever handed out */
    size_t freed; /* blocks ever given back; live is count - freed */
    size_t used;  /* bytes handed out now, padding included */
    size_t peak;  /* the most live blocks, and ... */
    size_t most;  /* ... the most used bytes, both when tally_note_peaks was last called */
};

struct allocator {
    const struct allocator_ops *ops;
    struct tally tally;
    size_t failed;         /* how many requests were refused */
    enum error last_error; /* why the last of them was */
    const void *caller;    /* who asked, for reports; set by a wrapper like locked, else NULL */
};

/*
 * Count a refused request and remember why: ERR_NO_MEMORY, ERR_OVERFLOW (size), ERR_INVALID
 * (alignment), ERR_STATE (not initialised). Returns NULL, so that `return allocator_refuse(..)`
 * reads well. Context: any hart, with or without the allocator's lock.
 */
void *allocator_refuse(struct allocator *self, enum error why);

/* The cold halves of the functions below: an invalid layout is refused (NULL); NULL is given back,
   or a block with an invalid layout (panic); a realloc from NULL, to zero bytes, or of an invalid
   size. */
void *allocator_refuse_layout(struct allocator *self, size_t size, size_t align);
void allocator_dealloc_other(struct allocator *self, void *block, size_t size, size_t align);
void *allocator_realloc_other(struct allocator *self, void *block, size_t size, size_t align,
                              size_t new_size);

/*
 * A block of layout.size bytes at a multiple of layout.align, uninitialised; the caller owns it
 * and gives it back with allocator_dealloc and the same layout. NULL without a failure for zero
 * bytes. Fails (NULL, counted, nothing changed) iff there is no room, layout.align is not a
 * power of two, or layout.size > PTRDIFF_MAX.
 * Locks, context, cost: those of the allocator behind it; the checks here cost nothing where the
 * layout is a constant.
 */
/* [allocator-alloc] */
[[nodiscard]] static inline void *allocator_alloc(struct allocator *self, struct layout layout)
{
    if (unlikely(!layout_is_valid(layout)))
        return allocator_refuse_layout(self, layout.size, layout.align);
    return self->ops->alloc(self, layout.size, layout.align);
}
/* [/allocator-alloc] */

/* The same, and all bytes are zero. */
[[nodiscard]] static inline void *allocator_alloc_zeroed(struct allocator *self,
                                                         struct layout layout)
{
    if (unlikely(!layout_is_valid(layout)))
        return allocator_refuse_layout(self, layout.size, layout.align);
    return self->ops->alloc_zeroed(self, layout.size, layout.align);
}

/* Give `block` back; it must have come from `self` with this layout. NULL: nothing happens. */
static inline void allocator_dealloc(struct allocator *self, void *block, struct layout layout)
{
    if (likely(block != NULL) && likely(layout_is_valid(layout)))
        self->ops->dealloc(self, block, layout.size, layout.align);
    else
        allocator_dealloc_other(self, block, layout.size, layout.align);
}

/*
 * Change the size of `block` from layout.size to new_size bytes, same alignment. Returns where it
 * is now; the first min(old, new) bytes are kept. `block` NULL: as allocator_alloc of new_size.
 * new_size 0: the block is given back and NULL returned, without a failure.
 * Fails (NULL, counted, block untouched and still owned) iff there is no room or
 * new_size > PTRDIFF_MAX.
 */
[[nodiscard]] static inline void *allocator_realloc(struct allocator *self, void *block,
                                                    struct layout layout, size_t new_size)
{
    if (likely(block != NULL) && likely(layout_is_valid(layout)) && likely(size_is_valid(new_size)))
        return self->ops->realloc(self, block, layout.size, layout.align, new_size);
    return allocator_realloc_other(self, block, layout.size, layout.align, new_size);
}

/* Statistics at this moment. */
struct heap_statistics allocator_statistics(struct allocator *self);

/* Panics iff the allocator's own structures are damaged. Cost: a walk of all of them. */
void allocator_check(struct allocator *self);

/* Visit every span of the region: see struct allocator_ops. Context: the lock of `self` is held
   during the whole walk. */
void allocator_walk(struct allocator *self, heap_visitor visit, void *context);

/* What an allocator does by default where it can do no better; for struct allocator_ops. */
void *allocator_default_alloc_zeroed(struct allocator *self, size_t size, size_t align);
void *allocator_default_realloc(struct allocator *self, void *block, size_t size, size_t align,
                                size_t new_size);

/*
 * The infallible form: as allocator_alloc, but where it fails the out-of-memory handler is
 * called, and it does not return. For set-up code, where there is nothing to fall back to.
 */
[[nodiscard]] void *allocator_alloc_or_oom(struct allocator *self, struct layout layout);

/* What allocator_alloc_or_oom calls: who ran out, of what, and the address that asked. */
typedef void (*oom_handler)(struct allocator *self, struct layout layout, const void *caller);

/*
 * Replace the out-of-memory handler (NULL: back to the default, which panics with size,
 * alignment, caller and bytes left). Returns the one before. A handler that returns is a mistake
 * and panics. Context: set-up, one hart.
 */
oom_handler allocator_set_oom_handler(oom_handler handler);

/* End the machine through the out-of-memory handler; for other panicking forms, as vec's. */
[[gnu::noreturn, gnu::cold]] void allocator_oom(struct allocator *self, struct layout layout,
                                                const void *caller);

/* Typed forms, so that nobody writes sizeof twice: a T*, T*, and its end. */
#define alloc_new(self, T) ((T *)allocator_alloc((self), LAYOUT_OF(T)))
#define alloc_array(self, T, count)                                                                \
    ((T *)allocator_alloc((self), layout_array((count), sizeof(T), _Alignof(T))))
#define alloc_free(self, pointer)                                                                  \
    allocator_dealloc((self), (pointer), LAYOUT_OF(typeof(*(pointer))))
#define alloc_free_array(self, pointer, count)                                                     \
    allocator_dealloc((self), (pointer),                                                           \
                      layout_array((count), sizeof(*(pointer)), _Alignof(typeof(*(pointer)))))
