/*
 * box: one value in a block of its own, with one owner.
 *
 * Example (tests/host/examples/box.c):
 *
 *     typedef BOX(uint64_t) number_box; // once for each type
 *
 *     number_box b;
 *     enum error error = box_new(&b, allocator, 41);
 *     if (error)
 *         return error;
 *     *box_at(&b) += 1;     // checked: panics where the box is empty
 *     number_box moved = b; // the value stays where it is; b must not be used any more
 *     ASSERT(*box_at(&moved) == 42);
 *     box_free(&moved);
 *
 * How it works. A box is two words: where the value is, and which allocator it came from, so that
 * whoever ends it need not know. The value stays where it is while the box is moved by assignment:
 * a box is how a large value, or one to which others point, goes into a vector.
 *
 *     box [ value | alloc ]
 *             |
 *             v
 *           [ T ]
 *
 * What to know:
 *   - an empty box has no value: {0}, or after box_free and box_take. Boxes are not copied by
 *     assignment: of the two only one may be used; box_clone makes a second value;
 *   - no destructor is run but by box_free_with; values of no size do not compile;
 *   - what returns an error fails iff the heap has no room for the value (ERR_NO_MEMORY); the box
 *     is empty then;
 *   - one user at a time. What allocates or frees runs where the allocator may, the rest anywhere.
 *
 * For more than one owner: collections/rc.h; for owners on several harts: collections/arc.h.
 */
#pragma once

#include <base/assert.h>
#include <collections/debug.h>
#include <collections/element.h>

/* What is behind every BOX(T). */
struct raw_box {
    void *value; /* NULL: empty; owned */
    struct allocator *alloc;
};

/* BOX(T): a box of T, which may be incomplete until an operation is used. Each is a new type to the
   compiler: typedef it once. */
#define BOX(...)                                                                                   \
    union {                                                                                        \
        struct raw_box raw;                                                                        \
        typeof(__VA_ARGS__) *type;                                                                 \
    }

/* Make *b, whose content is overwritten, a box of the value: enum error. O(size). */
#define box_new(b, allocator, x, ...)                                                              \
    raw_box_new(&(b)->raw, (allocator), ELEMENT_VALUE(b, x __VA_OPT__(, ) __VA_ARGS__),            \
                ELEMENT_LAYOUT(b))

/* The same, but instead of failing it calls the out-of-memory handler, which ends the machine. For
   set-up code. */
#define box_new_or_panic(b, allocator, x, ...)                                                     \
    raw_box_new_or_panic(&(b)->raw, (allocator), ELEMENT_VALUE(b, x __VA_OPT__(, ) __VA_ARGS__),   \
                         ELEMENT_LAYOUT(b))

/* Make *out, whose content is overwritten, a box of a copy, from the same allocator: enum error. A
   copy of an empty box is empty. O(size). */
#define box_clone(b, out)                                                                          \
    raw_box_clone(&(b)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(b, out), NULL)

/* The same where the value owns something: clone(const T *, T *), an enum error, makes the copy.
   Fails also with its error. */
#define box_clone_with(b, out, clone)                                                              \
    raw_box_clone(&(b)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(b, out), ELEMENT_CLONE(b, clone))

/* True iff both are empty, or neither, and equal(const T *, const T *), a bool, is true. */
#define box_equal(b, c, equal)                                                                     \
    raw_box_equal(&(b)->raw, &(c)->raw + ELEMENT_SAME_TYPE(b, c), ELEMENT_EQUAL(b, equal))

/* Print the value to `sink` as `name = [value]`, or `name = []` (collections/debug.h). */
#define box_debug(b, sink, name, print)                                                            \
    debug_sequence((sink), (name), raw_box_debug_next, &(struct raw_box_cursor){ (b)->raw.value }, \
                   ELEMENT_PRINTER(b, print))

/* The value: T *. Panics with the caller's address iff the box is empty; or is NULL then. */
#define box_at(b)       ((ELEMENT_T(b) *)raw_box_at(&(b)->raw))
#define box_get(b)      ((ELEMENT_T(b) *)(b)->raw.value)
#define box_is_empty(b) ((b)->raw.value == NULL)

/* Move the value out, into *out (T *), and give the block back: bool, false iff the box is empty.
   Pointers to the value are stale. */
#define box_take(b, out) raw_box_take(&(b)->raw, ELEMENT_POINTER(b, out), ELEMENT_LAYOUT(b))

/* Give the block back, after release(T *) was called for the value in the second form; an empty box
   stays empty. Pointers to the value are stale. */
#define box_free(b) raw_box_free(&(b)->raw, NULL, ELEMENT_LAYOUT(b))
#define box_free_with(b, release)                                                                  \
    raw_box_free(&(b)->raw, ELEMENT_RELEASE(b, release), ELEMENT_LAYOUT(b))

/* --- What the macros call -------------------------------------------------------------------- */

enum error raw_box_new(struct raw_box *b, struct allocator *alloc, const void *value,
                       struct layout element);
void raw_box_new_or_panic(struct raw_box *b, struct allocator *alloc, const void *value,
                          struct layout element);
enum error raw_box_clone(const struct raw_box *b, struct raw_box *out, struct layout element,
                         element_clone *clone);
bool raw_box_equal(const struct raw_box *b, const struct raw_box *c, element_equal *equal);

/* An iteration for the printer: a debug_next. */
struct raw_box_cursor {
    const void *value; /* NULL: printed, or none */
};
bool raw_box_debug_next(void *cursor, struct debug_entry *entry);

bool raw_box_take(struct raw_box *b, void *out, struct layout element);
void raw_box_free(struct raw_box *b, element_release *release, struct layout element);
[[gnu::noreturn, gnu::cold]] void raw_box_panic_empty(void);

[[gnu::always_inline]] static inline void *raw_box_at(const struct raw_box *b)
{
    if (unlikely(b->value == NULL))
        raw_box_panic_empty();
    return b->value;
}
