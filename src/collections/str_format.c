/*
 * str_format: formatted text at the end of a string, all of it or nothing.
 *
 * The engine (lib/format.h) is run with the spare room of the string as its sink. That alone
 * would be wrong twice, because an argument may be the string's own text:
 *
 * - The first byte of the output would overwrite the NUL behind the text, and a %s that is still
 *   to be read would run on into the output. So the first byte is held back, and takes the NUL's
 *   place when all the arguments have been read.
 * - Where the room does not suffice, to grow first would take the text away from under the
 *   arguments. So the text is copied to a new block, the arguments are formatted behind it once
 *   more, and only then the old block is given back.
 *
 * Shortcomings: where it must grow, everything is formatted twice, and both blocks exist for a
 * moment. An argument that another hart changes in between may change the length; that is found
 * and reported (ERR_STATE), but text that changes and keeps its length is not.
 */
#include <collections/str.h>
#include <collections/utf8.h>
#include <lib/format.h>
#include <lib/memory.h>

/* [tail-sink] */
/* Writes behind a text, counts everything, keeps what fits. */
struct tail_sink {
    struct format_sink sink;
    char *tail;   /* where the text's NUL is, and the output's first byte belongs */
    size_t room;  /* how many bytes of output fit there, the next NUL not counted */
    size_t total; /* how many there were */
    char first;   /* the output's first byte */
};
/* [/tail-sink] */

/* [tail-write] */
static void tail_write(struct format_sink *sink, const char *bytes, size_t length)
{
    struct tail_sink *self = container_of(sink, struct tail_sink, sink);
    const size_t at = self->total;
    self->total += length;
    if (length == 0 || at >= self->room)
        return;
    const size_t fits = length < self->room - at ? length : self->room - at;
    if (at != 0) {
        memcpy(self->tail + at, bytes, fits);
        return;
    }
    self->first = bytes[0];
    memcpy(self->tail + 1, bytes + 1, fits - 1);
}
/* [/tail-write] */

/* Format into the spare room of `self`, whose text stays as it is. Returns the output's length. */
[[gnu::format(printf, 3, 0)]] static size_t
format_into_room(struct str *self, struct tail_sink *out, const char *format, va_list arguments)
{
    *out = (struct tail_sink){
        .sink.write = tail_write,
        .tail = self->bytes.cap != 0 ? (char *)self->bytes.data + self->bytes.len : NULL,
        .room = str_capacity(self) - self->bytes.len,
    };
    format_write_v(&out->sink, format, arguments);
    return out->total;
}

/* All of the output is in the room of `self`: make it text, unless it is not UTF-8. */
static enum error commit(struct str *self, const struct tail_sink *out)
{
    if (out->total == 0)
        return OK;
    out->tail[0] = out->first;
    if (utf8_valid_up_to(out->tail, out->total) != out->total) {
        out->tail[0] = '\0';
        return ERR_INVALID;
    }
    out->tail[out->total] = '\0';
    self->bytes.len += out->total;
    return OK;
}

/* As str_vformat, into a block that has room for `wanted` bytes of output. */
[[gnu::format(printf, 3, 0)]] static enum error
format_and_move(struct str *self, size_t wanted, const char *format, va_list arguments)
{
    size_t capacity;
    if (__builtin_add_overflow(self->bytes.len, wanted, &capacity))
        capacity = SIZE_MAX; /* which is refused, and counted */
    else if (capacity / 2 < str_capacity(self))
        capacity = 2 * str_capacity(self);

    struct str moved;
    enum error error = str_with_capacity(&moved, self->bytes.alloc, capacity);
    if (error)
        return error;
    const struct str_view text = str_view(self);
    memcpy(moved.bytes.data, text.data, text.len);
    moved.bytes.len = text.len;
    struct tail_sink out;
    const size_t total = format_into_room(&moved, &out, format, arguments);
    error = total == wanted ? commit(&moved, &out) : ERR_STATE;
    if (error) {
        str_free(&moved);
        return error;
    }
    str_free(self);
    *self = moved;
    return OK;
}

enum error str_vformat(struct str *self, const char *format, va_list arguments)
{
    struct tail_sink out;
    va_list again;
    va_copy(again, arguments);
    const size_t total = format_into_room(self, &out, format, arguments);
    const enum error error =
        total <= out.room ? commit(self, &out) : format_and_move(self, total, format, again);
    va_end(again);
    return error;
}

enum error str_format(struct str *self, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const enum error error = str_vformat(self, format, arguments);
    va_end(arguments);
    return error;
}
