/*
 * str: text that is owned, can grow, and is always UTF-8.
 *
 * Example (tests/host/examples/str.c):
 *
 *     struct str line = STR_INIT(allocator); // empty, allocates nothing
 *     enum error error = str_append(&line, SV("guest "));
 *     if (!error)
 *         error = str_format(&line, "%u: %s", 3U, str_cstr(&line)); // also of itself
 *     if (error) {
 *         str_free(&line);
 *         return error; // what was appended before is there still
 *     }
 *     ASSERT(str_equal(str_view(&line), SV("guest 3: guest ")));
 *     str_free(&line);
 *
 * Rules for all of it:
 * - Every operation that may need memory returns an error, and on failure leaves the string as it
 *   was: the same text at the same place, the same capacity.
 * - ERR_NO_MEMORY iff the allocator has no room; ERR_OVERFLOW iff the text would be longer than
 *   PTRDIFF_MAX - 1 bytes. "Fails as reserve" below means these two.
 * - A view, or a pointer into the text, is invalid after any call that takes a `struct str *`
 *   without const; within the call it is fine: text may be appended to, inserted into and
 *   formatted into itself.
 * - A position is in bytes and must be between code points; any other is our own mistake and
 *   panics with the values. Views are UTF-8 by their own promise (collections/str_view.h).
 * - A NUL follows the text and is not part of it. A NUL within the text is a character like any
 *   other, but a C function that reads str_cstr stops there.
 * - Context: whatever the allocator allows; functions said to need no memory run anywhere. One
 *   hart at a time per string: there is no lock.
 * - A struct str may be moved by assignment, and then the old one must not be used; a copy that
 *   lives beside it is made by str_clone.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>
#include <collections/str_view.h>
#include <collections/raw_vec.h>
#include <heap/allocator.h>

/* [struct-str] */
/* The text is bytes.data[0 .. bytes.len); bytes.cap counts the NUL: it is 0, or > bytes.len. */
struct str {
    struct raw_vec bytes;
};
/* [/struct-str] */

/* An empty string that will take its memory from `allocator`. Needs none itself. */
#define STR_INIT(allocator)                                                                        \
    {                                                                                              \
        .bytes = {.alloc = (allocator) }                                                           \
    }

/*
 * Make *out, which holds nothing yet, a string. On failure it is an empty one, which need not be
 * freed, but may be. Cost: O(len).
 */

/* Fails as reserve. The capacity is exactly what was asked for; 0 needs no memory. */
enum error str_with_capacity(struct str *out, struct allocator *allocator, size_t capacity);
/* Fails as reserve. */
enum error str_from_view(struct str *out, struct allocator *allocator, struct str_view text);
#define str_from_literal(out, allocator, literal) str_from_view((out), (allocator), SV(literal))
/*
 * The checked way in for bytes of unknown origin. Fails as reserve, and with ERR_INVALID iff they
 * are not UTF-8. *valid_up_to (may be NULL) is how many bytes are good, in all cases.
 */
enum error str_from_utf8(struct str *out, struct allocator *allocator, const void *bytes,
                         size_t len, size_t *valid_up_to);
/* The same, but what is not UTF-8 becomes U+FFFD, one for each utf8_decode. Fails as reserve. */
enum error str_from_utf8_lossy(struct str *out, struct allocator *allocator, const void *bytes,
                               size_t len);
/* A copy of `original`, from the same allocator, with no spare room. Fails as reserve. */
enum error str_clone(const struct str *original, struct str *out);

/* The text; never NULL data. Needs no memory. Cost: O(1). */
static inline struct str_view str_view(const struct str *self)
{
    const char *data = self->bytes.data;
    return (struct str_view){ data != NULL ? data : "", self->bytes.len };
}

/* The text for C readers: ends in a NUL; never NULL. Needs no memory. Cost: O(1). */
static inline const char *str_cstr(const struct str *self)
{
    return str_view(self).data;
}

/* The length in bytes. */
static inline size_t str_len(const struct str *self)
{
    return self->bytes.len;
}

/* How many bytes of text fit without asking the allocator, the present text included. */
static inline size_t str_capacity(const struct str *self)
{
    return self->bytes.cap != 0 ? self->bytes.cap - 1 : 0;
}

/*
 * Make room for `additional` bytes of text, and more, so that many small ones cost O(1) each; or
 * for exactly so many. Afterwards str_append of so many cannot fail.
 * Fails with ERR_NO_MEMORY or ERR_OVERFLOW (above). Cost: O(len) where the text moves.
 */
enum error str_reserve(struct str *self, size_t additional);
enum error str_reserve_exact(struct str *self, size_t additional);
/*
 * Give spare room back; an empty string then has no memory at all. Fails with ERR_NO_MEMORY iff
 * the allocator cannot move it. Cost: O(len).
 */
enum error str_shrink_to_fit(struct str *self);

/* What str_append is made of. Two words, not a struct: gcc 12 would spill that to the stack. */
enum error str_append_bytes(struct str *self, const char *bytes, size_t len);
/*
 * Put `text` at the end; it may lie in the string. Fails as reserve, iff there is no room and none
 * can be had. Cost: O(text.len) amortised; 8 bytes that fit take 29 instructions where
 * both sides are aligned to 8 and 43 where not, call and return included (rv64imac, gcc 12 -O2).
 */
static inline enum error str_append(struct str *self, struct str_view text)
{
    return str_append_bytes(self, text.data, text.len);
}
/* The same for set-up code: where it fails, the machine ends by way of allocator_oom. */
void str_append_or_panic(struct str *self, struct str_view text);
/* Put one code point at the end. Fails as reserve, and with ERR_INVALID iff it is no scalar. */
enum error str_push(struct str *self, uint32_t scalar);

/*
 * Put formatted text (lib/format.h) at the end: all of it, or nothing. Arguments may lie in the
 * string: they are read before it changes. %s of a text with a NUL inside stops at it.
 * Fails as reserve, and with ERR_INVALID iff the result is not UTF-8 (a precision that cuts a code
 * point, a %c above 127), with ERR_STATE iff an argument changed during the call.
 * Cost: O(output); the arguments are formatted twice where the room does not suffice.
 */
[[gnu::format(printf, 2, 3)]] enum error str_format(struct str *self, const char *format, ...);
[[gnu::format(printf, 2, 0)]] enum error str_vformat(struct str *self, const char *format,
                                                     va_list arguments);

/*
 * Put `text`, which may lie in the string, before position `at`. Fails as reserve; panics iff `at`
 * is no position of the text. Cost: O(len - at + text.len).
 */
enum error str_insert(struct str *self, size_t at, struct str_view text);

/*
 * The rest needs no memory and cannot fail.
 */

/* Take out and return the code point at `at`; panics iff none begins there. O(len - at). */
uint32_t str_remove(struct str *self, size_t at);
/* Take out the bytes from `from` up to `to`; panics iff str_slice fails. O(len - to). */
void str_remove_range(struct str *self, size_t from, size_t to);
/* Cut to `len` bytes; nothing happens where it is shorter. Panics iff within a code point. O(1) */
void str_truncate(struct str *self, size_t len);
/* Take the last code point into *scalar (may be NULL); false iff the string is empty. O(1) */
bool str_pop(struct str *self, uint32_t *scalar);
/* Make it empty, keep the room. O(1) */
void str_clear(struct str *self);
/* The string itself, moved out; *self is empty afterwards, with the same allocator. O(1) */
[[nodiscard]] struct str str_take(struct str *self);
/* Give the memory back; the string is empty and can be used again. Twice is fine. */
void str_free(struct str *self);
/* Panics iff an invariant is broken: length, capacity, NUL, UTF-8. Cost: O(len). */
void str_check(const struct str *self);
