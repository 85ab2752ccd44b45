/*
 * deque: a typed queue with two ends, in a ring.
 *
 *     typedef DEQUE(struct job) job_deque;         once for each type, as with VEC
 *
 *     job_deque queue = DEQUE_INIT(heap_default());     empty, allocates nothing
 *     enum error error = deque_push_back(&queue, job);  the compiler insists that you look at it
 *     struct job next;
 *     while (deque_pop_front(&queue, &next))            oldest first
 *         run(&next);
 *     deque_free(&queue);
 *
 *     data   | e f |     |     | a b c d |       len 6, head 5: element i is at (head + i) & mask
 *              ^         ^       ^
 *              back      free    front
 *
 * The capacity is a power of two, so that the place of an element is an addition and an and, never
 * a division. Pushing and popping at either end is O(1), amortised where it must grow.
 *
 * As with the vector (collections/vec.h, whose words on types, movability, errors and context hold
 * here too): a macro is one call of the core below, arguments are evaluated once, and an element
 * that is passed by value may come from the deque itself. What fails leaves the deque as it was.
 *
 * Stale: growing makes all pointers to elements stale; popping, those to the element.
 */
#pragma once

#include <collections/vec.h>

/* The core. All zero but for `alloc`, and mask -1, is an empty deque without memory. */
struct raw_deque {
    void *data;
    ptrdiff_t mask; /* capacity - 1; -1: there is no memory. Signed: -1 is less than any len */
    size_t head;    /* where element 0 is */
    size_t len;
    struct allocator *alloc;
};

/* DEQUE(T): a deque of T. An empty one that takes its memory from `a`; also for static ones. */
#define DEQUE(...)                                                                                 \
    union {                                                                                        \
        struct raw_deque raw;                                                                      \
        typeof(__VA_ARGS__) *type;                                                                 \
    }
#define DEQUE_INIT(a)                                                                              \
    {                                                                                              \
        .raw = {.mask = -1, .alloc = (a) }                                                         \
    }

/* Make *d an empty deque on `allocator`, which outlives it. What d held is overwritten. */
#define deque_init(d, allocator) raw_deque_init(&(d)->raw, (allocator))

/* Give all memory back. d is empty then, and may be used or freed again. Cost: one dealloc. */
#define deque_free(d) raw_deque_free(&(d)->raw, VEC_LAYOUT(d))

/* The same, after release(T *) was called for each element, front to back; it must not use d. */
#define deque_free_each(d, release)                                                                \
    raw_deque_free_each(&(d)->raw, VEC_LAYOUT(d),                                                  \
                        (raw_vec_release *)(void (*)(VEC_T(d) *)){ (release) })

/* How many elements there are, and fit. */
#define deque_len(d)      ((size_t)(d)->raw.len)
#define deque_capacity(d) ((size_t)(d)->raw.mask + 1)
#define deque_is_empty(d) ((d)->raw.len == 0)

/* Room for `additional` more elements: enum error. */
#define deque_reserve(d, additional) raw_deque_reserve(&(d)->raw, (additional), VEC_LAYOUT(d))

/* Add a value at an end: enum error. */
#define deque_push_back(d, x, ...)                                                                 \
    raw_deque_push_back(&(d)->raw, VEC_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__), VEC_LAYOUT(d))
#define deque_push_front(d, x, ...)                                                                \
    raw_deque_push_front(&(d)->raw, VEC_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__), VEC_LAYOUT(d))

/* As deque_push_back, but instead of failing it calls the out-of-memory handler. */
#define deque_push_back_or_panic(d, x, ...)                                                        \
    raw_deque_push_back_or_panic(&(d)->raw, VEC_VALUE(d, x __VA_OPT__(, ) __VA_ARGS__),            \
                                 VEC_LAYOUT(d))

/* Take the element at an end out, into *out (T *, not in d) unless out is NULL: bool, false iff
   there is none. O(1). */
#define deque_pop_front(d, out) raw_deque_pop_front(&(d)->raw, VEC_POINTER(d, out), VEC_LAYOUT(d))
#define deque_pop_back(d, out)  raw_deque_pop_back(&(d)->raw, VEC_POINTER(d, out), VEC_LAYOUT(d))

/* Drop all elements, or all from `n` on. Room is kept. O(1). */
#define deque_clear(d)       raw_deque_truncate(&(d)->raw, 0)
#define deque_truncate(d, n) raw_deque_truncate(&(d)->raw, (n))

/* Element `index` from the front: T *. Panics with index, length and the caller's address iff
   index >= len. deque_get: NULL instead. O(1). */
#define deque_at(d, index)  ((VEC_T(d) *)raw_deque_at(&(d)->raw, (index), VEC_SIZE(d)))
#define deque_get(d, index) ((VEC_T(d) *)raw_deque_get(&(d)->raw, (index), VEC_SIZE(d)))
#define deque_front(d)      deque_get(d, 0)
#define deque_back(d)       deque_get(d, (d)->raw.len - 1)

/* The elements as two arrays, one behind the other: writes their starts (T **) and lengths
   (size_t *). The second is empty unless the elements go round the end of the ring. O(1). */
#define deque_as_slices(d, first, first_len, second, second_len)                                   \
    raw_deque_as_slices(&(d)->raw, (void **)(VEC_T(d) **){ (first) }, (first_len),                 \
                        (void **)(VEC_T(d) **){ (second) }, (second_len), VEC_SIZE(d))

/* Turn the ring so that the elements are one array, and return it: T *, NULL iff there is no
   memory. All pointers to elements are stale. O(capacity), in place. */
#define deque_make_contiguous(d) ((VEC_T(d) *)raw_deque_make_contiguous(&(d)->raw, VEC_SIZE(d)))

/* Make *out, which must not be d and whose content is overwritten, a copy on the same allocator:
   enum error. Where it fails *out is a valid empty deque. O(len). */
#define deque_clone(d, out)                                                                        \
    raw_deque_clone(&(d)->raw, &(out)->raw,                                                        \
                    (struct layout){ VEC_SIZE(d) + VEC_SAME_TYPE(d, out), _Alignof(VEC_T(d)) })

/* Run the statement that follows for each element, front to back, with a new `T *p`. `break` and
   `continue` do what they say. The statement may change elements; it must not push or pop. */
#define deque_for_each(d, p)                                                                       \
    for (const struct raw_deque *p##_deque = &(d)->raw; p##_deque != NULL; p##_deque = NULL)       \
        for (size_t p##_index = 0, p##_done = 0; !p##_done; p##_done = 1)                          \
            for (VEC_T(d) *p = raw_deque_get(p##_deque, p##_index, VEC_SIZE(d)); p != NULL;        \
                 p = raw_deque_get(p##_deque, ++p##_index, VEC_SIZE(d)))

/* Print all elements to `sink` as `name = [a, b]`, as vec_debug does (collections/debug.h). O(len).
 */
#define deque_debug(d, sink, name, print)                                                          \
    debug_sequence((sink), (name), raw_deque_debug_next,                                           \
                   &(struct raw_deque_cursor){ &(d)->raw, VEC_SIZE(d), 0 },                        \
                   (debug_element *)(void (*)(const VEC_T(d) *, struct format_sink *)){ (print) })

/* Panics iff d's invariants do not hold. O(1). */
#define deque_check(d) raw_deque_check(&(d)->raw)

/* --- What the macros call -------------------------------------------------------------------- */

/* An iteration for the printer: a debug_next. */
struct raw_deque_cursor {
    const struct raw_deque *d;
    size_t size_bytes; /* of an element */
    size_t index;      /* of the next one */
};
bool raw_deque_debug_next(void *cursor, struct debug_entry *entry);

void raw_deque_init(struct raw_deque *d, struct allocator *allocator);
void raw_deque_free(struct raw_deque *d, struct layout element);
void raw_deque_free_each(struct raw_deque *d, struct layout element, raw_vec_release *release);
enum error raw_deque_reserve(struct raw_deque *d, size_t additional, struct layout element);
void raw_deque_grow_or_panic(struct raw_deque *d, struct layout element);
void raw_deque_truncate(struct raw_deque *d, size_t len);
void raw_deque_as_slices(const struct raw_deque *d, void **first, size_t *first_len, void **second,
                         size_t *second_len, size_t size_bytes);
void *raw_deque_make_contiguous(struct raw_deque *d, size_t size_bytes);
enum error raw_deque_clone(const struct raw_deque *d, struct raw_deque *out, struct layout element);
void raw_deque_check(const struct raw_deque *d);

/* Where element `index` is, or would be; not checked. */
[[gnu::always_inline]] static inline void *raw_deque_slot(const struct raw_deque *d, size_t index,
                                                          size_t size_bytes)
{
    return (char *)d->data + ((d->head + index) & (size_t)d->mask) * size_bytes;
}

[[gnu::always_inline]] static inline bool raw_deque_is_full(const struct raw_deque *d)
{
    return (ptrdiff_t)d->len > d->mask;
}

[[gnu::always_inline]] static inline void *raw_deque_at(const struct raw_deque *d, size_t index,
                                                        size_t size_bytes)
{
    if (unlikely(index >= d->len))
        raw_vec_panic_index(index, d->len);
    return raw_deque_slot(d, index, size_bytes);
}

[[gnu::always_inline]] static inline void *raw_deque_get(const struct raw_deque *d, size_t index,
                                                         size_t size_bytes)
{
    return index < d->len ? raw_deque_slot(d, index, size_bytes) : NULL;
}

[[gnu::always_inline]] static inline enum error
raw_deque_push_back(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(raw_deque_is_full(d))) {
        enum error error = raw_deque_reserve(d, 1, element);
        if (unlikely(error != OK))
            return error;
    }
    raw_vec_copy_element(raw_deque_slot(d, d->len, element.size), from, element);
    d->len++;
    return OK;
}

[[gnu::always_inline]] static inline enum error
raw_deque_push_front(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(raw_deque_is_full(d))) {
        enum error error = raw_deque_reserve(d, 1, element);
        if (unlikely(error != OK))
            return error;
    }
    d->head = (d->head - 1) & (size_t)d->mask;
    raw_vec_copy_element(raw_deque_slot(d, 0, element.size), from, element);
    d->len++;
    return OK;
}

[[gnu::always_inline]] static inline void
raw_deque_push_back_or_panic(struct raw_deque *d, const void *from, struct layout element)
{
    if (unlikely(raw_deque_is_full(d)))
        raw_deque_grow_or_panic(d, element);
    raw_vec_copy_element(raw_deque_slot(d, d->len, element.size), from, element);
    d->len++;
}

[[gnu::always_inline]] static inline bool raw_deque_pop_front(struct raw_deque *d, void *out,
                                                              struct layout element)
{
    if (unlikely(d->len == 0))
        return false;
    void *slot = raw_deque_slot(d, 0, element.size);
    if (out != NULL)
        raw_vec_copy_element(out, slot, element);
    raw_vec_poison(slot, element.size);
    d->head = (d->head + 1) & (size_t)d->mask;
    d->len--;
    return true;
}

[[gnu::always_inline]] static inline bool raw_deque_pop_back(struct raw_deque *d, void *out,
                                                             struct layout element)
{
    if (unlikely(d->len == 0))
        return false;
    void *slot = raw_deque_slot(d, d->len - 1, element.size);
    if (out != NULL)
        raw_vec_copy_element(out, slot, element);
    raw_vec_poison(slot, element.size);
    d->len--;
    return true;
}
