/*
 * raw_vec: growth and the moving of ranges. The contract, and what is hot, is in
 * collections/raw_vec.h.
 *
 * Two rules keep the promises of that contract:
 *   - the heap is asked first, and nothing is written before it has answered: so a failure
 *     changes nothing;
 *   - a source that lies in the array is remembered as an offset before the array can move: so
 *     the array may be its own source.
 *
 * Capacity is only ever set in `resize`, in bytes that do not exceed PTRDIFF_MAX. Therefore
 * index * size never overflows for an index <= cap, and no other function multiplies unchecked.
 *
 * Read next: src/collections/vec.c.
 */
#include <base/assert.h>
#include <collections/raw_vec.h>
#include <lib/memory.h>

static size_t bytes_between(const void *low, const void *high)
{
    return (uintptr_t)high - (uintptr_t)low;
}

/* Change the capacity to `cap` elements, not fewer than there are. */
/* [vec-resize] */
static enum error resize(struct raw_vec *v, size_t cap, struct layout element)
{
    if (unlikely(v->alloc == NULL))
        panic("a vector without an allocator wants memory: use VEC_INIT or vec_init first");
    struct layout old = { v->cap * element.size, element.align };
    struct layout new = layout_array(cap, element.size, element.align);
    if (new.size > PTRDIFF_MAX) {
        allocator_refuse(v->alloc, ERR_OVERFLOW);
        return ERR_OVERFLOW;
    }
    void *data = allocator_realloc(v->alloc, v->data, old, new.size);
    if (data == NULL && new.size != 0)
        return ERR_NO_MEMORY;
    v->data = data;
    v->cap = cap;
    return OK;
}
/* [/vec-resize] */

/* [vec-reserve] */
enum error raw_vec_reserve(struct raw_vec *v, size_t additional, struct layout element)
{
    if (additional <= v->cap - v->len)
        return OK;
    size_t needed;
    if (__builtin_add_overflow(v->len, additional, &needed))
        needed = SIZE_MAX;
    return resize(v, element_grown_capacity(v->cap, needed, element.size), element);
}
/* [/vec-reserve] */

enum error raw_vec_reserve_exact(struct raw_vec *v, size_t additional, struct layout element)
{
    if (additional <= v->cap - v->len)
        return OK;
    size_t needed;
    if (__builtin_add_overflow(v->len, additional, &needed))
        needed = SIZE_MAX;
    return resize(v, needed, element);
}

enum error raw_vec_shrink_to_fit(struct raw_vec *v, struct layout element)
{
    return v->len == v->cap ? OK : resize(v, v->len, element);
}

void raw_vec_grow_or_panic(struct raw_vec *v, struct layout element)
{
    if (raw_vec_reserve(v, 1, element) == OK)
        return;
    size_t cap = element_grown_capacity(v->cap, v->len + 1, element.size);
    allocator_oom(v->alloc, layout_array(cap, element.size, element.align),
                  __builtin_return_address(0));
}

enum error raw_vec_insert_gap(struct raw_vec *v, size_t index, size_t count, struct layout element)
{
    if (unlikely(index > v->len))
        raw_vec_panic_index(index, v->len);
    enum error error = raw_vec_reserve(v, count, element);
    if (error != OK)
        return error;
    if (index != v->len && count != 0)
        memmove(raw_vec_slot(v, index + count, element.size), raw_vec_slot(v, index, element.size),
                (v->len - index) * element.size);
    v->len += count;
    return OK;
}

/* True iff `from` points into the elements in use; then *offset is how many bytes into them. */
static bool points_into(const struct raw_vec *v, const void *from, size_t size_bytes,
                        size_t *offset)
{
    *offset = bytes_between(v->data, from); /* wraps, and so is too large, where from < data */
    return *offset < v->len * size_bytes;
}

enum error raw_vec_append(struct raw_vec *v, const void *elements, size_t count,
                          struct layout element)
{
    if (unlikely(count > v->cap - v->len)) {
        size_t offset;
        bool own = points_into(v, elements, element.size, &offset);
        enum error error = raw_vec_reserve(v, count, element);
        if (error != OK)
            return error;
        if (own)
            elements = (const char *)v->data + offset;
    }
    if (count != 0)
        memcpy(raw_vec_slot(v, v->len, element.size), elements, count * element.size);
    v->len += count;
    return OK;
}

/*
 * Opening the gap moves what lies behind `index` up by the gap's width. An own source that
 * crosses the index is torn in two by it, and is fetched in two pieces:
 *
 *     before     | a b c d e f |          source c d e f, index at e
 *     gap        | a b c d . . . . e f |
 *     filled     | a b c d c d e f e f |  c d from where it was, e f from where it went
 */
enum error raw_vec_insert(struct raw_vec *v, size_t index, const void *elements, size_t count,
                          struct layout element)
{
    size_t offset, end = v->len * element.size;
    bool own = points_into(v, elements, element.size, &offset);
    if (unlikely(own && count > (end - offset) / element.size))
        panic("insert of %zu elements that lie partly in the vector, %zu bytes from its end", count,
              end - offset);
    enum error error = raw_vec_insert_gap(v, index, count, element);
    if (error != OK || count == 0)
        return error;

    char *gap = raw_vec_slot(v, index, element.size);
    size_t bytes = count * element.size;
    if (!own) {
        memcpy(gap, elements, bytes);
        return OK;
    }
    size_t at = index * element.size;
    size_t stayed = offset >= at ? 0 : at - offset < bytes ? at - offset : bytes;
    const char *source = (const char *)v->data + offset;
    memcpy(gap, source, stayed);
    memcpy(gap + stayed, source + stayed + bytes, bytes - stayed);
    return OK;
}

void raw_vec_remove_range(struct raw_vec *v, size_t index, size_t count, size_t size_bytes)
{
    if (unlikely(index > v->len || count > v->len - index))
        panic("elements %zu and %zu more from there do not lie in a vector of length %zu", index,
              count, v->len);
    size_t rest = v->len - index - count;
    if (rest != 0 && count != 0)
        memmove(raw_vec_slot(v, index, size_bytes), raw_vec_slot(v, index + count, size_bytes),
                rest * size_bytes);
    raw_vec_truncate(v, index + rest, size_bytes);
}

void raw_vec_free_each(struct raw_vec *v, struct layout element, element_release *release)
{
    for (size_t i = 0; i < v->len; i++)
        release(raw_vec_slot(v, i, element.size));
    raw_vec_free(v, element);
}

enum error raw_vec_clone(const struct raw_vec *v, struct raw_vec *out, struct layout element)
{
    raw_vec_init(out, v->alloc);
    enum error error = raw_vec_reserve_exact(out, v->len, element);
    return error != OK ? error : raw_vec_append(out, v->data, v->len, element);
}

enum error raw_vec_clone_each(const struct raw_vec *v, struct raw_vec *out, struct layout element,
                              element_clone *clone, element_release *release)
{
    enum error error = raw_vec_clone(v, out, element);
    for (size_t i = 0; error == OK && i < v->len; i++) {
        error = clone(raw_vec_slot(v, i, element.size), raw_vec_slot(out, i, element.size));
        if (error != OK) {
            out->len = i; /* behind are bytes that own nothing */
            raw_vec_free_each(out, element, release);
        }
    }
    return error;
}

bool raw_vec_equal(const struct raw_vec *v, const struct raw_vec *w, struct layout element,
                   element_equal *equal)
{
    if (v->len != w->len)
        return false;
    for (size_t i = 0; i < v->len; i++)
        if (!equal(raw_vec_slot(v, i, element.size), raw_vec_slot(w, i, element.size)))
            return false;
    return true;
}

void raw_vec_free(struct raw_vec *v, struct layout element)
{
    if (v->data != NULL)
        allocator_dealloc(v->alloc, v->data, layout_array(v->cap, element.size, element.align));
    raw_vec_init(v, v->alloc);
}

void *raw_vec_take(struct raw_vec *v, size_t *len, size_t *cap)
{
    void *data = v->data;
    *len = v->len;
    *cap = v->cap;
    raw_vec_init(v, v->alloc);
    return data;
}

void raw_vec_check(const struct raw_vec *v, struct layout element)
{
    ASSERT_COMPARE(v->len, <=, v->cap);
    ASSERT_COMPARE(v->cap, <=, PTRDIFF_MAX / element.size);
    ASSERT_COMPARE(v->data == NULL, ==, v->cap == 0);
    ASSERT_COMPARE((uintptr_t)v->data % element.align, ==, 0);
    ASSERT(v->cap == 0 || v->alloc != NULL);
}

void raw_vec_panic_index(size_t index, size_t len)
{
    panic("index %zu is out of range: the vector has length %zu (asked by %p)", index, len,
          __builtin_return_address(0));
}

void raw_vec_panic_full(size_t len, size_t cap)
{
    panic("push onto a full vector: length %zu, capacity %zu (asked by %p); reserve first", len,
          cap, __builtin_return_address(0));
}

void raw_vec_panic_changed(size_t len)
{
    panic("the body of vec_for_each changed the vector's length or place: length %zu now (in %p)",
          len, __builtin_return_address(0));
}
