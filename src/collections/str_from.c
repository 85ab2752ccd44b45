/*
 * str_from: how a string comes to be.
 *
 * Each function here begins with an empty string and ends with the whole text or, where the
 * memory does not suffice, with an empty string again: there is no half of a text to clean up.
 *
 * Bytes of unknown origin (a guest's console, a device tree) have two ways in. str_from_utf8
 * refuses what is not UTF-8 and says where; str_from_utf8_lossy takes everything and puts U+FFFD
 * for what is not, one for each maximal subpart, as browsers do: a reader sees how much was lost,
 * and two programs that follow the standards agree on it.
 *
 * Shortcoming: the lossy form takes room for the length of the input, and grows where U+FFFD, of
 * three bytes, stands for one; text that is mostly broken moves once or twice.
 */
#include <collections/str.h>
#include <collections/utf8.h>

enum error str_with_capacity(struct str *out, struct allocator *allocator, size_t capacity)
{
    *out = (struct str)STR_INIT(allocator);
    return str_reserve_exact(out, capacity);
}

enum error str_from_view(struct str *out, struct allocator *allocator, struct str_view text)
{
    enum error error = str_with_capacity(out, allocator, text.len);
    if (!error)
        error = str_append(out, text);
    return error;
}

enum error str_from_utf8(struct str *out, struct allocator *allocator, const void *bytes,
                         size_t len, size_t *valid_up_to)
{
    struct str_view text;
    *out = (struct str)STR_INIT(allocator);
    const enum error error = str_view_from_utf8(bytes, len, &text, valid_up_to);
    return error ? error : str_from_view(out, allocator, text);
}

enum error str_from_utf8_lossy(struct str *out, struct allocator *allocator, const void *bytes,
                               size_t len)
{
    struct str_view rest = { bytes, len };
    enum error error = str_with_capacity(out, allocator, len);
    while (!error && rest.len != 0) {
        const size_t valid = utf8_valid_up_to(rest.data, rest.len);
        error = str_append(out, (struct str_view){ rest.data, valid });
        rest = (struct str_view){ rest.data + valid, rest.len - valid };
        if (error || rest.len == 0)
            break;
        error = str_push(out, UTF8_REPLACEMENT);
        const size_t broken = utf8_decode(rest.data, rest.len).length;
        rest = (struct str_view){ rest.data + broken, rest.len - broken };
    }
    if (error)
        str_free(out);
    return error;
}

enum error str_clone(const struct str *original, struct str *out)
{
    return str_from_view(out, original->bytes.alloc, str_view(original));
}
