/*
 * binary_heap: a priority queue: whoever comes first in an order leaves first.
 *
 * Example (tests/host/examples/binary_heap.c):
 *
 *     // Once for each heap; in front of the functions.
 *     #include <collections/vec.h>
 *     typedef VEC(uint64_t) deadline_vec;
 *     #define BINARY_HEAP_NAME         deadline_heap
 *     #define BINARY_HEAP_VEC          deadline_vec
 *     #define BINARY_HEAP_BEFORE(a, b) (*(a) < *(b))
 *     #include <collections/binary_heap.h>
 *
 *     static enum error deadlines(struct allocator *allocator)
 *     {
 *         struct deadline_heap heap = BINARY_HEAP_INIT(allocator); // empty, allocates nothing
 *         enum error error = deadline_heap_push(&heap, 30);
 *         if (error)
 *             return error; // the heap is as it was
 *         deadline_heap_push_or_panic(&heap, 10);
 *         deadline_heap_push_or_panic(&heap, 20);
 *         ASSERT(*deadline_heap_peek(&heap) == 10);
 *         uint64_t next, last = 0;
 *         for (; deadline_heap_pop(&heap, &next); last = next)
 *             ASSERT(next > last); // 10, 20, 30
 *         deadline_heap_free(&heap);
 *         return OK;
 *     }
 *
 * How it works. A heap is a vector in which no element comes after its children: those of element
 * i are 2i + 1 and 2i + 2. So the first of all is element 0, and each way down has log2(len) steps.
 *
 *                 [0] 10                      a push goes to the end and rises while it comes
 *            [1] 30     [2] 20                before its parent: on average less than 3 steps.
 *         [3] 40 [4] 50 [5] 60
 *
 * A pop leaves a hole at 0. It sinks along the children that come first down to a leaf, without a
 * question about the element that will fill it, which is the last of the vector; from there that
 * one rises, seldom far, as it came from the bottom. One comparison for each level, where the
 * textbook asks two (I. Wegener, "BOTTOM-UP-HEAPSORT", Theoretical Computer Science 118, 1993).
 *
 * This header is a template (collections/instantiate.h). Each inclusion takes
 *
 *     BINARY_HEAP_NAME           the name: struct NAME, NAME_push, ...
 *     BINARY_HEAP_VEC            a typedef of VEC(T): what the heap is made from, and becomes
 *     BINARY_HEAP_BEFORE(a, b)   true iff *a leaves before *b; a and b are const T *, used once
 *
 * and forgets them. The order is inlined. It must be a strict weak order (never both a before b
 * and b before a, transitive); where it lies, elements leave in some other order, and none is lost
 * or doubled. It must not touch the heap.
 *
 * What to know:
 *   - elements that are equal in the order leave in any order;
 *   - an element inside cannot be found, changed or removed: take a btree with a unique key
 *     (deadline, number) where timers are cancelled;
 *   - elements are trivially movable, and no destructor is run but by NAME_free_each (vec.h);
 *   - pointers to elements are stale after every call that takes the heap without const;
 *   - one user at a time. What returns an error may allocate, and runs where the allocator may;
 *     all others, NAME_free and its like aside, may run with interrupts masked.
 *
 * What returns an error fails iff the bytes wanted exceed PTRDIFF_MAX (ERR_OVERFLOW), or the heap
 * has no room (ERR_NO_MEMORY); then the heap is exactly as it was.
 *
 * Read next: src/collections/vec.c (the same structure, as a sort); collections/btree.h.
 */
#include <collections/instantiate.h>
#include <collections/vec.h>

#if !defined BINARY_HEAP_NAME || !defined BINARY_HEAP_VEC || !defined BINARY_HEAP_BEFORE
#error "define BINARY_HEAP_NAME, BINARY_HEAP_VEC and BINARY_HEAP_BEFORE first"
#endif

/* An empty heap on the allocator `a`; also for static ones. */
#ifndef BINARY_HEAP_INIT
#define BINARY_HEAP_INIT(a)                                                                        \
    {                                                                                              \
        .elements = VEC_INIT(a)                                                                    \
    }
#endif

/* The end of who replaced the top of a heap that has none. */
[[gnu::noreturn, gnu::cold]] void binary_heap_panic_empty(void);

/* HEAP(push) is NAME_push here; HEAP_T is an element. */
#define HEAP(member) INSTANTIATE(BINARY_HEAP_NAME, member)
#define HEAP_T       typeof(*((BINARY_HEAP_VEC *)NULL)->type)

/* A global of the user's may have the name of a parameter here: no harm (-Wshadow). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

/* The elements may be read by vec_for_each(&heap.elements, p); their order is the heap's. */
struct BINARY_HEAP_NAME {
    BINARY_HEAP_VEC elements;
};

/* --- How it moves ---------------------------------------------------------------------------- */

/* Fill the hole at `hole` with *x: parents that it comes before move down, those of `top` do not.
   x does not point into the heap. */
INSTANTIATED inline void HEAP(rise)(HEAP_T *data, size_t top, size_t hole, const HEAP_T *x)
{
    while (hole > top) {
        size_t parent = (hole - 1) / 2;
        if (!(BINARY_HEAP_BEFORE(x, (const HEAP_T *)&data[parent])))
            break;
        data[hole] = data[parent];
        hole = parent;
    }
    data[hole] = *x;
}

/* Fill the hole at `top`, below which there is a heap, with *x. */
INSTANTIATED inline void HEAP(sink)(HEAP_T *data, size_t len, size_t top, const HEAP_T *x)
{
    size_t hole = top, child = 2 * top + 1;
    while (child + 1 < len) {
        if (BINARY_HEAP_BEFORE((const HEAP_T *)&data[child + 1], (const HEAP_T *)&data[child]))
            child++;
        data[hole] = data[child];
        hole = child;
        child = 2 * hole + 1;
    }
    if (child < len) {
        data[hole] = data[child];
        hole = child;
    }
    HEAP(rise)(data, top, hole, x);
}

/* --- Making and ending ----------------------------------------------------------------------- */

/* Make *self empty, on `allocator`, which outlives it. What it held is overwritten. O(1). */
INSTANTIATED inline void HEAP(init)(struct BINARY_HEAP_NAME *self, struct allocator *allocator)
{
    vec_init(&self->elements, allocator);
}

/* The same with room for `n`. Where it fails *heap is valid and empty. */
INSTANTIATED inline enum error HEAP(with_capacity)(struct BINARY_HEAP_NAME *self,
                                                   struct allocator *allocator, size_t n)
{
    return vec_with_capacity(&self->elements, allocator, n);
}

/* Make *self of the elements of *v, in their memory; *v is empty then. What self held is
   overwritten. Allocates nothing. O(n): most elements lie near the bottom and sink a step or two.
 */
INSTANTIATED void HEAP(from_vec)(struct BINARY_HEAP_NAME *self, BINARY_HEAP_VEC *v)
{
    HEAP_T *data = vec_data(v);
    size_t len = vec_len(v);
    for (size_t top = len / 2; top-- > 0;) {
        HEAP_T x = data[top];
        HEAP(sink)(data, len, top, &x);
    }
    self->elements = *v;
    vec_init(v, self->elements.raw.alloc);
}

/* Make *v, whose content is overwritten, of all elements, in the order in which they would leave;
   the heap is empty then. Allocates nothing. O(n log n). */
INSTANTIATED void HEAP(into_sorted_vec)(struct BINARY_HEAP_NAME *self, BINARY_HEAP_VEC *v)
{
    HEAP_T *data = vec_data(&self->elements);
    size_t len = vec_len(&self->elements);
    for (size_t last = len; last-- > 1;) { /* who leaves goes behind those that are left */
        HEAP_T x = data[last];
        data[last] = data[0];
        HEAP(sink)(data, last, 0, &x);
    }
    for (size_t i = 0; i < len / 2; i++) {
        HEAP_T kept = data[i];
        data[i] = data[len - 1 - i];
        data[len - 1 - i] = kept;
    }
    *v = self->elements;
    vec_init(&self->elements, v->raw.alloc);
}

/* Make *out, which is not self and whose content is overwritten, a copy on the same allocator.
   Where it fails *out is valid and empty. O(n). */
INSTANTIATED inline enum error HEAP(clone)(const struct BINARY_HEAP_NAME *self,
                                           struct BINARY_HEAP_NAME *out)
{
    return vec_clone(&self->elements, &out->elements);
}

/* Give all memory back. The heap is empty then and may be used or freed again. */
INSTANTIATED inline void HEAP(free)(struct BINARY_HEAP_NAME *self)
{
    vec_free(&self->elements);
}

/* The same, after release(T *) was called for each element, in no order. O(n). */
INSTANTIATED inline void HEAP(free_each)(struct BINARY_HEAP_NAME *self, void (*release)(HEAP_T *))
{
    vec_free_each(&self->elements, release);
}

/* --- Room ------------------------------------------------------------------------------------ */

/* How many elements there are. O(1). */
INSTANTIATED inline size_t HEAP(len)(const struct BINARY_HEAP_NAME *self)
{
    return vec_len(&self->elements);
}

/* Room for `additional` more. O(1) for each element, amortised. */
INSTANTIATED inline enum error HEAP(reserve)(struct BINARY_HEAP_NAME *self, size_t additional)
{
    return vec_reserve(&self->elements, additional);
}

/* --- In and out ------------------------------------------------------------------------------ */

/* Put x in; it may come from the heap. O(log n) at worst, O(1) on average, and growth. */
INSTANTIATED enum error HEAP(push)(struct BINARY_HEAP_NAME *self, HEAP_T x)
{
    enum error error = vec_push(&self->elements, x);
    if (unlikely(error != OK))
        return error;
    HEAP(rise)(vec_data(&self->elements), 0, vec_len(&self->elements) - 1, &x);
    return OK;
}

/* The same where there is room already: for trap context, after NAME_reserve. Panics iff there is
   none. Never allocates. */
[[gnu::always_inline]] INSTANTIATED inline void
HEAP(push_within_capacity)(struct BINARY_HEAP_NAME *self, HEAP_T x)
{
    vec_push_within_capacity(&self->elements, x);
    HEAP(rise)(vec_data(&self->elements), 0, vec_len(&self->elements) - 1, &x);
}

/* As NAME_push, but instead of failing it calls the out-of-memory handler, which ends the machine.
   For set-up code. */
[[gnu::always_inline]] INSTANTIATED inline void HEAP(push_or_panic)(struct BINARY_HEAP_NAME *self,
                                                                    HEAP_T x)
{
    vec_push_or_panic(&self->elements, x);
    HEAP(rise)(vec_data(&self->elements), 0, vec_len(&self->elements) - 1, &x);
}

/* The one that leaves next; NULL iff there is none. O(1). */
INSTANTIATED inline const HEAP_T *HEAP(peek)(const struct BINARY_HEAP_NAME *self)
{
    return vec_first(&self->elements);
}

/* Take the first of all out, into *out unless out is NULL; false iff there is none. O(log n). */
INSTANTIATED bool HEAP(pop)(struct BINARY_HEAP_NAME *self, HEAP_T *out)
{
    HEAP_T *data = vec_data(&self->elements), last;
    if (!vec_pop(&self->elements, &last))
        return false;
    size_t len = vec_len(&self->elements);
    if (out != NULL)
        *out = len == 0 ? last : data[0];
    if (len != 0)
        HEAP(sink)(data, len, 0, &last);
    return true;
}

/* Take the first of all out, into *out unless out is NULL, and put x in: half the work of a pop and
   a push, and never allocates. Panics iff the heap is empty. O(log n). */
[[gnu::always_inline]] INSTANTIATED inline void HEAP(replace_top)(struct BINARY_HEAP_NAME *self,
                                                                  HEAP_T x, HEAP_T *out)
{
    HEAP_T *data = vec_data(&self->elements);
    size_t len = vec_len(&self->elements);
    if (unlikely(len == 0))
        binary_heap_panic_empty();
    if (out != NULL)
        *out = data[0];
    HEAP(sink)(data, len, 0, &x);
}

/* Drop all elements, keep the room. O(1). */
INSTANTIATED inline void HEAP(clear)(struct BINARY_HEAP_NAME *self)
{
    vec_clear(&self->elements);
}

/* --- Comparing, printing, checking ----------------------------------------------------------- */

/* How many elements are neither before nor after *x. */
INSTANTIATED size_t HEAP(count)(const struct BINARY_HEAP_NAME *self, const HEAP_T *x)
{
    size_t count = 0;
    vec_for_each (&self->elements, p) {
        const HEAP_T *element = p;
        if (!(BINARY_HEAP_BEFORE(element, x)) && !(BINARY_HEAP_BEFORE(x, element)))
            count++;
    }
    return count;
}

/* True iff elements that the order holds for equal would leave both, each as often. Where they lie
   does not matter, so each is counted in both: O(n * n), no memory; for tests. */
INSTANTIATED bool HEAP(equal)(const struct BINARY_HEAP_NAME *a, const struct BINARY_HEAP_NAME *b)
{
    if (HEAP(len)(a) != HEAP(len)(b))
        return false;
    vec_for_each (&a->elements, p)
        if (HEAP(count)(a, p) != HEAP(count)(b, p))
            return false;
    return true;
}

/* Print `name = [first, ...]`, in the order of the vector (collections/debug.h). O(n). */
INSTANTIATED inline void HEAP(debug)(const struct BINARY_HEAP_NAME *self, struct format_sink *sink,
                                     const char *name,
                                     void (*print)(const HEAP_T *, struct format_sink *))
{
    vec_debug(&self->elements, sink, name, print);
}

/* Panics iff an invariant is broken: the vector's, or the order. O(n). */
INSTANTIATED void HEAP(check)(const struct BINARY_HEAP_NAME *self)
{
    vec_check(&self->elements);
    const HEAP_T *data = vec_data(&self->elements);
    for (size_t i = 1; i < vec_len(&self->elements); i++)
        if (BINARY_HEAP_BEFORE(&data[i], &data[(i - 1) / 2]))
            panic("heap of %zu: element %zu comes before its parent", HEAP(len)(self), i);
}

#pragma GCC diagnostic pop

#undef HEAP
#undef HEAP_T
#undef BINARY_HEAP_NAME
#undef BINARY_HEAP_VEC
#undef BINARY_HEAP_BEFORE
