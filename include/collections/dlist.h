/*
 * dlist: a typed doubly linked list that owns its elements. An element never moves, and each end,
 * and any place that one has a pointer to, takes and gives elements in constant time.
 *
 * Example (tests/host/examples/dlist.c):
 *
 *     typedef DLIST(int) int_list; // once for each type
 *
 *     int_list l = DLIST_INIT(allocator);        // empty, allocates nothing
 *     enum error error = dlist_push_back(&l, 3); // one block for each element
 *     if (error)
 *         return error; // l is as it was
 *     dlist_push_front_or_panic(&l, 1);
 *     int *three = dlist_back(&l); // stays good whatever else comes and goes
 *     error = dlist_insert(&l, three, 2);
 *     if (error == OK)
 *         dlist_for_each (&l, p)
 *             ASSERT(*p >= 1 && *p <= 3);
 *     dlist_remove(&l, three, NULL);
 *     dlist_free(&l);
 *
 * How it works. Each element has a block of its own: the two links of lib/list.h, then the element
 * at its alignment. The blocks form a ring without a head; the collection points to the first:
 *
 *       first
 *         v
 *     [ links | T ] <--> [ links | T ] <--> [ links | T ] <--> (the first again)
 *
 * So, unlike struct list, an empty one is all zero but for its allocator, and the collection itself
 * may be moved by assignment, like a vector. A pointer to an element, T *, is also its place: what
 * other libraries call a cursor is here `T *at`, and NULL is the place behind the last.
 *
 * Why "dlist": linked_list is the name of an allocator here (heap/linked_list.h), and list that of
 * the intrusive one below this.
 *
 * What to know:
 *   - pointers to elements stay good until that element is taken out, whatever happens to others;
 *     also when dlist_append or dlist_split_off hands it to another collection;
 *   - each element costs two pointers and an allocation; to walk it is a cache miss each. Who only
 *     adds and takes at the ends wants collections/deque.h. This one is for places in the middle,
 *     for pointers that stay good, and for joining and cutting in O(1);
 *   - a value is copied before anything else happens, so it may come from the list itself;
 *   - what returns an error fails iff the heap has no room for a block (ERR_NO_MEMORY), and then
 *     the list and all elements are exactly as they were;
 *   - a place that is no element of any list (taken out, or never in one) panics, as in lib/list.h;
 *     that it is one of *this* list the caller knows;
 *   - no destructor is run but by dlist_free_each; elements of no size do not compile;
 *   - one user at a time. What allocates or frees runs where the allocator may, the rest anywhere.
 *
 * Read next: lib/list.h, src/collections/dlist.c.
 */
#pragma once

#include <collections/debug.h>
#include <collections/element.h>
#include <lib/list.h>

/* What is behind every DLIST(T). */
struct raw_dlist {
    struct list_node *first; /* NULL iff len is 0 */
    size_t len;
    struct allocator *alloc;
};

/* DLIST(T): a list of T. Each is a new type to the compiler: typedef it once. */
#define DLIST(...)                                                                                 \
    union {                                                                                        \
        struct raw_dlist raw;                                                                      \
        typeof(__VA_ARGS__) *type;                                                                 \
    }

/* An empty list that takes its memory from the allocator `a`; also for static ones. */
#define DLIST_INIT(a)                                                                              \
    {                                                                                              \
        .raw = {.alloc = (a) }                                                                     \
    }

/* --- Making and ending ----------------------------------------------------------------------- */

/* Make *l an empty list on `allocator`, which outlives it. What l held is overwritten. O(1). */
#define dlist_init(l, allocator) ((void)((l)->raw = (struct raw_dlist){ .alloc = (allocator) }))

/* Give all memory back, after release(T *) was called for each element, first to last, in the
   second form; it must not use l. l is empty then, and may be used or freed again. O(len). */
#define dlist_free(l) raw_dlist_free(&(l)->raw, NULL, ELEMENT_LAYOUT(l))
#define dlist_free_each(l, release)                                                                \
    raw_dlist_free(&(l)->raw, ELEMENT_RELEASE(l, release), ELEMENT_LAYOUT(l))

/* Make *out, which must not be l and whose content is overwritten, a copy of *l on the same
   allocator: enum error. Where it fails *out is a valid empty list. O(len). */
#define dlist_clone(l, out)                                                                        \
    raw_dlist_clone(&(l)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(l, out), NULL, NULL)
#define dlist_clone_each(l, out, clone, release) /* as vec_clone_each */                           \
    raw_dlist_clone(&(l)->raw, &(out)->raw, ELEMENT_LAYOUT_OF_BOTH(l, out),                        \
                    ELEMENT_CLONE(l, clone), ELEMENT_RELEASE(l, release))

/* Panics iff l's invariants do not hold. O(len). */
#define dlist_check(l) raw_dlist_check(&(l)->raw, ELEMENT_LAYOUT(l))

/* --- Looking --------------------------------------------------------------------------------- */

/* How many elements there are: size_t. O(1). */
#define dlist_len(l)      ((size_t)(l)->raw.len)
#define dlist_is_empty(l) ((l)->raw.first == NULL)

/* The first and the last element, and the neighbours of the element `at`, T *: T *, NULL iff there
   is none. O(1). */
#define dlist_front(l) ((ELEMENT_T(l) *)raw_dlist_front(&(l)->raw, ELEMENT_LAYOUT(l)))
#define dlist_back(l)  ((ELEMENT_T(l) *)raw_dlist_back(&(l)->raw, ELEMENT_LAYOUT(l)))
#define dlist_next(l, at)                                                                          \
    ((ELEMENT_T(l) *)raw_dlist_next(&(l)->raw, ELEMENT_CONST_POINTER(l, at), ELEMENT_LAYOUT(l)))
#define dlist_prev(l, at)                                                                          \
    ((ELEMENT_T(l) *)raw_dlist_prev(&(l)->raw, ELEMENT_CONST_POINTER(l, at), ELEMENT_LAYOUT(l)))

/* Run the statement that follows for each element, first to last, with a new `T *p`. `break` and
   `continue` do what they say. The statement may insert anywhere; what it inserts behind *p is met.
   It must not take *p out; the second form lets it, but not the element behind *p. */
#define dlist_for_each(l, p)                                                                       \
    for (ELEMENT_T(l) *p = dlist_front(l); p != NULL; p = dlist_next((l), p))
#define dlist_for_each_safe(l, p)                                                                  \
    for (ELEMENT_T(l) *p = dlist_front(l), *p##_next = p == NULL ? NULL : dlist_next((l), p);      \
         p != NULL; p = p##_next, p##_next = p == NULL ? NULL : dlist_next((l), p))

/* True iff both have the same length, and equal(const T *, const T *), a bool, is true for the
   elements of each place. Stops at the first difference. O(len). */
#define dlist_equal(l, m, equal)                                                                   \
    raw_dlist_equal(&(l)->raw, &(m)->raw, ELEMENT_EQUAL(l, equal), ELEMENT_LAYOUT_OF_BOTH(l, m))

/* Print all elements to `sink` as `name = [a, b]`: as vec_debug. O(len). */
#define dlist_debug(l, sink, name, print)                                                          \
    debug_sequence((sink), (name), raw_dlist_debug_next,                                           \
                   &(struct raw_dlist_cursor){ &(l)->raw, ELEMENT_LAYOUT(l), NULL },               \
                   ELEMENT_PRINTER(l, print))

/* --- Adding ---------------------------------------------------------------------------------- */

/* Add a value to one end: enum error. One block is allocated; no pointer is stale. O(1). */
#define dlist_push_front(l, x, ...)                                                                \
    raw_dlist_push_front(&(l)->raw, ELEMENT_VALUE(l, x __VA_OPT__(, ) __VA_ARGS__),                \
                         ELEMENT_LAYOUT(l))
#define dlist_push_back(l, x, ...)                                                                 \
    raw_dlist_push_back(&(l)->raw, ELEMENT_VALUE(l, x __VA_OPT__(, ) __VA_ARGS__),                 \
                        ELEMENT_LAYOUT(l))

/* The same, but instead of failing they call the out-of-memory handler, which ends the machine.
   For set-up code. */
#define dlist_push_front_or_panic(l, x, ...)                                                       \
    raw_dlist_push_front_or_panic(&(l)->raw, ELEMENT_VALUE(l, x __VA_OPT__(, ) __VA_ARGS__),       \
                                  ELEMENT_LAYOUT(l))
#define dlist_push_back_or_panic(l, x, ...)                                                        \
    raw_dlist_push_back_or_panic(&(l)->raw, ELEMENT_VALUE(l, x __VA_OPT__(, ) __VA_ARGS__),        \
                                 ELEMENT_LAYOUT(l))

/* Put a value in front of the element `at` (T *), or at the end where `at` is NULL: enum error.
   No pointer is stale. O(1). */
#define dlist_insert(l, at, x, ...)                                                                \
    raw_dlist_insert(&(l)->raw, ELEMENT_POINTER(l, at),                                            \
                     ELEMENT_VALUE(l, x __VA_OPT__(, ) __VA_ARGS__), ELEMENT_LAYOUT(l))

/* Move all elements of `from`, another list of the same element, to the end of l; `from` is empty
   then. Panics iff the two have different allocators, or are the same. No pointer is stale. O(1).
 */
#define dlist_append(l, from) raw_dlist_append(&(l)->raw, &(from)->raw + ELEMENT_SAME_TYPE(l, from))

/* --- Taking out ------------------------------------------------------------------------------ */

/* Take the first, or the last, element out, into *out (T *) unless out is NULL: bool, false iff
   there is none. Its block is given back; pointers to it are stale. O(1). */
#define dlist_pop_front(l, out)                                                                    \
    raw_dlist_pop_front(&(l)->raw, ELEMENT_POINTER(l, out), ELEMENT_LAYOUT(l))
#define dlist_pop_back(l, out)                                                                     \
    raw_dlist_pop_back(&(l)->raw, ELEMENT_POINTER(l, out), ELEMENT_LAYOUT(l))

/* Take the element `at` (T *) out, into *out (T *) unless out is NULL; returns the one behind it,
   T *, or NULL. Its block is given back; pointers to it are stale. O(1). */
#define dlist_remove(l, at, out)                                                                   \
    ((ELEMENT_T(l) *)raw_dlist_remove(&(l)->raw, ELEMENT_POINTER(l, at), ELEMENT_POINTER(l, out),  \
                                      ELEMENT_LAYOUT(l)))

/* Move the elements from `at` (T *) on to *out, another list, whose content is overwritten; none
   where `at` is NULL. No pointer is stale. O(n), n how many lie on the shorter side of `at`:
   they are counted, nothing is moved. */
#define dlist_split_off(l, at, out)                                                                \
    raw_dlist_split_off(&(l)->raw, ELEMENT_POINTER(l, at), &(out)->raw,                            \
                        ELEMENT_LAYOUT_OF_BOTH(l, out))

/* --- What the macros call -------------------------------------------------------------------- */

/* An iteration for the printer: a debug_next. */
struct raw_dlist_cursor {
    const struct raw_dlist *l;
    struct layout element;
    const void *at; /* the element that was last; NULL before the first */
};
bool raw_dlist_debug_next(void *cursor, struct debug_entry *entry);

void raw_dlist_free(struct raw_dlist *l, element_release *release, struct layout element);
enum error raw_dlist_clone(const struct raw_dlist *l, struct raw_dlist *out, struct layout element,
                           element_clone *clone, element_release *release);
void raw_dlist_check(const struct raw_dlist *l, struct layout element);
bool raw_dlist_equal(const struct raw_dlist *l, const struct raw_dlist *m, element_equal *equal,
                     struct layout element);
enum error raw_dlist_push_front(struct raw_dlist *l, const void *value, struct layout element);
enum error raw_dlist_push_back(struct raw_dlist *l, const void *value, struct layout element);
void raw_dlist_push_front_or_panic(struct raw_dlist *l, const void *value, struct layout element);
void raw_dlist_push_back_or_panic(struct raw_dlist *l, const void *value, struct layout element);
enum error raw_dlist_insert(struct raw_dlist *l, void *at, const void *value,
                            struct layout element);
void raw_dlist_append(struct raw_dlist *l, struct raw_dlist *from);
bool raw_dlist_pop_front(struct raw_dlist *l, void *out, struct layout element);
bool raw_dlist_pop_back(struct raw_dlist *l, void *out, struct layout element);
void *raw_dlist_remove(struct raw_dlist *l, void *at, void *out, struct layout element);
void raw_dlist_split_off(struct raw_dlist *l, void *at, struct raw_dlist *out,
                         struct layout element);

/* How far behind its links an element lies. */
[[gnu::always_inline]] static inline size_t raw_dlist_offset(struct layout element)
{
    return sizeof(struct list_node) + bytes_to_align(sizeof(struct list_node), element.align);
}

/* The element of a node, and the node of an element; NULL of NULL for the first. */
[[gnu::always_inline]] static inline void *raw_dlist_element(const struct list_node *node,
                                                             struct layout element)
{
    return node == NULL ? NULL : (char *)node + raw_dlist_offset(element);
}

[[gnu::always_inline]] static inline struct list_node *raw_dlist_node(const void *at,
                                                                      struct layout element)
{
    return (void *)((char *)at - raw_dlist_offset(element));
}

static inline void *raw_dlist_front(const struct raw_dlist *l, struct layout element)
{
    return raw_dlist_element(l->first, element);
}

static inline void *raw_dlist_back(const struct raw_dlist *l, struct layout element)
{
    return l->first == NULL ? NULL : raw_dlist_element(l->first->prev, element);
}

static inline void *raw_dlist_next(const struct raw_dlist *l, const void *at, struct layout element)
{
    const struct list_node *next = raw_dlist_node(at, element)->next;
    return next == l->first ? NULL : raw_dlist_element(next, element);
}

static inline void *raw_dlist_prev(const struct raw_dlist *l, const void *at, struct layout element)
{
    const struct list_node *node = raw_dlist_node(at, element);
    return node == l->first ? NULL : raw_dlist_element(node->prev, element);
}
