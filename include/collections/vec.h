/*
 * vec: a typed growable vector.
 *
 * Example (tests/host/examples/vec.c):
 *
 *     typedef VEC(char) char_vec; // once for each type, see below
 *
 *     char_vec v = VEC_INIT(allocator);     // empty, allocates nothing
 *     enum error error = vec_push(&v, 'a'); // the compiler insists that you look at it
 *     if (error)
 *         return error;           // v is as it was
 *     vec_push_or_panic(&v, 'b'); // for set-up code
 *     *vec_at(&v, 0) = 'c';       // checked: panics with index and length
 *     vec_for_each (&v, c)
 *         ASSERT(*c == 'c' || *c == 'b');
 *     vec_free(&v);
 *
 * How it works. VEC(T) is a raw_vec (collections/raw_vec.h) that carries a type: the member
 * `type` is never read or written, only named in typeof. Each operation is a macro that is one
 * call of a function of the core, with arguments of which the macro has checked the types. So a
 * wrong element does not compile, every argument is evaluated once, an ignored error is noticed
 * by the compiler, and a debugger shows functions and plain structs.
 *
 * An element that is passed by value is copied before anything moves: vec_push(&v, *vec_at(&v, 0))
 * is right, also when v must grow. A value may be a brace list: vec_push(&points, { 1, 2 }).
 *
 * What to know:
 *   - elements are trivially movable: their bytes are moved, nobody is told (raw_vec.h);
 *   - no destructor is ever run, but by vec_free_each;
 *   - elements of no size are refused by the compiler;
 *   - each VEC(T) is a new type to the compiler: use a typedef to hand vectors around;
 *   - `v` is a pointer to a vector. A const vector has a fixed length, but its elements can be
 *     changed through it, as with a const struct that contains a pointer;
 *   - what the comments below call stale are pointers to elements that must not be used any more;
 *   - one user at a time. What returns an error may allocate, and runs where the allocator may;
 *     all others, vec_free and its like aside, may run with interrupts masked.
 *
 * What returns an error fails iff the bytes wanted exceed PTRDIFF_MAX (ERR_OVERFLOW), or the heap
 * has no room (ERR_NO_MEMORY); then the vector and its elements are exactly as they were.
 *
 * Read next: collections/raw_vec.h, src/collections/vec.c (sorting and searching).
 */
#pragma once

#include <collections/debug.h>
#include <collections/element.h>
#include <collections/raw_vec.h>

/* VEC(T): a vector of T. `T` may be incomplete until an operation is used. */
#define VEC(...)                                                                                   \
    union {                                                                                        \
        struct raw_vec raw;                                                                        \
        typeof(__VA_ARGS__) *type;                                                                 \
    }

/* An empty vector that takes its memory from the allocator `a`; also for static ones. */
#define VEC_INIT(a)                                                                                \
    {                                                                                              \
        .raw = {.alloc = (a) }                                                                     \
    }

/* --- Making and ending ----------------------------------------------------------------------- */

/* Make *v an empty vector on `allocator`, which outlives it. What v held is overwritten. O(1). */
#define vec_init(v, allocator) raw_vec_init(&(v)->raw, (allocator))

/* The same with room for `n` elements: enum error. Where it fails v is a valid empty vector. */
#define vec_with_capacity(v, allocator, n)                                                         \
    raw_vec_with_capacity(&(v)->raw, (allocator), (n), ELEMENT_LAYOUT(v))

/* Give all memory back. v is empty then, keeps its allocator, and may be used or freed again.
   All pointers are stale. Cost: one dealloc. */
#define vec_free(v) raw_vec_free(&(v)->raw, ELEMENT_LAYOUT(v))

/* The same, after release(T *) was called for each element, first to last; it must not use v.
   O(len). */
#define vec_free_each(v, release)                                                                  \
    raw_vec_free_each(&(v)->raw, ELEMENT_LAYOUT(v), ELEMENT_RELEASE(v, release))

/* Hand the elements' memory to the caller: T *, NULL iff there was none; writes how many are in
   use and how many fit to the two size_t *. Give it back with alloc_free_array(allocator,
   pointer, cap). v is empty then. Pointers stay good. O(1).
   Shortcoming: the compiler does not notice where the result is ignored, and the memory lost. */
#define vec_take(v, len, cap) ((ELEMENT_T(v) *)raw_vec_take(&(v)->raw, (len), (cap)))

/* Make *out, which must not be v and whose content is overwritten, a copy of *v on the same
   allocator: enum error. Where it fails *out is a valid empty vector. O(len). */
#define vec_clone(v, out) raw_vec_clone(&(v)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(v, out))

/* The same where elements own something: clone(const T *, T *), an enum error, makes each copy, and
   release(T *) ends those that were made where a later one fails. Fails also with its error. */
#define vec_clone_each(v, out, clone, release)                                                     \
    raw_vec_clone_each(&(v)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(v, out),                     \
                       ELEMENT_CLONE(v, clone), ELEMENT_RELEASE(v, release))

/* True iff both have the same length, and equal(const T *, const T *), a bool, is true for the
   elements of each index. Stops at the first difference. O(len). */
#define vec_equal(v, w, equal)                                                                     \
    raw_vec_equal(&(v)->raw, &(w)->raw, ELEMENT_LAYOUT_OF_BOTH(v, w), ELEMENT_EQUAL(v, equal))

/* Panics iff v's invariants do not hold. O(1). */
#define vec_check(v) raw_vec_check(&(v)->raw, ELEMENT_LAYOUT(v))

/* --- Room ------------------------------------------------------------------------------------ */

/* How many elements there are, and fit: size_t. The elements, len of them: T *, NULL or not where
   there are none; vec_data(&v)[i] is the unchecked access. O(1). */
#define vec_len(v)      ((size_t)(v)->raw.len)
#define vec_capacity(v) ((size_t)(v)->raw.cap)
#define vec_is_empty(v) ((v)->raw.len == 0)
#define vec_data(v)     ((ELEMENT_T(v) *)(v)->raw.data)

/* Room for `additional` more elements: enum error. The first leaves spare room, so that calling
   it again and again costs O(1) for each element; the second leaves none. All pointers are stale
   unless there was room. */
#define vec_reserve(v, additional) raw_vec_reserve(&(v)->raw, (additional), ELEMENT_LAYOUT(v))
#define vec_reserve_exact(v, additional)                                                           \
    raw_vec_reserve_exact(&(v)->raw, (additional), ELEMENT_LAYOUT(v))

/* Give spare room back: enum error (a heap may have to move the rest). All pointers are stale. */
#define vec_shrink_to_fit(v) raw_vec_shrink_to_fit(&(v)->raw, ELEMENT_LAYOUT(v))

/* --- Adding ---------------------------------------------------------------------------------- */

/* Add a value to the end: enum error. It may come from v. All pointers are stale unless there was
   room. O(1), amortised. */
#define vec_push(v, x, ...)                                                                        \
    raw_vec_push(&(v)->raw, ELEMENT_VALUE(v, x __VA_OPT__(, ) __VA_ARGS__), ELEMENT_LAYOUT(v))

/* Add a value to the end where there is room already: for trap context, after vec_reserve. Panics
   iff there is none. Never allocates; no pointer is stale. O(1). */
#define vec_push_within_capacity(v, x, ...)                                                        \
    raw_vec_push_within_capacity(&(v)->raw, ELEMENT_VALUE(v, x __VA_OPT__(, ) __VA_ARGS__),        \
                                 ELEMENT_LAYOUT(v))

/* As vec_push, but instead of failing it calls the out-of-memory handler, which ends the machine
   (allocator_set_oom_handler). For set-up code. */
#define vec_push_or_panic(v, x, ...)                                                               \
    raw_vec_push_or_panic(&(v)->raw, ELEMENT_VALUE(v, x __VA_OPT__(, ) __VA_ARGS__),               \
                          ELEMENT_LAYOUT(v))

/* Add the `n` elements at `p` (const T *; NULL iff n is 0) to the end: enum error. They may lie
   in v. All pointers are stale unless there was room. O(n), amortised. */
#define vec_append(v, p, n)                                                                        \
    raw_vec_append(&(v)->raw, ELEMENT_CONST_POINTER(v, p), (n), ELEMENT_LAYOUT(v))

/* Put a value in front of element `index`, or at the end where index is len: enum error. Panics
   iff index > len. It may come from v. All pointers from `index` on are stale; the others too,
   unless there was room. O(len - index). */
#define vec_insert(v, index, x, ...)                                                               \
    raw_vec_insert(&(v)->raw, (index), ELEMENT_VALUE(v, x __VA_OPT__(, ) __VA_ARGS__), 1,          \
                   ELEMENT_LAYOUT(v))

/* The same for the `n` elements at `p` (const T *; NULL iff n is 0), which may lie in v, also on
   both sides of `index`. Panics iff index > len or they lie partly in v. O(len - index + n). */
#define vec_insert_array(v, index, p, n)                                                           \
    raw_vec_insert(&(v)->raw, (index), ELEMENT_CONST_POINTER(v, p), (n), ELEMENT_LAYOUT(v))

/* --- Taking out: room is kept ---------------------------------------------------------------- */

/* Take the last element out, into *out (T *, not in v) unless out is NULL: bool, false iff there
   is none. Pointers to it are stale. O(1). */
#define vec_pop(v, out) raw_vec_pop(&(v)->raw, ELEMENT_POINTER(v, out), ELEMENT_LAYOUT(v))

/* Take element `index` out, into *out (T *, not in v) unless out is NULL. Panics iff
   index >= len. The order is kept; pointers from `index` on are stale. O(len - index). */
#define vec_remove(v, index, out)                                                                  \
    raw_vec_remove(&(v)->raw, (index), ELEMENT_POINTER(v, out), ELEMENT_LAYOUT(v))

/* The same, and the last element takes its place: the order is not kept. O(1). */
#define vec_swap_remove(v, index, out)                                                             \
    raw_vec_swap_remove(&(v)->raw, (index), ELEMENT_POINTER(v, out), ELEMENT_LAYOUT(v))

/* Drop the elements from `n` on (nothing happens iff n >= len), or all. O(1). */
#define vec_truncate(v, n) raw_vec_truncate(&(v)->raw, (n), ELEMENT_SIZE(v))
#define vec_clear(v)       raw_vec_truncate(&(v)->raw, 0, ELEMENT_SIZE(v))

/* --- Looking --------------------------------------------------------------------------------- */

/* Element `index`: T *. Panics with index, length and the caller's address iff index >= len. */
#define vec_at(v, index) ((ELEMENT_T(v) *)raw_vec_at(&(v)->raw, (index), ELEMENT_SIZE(v)))

/* Element `index`, the first, the last: T *, NULL iff there is none. O(1). */
#define vec_get(v, index) ((ELEMENT_T(v) *)raw_vec_get(&(v)->raw, (index), ELEMENT_SIZE(v)))
#define vec_first(v)      vec_get(v, 0)
#define vec_last(v)       ((ELEMENT_T(v) *)raw_vec_last(&(v)->raw, ELEMENT_SIZE(v)))

/*
 * Run the statement that follows for each element, first to last, with a new `T *p`. `break` and
 * `continue` do what they say. The statement may change elements; it must not change how many
 * there are, nor where they lie: checked builds (BUMPVISOR_CHECKED) panic.
 */
#define vec_for_each(v, p)                                                                         \
    for (const struct raw_vec *p##_vec = &(v)->raw; p##_vec != NULL; p##_vec = NULL)               \
        for (ELEMENT_T(v) *p = p##_vec->data, *p##_end = raw_vec_end(p##_vec, ELEMENT_SIZE(v));    \
             raw_vec_has_end(p##_vec, p##_end, ELEMENT_SIZE(v)) && p != p##_end; p++)

/* Print all elements to `sink` (struct format_sink *) as `name = [a, b]`, or without the name where
   it is NULL; print is a void (const T *, struct format_sink *) (collections/debug.h). O(len). */
#define vec_debug(v, sink, name, print)                                                            \
    debug_sequence((sink), (name), raw_vec_debug_next,                                             \
                   &(struct raw_vec_cursor){ &(v)->raw, ELEMENT_SIZE(v), 0 },                      \
                   ELEMENT_PRINTER(v, print))

/* --- Order ----------------------------------------------------------------------------------- */

/*
 * Sort in place: afterwards compare(&v[i], &v[i + 1]) <= 0 for all i, where `compare` is an
 * int (const T *, const T *) that is negative, zero or positive as its first argument comes
 * before, with or after its second. Not stable: equal elements may change their order.
 * Where compare contradicts itself, so may the order, but no element is lost or doubled.
 * O(len log len) at worst; no allocation, no recursion. compare must not use v.
 */
#define vec_sort(v, compare) raw_vec_sort(&(v)->raw, ELEMENT_LAYOUT(v), ELEMENT_COMPARE(v, compare))

/*
 * Where the key *key is in a sorted vector: struct vec_position. `key` may point to anything, K;
 * `compare` is an int (const T *, const K *), negative iff the element comes before the key. Of
 * several equal elements it is the first. O(log len).
 */
#define vec_binary_search(v, key, compare)                                                         \
    raw_vec_binary_search(                                                                         \
        &(v)->raw, (key), ELEMENT_SIZE(v),                                                         \
        (element_compare *)(int (*)(const ELEMENT_T(v) *, const typeof(*(key)) *)){ (compare) })

struct vec_position {
    bool found;
    size_t index; /* where the key is, or where to insert it to keep the order */
};

/* --- What the macros call -------------------------------------------------------------------- */

/* An iteration for the printer: a debug_next. */
struct raw_vec_cursor {
    const struct raw_vec *v;
    size_t size_bytes; /* of an element */
    size_t index;      /* of the next one */
};
bool raw_vec_debug_next(void *cursor, struct debug_entry *entry);

void raw_vec_sort(struct raw_vec *v, struct layout element, element_compare *compare);
[[nodiscard]] struct vec_position raw_vec_binary_search(const struct raw_vec *v, const void *key,
                                                        size_t size_bytes,
                                                        element_compare *compare);
void raw_vec_remove(struct raw_vec *v, size_t index, void *out, struct layout element);
void raw_vec_swap_remove(struct raw_vec *v, size_t index, void *out, struct layout element);

static inline enum error raw_vec_with_capacity(struct raw_vec *v, struct allocator *alloc, size_t n,
                                               struct layout element)
{
    raw_vec_init(v, alloc);
    return raw_vec_reserve_exact(v, n, element);
}

static inline void *raw_vec_last(const struct raw_vec *v, size_t size_bytes)
{
    return v->len == 0 ? NULL : raw_vec_slot(v, v->len - 1, size_bytes);
}

/* One past the last element. NULL where data is NULL, to which ISO C lets nobody add even 0. */
[[gnu::always_inline]] static inline void *raw_vec_end(const struct raw_vec *v, size_t size_bytes)
{
    return v->len == 0 ? v->data : raw_vec_slot(v, v->len, size_bytes);
}

/* True; panics in checked builds iff `end` is not the end of v any more. */
[[gnu::always_inline]] static inline bool raw_vec_has_end([[maybe_unused]] const struct raw_vec *v,
                                                          [[maybe_unused]] const void *end,
                                                          [[maybe_unused]] size_t size_bytes)
{
#ifdef BUMPVISOR_CHECKED
    if (end != raw_vec_end(v, size_bytes))
        raw_vec_panic_changed(v->len);
#endif
    return true;
}
