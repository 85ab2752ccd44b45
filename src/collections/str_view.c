/*
 * str_view: looking at text without owning it.
 *
 * A C string is found by its first byte and ended by a NUL, so a part of one must be copied to be
 * named. A view carries its length instead: a part is another view of the same bytes, and cutting,
 * trimming, splitting and parsing cost no memory. The price is that a view does not keep the text
 * alive, and that a C function cannot read it.
 *
 * Why the parts stay UTF-8: no code point's bytes occur within another's (a lead byte is never a
 * continuation byte), so a part that is UTF-8 itself can only be found between code points.
 *
 * Shortcomings: str_find is the schoolbook search, quadratic for texts like aaaa...ab; white space
 * and digits are ASCII's; there is no upper and lower case, which is a matter of languages.
 *
 * Read next: collections/str.c, text that is owned and can grow.
 */
#include <base/assert.h>
#include <collections/str_view.h>
#include <collections/utf8.h>
#include <lib/memory.h>

struct str_view str_view_from_cstr(const char *text)
{
    return (struct str_view){ text, text != NULL ? strlen(text) : 0 };
}

enum error str_view_from_utf8(const void *bytes, size_t len, struct str_view *out,
                              size_t *valid_up_to)
{
    const size_t valid = utf8_valid_up_to(bytes, len);
    if (valid_up_to != NULL)
        *valid_up_to = valid;
    if (valid != len)
        return ERR_INVALID;
    *out = (struct str_view){ bytes, len };
    return OK;
}

/* memcmp, but NULL is fine where there are no bytes. */
static int compare_bytes(const char *left, const char *right, size_t len)
{
    return len == 0 ? 0 : memcmp(left, right, len);
}

/* The view without its first `count` bytes. To add even 0 to NULL is undefined (C17 6.5.6). */
static struct str_view skip(struct str_view text, size_t count)
{
    return (struct str_view){ count != 0 ? text.data + count : text.data, text.len - count };
}

bool str_equal(struct str_view left, struct str_view right)
{
    return left.len == right.len && compare_bytes(left.data, right.data, left.len) == 0;
}

int str_compare(struct str_view left, struct str_view right)
{
    const size_t common = left.len < right.len ? left.len : right.len;
    const int order = compare_bytes(left.data, right.data, common);
    return order != 0 ? order : (left.len > right.len) - (left.len < right.len);
}

bool str_starts_with(struct str_view text, struct str_view part)
{
    return part.len <= text.len && compare_bytes(text.data, part.data, part.len) == 0;
}

bool str_ends_with(struct str_view text, struct str_view part)
{
    return part.len <= text.len && str_equal(skip(text, text.len - part.len), part);
}

bool str_find_byte(struct str_view text, char byte, size_t *at)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == byte) {
            if (at != NULL)
                *at = i;
            return true;
        }
    }
    return false;
}

bool str_find(struct str_view text, struct str_view part, size_t *at)
{
    /* i <= text.len always: an empty part is found at 0, a longer one ends the loop before. */
    for (size_t i = 0; part.len <= text.len - i; i++) {
        if (str_starts_with(skip(text, i), part)) {
            if (at != NULL)
                *at = i;
            return true;
        }
    }
    return false;
}

bool str_is_boundary(struct str_view text, size_t at)
{
    return at == 0 || at == text.len || (at < text.len && !utf8_is_continuation(text.data[at]));
}

struct str_slice_result str_slice(struct str_view text, size_t from, size_t to)
{
    struct str_slice_result result = { ERR_INVALID, { NULL, 0 } };
    if (from > to || to > text.len || !str_is_boundary(text, from) || !str_is_boundary(text, to))
        return result;
    result.error = OK;
    result.view = (struct str_view){ skip(text, from).data, to - from };
    return result;
}

/* ASCII's white space, as isspace has it in the C locale (C17 7.4.1.10). */
static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct str_view str_trim_start(struct str_view text)
{
    while (text.len != 0 && is_space(text.data[0]))
        text = skip(text, 1);
    return text;
}

struct str_view str_trim_end(struct str_view text)
{
    while (text.len != 0 && is_space(text.data[text.len - 1]))
        text.len--;
    return text;
}

struct str_view str_trim(struct str_view text)
{
    return str_trim_end(str_trim_start(text));
}

bool str_split_next(struct str_view *rest, struct str_view separator, struct str_view *part)
{
    if (separator.len == 0)
        panic("str_split_next: the separator is empty, so it is between all bytes of a text of "
              "%zu; to walk over code points use str_scalar_next",
              rest->len);
    if (rest->data == NULL)
        return false;
    size_t at;
    if (str_find(*rest, separator, &at)) {
        *part = (struct str_view){ rest->data, at };
        *rest = skip(*rest, at + separator.len);
    } else {
        *part = *rest;
        *rest = (struct str_view){ NULL, 0 };
    }
    return true;
}

bool str_scalar_next(struct str_view *rest, uint32_t *scalar)
{
    if (rest->len == 0)
        return false;
    const struct utf8_step step = utf8_decode(rest->data, rest->len);
    *scalar = step.scalar;
    *rest = skip(*rest, step.length);
    return true;
}

size_t str_count_scalars(struct str_view text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += !utf8_is_continuation(text.data[i]);
    return count;
}

/* The value of a digit, 0 to 35, or 36 where it is none. */
static unsigned int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned int)(digit - '0');
    const char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'z' ? (unsigned int)(lower - 'a') + 10 : 36;
}

/* The base that a prefix says, which is then cut off; 10 where there is none. */
static unsigned int take_prefix(struct str_view *text)
{
    if (text->len < 2 || text->data[0] != '0')
        return 10;
    unsigned int base;
    switch (text->data[1] | 0x20) {
    case 'x':
        base = 16;
        break;
    case 'o':
        base = 8;
        break;
    case 'b':
        base = 2;
        break;
    default:
        return 10;
    }
    *text = skip(*text, 2);
    return base;
}

enum error str_parse_u64(struct str_view text, unsigned int base, uint64_t *value)
{
    if (base == 0)
        base = take_prefix(&text);
    if (base < 2 || base > 36 || text.len == 0)
        return ERR_INVALID;
    uint64_t sum = 0;
    bool overflow = false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned int digit = digit_value(text.data[i]);
        if (digit >= base)
            return ERR_INVALID;
        overflow |= __builtin_mul_overflow(sum, base, &sum);
        overflow |= __builtin_add_overflow(sum, digit, &sum);
    }
    if (overflow)
        return ERR_OVERFLOW;
    *value = sum;
    return OK;
}

enum error str_parse_i64(struct str_view text, unsigned int base, int64_t *value)
{
    const bool negative = text.len != 0 && text.data[0] == '-';
    uint64_t magnitude;
    const enum error error = str_parse_u64(negative ? skip(text, 1) : text, base, &magnitude);
    if (error)
        return error;
    if (magnitude > (uint64_t)INT64_MAX + negative)
        return ERR_OVERFLOW;
    /* Negated as unsigned: INT64_MIN has no positive counterpart. */
    *value = (int64_t)(negative ? -magnitude : magnitude);
    return OK;
}
