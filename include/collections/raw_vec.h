/*
 * raw_vec: the one growable array behind every typed vector and string.
 *
 *        data                         data + len                data + cap
 *         |  element 0 | element 1 |...|  room, uninitialised      |
 *
 * It does not know its elements' type. Each call says what one element looks like (`element`: its
 * size, never 0, and its alignment), always the same for the same array. Who wants the compiler
 * to remember that, and to check it, uses collections/vec.h; this core is for those who build
 * the next container on it.
 *
 * Elements are trivially movable: growth and removal move their bytes and tell nobody, so that an
 * element must not point into itself, nor be linked into anything by its address.
 *
 * Growth doubles, so that n pushes copy less than 2n elements, and goes through
 * allocator_realloc, so that a heap that can grow a block where it lies never copies at all.
 * Shortcoming: at the moment of growth a heap that cannot needs room for both, old and new.
 *
 * For all functions here:
 *   - one that returns an error has, when it fails, changed nothing: length, room, address and
 *     elements are as they were. It fails iff the bytes wanted exceed PTRDIFF_MAX (ERR_OVERFLOW;
 *     the heap is not asked, the refusal is counted), or the heap refuses (ERR_NO_MEMORY);
 *   - what may change `data` invalidates all pointers to elements: those that return an error,
 *     and raw_vec_free and raw_vec_take;
 *   - context: one user at a time; whatever the allocator's context is. What cannot fail
 *     allocates nothing (raw_vec_free gives back) and may run with interrupts masked.
 *
 * Read next: collections/vec.h; src/collections/raw_vec.c.
 */
#pragma once

#include <base/assert.h>
#include <collections/element.h>
#include <heap/allocator.h>

/* [struct-raw-vec] */
struct raw_vec {
    void *data;              /* NULL iff cap is 0; owned */
    size_t len;              /* elements in use */
    size_t cap;              /* elements that fit */
    struct allocator *alloc; /* where data comes from; it outlives the array */
};
/* [/struct-raw-vec] */

/* An empty array; allocates nothing. `alloc` is borrowed. */
static inline void raw_vec_init(struct raw_vec *v, struct allocator *alloc)
{
    *v = (struct raw_vec){ .alloc = alloc };
}

/* Room for `additional` more elements, at least; what is granted grows in proportion, so that
   n calls for one element each cost O(n) together. Panics iff v has no allocator. */
enum error raw_vec_reserve(struct raw_vec *v, size_t additional, struct layout element);

/* Room for `additional` more elements and no more than that, unless there is more already. */
enum error raw_vec_reserve_exact(struct raw_vec *v, size_t additional, struct layout element);

/* Give back the room that is not in use; all of it iff the array is empty. */
enum error raw_vec_shrink_to_fit(struct raw_vec *v, struct layout element);

/* As raw_vec_reserve for one element, but where it fails the out-of-memory handler is told the
   size that was wanted and the address that asked, and it does not return. */
void raw_vec_grow_or_panic(struct raw_vec *v, struct layout element);

/*
 * Add the `count` elements at `elements` to the end. They may lie in v; in part in v and in part
 * behind its end they may not (undefined). NULL is allowed iff count is 0. O(count), amortised.
 */
enum error raw_vec_append(struct raw_vec *v, const void *elements, size_t count,
                          struct layout element);

/*
 * Put the `count` elements at `elements` in front of element `index` (0 .. len). They may lie in
 * v, also on both sides of `index`; what is inserted is what they were before the call.
 * Panics iff index > len, or they lie partly in v. O(len - index + count), amortised.
 */
enum error raw_vec_insert(struct raw_vec *v, size_t index, const void *elements, size_t count,
                          struct layout element);

/* Make `count` uninitialised elements in front of element `index` (0 .. len), for the caller to
   fill: they begin at raw_vec_slot(v, index, size). Panics iff index > len. O(len - index). */
enum error raw_vec_insert_gap(struct raw_vec *v, size_t index, size_t count, struct layout element);

/* Take `count` elements from `index` on out, and close the gap. The order of the rest is kept.
   Pointers behind `index` point to other elements then. Panics iff they are not all in v.
   O(len - index). */
void raw_vec_remove_range(struct raw_vec *v, size_t index, size_t count, size_t size_bytes);

/* raw_vec_free after release(element) for each, first to last. */
void raw_vec_free_each(struct raw_vec *v, struct layout element, element_release *release);

/* A copy of v's elements, with v's allocator and no spare room, into `out`. What `out` held is
   overwritten, not given back; where this fails it is empty. `out` is not v. O(len). */
enum error raw_vec_clone(const struct raw_vec *v, struct raw_vec *out, struct layout element);

/* The same, each element by `clone`; where one fails those before it are released. */
enum error raw_vec_clone_each(const struct raw_vec *v, struct raw_vec *out, struct layout element,
                              element_clone *clone, element_release *release);

/* True iff the lengths are the same, and the elements by `equal`. */
bool raw_vec_equal(const struct raw_vec *v, const struct raw_vec *w, struct layout element,
                   element_equal *equal);

/* Give the memory back; v is empty then, keeps its allocator and may be used and freed again. */
void raw_vec_free(struct raw_vec *v, struct layout element);

/* Hand the memory to the caller, who gives it back with a layout of *cap elements; NULL iff there
   is none. v is empty then. `len` and `cap` are where to write both, never NULL. O(1). */
[[nodiscard]] void *raw_vec_take(struct raw_vec *v, size_t *len, size_t *cap);

/* Panics iff an invariant is broken. Any time; O(1). */
void raw_vec_check(const struct raw_vec *v, struct layout element);

/* The ends of those that found an index out of range, or no room; `ra` is who asked. */
[[gnu::noreturn, gnu::cold]] void raw_vec_panic_index(size_t index, size_t len);
[[gnu::noreturn, gnu::cold]] void raw_vec_panic_full(size_t len, size_t cap);
[[gnu::noreturn, gnu::cold]] void raw_vec_panic_changed(size_t len);

/* Where element `index` is, or would be; not checked. */
[[gnu::always_inline]] static inline void *raw_vec_slot(const struct raw_vec *v, size_t index,
                                                        size_t size_bytes)
{
    return (char *)v->data + index * size_bytes;
}

/* Element `index`. Panics with index, length and the caller's address iff index >= len. */
[[gnu::always_inline]] static inline void *raw_vec_at(const struct raw_vec *v, size_t index,
                                                      size_t size_bytes)
{
    if (unlikely(index >= v->len))
        raw_vec_panic_index(index, v->len);
    return raw_vec_slot(v, index, size_bytes);
}

/* Element `index`, or NULL iff index >= len. */
[[gnu::always_inline]] static inline void *raw_vec_get(const struct raw_vec *v, size_t index,
                                                       size_t size_bytes)
{
    return index < v->len ? raw_vec_slot(v, index, size_bytes) : NULL;
}

/* Add the element at `from`, for which there is room, to the end. `from` is not in the room. */
[[gnu::always_inline]] static inline void raw_vec_place(struct raw_vec *v, const void *from,
                                                        struct layout element)
{
    size_t len = v->len;
    element_copy(raw_vec_slot(v, len, element.size), from, element);
    v->len = len + 1;
}

/* Add a copy of the element at `from`, which must not lie in v, to the end. O(1), amortised. */
/* [vec-push] */
[[gnu::always_inline]] static inline enum error raw_vec_push(struct raw_vec *v, const void *from,
                                                             struct layout element)
{
    if (unlikely(v->len == v->cap)) {
        enum error error = raw_vec_reserve(v, 1, element);
        if (unlikely(error != OK))
            return error;
    }
    raw_vec_place(v, from, element);
    return OK;
}
/* [/vec-push] */

/* The same, and panics iff there is no room. Allocates nothing. */
[[gnu::always_inline]] static inline void
raw_vec_push_within_capacity(struct raw_vec *v, const void *from, struct layout element)
{
    if (unlikely(v->len == v->cap))
        raw_vec_panic_full(v->len, v->cap);
    raw_vec_place(v, from, element);
}

/* The same, and the out-of-memory handler ends the machine iff raw_vec_push would fail. */
[[gnu::always_inline]] static inline void raw_vec_push_or_panic(struct raw_vec *v, const void *from,
                                                                struct layout element)
{
    if (unlikely(v->len == v->cap))
        raw_vec_grow_or_panic(v, element);
    raw_vec_place(v, from, element);
}

/* Take the last element out, into `out` unless that is NULL; false iff there is none. */
[[gnu::always_inline]] static inline bool raw_vec_pop(struct raw_vec *v, void *out,
                                                      struct layout element)
{
    if (v->len == 0)
        return false;
    void *last = raw_vec_slot(v, v->len - 1, element.size);
    if (out != NULL)
        element_copy(out, last, element);
    element_poison(last, element.size);
    v->len--;
    return true;
}

/* Drop all elements from `len` on; nothing happens iff there are none. Room is kept. O(1). */
static inline void raw_vec_truncate(struct raw_vec *v, size_t len, size_t size_bytes)
{
    if (len >= v->len)
        return;
    element_poison(raw_vec_slot(v, len, size_bytes), (v->len - len) * size_bytes);
    v->len = len;
}
