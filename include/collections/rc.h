/*
 * rc: a value with many owners, counted; the last one to let go ends it. For one hart at a time:
 * collections/arc.h is the same for many.
 *
 * Example (tests/host/examples/rc.c):
 *
 *     typedef RC(uint64_t) number_rc; // once for each type
 *     typedef RC_WEAK(uint64_t) number_weak;
 *
 *     number_rc first, second, third;
 *     number_weak weak;
 *     enum error error = rc_new(&first, allocator, NULL, 7); // NULL: nothing to do at its end
 *     if (error)
 *         return error;
 *     second = rc_clone(&first); // two owners now; cannot fail
 *     rc_downgrade(&first, &weak);
 *     ASSERT(*rc_get(&second) == 7);
 *     rc_drop(&first);                    // one; `first` is empty
 *     ASSERT(rc_drop(&second));           // true: it was the last, the value is gone
 *     ASSERT(!rc_upgrade(&weak, &third)); // so there is nothing to own
 *     rc_weak_drop(&weak);                // and now the memory goes back
 *
 * How it works. A handle points to a block, with the counts in front of the value:
 *
 *     block -> | strong | weak + 1 | allocator | destroy | value, at its own alignment |
 *
 * A weak handle does not keep the value alive: rc_upgrade makes an owner of it where there is one
 * still. So two values that know each other do not leak where one direction is weak. The memory
 * goes back when the last handle of either kind is dropped.
 *
 * A handle is a pointer. Copying it with = makes no owner: use rc_clone, and drop each once. RC(T)
 * and RC_WEAK(T), and those of other T, do not mix: the compiler refuses.
 *
 * A count that would exceed PTRDIFF_MAX panics.
 * Source: the counts are those of Rust's alloc::rc. Locks: none.
 */
#pragma once

#include <base/assert.h>
#include <collections/element.h>

/* What a handle points to; the value follows. */
struct rc_block {
    size_t strong; /* owners */
    size_t weak;   /* weak handles, and one for all owners together */
    struct allocator *alloc;
    element_release *destroy; /* NULL: there is nothing to do */
};

#define RC(...)                                                                                    \
    union {                                                                                        \
        struct rc_block *block;                                                                    \
        typeof(__VA_ARGS__) *type;                                                                 \
    }
#define RC_WEAK(...)                                                                               \
    union {                                                                                        \
        struct rc_block *weak_block;                                                               \
        typeof(__VA_ARGS__) *type;                                                                 \
    }

/*
 * Make *r the one owner of a value in memory of `allocator`, which outlives it: enum error.
 * `destroy` is a void (T *) that is called once, when the last owner lets go; or NULL. What *r held
 * is overwritten. Fails iff there is no memory (ERR_NO_MEMORY): then *r is empty.
 */
#define rc_new(r, allocator, destroy, x, ...)                                                      \
    raw_rc_new(&(r)->block, (allocator), ELEMENT_RELEASE(r, destroy),                              \
               ELEMENT_VALUE(r, x __VA_OPT__(, ) __VA_ARGS__), ELEMENT_LAYOUT(r))

/* The value: T *. *r is not empty. */
#define rc_get(r) ((ELEMENT_T(r) *)raw_rc_value((r)->block, _Alignof(ELEMENT_T(r))))

/* One more owner: a handle. Cost: 4 instructions. */
#define rc_clone(r) (raw_rc_clone((r)->block), *(r))

/* Let go; *r is empty then: bool, true iff it was the last, and the value is destroyed. An empty
   one: nothing happens. */
#define rc_drop(r) raw_rc_drop(&(r)->block, ELEMENT_LAYOUT(r))

/* How many owners there are, and weak handles. */
#define rc_strong_count(r) ((size_t)(r)->block->strong)
#define rc_weak_count(r)   ((size_t)(r)->block->weak - 1)

/* The value, to be changed by the only one who has a handle of either kind: T *, NULL iff there are
   others. */
#define rc_get_mut(r) (rc_strong_count(r) == 1 && rc_weak_count(r) == 0 ? rc_get(r) : NULL)

/* Take the value out, into *out (T *), without destroying it: bool, false iff there are other
   owners; then nothing has changed. *r is empty else. */
#define rc_try_unwrap(r, out)                                                                      \
    raw_rc_try_unwrap(&(r)->block, ELEMENT_POINTER(r, out), ELEMENT_LAYOUT(r))

/* A weak handle, into *w, whose content is overwritten. */
#define rc_downgrade(r, w)                                                                         \
    ((void)ELEMENT_SAME_TYPE(r, w), raw_rc_weak_clone((r)->block),                                 \
     (void)((w)->weak_block = (r)->block))

/* An owner of a weak handle's value, into *r, whose content is overwritten: bool, false, and *r
   empty, iff it is destroyed. */
#define rc_upgrade(w, r) raw_rc_upgrade((w)->weak_block, &(r)->block + ELEMENT_SAME_TYPE(r, w))

/* Let go of a weak handle; it is empty then. An empty one: nothing happens. */
#define rc_weak_drop(w) raw_rc_weak_drop(&(w)->weak_block, ELEMENT_LAYOUT(w))

/* --- What the macros call -------------------------------------------------------------------- */

enum error raw_rc_new(struct rc_block **r, struct allocator *allocator, element_release *destroy,
                      const void *value, struct layout element);
/* The last owner has let go: end the value, and the owners' common weak handle. */
void raw_rc_end(struct rc_block *block, struct layout element);
bool raw_rc_try_unwrap(struct rc_block **r, void *out, struct layout element);
bool raw_rc_upgrade(struct rc_block *block, struct rc_block **r);
void raw_rc_weak_clone(struct rc_block *block);
void raw_rc_weak_drop(struct rc_block **weak, struct layout element);
/* Shared with arc: the block's layout, making and freeing one, and moving the value out of it. */
void raw_rc_free(struct rc_block *block, struct layout element);
void raw_rc_move_out(struct rc_block *block, void *out, struct layout element);
[[gnu::noreturn, gnu::cold]] void raw_rc_panic_count(void);

/* Behind the block, at the next multiple of the value's alignment. */
[[gnu::always_inline]] static inline void *raw_rc_value(struct rc_block *block, size_t align)
{
    return (char *)block + ((sizeof *block + (align - 1)) & -align);
}

[[gnu::always_inline]] static inline void raw_rc_clone(struct rc_block *block)
{
    ptrdiff_t count = (ptrdiff_t)(block->strong + 1);
    if (unlikely(count <= 0))
        raw_rc_panic_count();
    block->strong = (size_t)count;
}

[[gnu::always_inline]] static inline bool raw_rc_drop(struct rc_block **r, struct layout element)
{
    struct rc_block *block = *r;
    *r = NULL;
    if (unlikely(block == NULL) || likely(--block->strong != 0))
        return false;
    raw_rc_end(block, element);
    return true;
}
