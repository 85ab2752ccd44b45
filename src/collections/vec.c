/*
 * vec: sorting, searching, and taking single elements out. The contract is in collections/vec.h.
 *
 * The sort is a heapsort, bottom-up: first the elements are arranged as a binary heap (element i
 * is not before its children 2i + 1 and 2i + 2), then the largest is swapped to the end, again
 * and again. To sink an element it walks down along the larger children to a leaf without asking
 * about the element, then up to where it belongs, which is seldom far: one comparison for each
 * level and a few more, where the textbook's form asks twice (I. Wegener, "BOTTOM-UP-HEAPSORT",
 * Theoretical Computer Science 118, 1993).
 *
 * Why a heapsort: O(n log n) for every input, no memory, no recursion, and indices that stay in
 * range whatever the comparison says, so that one that lies harms the order only.
 * Shortcomings: it is not stable, it jumps through memory, and so on random input a good
 * quicksort takes about half of its time; sorted input is not faster than any other.
 */
#include <collections/vec.h>
#include <lib/memory.h>

/* What one sort needs to know at every step. */
struct sorter {
    char *data;
    struct layout element;
    element_compare *compare;
};

static void *element_at(const struct sorter *s, size_t index)
{
    return s->data + index * s->element.size;
}

static bool is_before(const struct sorter *s, size_t left, size_t right)
{
    return s->compare(element_at(s, left), element_at(s, right)) < 0;
}

/* By words where size and alignment allow, else by bytes. may_alias: these are anyone's bytes. */
static void swap(const struct sorter *s, size_t left, size_t right)
{
    typedef uint64_t word __attribute__((may_alias));
    size_t size = s->element.size;
    if (size % sizeof(word) == 0 && s->element.align % sizeof(word) == 0) {
        word *a = element_at(s, left), *b = element_at(s, right);
        for (size_t i = 0; i < size / sizeof(word); i++) {
            word kept = a[i];
            a[i] = b[i];
            b[i] = kept;
        }
    } else {
        char *a = element_at(s, left), *b = element_at(s, right);
        for (size_t i = 0; i < size; i++) {
            char kept = a[i];
            a[i] = b[i];
            b[i] = kept;
        }
    }
}

static size_t parent(size_t index)
{
    return (index - 1) / 2;
}

/* The leaf below `top`, in a heap of `count`, that one reaches by the larger child each time. */
static size_t leaf_below(const struct sorter *s, size_t top, size_t count)
{
    size_t at = top;
    while (at < parent(count)) { /* two children at least: 2 * at + 2 < count */
        size_t left = 2 * at + 1;
        at = is_before(s, left, left + 1) ? left + 1 : left;
    }
    if (2 * at + 1 < count)
        at = 2 * at + 1;
    return at;
}

/* Make a heap of what lies below `top`, where only `top` itself may be out of place. */
static void sink(const struct sorter *s, size_t top, size_t count)
{
    size_t at = leaf_below(s, top, count);
    while (at != top && is_before(s, at, top))
        at = parent(at);
    /* The element at `top` goes to `at`; those on the way go up by one each. */
    for (; at != top; at = parent(at))
        swap(s, top, at);
}

void raw_vec_sort(struct raw_vec *v, struct layout element, element_compare *compare)
{
    const struct sorter sorter = { v->data, element, compare };
    if (v->len < 2)
        return;
    for (size_t top = v->len / 2; top-- > 0;)
        sink(&sorter, top, v->len);
    for (size_t last = v->len - 1; last > 0; last--) {
        swap(&sorter, 0, last);
        sink(&sorter, 0, last);
    }
}

struct vec_position raw_vec_binary_search(const struct raw_vec *v, const void *key,
                                          size_t size_bytes, element_compare *compare)
{
    /* All in front of `low` come before the key; none from `high` on does. */
    size_t low = 0, high = v->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(raw_vec_slot(v, middle, size_bytes), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < v->len && compare(raw_vec_slot(v, low, size_bytes), key) == 0;
    return (struct vec_position){ found, low };
}

/* Copy element `index` out, if anybody wants it; it must be there. */
static void *copy_out(const struct raw_vec *v, size_t index, void *out, struct layout element)
{
    void *slot = raw_vec_slot(v, index, element.size);
    if (out != NULL)
        memcpy(out, slot, element.size);
    return slot;
}

void raw_vec_remove(struct raw_vec *v, size_t index, void *out, struct layout element)
{
    if (unlikely(index >= v->len))
        raw_vec_panic_index(index, v->len);
    copy_out(v, index, out, element);
    raw_vec_remove_range(v, index, 1, element.size);
}

void raw_vec_swap_remove(struct raw_vec *v, size_t index, void *out, struct layout element)
{
    if (unlikely(index >= v->len))
        raw_vec_panic_index(index, v->len);
    void *slot = copy_out(v, index, out, element);
    size_t last = v->len - 1;
    if (index != last)
        memcpy(slot, raw_vec_slot(v, last, element.size), element.size);
    raw_vec_truncate(v, last, element.size);
}

bool raw_vec_debug_next(void *cursor, struct debug_entry *entry)
{
    struct raw_vec_cursor *at = cursor;
    entry->value = raw_vec_get(at->v, at->index++, at->size_bytes);
    return entry->value != NULL;
}
