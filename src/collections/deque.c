/*
 * deque: growth, and the moving of what may wrap. The contract, the drawing, and what is hot are in
 * collections/deque.h.
 *
 * Whatever is moved is cut where it wraps, and moved in pieces that do not: three at most. Places
 * are counted in bytes from the front here; `at_byte` knows where such a place lies in the block.
 *
 * The heap is asked first, and nothing is written before it has answered: so a failure changes
 * nothing.
 */
#include <collections/deque.h>
#include <lib/memory.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char *at_byte(const struct raw_deque *d, size_t offset)
{
    return raw_deque_slot(d, offset, 1);
}

/* How many bytes lie between two places of the block. */
static size_t bytes_between(const char *low, const char *high)
{
    return (uintptr_t)high - (uintptr_t)low;
}

/* How many bytes of elements lie in the first slice: from front on, not across the end. */
static size_t first_bytes(const struct raw_deque *d, size_t size_bytes)
{
    return least(d->len * size_bytes, bytes_between(d->front, d->end));
}

static void copy_all(const struct raw_deque *d, char *to, size_t size_bytes)
{
    size_t first = first_bytes(d, size_bytes), all = d->len * size_bytes;
    memcpy(to, d->front, first);
    memcpy(to + first, d->data, all - first);
}

/* --- Room ------------------------------------------------------------------------------------ */

/* Fails, and the refusal is counted, iff no block can have that layout. */
static enum error check_layout(struct raw_deque *d, struct layout wanted)
{
    if (unlikely(d->alloc == NULL))
        panic("a deque without an allocator wants memory: use DEQUE_INIT or deque_init first");
    if (wanted.size > PTRDIFF_MAX) {
        allocator_refuse(d->alloc, ERR_OVERFLOW);
        return ERR_OVERFLOW;
    }
    return OK;
}

/*
 * The block has become longer, and begins at `data`. Where the ring wrapped, there is a hole in it
 * now: the second piece moves behind the first. It fits, since growth at least doubles.
 *
 *     | e f . . a b c d |   ->   | . . . . a b c d e f . . . . . . |
 */
static void take_longer_block(struct raw_deque *d, char *data, size_t cap, size_t size_bytes)
{
    size_t old = d->cap * size_bytes, new = cap *size_bytes;
    size_t front = bytes_between(d->data, d->front);
    size_t second = d->len * size_bytes - first_bytes(d, size_bytes);
    ASSERT_COMPARE(second, <=, new - old);
    if (second != 0)
        memcpy(data + old, data, second);
    d->data = data;
    d->end = data + new;
    d->front = data + front;
    d->cap = cap;
    d->back = at_byte(d, d->len * size_bytes);
}

/* Change the capacity to `cap` elements, more than there are now. */
static enum error grow(struct raw_deque *d, size_t cap, struct layout element)
{
    struct layout old = { d->cap * element.size, element.align };
    struct layout new = layout_array(cap, element.size, element.align);
    enum error error = check_layout(d, new);
    if (error != OK)
        return error;
    char *data = allocator_realloc(d->alloc, d->data, old, new.size);
    if (data == NULL)
        return ERR_NO_MEMORY;
    take_longer_block(d, data, cap, element.size);
    return OK;
}

enum error raw_deque_with_capacity(struct raw_deque *d, struct allocator *alloc, size_t n,
                                   struct layout element)
{
    raw_deque_init(d, alloc);
    return n == 0 ? OK : grow(d, n, element);
}

enum error raw_deque_reserve(struct raw_deque *d, size_t additional, struct layout element)
{
    if (additional <= d->cap - d->len)
        return OK;
    size_t needed;
    if (__builtin_add_overflow(d->len, additional, &needed))
        needed = SIZE_MAX;
    return grow(d, element_grown_capacity(d->cap, needed, element.size), element);
}

void raw_deque_grow_or_panic(struct raw_deque *d, struct layout element)
{
    if (raw_deque_reserve(d, 1, element) == OK)
        return;
    size_t cap = element_grown_capacity(d->cap, d->len + 1, element.size);
    allocator_oom(d->alloc, layout_array(cap, element.size, element.align),
                  __builtin_return_address(0));
}

/* A copy of d without spare room, in *out, which holds nothing. */
static enum error copy_exact(const struct raw_deque *d, struct raw_deque *out,
                             struct layout element)
{
    enum error error = raw_deque_with_capacity(out, d->alloc, d->len, element);
    if (error != OK || d->len == 0)
        return error;
    copy_all(d, out->data, element.size);
    out->len = d->len;
    return OK; /* and back, behind the last, wraps to the beginning, where it is */
}

enum error raw_deque_shrink_to_fit(struct raw_deque *d, struct layout element)
{
    struct raw_deque moved;
    if (d->len == d->cap)
        return OK;
    enum error error = copy_exact(d, &moved, element);
    if (error != OK)
        return error;
    raw_deque_free(d, element);
    *d = moved;
    return OK;
}

enum error raw_deque_clone(const struct raw_deque *d, struct raw_deque *out, struct layout element)
{
    return copy_exact(d, out, element);
}

enum error raw_deque_clone_each(const struct raw_deque *d, struct raw_deque *out,
                                struct layout element, element_clone *clone,
                                element_release *release)
{
    enum error error = raw_deque_clone(d, out, element);
    for (size_t i = 0; error == OK && i < d->len; i++) {
        error = clone(raw_deque_slot(d, i, element.size), raw_deque_slot(out, i, element.size));
        if (error != OK) {
            raw_deque_truncate(out, i, element.size); /* behind are bytes that own nothing */
            raw_deque_free_each(out, release, element);
        }
    }
    return error;
}

void raw_deque_free(struct raw_deque *d, struct layout element)
{
    if (d->data != NULL)
        allocator_dealloc(d->alloc, d->data, layout_array(d->cap, element.size, element.align));
    raw_deque_init(d, d->alloc);
}

void raw_deque_free_each(struct raw_deque *d, element_release *release, struct layout element)
{
    for (size_t i = 0; i < d->len; i++)
        release(raw_deque_slot(d, i, element.size));
    raw_deque_free(d, element);
}

/* --- Adding and taking out ------------------------------------------------------------------- */

enum error raw_deque_append(struct raw_deque *d, const void *elements, size_t count,
                            struct layout element)
{
    if (count == 0)
        return OK;
    if (unlikely(count > d->cap - d->len)) {
        /* An own source is remembered by its distance from the front: growth keeps that. */
        size_t offset = bytes_between(d->data, elements), front = bytes_between(d->data, d->front);
        size_t block = d->cap * element.size;
        bool own = offset < block; /* wraps, and so is too large, where it lies below the block */
        enum error error = raw_deque_reserve(d, count, element);
        if (error != OK)
            return error;
        if (own)
            elements = at_byte(d, offset >= front ? offset - front : offset + block - front);
    }
    size_t bytes = count * element.size, first = least(bytes, bytes_between(d->back, d->end));
    memcpy(d->back, elements, first);
    memcpy(d->data, (const char *)elements + first, bytes - first);
    d->len += count;
    d->back = at_byte(d, d->len * element.size);
    return OK;
}

/* Move the bytes from `from` up to `to` towards the front by `by` bytes, first to last. */
static void move_to_front(struct raw_deque *d, size_t from, size_t to, size_t by)
{
    while (from < to) {
        char *source = at_byte(d, from), *target = at_byte(d, from - by);
        size_t piece =
            least(to - from, least(bytes_between(source, d->end), bytes_between(target, d->end)));
        memmove(target, source, piece);
        from += piece;
    }
}

/* The same towards the back, last to first. */
static void move_to_back(struct raw_deque *d, size_t from, size_t to, size_t by)
{
    while (from < to) {
        char *source = at_byte(d, to - 1) + 1, *target = at_byte(d, to - 1 + by) + 1;
        size_t piece =
            least(to - from, least(bytes_between(d->data, source), bytes_between(d->data, target)));
        memmove(target - piece, source - piece, piece);
        to -= piece;
    }
}

enum error raw_deque_insert(struct raw_deque *d, size_t index, const void *value,
                            struct layout element)
{
    if (unlikely(index > d->len))
        raw_deque_panic_index(index, d->len);
    enum error error = raw_deque_reserve(d, 1, element);
    if (error != OK)
        return error;
    size_t size = element.size;
    if (index < d->len - index) {
        raw_deque_place_front(d, value, element); /* the value is only a filler for this place */
        move_to_front(d, size, (index + 1) * size, size);
    } else {
        raw_deque_place_back(d, value, element);
        move_to_back(d, index * size, (d->len - 1) * size, size);
    }
    memcpy(raw_deque_slot(d, index, size), value, size);
    return OK;
}

void raw_deque_remove(struct raw_deque *d, size_t index, void *out, struct layout element)
{
    if (unlikely(index >= d->len))
        raw_deque_panic_index(index, d->len);
    size_t size = element.size;
    if (out != NULL)
        memcpy(out, raw_deque_slot(d, index, size), size);
    if (index < d->len - index) {
        move_to_back(d, 0, index * size, size);
        raw_deque_pop_front(d, NULL, element);
    } else {
        move_to_front(d, (index + 1) * size, d->len * size, size);
        raw_deque_pop_back(d, NULL, element);
    }
}

void raw_deque_truncate(struct raw_deque *d, size_t len, size_t size_bytes)
{
    if (len >= d->len)
        return;
    char *back = raw_deque_slot(d, len, size_bytes);
    size_t bytes = (d->len - len) * size_bytes, first = least(bytes, bytes_between(back, d->end));
    element_poison(back, first);
    element_poison(d->data, bytes - first);
    d->back = back;
    d->len = len;
}

/* --- Side by side ---------------------------------------------------------------------------- */

void *raw_deque_first_slice(const struct raw_deque *d, size_t *len, size_t size_bytes)
{
    *len = first_bytes(d, size_bytes) / size_bytes;
    return d->front;
}

void *raw_deque_second_slice(const struct raw_deque *d, size_t *len, size_t size_bytes)
{
    *len = d->len - first_bytes(d, size_bytes) / size_bytes;
    return d->data;
}

static void swap_bytes(char *a, char *b, size_t count)
{
    char kept[64];
    while (count != 0) {
        size_t piece = least(count, sizeof kept);
        memcpy(kept, a, piece);
        memcpy(a, b, piece);
        memcpy(b, kept, piece);
        a += piece;
        b += piece;
        count -= piece;
    }
}

/*
 * Two neighbours change places: `left` bytes at `at`, and the `right` bytes behind them. The
 * shorter one is swapped into its final place, again and again (D. Gries, H. Mills, "Swapping
 * Sections", Cornell University TR 81-452, 1981).
 */
static void exchange_neighbours(char *at, size_t left, size_t right)
{
    while (left != 0 && right != 0) {
        if (left <= right) {
            swap_bytes(at, at + left, left);
            at += left;
            right -= left;
        } else {
            swap_bytes(at + left - right, at + left, right);
            left -= right;
        }
    }
}

void *raw_deque_make_contiguous(struct raw_deque *d, size_t size_bytes)
{
    size_t first = first_bytes(d, size_bytes), second = d->len * size_bytes - first;
    if (second == 0)
        return d->front;
    memmove(d->data + second, d->front, first); /* the room in the middle goes to the end */
    exchange_neighbours(d->data, second, first);
    d->front = d->data;
    d->back = at_byte(d, d->len * size_bytes);
    return d->front;
}

/* --- Looking --------------------------------------------------------------------------------- */

bool raw_deque_equal(const struct raw_deque *d, const struct raw_deque *e, element_equal *equal,
                     size_t size_bytes)
{
    if (d->len != e->len)
        return false;
    for (size_t i = 0; i < d->len; i++)
        if (!equal(raw_deque_slot(d, i, size_bytes), raw_deque_slot(e, i, size_bytes)))
            return false;
    return true;
}

bool raw_deque_debug_next(void *cursor, struct debug_entry *entry)
{
    struct raw_deque_cursor *at = cursor;
    entry->value = raw_deque_get(at->d, at->index++, at->size_bytes);
    return entry->value != NULL;
}

void raw_deque_check(const struct raw_deque *d, struct layout element)
{
    ASSERT_COMPARE(d->len, <=, d->cap);
    ASSERT_COMPARE(d->cap, <=, PTRDIFF_MAX / element.size);
    ASSERT_COMPARE(d->data == NULL, ==, d->cap == 0);
    ASSERT(d->cap == 0 || d->alloc != NULL);
    ASSERT_COMPARE((uintptr_t)d->data % element.align, ==, 0);
    ASSERT_COMPARE(bytes_between(d->data, d->end), ==, d->cap * element.size);
    if (d->cap == 0)
        return;
    ASSERT_COMPARE(bytes_between(d->data, d->front), <, d->cap * element.size);
    ASSERT_COMPARE(bytes_between(d->data, d->front) % element.size, ==, 0);
    ASSERT_COMPARE(d->back, ==, at_byte(d, d->len * element.size));
}

void raw_deque_panic_index(size_t index, size_t len)
{
    panic("index %zu is out of range: the deque has length %zu (asked by %p)", index, len,
          __builtin_return_address(0));
}

void raw_deque_panic_full(size_t cap)
{
    panic("push onto a full deque of capacity %zu (asked by %p); reserve first", cap,
          __builtin_return_address(0));
}
