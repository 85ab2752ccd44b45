/*
 * str_view: text that somebody else owns, as a value of two words. Nothing here allocates.
 *
 *     struct str_view rest = SV("console=ttyS0,quiet"), part;
 *     while (str_split_next(&rest, SV(","), &part))
 *         if (str_starts_with(part, SV("console=")))
 *             ...
 *
 * A view promises two things: `len` bytes are at `data` for as long as the view is used, and they
 * are UTF-8. It does not end in a NUL, and a NUL within it is a character like any other. Every
 * function here keeps the promise: what it returns is cut between code points. Bytes of unknown
 * origin become a view through str_view_from_utf8 only. Where the promise is broken all the same,
 * answers may be wrong, but no byte outside the view is read.
 *
 * To print one: ("%.*s", str_precision(view), view.data); printf's grammar stops at a NUL.
 *
 * A view of a string (collections/str.h) is invalid as soon as that string changes.
 * Context of all functions: any; no lock, no state, no memory.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>

/* [struct-view] */
struct str_view {
    const char *data; /* may be NULL where len is 0 */
    size_t len;       /* in bytes, at most PTRDIFF_MAX */
};
/* [/struct-view] */

/* The view of a string literal; of anything else it does not compile. A NUL within counts. */
#define SV(literal) ((struct str_view){ "" literal, sizeof(literal) - 1 })

/* The view of a C string that the caller knows to be UTF-8. NULL: empty. Cost: O(len). */
struct str_view str_view_from_cstr(const char *text);

/*
 * The checked way in: a view of the `len` bytes at `bytes`.
 * Fails with ERR_INVALID iff they are not UTF-8; then *out is as it was. *valid_up_to (may be
 * NULL) is how many bytes are good, in both cases. Cost: O(len).
 */
enum error str_view_from_utf8(const void *bytes, size_t len, struct str_view *out,
                              size_t *valid_up_to);

/* True iff both have the same bytes. Cost: O(len), O(1) where the lengths differ. */
bool str_equal(struct str_view left, struct str_view right);

/* <0, 0 or >0, by code point: in UTF-8 the order of the bytes is that of the code points. */
int str_compare(struct str_view left, struct str_view right);

/* True iff `text` begins, or ends, with all of `part`; an empty part always does. */
bool str_starts_with(struct str_view text, struct str_view part);
bool str_ends_with(struct str_view text, struct str_view part);

/*
 * Where the first `part` begins in `text`, in *at (may be NULL); an empty part is found at 0.
 * False, and *at is as it was, iff there is none. Cost: O(text.len * part.len) at worst.
 */
bool str_find(struct str_view text, struct str_view part, size_t *at);
/* The same for one byte, which should be ASCII. Cost: O(text.len). */
bool str_find_byte(struct str_view text, char byte, size_t *at);

/* True iff `at` is 0, text.len, or where a code point begins. */
bool str_is_boundary(struct str_view text, size_t at);

/* What str_slice returns: `view` is empty unless error is OK. */
struct str_slice_result {
    enum error error;
    struct str_view view;
};

/*
 * The bytes from `from` up to, and without, `to`. Fails with ERR_INVALID iff from > to,
 * to > text.len, or either is within a code point. Cost: O(1).
 */
[[nodiscard]] struct str_slice_result str_slice(struct str_view text, size_t from, size_t to);

/* Without ASCII white space (space, \t \n \v \f \r) at both ends, or at one. Cost: O(cut). */
struct str_view str_trim(struct str_view text);
struct str_view str_trim_start(struct str_view text);
struct str_view str_trim_end(struct str_view text);

/*
 * Take the next part, up to the next `separator` or the end, from *rest, and step over both.
 * n separators make n + 1 parts, and empty ones are parts as well: "a,,b," gives "a" "" "b" "",
 * and "" gives "". False, and *part is as it was, iff there are no more: then, and only then,
 * rest->data is NULL. Panics iff the separator is empty. Cost: as str_find.
 */
[[nodiscard]] bool str_split_next(struct str_view *rest, struct str_view separator,
                                  struct str_view *part);

/*
 * Take the next code point from *rest. False, and *scalar is as it was, iff rest is empty.
 * Bytes that break the view's promise come out as U+FFFD (utf8_decode). Cost: O(1).
 */
[[nodiscard]] bool str_scalar_next(struct str_view *rest, uint32_t *scalar);

/* How many code points there are. Cost: O(len). */
size_t str_count_scalars(struct str_view text);

/*
 * The number that all of `text` spells. `base` is 2 to 36 and no prefix is read, or 0: then 0x,
 * 0o and 0b (or 0X, 0O, 0B) say 16, 8 and 2, and without a prefix it is decimal, also after a
 * leading 0. Letters of either case. No spaces, no underscores, no plus; str_parse_i64 takes one
 * minus, before the prefix.
 * Fails, and *value is as it was, with ERR_INVALID iff the base or the text is not of that form,
 * with ERR_OVERFLOW iff it is but the number does not fit. Cost: O(len).
 */
enum error str_parse_u64(struct str_view text, unsigned int base, uint64_t *value);
enum error str_parse_i64(struct str_view text, unsigned int base, int64_t *value);

/* The length as printf's %.*s takes it: an int. Longer texts are cut at INT_MAX bytes. */
static inline int str_precision(struct str_view text)
{
    return text.len <= __INT_MAX__ ? (int)text.len : __INT_MAX__;
}
