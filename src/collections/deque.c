/*
 * deque: growth, and turning the ring. See collections/deque.h.
 *
 * The heap is asked first, and nothing is written before it has answered: so a failure changes
 * nothing. Growth takes a new block, and lays the elements out in order at its start: a realloc
 * would move a ring that is torn, and then half of it once more.
 */
#include <base/assert.h>
#include <collections/deque.h>
#include <lib/memory.h>

/* The first growth grants this many elements. */
enum { FIRST = 4 };

static size_t capacity_of(const struct raw_deque *d)
{
    return (size_t)d->mask + 1;
}

static struct layout layout_of(size_t capacity, struct layout element)
{
    return layout_array(capacity, element.size, element.align);
}

void raw_deque_init(struct raw_deque *d, struct allocator *allocator)
{
    *d = (struct raw_deque){ .mask = -1, .alloc = allocator };
}

void raw_deque_free(struct raw_deque *d, struct layout element)
{
    if (d->data != NULL)
        allocator_dealloc(d->alloc, d->data, layout_of(capacity_of(d), element));
    raw_deque_init(d, d->alloc);
}

void raw_deque_free_each(struct raw_deque *d, struct layout element, raw_vec_release *release)
{
    for (size_t i = 0; i < d->len; i++)
        release(raw_deque_slot(d, i, element.size));
    raw_deque_free(d, element);
}

void raw_deque_as_slices(const struct raw_deque *d, void **first, size_t *first_len, void **second,
                         size_t *second_len, size_t size_bytes)
{
    size_t up_to_end = capacity_of(d) - d->head;
    *first_len = d->len < up_to_end ? d->len : up_to_end;
    *second_len = d->len - *first_len;
    *first = d->len > 0 ? raw_deque_slot(d, 0, size_bytes) : d->data;
    *second = d->data;
}

/* Copy all elements to `to`, in order. */
static void copy_out(const struct raw_deque *d, void *to, size_t size_bytes)
{
    void *first, *second;
    size_t first_len, second_len;
    raw_deque_as_slices(d, &first, &first_len, &second, &second_len, size_bytes);
    if (first_len != 0)
        memcpy(to, first, first_len * size_bytes);
    if (second_len != 0)
        memcpy((char *)to + first_len * size_bytes, second, second_len * size_bytes);
}

enum error raw_deque_reserve(struct raw_deque *d, size_t additional, struct layout element)
{
    size_t needed, capacity = capacity_of(d) < FIRST ? FIRST : capacity_of(d);
    if (additional <= capacity_of(d) - d->len)
        return OK;
    if (unlikely(d->alloc == NULL))
        panic("a deque without an allocator wants memory: use DEQUE_INIT or deque_init first");
    if (__builtin_add_overflow(d->len, additional, &needed) ||
        needed > PTRDIFF_MAX / element.size) {
        allocator_refuse(d->alloc, ERR_OVERFLOW);
        return ERR_OVERFLOW;
    }
    while (capacity < needed)
        capacity *= 2; /* needed is PTRDIFF_MAX at most: no overflow */
    if (capacity > PTRDIFF_MAX / element.size) {
        allocator_refuse(d->alloc, ERR_OVERFLOW);
        return ERR_OVERFLOW;
    }
    void *data = allocator_alloc(d->alloc, layout_of(capacity, element));
    if (data == NULL)
        return ERR_NO_MEMORY;
    copy_out(d, data, element.size);
    if (d->data != NULL)
        allocator_dealloc(d->alloc, d->data, layout_of(capacity_of(d), element));
    d->data = data;
    d->head = 0;
    d->mask = (ptrdiff_t)capacity - 1;
    return OK;
}

void raw_deque_grow_or_panic(struct raw_deque *d, struct layout element)
{
    if (raw_deque_reserve(d, 1, element) != OK)
        allocator_oom(d->alloc, layout_of(2 * capacity_of(d), element),
                      __builtin_return_address(0));
}

void raw_deque_truncate(struct raw_deque *d, size_t len)
{
    if (len < d->len)
        d->len = len;
}

static void swap_bytes(char *a, char *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* Reverse the elements `from` .. `to - 1` of the array. */
static void reverse(char *data, size_t from, size_t to, size_t size)
{
    while (from + 1 < to) {
        to--;
        swap_bytes(data + from * size, data + to * size, size);
        from++;
    }
}

/* A rotation by three reversals: the two parts, then all (Bentley, "Programming Pearls", column 2).
   It needs no memory, and whatever lies in the free places moves along. */
void *raw_deque_make_contiguous(struct raw_deque *d, size_t size_bytes)
{
    size_t capacity = capacity_of(d);
    if (d->head + d->len > capacity) {
        reverse(d->data, 0, d->head, size_bytes);
        reverse(d->data, d->head, capacity, size_bytes);
        reverse(d->data, 0, capacity, size_bytes);
        d->head = 0;
    }
    return d->data == NULL ? NULL : raw_deque_slot(d, 0, size_bytes);
}

enum error raw_deque_clone(const struct raw_deque *d, struct raw_deque *out, struct layout element)
{
    ASSERT(d != out);
    raw_deque_init(out, d->alloc);
    enum error error = raw_deque_reserve(out, d->len, element);
    if (error)
        return error;
    if (d->len != 0)
        copy_out(d, out->data, element.size);
    out->len = d->len;
    return OK;
}

void raw_deque_check(const struct raw_deque *d)
{
    size_t capacity = capacity_of(d);
    ASSERT((d->data == NULL) == (capacity == 0));
    ASSERT(capacity == 0 || is_power_of_two(capacity));
    ASSERT_COMPARE(d->len, <=, capacity);
    ASSERT(capacity == 0 ? d->head == 0 : d->head < capacity);
}

bool raw_deque_debug_next(void *cursor, struct debug_entry *entry)
{
    struct raw_deque_cursor *c = cursor;
    entry->value = raw_deque_get(c->d, c->index++, c->size_bytes);
    return entry->value != NULL;
}
