/*
 * arc: a value with many owners on many harts. What rc is (collections/rc.h: drawing, words, and
 * the meaning of each operation), with counts that are changed atomically.
 *
 * Example (tests/host/examples/arc.c):
 *
 *     typedef ARC(uint64_t) number_arc; // once for each type
 *
 *     number_arc mine, other;
 *     enum error error = arc_new(&mine, allocator, NULL, 7);
 *     if (error)
 *         return error;
 *     other = arc_clone(&mine); // to be handed to another hart; cannot fail
 *     ASSERT(arc_strong_count(&mine) == 2);
 *     ASSERT(!arc_drop(&mine)); // each hart drops its own, in any order
 *     ASSERT(*arc_get(&other) == 7);
 *     ASSERT(arc_drop(&other)); // the last one ends the value
 *
 * Each handle belongs to one hart at a time; the handles of one value may be on any. The value is
 * shared: who changes it brings a lock. The orders of memory, and why they are enough:
 *
 *     clone        relaxed     whoever clones has a handle, so the value is not about to end
 *     drop         release     what this owner did to the value comes before its end ...
 *     last drop    acquire     ... and the end comes after what all others did
 *     upgrade      acquire     only from a count that is not 0; a compare-and-swap
 *     try_unwrap   acquire     from 1 to 0, so that no upgrade comes in between
 *
 * There is no arc_get_mut: another hart may upgrade a weak handle at any time; use arc_try_unwrap.
 * Source: Rust's alloc::sync::Arc; Boehm, "Threads cannot be implemented as a library", 2005.
 */
#pragma once

#include <collections/rc.h>

#define ARC(...)                                                                                   \
    union {                                                                                        \
        struct rc_block *arc_block;                                                                \
        typeof(__VA_ARGS__) *type;                                                                 \
    }
#define ARC_WEAK(...)                                                                              \
    union {                                                                                        \
        struct rc_block *arc_weak_block;                                                           \
        typeof(__VA_ARGS__) *type;                                                                 \
    }

/* As rc_new, rc_get, rc_clone, rc_drop, rc_try_unwrap, rc_downgrade, rc_upgrade, rc_weak_drop. */
#define arc_new(r, allocator, destroy, x, ...)                                                     \
    raw_rc_new(&(r)->arc_block, (allocator), ELEMENT_RELEASE(r, destroy),                          \
               ELEMENT_VALUE(r, x __VA_OPT__(, ) __VA_ARGS__), ELEMENT_LAYOUT(r))
#define arc_get(r)   ((ELEMENT_T(r) *)raw_rc_value((r)->arc_block, _Alignof(ELEMENT_T(r))))
#define arc_clone(r) (raw_arc_clone((r)->arc_block), *(r))
#define arc_drop(r)  raw_arc_drop(&(r)->arc_block, ELEMENT_LAYOUT(r))
#define arc_try_unwrap(r, out)                                                                     \
    raw_arc_try_unwrap(&(r)->arc_block, ELEMENT_POINTER(r, out), ELEMENT_LAYOUT(r))
#define arc_downgrade(r, w)                                                                        \
    ((void)ELEMENT_SAME_TYPE(r, w), raw_arc_weak_clone((r)->arc_block),                            \
     (void)((w)->arc_weak_block = (r)->arc_block))
#define arc_upgrade(w, r)                                                                          \
    raw_arc_upgrade((w)->arc_weak_block, &(r)->arc_block + ELEMENT_SAME_TYPE(r, w))
#define arc_weak_drop(w) raw_arc_weak_drop(&(w)->arc_weak_block, ELEMENT_LAYOUT(w))

/* How many owners there are; by the time that one looks there may be more, or fewer. */
#define arc_strong_count(r) __atomic_load_n(&(r)->arc_block->strong, __ATOMIC_RELAXED)

/* --- What the macros call -------------------------------------------------------------------- */

void raw_arc_end(struct rc_block *block, struct layout element);
bool raw_arc_try_unwrap(struct rc_block **r, void *out, struct layout element);
bool raw_arc_upgrade(struct rc_block *block, struct rc_block **r);
void raw_arc_weak_clone(struct rc_block *block);
void raw_arc_weak_drop(struct rc_block **weak, struct layout element);

[[gnu::always_inline]] static inline void raw_arc_clone(struct rc_block *block)
{
    size_t before = __atomic_fetch_add(&block->strong, 1, __ATOMIC_RELAXED);
    if (unlikely((ptrdiff_t)before < 0 || before == PTRDIFF_MAX))
        raw_rc_panic_count();
}

[[gnu::always_inline]] static inline bool raw_arc_drop(struct rc_block **r, struct layout element)
{
    struct rc_block *block = *r;
    *r = NULL;
    if (unlikely(block == NULL) ||
        likely(__atomic_fetch_sub(&block->strong, 1, __ATOMIC_RELEASE) != 1))
        return false;
    raw_arc_end(block, element);
    return true;
}
