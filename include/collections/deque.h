/*
 * deque: a typed queue with two ends that grows, in one block of memory used as a ring.
 *
 * Example (tests/host/examples/deque.c):
 *
 *     typedef DEQUE(int) int_deque; // once for each type
 *
 *     int_deque d = DEQUE_INIT(allocator); // empty, allocates nothing
 *     enum error error = deque_push_back(&d, 2);
 *     if (error)
 *         return error; // d is as it was
 *     deque_push_front_or_panic(&d, 1);
 *     ASSERT(*deque_at(&d, 1) == 2); // counted from the front
 *     int first;
 *     while (deque_pop_front(&d, &first))
 *         ASSERT(first == 1 || first == 2);
 *     deque_free(&d);
 *
 * How it works. The elements lie in order from `front` on; behind the end of the block they go on
 * at its beginning. `back` is the place behind the last one:
 *
 *     data             back              front             end
 *      | d  e  f         |    room         | a  b  c        |
 *
 * Both places are kept as pointers. To push is to store, to step, and to compare with the end of
 * the block: no index is multiplied or masked. So the capacity need not be a power of two, and is
 * exactly what was reserved, where a mask would double what deque_with_capacity was asked for.
 * (With a power of two and two counters a push is two instructions longer.)
 *
 * Growth doubles, through allocator_realloc: where the heap can grow the block in place, only what
 * lies at its beginning, if the ring wraps, is moved.
 *
 * What to know:
 *   - elements are trivially movable (collections/element.h); none of size zero;
 *   - no destructor is run but by deque_free_each;
 *   - a value is copied before anything moves, so it may come from the deque itself;
 *   - `index` counts from the front. Elements are not side by side where the ring wraps:
 *     deque_first_slice and deque_second_slice have the two pieces, deque_make_contiguous makes it
 *     one;
 *   - stale are pointers to elements that must not be used any more;
 *   - one user at a time. What returns an error may allocate, and runs where the allocator may;
 *     all others, deque_free and its like aside, may run with interrupts masked.
 *
 * What returns an error fails iff the bytes wanted exceed PTRDIFF_MAX (ERR_OVERFLOW; the heap is
 * not asked, the refusal is counted), or the heap has no room (ERR_NO_MEMORY); then the deque and
 * its elements are exactly as they were.
 *
 * Read next: src/collections/deque.c.
 */
#pragma once

#include <base/assert.h>
#include <collections/debug.h>
#include <collections/element.h>

/* What is behind every DEQUE(T). Pointers into the block move by whole elements. */
struct raw_deque {
    char *data;  /* the block; NULL iff cap is 0; owned */
    char *end;   /* behind it */
    char *front; /* the first element, or, where there is none, where it would be */
    char *back;  /* where the next last one goes: never `end`; front's place where len is cap */
    size_t len;  /* elements in use */
    size_t cap;  /* elements that fit */
    struct allocator *alloc;
};

/* DEQUE(T): a deque of T. Each is a new type to the compiler: typedef it once. */
#define DEQUE(...)                                                                                 \
    union {                                                                                        \
        struct raw_deque raw;                                                                      \
        typeof(__VA_ARGS__) *type;                                                                 \
    }

/* An empty deque that takes its memory from the allocator `a`; also for static ones. */
#define DEQUE_INIT(a)                                                                              \
    {                                                                                              \
        .raw = {.alloc = (a) }                                                                     \
    }

/* --- Making and ending ----------------------------------------------------------------------- */

/* Make *d an empty deque on `allocator`, which outlives it. What d held is overwritten. O(1). */
#define deque_init(d, allocator) raw_deque_init(&(d)->raw, (allocator))

/* The same with room for `n` elements: enum error. Where it fails d is a valid empty deque. */
#define deque_with_capacity(d, allocator, n)                                                       \
    raw_deque_with_capacity(&(d)->raw, (allocator), (n), ELEMENT_LAYOUT(d))

/* Give all memory back, after release(T *) was called for each element, first to last, in the
   second form; it must not use d. d is empty then, and may be used or freed again. One dealloc. */
#define deque_free(d) raw_deque_free(&(d)->raw, ELEMENT_LAYOUT(d))
#define deque_free_each(d, release)                                                                \
    raw_deque_free_each(&(d)->raw, ELEMENT_RELEASE(d, release), ELEMENT_LAYOUT(d))

/* Make *out, which must not be d and whose content is overwritten, a copy of *d on the same
   allocator without spare room: enum error. Where it fails *out is a valid empty deque. O(len). */
#define deque_clone(d, out)                      raw_deque_clone(&(d)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(d, out))
#define deque_clone_each(d, out, clone, release) /* as vec_clone_each */                           \
    raw_deque_clone_each(&(d)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(d, out),                   \
                         ELEMENT_CLONE(d, clone), ELEMENT_RELEASE(d, release))

/* Panics iff d's invariants do not hold. O(1). */
#define deque_check(d) raw_deque_check(&(d)->raw, ELEMENT_LAYOUT(d))

/* --- Room ------------------------------------------------------------------------------------ */

/* How many elements there are, and fit: size_t. O(1). */
#define deque_len(d)      ((size_t)(d)->raw.len)
#define deque_capacity(d) ((size_t)(d)->raw.cap)
#define deque_is_empty(d) ((d)->raw.len == 0)

/* Room for `additional` more elements: enum error. It leaves spare room, so that calling it again
   and again costs O(1) for each element. All pointers are stale unless there was room. */
#define deque_reserve(d, additional) raw_deque_reserve(&(d)->raw, (additional), ELEMENT_LAYOUT(d))

/* Give spare room back: enum error. The elements move to a block of their own size, so that for a
   moment there are two. All pointers are stale. O(len). */
#define deque_shrink_to_fit(d) raw_deque_shrink_to_fit(&(d)->raw, ELEMENT_LAYOUT(d))

/* --- Adding ---------------------------------------------------------------------------------- */

/* Add a value to one end: enum error. All pointers are stale unless there was room. O(1),
   amortised. */
#define deque_push_back(d, x, ...)                                                                 \
    raw_deque_push_back(&(d)->raw, ELEMENT_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__),                 \
                        ELEMENT_LAYOUT(d))
#define deque_push_front(d, x, ...)                                                                \
    raw_deque_push_front(&(d)->raw, ELEMENT_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__),                \
                         ELEMENT_LAYOUT(d))

/* The same where there is room already: for trap context, after deque_reserve. Panics iff there is
   none. Never allocates; no pointer is stale. O(1). */
#define deque_push_back_within_capacity(d, x, ...)                                                 \
    raw_deque_push_back_within_capacity(&(d)->raw, ELEMENT_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__), \
                                        ELEMENT_LAYOUT(d))
#define deque_push_front_within_capacity(d, x, ...)                                                \
    raw_deque_push_front_within_capacity(                                                          \
        &(d)->raw, ELEMENT_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__), ELEMENT_LAYOUT(d))

/* As the first two, but instead of failing they call the out-of-memory handler, which ends the
   machine (allocator_set_oom_handler). For set-up code. */
#define deque_push_back_or_panic(d, x, ...)                                                        \
    raw_deque_push_back_or_panic(&(d)->raw, ELEMENT_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__),        \
                                 ELEMENT_LAYOUT(d))
#define deque_push_front_or_panic(d, x, ...)                                                       \
    raw_deque_push_front_or_panic(&(d)->raw, ELEMENT_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__),       \
                                  ELEMENT_LAYOUT(d))

/* Add the `n` elements at `p` (const T *; NULL iff n is 0) to the back: enum error. They may lie in
   one of d's own two slices. All pointers are stale unless there was room. O(n), amortised. */
#define deque_append(d, p, n)                                                                      \
    raw_deque_append(&(d)->raw, ELEMENT_CONST_POINTER(d, p), (n), ELEMENT_LAYOUT(d))

/* Put a value in front of element `index`, or at the back where index is len: enum error. Panics
   iff index > len. All pointers are stale. O(min(index, len - index)): the shorter side moves. */
#define deque_insert(d, index, x, ...)                                                             \
    raw_deque_insert(&(d)->raw, (index), ELEMENT_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__),           \
                     ELEMENT_LAYOUT(d))

/* --- Taking out: room is kept ---------------------------------------------------------------- */

/* Take the first, or the last, element out, into *out (T *, not in d) unless out is NULL: bool,
   false iff there is none. Pointers to it are stale. O(1). */
#define deque_pop_front(d, out)                                                                    \
    raw_deque_pop_front(&(d)->raw, ELEMENT_POINTER(d, out), ELEMENT_LAYOUT(d))
#define deque_pop_back(d, out)                                                                     \
    raw_deque_pop_back(&(d)->raw, ELEMENT_POINTER(d, out), ELEMENT_LAYOUT(d))

/* Take element `index` out, into *out (T *, not in d) unless out is NULL. Panics iff
   index >= len. The order is kept; all pointers are stale. O(min(index, len - index)). */
#define deque_remove(d, index, out)                                                                \
    raw_deque_remove(&(d)->raw, (index), ELEMENT_POINTER(d, out), ELEMENT_LAYOUT(d))

/* Drop the elements from `n` on (nothing happens iff n >= len), or all. O(1). */
#define deque_truncate(d, n) raw_deque_truncate(&(d)->raw, (n), ELEMENT_SIZE(d))
#define deque_clear(d)       raw_deque_truncate(&(d)->raw, 0, ELEMENT_SIZE(d))

/* --- Looking --------------------------------------------------------------------------------- */

/* Element `index`: T *. Panics with index, length and the caller's address iff index >= len. */
#define deque_at(d, index) ((ELEMENT_T(d) *)raw_deque_at(&(d)->raw, (index), ELEMENT_SIZE(d)))

/* Element `index`, the first, the last: T *, NULL iff there is none. O(1). */
#define deque_get(d, index) ((ELEMENT_T(d) *)raw_deque_get(&(d)->raw, (index), ELEMENT_SIZE(d)))
#define deque_front(d)      ((ELEMENT_T(d) *)raw_deque_front(&(d)->raw))
#define deque_back(d)       ((ELEMENT_T(d) *)raw_deque_back(&(d)->raw, ELEMENT_SIZE(d)))

/* Where the elements lie, as at most two arrays: T *; *len (size_t *) is how many lie there, and
   may be 0. The second one's come after the first one's. O(1). */
#define deque_first_slice(d, len)                                                                  \
    ((ELEMENT_T(d) *)raw_deque_first_slice(&(d)->raw, (len), ELEMENT_SIZE(d)))
#define deque_second_slice(d, len)                                                                 \
    ((ELEMENT_T(d) *)raw_deque_second_slice(&(d)->raw, (len), ELEMENT_SIZE(d)))

/* Move the elements so that they lie side by side, in order: T *, the first; NULL where there is no
   memory. All pointers are stale. O(len); O(1) where they lie so already. */
#define deque_make_contiguous(d)                                                                   \
    ((ELEMENT_T(d) *)raw_deque_make_contiguous(&(d)->raw, ELEMENT_SIZE(d)))

/* Run the statement that follows for each element, first to last, with a new `T *p`. `break` and
   `continue` do what they say. The statement may change elements, not how many there are. */
#define deque_for_each(d, p)                                                                       \
    for (const struct raw_deque *p##_deque = &(d)->raw; p##_deque != NULL; p##_deque = NULL)       \
        for (ELEMENT_T(d) *p = raw_deque_front(p##_deque); p != NULL;                              \
             p = raw_deque_next(p##_deque, p, ELEMENT_SIZE(d)))

/* True iff both have the same length, and equal(const T *, const T *), a bool, is true for the
   elements of each place. Stops at the first difference. O(len). */
#define deque_equal(d, e, equal)                                                                   \
    raw_deque_equal(&(d)->raw, &(e)->raw, ELEMENT_EQUAL(d, equal),                                 \
                    ELEMENT_SIZE(d) + ELEMENT_SAME_TYPE(d, e))

/* Print all elements to `sink` as `name = [a, b]`: as vec_debug. O(len). */
#define deque_debug(d, sink, name, print)                                                          \
    debug_sequence((sink), (name), raw_deque_debug_next,                                           \
                   &(struct raw_deque_cursor){ &(d)->raw, ELEMENT_SIZE(d), 0 },                    \
                   ELEMENT_PRINTER(d, print))

/* --- What the macros call -------------------------------------------------------------------- */

/* An iteration for the printer: a debug_next. */
struct raw_deque_cursor {
    const struct raw_deque *d;
    size_t size_bytes; /* of an element */
    size_t index;      /* of the next one */
};
bool raw_deque_debug_next(void *cursor, struct debug_entry *entry);

enum error raw_deque_with_capacity(struct raw_deque *d, struct allocator *alloc, size_t n,
                                   struct layout element);
void raw_deque_free(struct raw_deque *d, struct layout element);
void raw_deque_free_each(struct raw_deque *d, element_release *release, struct layout element);
enum error raw_deque_clone(const struct raw_deque *d, struct raw_deque *out, struct layout element);
enum error raw_deque_clone_each(const struct raw_deque *d, struct raw_deque *out,
                                struct layout element, element_clone *clone,
                                element_release *release);
void raw_deque_check(const struct raw_deque *d, struct layout element);
enum error raw_deque_reserve(struct raw_deque *d, size_t additional, struct layout element);
enum error raw_deque_shrink_to_fit(struct raw_deque *d, struct layout element);
void raw_deque_grow_or_panic(struct raw_deque *d, struct layout element);
enum error raw_deque_append(struct raw_deque *d, const void *elements, size_t count,
                            struct layout element);
enum error raw_deque_insert(struct raw_deque *d, size_t index, const void *value,
                            struct layout element);
void raw_deque_remove(struct raw_deque *d, size_t index, void *out, struct layout element);
void raw_deque_truncate(struct raw_deque *d, size_t len, size_t size_bytes);
void *raw_deque_first_slice(const struct raw_deque *d, size_t *len, size_t size_bytes);
void *raw_deque_second_slice(const struct raw_deque *d, size_t *len, size_t size_bytes);
void *raw_deque_make_contiguous(struct raw_deque *d, size_t size_bytes);
bool raw_deque_equal(const struct raw_deque *d, const struct raw_deque *e, element_equal *equal,
                     size_t size_bytes);

/* The ends of those that found an index out of range, or no room. */
[[gnu::noreturn, gnu::cold]] void raw_deque_panic_index(size_t index, size_t len);
[[gnu::noreturn, gnu::cold]] void raw_deque_panic_full(size_t cap);

static inline void raw_deque_init(struct raw_deque *d, struct allocator *alloc)
{
    *d = (struct raw_deque){ .alloc = alloc };
}

/* Where element `index` (0 .. cap) is, or would be. What is left until the end is taken first:
   front + index might wrap around the address space before it is compared. */
[[gnu::always_inline]] static inline void *raw_deque_slot(const struct raw_deque *d, size_t index,
                                                          size_t size_bytes)
{
    size_t offset = index * size_bytes, until_end = (size_t)(d->end - d->front);
    return offset < until_end ? d->front + offset : d->data + (offset - until_end);
}

[[gnu::always_inline]] static inline void *raw_deque_at(const struct raw_deque *d, size_t index,
                                                        size_t size_bytes)
{
    if (unlikely(index >= d->len))
        raw_deque_panic_index(index, d->len);
    return raw_deque_slot(d, index, size_bytes);
}

[[gnu::always_inline]] static inline void *raw_deque_get(const struct raw_deque *d, size_t index,
                                                         size_t size_bytes)
{
    return index < d->len ? raw_deque_slot(d, index, size_bytes) : NULL;
}

[[gnu::always_inline]] static inline void *raw_deque_front(const struct raw_deque *d)
{
    return d->len == 0 ? NULL : d->front;
}

[[gnu::always_inline]] static inline void *raw_deque_back(const struct raw_deque *d,
                                                          size_t size_bytes)
{
    return d->len == 0 ? NULL : (d->back == d->data ? d->end : d->back) - size_bytes;
}

/* The element behind `at`, which is one; NULL iff it is the last. */
[[gnu::always_inline]] static inline void *raw_deque_next(const struct raw_deque *d, void *at,
                                                          size_t size_bytes)
{
    char *next = (char *)at + size_bytes;
    if (unlikely(next == d->end))
        next = d->data;
    return next == d->back ? NULL : next;
}

/* Add a copy of the element at `from`, for which there is room. */
[[gnu::always_inline]] static inline void
raw_deque_place_back(struct raw_deque *d, const void *from, struct layout element)
{
    char *slot = d->back, *back = slot + element.size;
    element_copy(slot, from, element);
    if (unlikely(back == d->end))
        back = d->data;
    d->back = back;
    d->len++;
}

[[gnu::always_inline]] static inline void
raw_deque_place_front(struct raw_deque *d, const void *from, struct layout element)
{
    char *front = d->front;
    if (unlikely(front == d->data))
        front = d->end;
    front -= element.size;
    element_copy(front, from, element);
    d->front = front;
    d->len++;
}

[[gnu::always_inline]] static inline enum error
raw_deque_push_back(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(d->len == d->cap)) {
        enum error error = raw_deque_reserve(d, 1, element);
        if (unlikely(error != OK))
            return error;
    }
    raw_deque_place_back(d, from, element);
    return OK;
}

[[gnu::always_inline]] static inline enum error
raw_deque_push_front(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(d->len == d->cap)) {
        enum error error = raw_deque_reserve(d, 1, element);
        if (unlikely(error != OK))
            return error;
    }
    raw_deque_place_front(d, from, element);
    return OK;
}

[[gnu::always_inline]] static inline void
raw_deque_push_back_within_capacity(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(d->len == d->cap))
        raw_deque_panic_full(d->cap);
    raw_deque_place_back(d, from, element);
}

[[gnu::always_inline]] static inline void
raw_deque_push_front_within_capacity(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(d->len == d->cap))
        raw_deque_panic_full(d->cap);
    raw_deque_place_front(d, from, element);
}

[[gnu::always_inline]] static inline void
raw_deque_push_back_or_panic(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(d->len == d->cap))
        raw_deque_grow_or_panic(d, element);
    raw_deque_place_back(d, from, element);
}

[[gnu::always_inline]] static inline void
raw_deque_push_front_or_panic(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(d->len == d->cap))
        raw_deque_grow_or_panic(d, element);
    raw_deque_place_front(d, from, element);
}

[[gnu::always_inline]] static inline bool raw_deque_pop_front(struct raw_deque *d, void *out,
                                                              struct layout element)
{
    if (d->len == 0)
        return false;
    char *slot = d->front, *front = slot + element.size;
    if (out != NULL)
        element_copy(out, slot, element);
    element_poison(slot, element.size);
    if (unlikely(front == d->end))
        front = d->data;
    d->front = front;
    d->len--;
    return true;
}

[[gnu::always_inline]] static inline bool raw_deque_pop_back(struct raw_deque *d, void *out,
                                                             struct layout element)
{
    if (d->len == 0)
        return false;
    char *back = d->back;
    if (unlikely(back == d->data))
        back = d->end;
    back -= element.size;
    if (out != NULL)
        element_copy(out, back, element);
    element_poison(back, element.size);
    d->back = back;
    d->len--;
    return true;
}
