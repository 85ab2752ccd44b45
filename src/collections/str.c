/*
 * str: how a string grows, and stays a string.
 *
 *     struct str { bytes: data ----> h  e  l  l  o  \0  .  .
 *                         len = 5, cap = 8, alloc }     ^ spare room
 *
 * It is a vector of bytes with two promises more. The text is UTF-8: what enters is a view, which
 * promises it, or is checked here; and a position that would cut a code point panics. A NUL
 * follows the text, so that C readers can be handed it: there is room for it whenever there is a
 * block, and every function that changes the length writes it. An empty string needs no block,
 * and lends out a constant one.
 *
 * Text may come from the string itself. Growing moves it, so a view into it is remembered as an
 * offset and made anew; inserting parts it, so it is copied in two pieces.
 *
 * The block is aligned to eight bytes although its elements are bytes: most cores that run this
 * can trap on a load that is not aligned, so str_append moves words only where both sides allow,
 * and an aligned beginning makes that more often so.
 *
 * Shortcomings: short texts are not kept inside the struct, since a pointer to itself would
 * forbid moving it by assignment. A view that breaks its promise goes in unseen; str_check tells.
 *
 * Read next: collections/str_format.c.
 */
#include <base/assert.h>
#include <collections/str.h>
#include <collections/utf8.h>
#include <lib/memory.h>

/* One byte, but blocks begin at a multiple of eight. */
#define STR_ELEMENT ((struct layout){ 1, 8 })

/* From this length on, str_append leaves the copy to memcpy. */
#define LONG_APPEND 32

static char *text_of(const struct str *self)
{
    return self->bytes.data;
}

/* Set the length and write the NUL; there is room for both. */
static void set_len(struct str *self, size_t len)
{
    self->bytes.len = len;
    text_of(self)[len] = '\0';
}

/* Ends the machine unless `at` is a position of the text. */
static void need_boundary(const struct str *self, size_t at, const char *what)
{
    if (unlikely(!str_is_boundary(str_view(self), at)))
        panic("%s: position %zu is %s a text of %zu bytes", what, at,
              at > self->bytes.len ? "beyond the end of" : "within a code point of",
              self->bytes.len);
}

/* --- Room ------------------------------------------------------------------------------------ */

typedef enum error grow_function(struct raw_vec *, size_t, struct layout);

/* Room for `additional` bytes and the NUL, which is there afterwards. */
/* [str-room] */
static enum error make_room(struct str *self, size_t additional, grow_function *grow)
{
    if (additional < self->bytes.cap - self->bytes.len)
        return OK;
    if (additional == 0)
        return OK; /* empty, and without a block: nothing is needed yet */
    const size_t with_nul = additional < SIZE_MAX ? additional + 1 : SIZE_MAX;
    const enum error error = grow(&self->bytes, with_nul, STR_ELEMENT);
    if (!error)
        set_len(self, self->bytes.len);
    return error;
}
/* [/str-room] */

enum error str_reserve(struct str *self, size_t additional)
{
    return make_room(self, additional, raw_vec_reserve);
}

enum error str_reserve_exact(struct str *self, size_t additional)
{
    return make_room(self, additional, raw_vec_reserve_exact);
}

enum error str_shrink_to_fit(struct str *self)
{
    if (self->bytes.len == 0) {
        str_free(self);
        return OK;
    }
    /* For a moment the NUL is an element, so that it is kept. */
    self->bytes.len++;
    const enum error error = raw_vec_shrink_to_fit(&self->bytes, STR_ELEMENT);
    self->bytes.len--;
    return error;
}

/* --- Growing --------------------------------------------------------------------------------- */

/* [str-offset] */
/* The offset of `text` in the string, or SIZE_MAX where it lies elsewhere. */
static size_t offset_within(const struct str *self, struct str_view text)
{
    const uintptr_t offset = (uintptr_t)text.data - (uintptr_t)self->bytes.data;
    return self->bytes.cap != 0 && offset <= self->bytes.len ? offset : SIZE_MAX;
}
/* [/str-offset] */

/* [str-own] */
/* Make room for `text`; where it lies in the string, it moves along with it. */
static enum error make_room_for(struct str *self, struct str_view *text)
{
    const size_t offset = offset_within(self, *text);
    const enum error error = str_reserve(self, text->len);
    if (!error && offset != SIZE_MAX)
        text->data = text_of(self) + offset;
    return error;
}
/* [/str-own] */

/* The long texts, and those for which there is no room. */
/* [str-append] */
[[gnu::noinline]] static enum error append_slowly(struct str *self, const char *from, size_t size)
{
    if (size == 0)
        return OK;
    if (size >= self->bytes.cap - self->bytes.len) {
        struct str_view text = { from, size };
        const enum error error = make_room_for(self, &text);
        if (error)
            return error;
        from = text.data;
    }
    memcpy(text_of(self) + self->bytes.len, from, size);
    set_len(self, self->bytes.len + size);
    return OK;
}
/* [/str-append] */

/* Copy `size` bytes, a constant: one after the other, or at once where told that they may. */
#define COPY(to, from, size) __builtin_memcpy((to), (from), (size))
#define COPY_ALIGNED(to, from, size)                                                               \
    COPY(__builtin_assume_aligned((to), (size)), __builtin_assume_aligned((from), (size)), (size))

/*
 * The short way calls nothing and keeps everything in registers; a length below 32 is a sum of
 * 16, 8, 4, 2 and 1, so there is no loop; 8, the most usual, comes first. A text that lies in the
 * string ends at the old NUL at the latest: what is read and what is written never overlap.
 */
enum error str_append_bytes(struct str *self, const char *from, size_t size)
{
    const size_t len = self->bytes.len;
    if (unlikely(size >= LONG_APPEND || size >= self->bytes.cap - len))
        return append_slowly(self, from, size);
    char *to = text_of(self) + len;
    self->bytes.len = len + size;
    to[size] = '\0';
    const bool aligned = (((uintptr_t)to | (uintptr_t)from) & 7) == 0;
    if (size & 8) {
        if (aligned)
            COPY_ALIGNED(to, from, 8);
        else
            COPY(to, from, 8);
        if (size == 8)
            return OK;
    }
    to += size & 8;
    from += size & 8;
    if (size & 16) {
        if (aligned) {
            COPY_ALIGNED(to, from, 8);
            COPY_ALIGNED(to + 8, from + 8, 8);
        } else {
            COPY(to, from, 8);
            COPY(to + 8, from + 8, 8);
        }
        to += 16;
        from += 16;
    }
    if (size & 4) {
        COPY(to, from, 4);
        to += 4;
        from += 4;
    }
    if (size & 2) {
        COPY(to, from, 2);
        to += 2;
        from += 2;
    }
    if (size & 1)
        *to = *from;
    return OK;
}

void str_append_or_panic(struct str *self, struct str_view text)
{
    if (unlikely(str_append(self, text))) {
        size_t size;
        if (__builtin_add_overflow(self->bytes.len + 1, text.len, &size))
            size = SIZE_MAX;
        allocator_oom(self->bytes.alloc, (struct layout){ size, STR_ELEMENT.align },
                      __builtin_return_address(0));
    }
}

/* [str-push] */
enum error str_push(struct str *self, uint32_t scalar)
{
    char bytes[UTF8_MAX_LENGTH];
    const size_t len = utf8_encode(scalar, bytes);
    return len == 0 ? ERR_INVALID : str_append(self, (struct str_view){ bytes, len });
}
/* [/str-push] */

enum error str_insert(struct str *self, size_t at, struct str_view text)
{
    need_boundary(self, at, "str_insert");
    if (text.len == 0)
        return OK;
    const size_t offset = offset_within(self, text);
    const enum error error = make_room_for(self, &text);
    if (error)
        return error;
    char *gap = text_of(self) + at;
    memmove(gap + text.len, gap, self->bytes.len - at);
    /* An own text that began before the gap and ended behind it is in two pieces now. */
    size_t before = text.len;
    if (offset != SIZE_MAX) {
        before = offset < at ? at - offset : 0;
        if (before > text.len)
            before = text.len;
    }
    memcpy(gap, text.data, before);
    memcpy(gap + before, text.data + before + text.len, text.len - before);
    set_len(self, self->bytes.len + text.len);
    return OK;
}

/* --- Shrinking ------------------------------------------------------------------------------- */

/* Make the text shorter. Checked builds poison what is no more. */
static void cut(struct str *self, size_t len)
{
    element_poison(text_of(self) + len, self->bytes.len - len);
    set_len(self, len);
}

/* Both ends are positions of the text. */
static void close_gap(struct str *self, size_t from, size_t to)
{
    if (from == to)
        return;
    memmove(text_of(self) + from, text_of(self) + to, self->bytes.len - to);
    cut(self, self->bytes.len - (to - from));
}

uint32_t str_remove(struct str *self, size_t at)
{
    need_boundary(self, at, "str_remove");
    const struct utf8_step step = utf8_decode(str_cstr(self) + at, self->bytes.len - at);
    if (step.length == 0)
        panic("str_remove: position %zu is the end of the text: no code point begins there", at);
    close_gap(self, at, at + step.length);
    return step.scalar;
}

void str_remove_range(struct str *self, size_t from, size_t to)
{
    need_boundary(self, from, "str_remove_range");
    need_boundary(self, to, "str_remove_range");
    if (from > to)
        panic("str_remove_range: from %zu is behind to %zu", from, to);
    close_gap(self, from, to);
}

void str_truncate(struct str *self, size_t len)
{
    if (len >= self->bytes.len)
        return;
    need_boundary(self, len, "str_truncate");
    cut(self, len);
}

bool str_pop(struct str *self, uint32_t *scalar)
{
    const struct str_view text = str_view(self);
    if (text.len == 0)
        return false;
    size_t at = text.len - 1;
    while (!str_is_boundary(text, at))
        at--;
    if (scalar != NULL)
        *scalar = utf8_decode(text.data + at, text.len - at).scalar;
    cut(self, at);
    return true;
}

void str_clear(struct str *self)
{
    str_truncate(self, 0);
}

struct str str_take(struct str *self)
{
    const struct str taken = *self;
    *self = (struct str)STR_INIT(taken.bytes.alloc);
    return taken;
}

void str_free(struct str *self)
{
    raw_vec_free(&self->bytes, STR_ELEMENT);
}

void str_check(const struct str *self)
{
    const struct raw_vec *bytes = &self->bytes;
    if (bytes->cap == 0) {
        ASSERT_COMPARE(bytes->len, ==, 0);
        ASSERT_COMPARE((uintptr_t)bytes->data, ==, 0);
        return;
    }
    ASSERT(bytes->data != NULL);
    ASSERT_COMPARE(bytes->len, <, bytes->cap);
    ASSERT_COMPARE(text_of(self)[bytes->len], ==, 0);
    ASSERT_COMPARE(utf8_valid_up_to(bytes->data, bytes->len), ==, bytes->len);
}
