/*
 * debug: see collections/debug.h.
 *
 * Text between two characters that need an escape goes out in one piece.
 */
#include <collections/debug.h>
#include <collections/utf8.h>
#include <lib/memory.h>

static void put_bytes(struct format_sink *sink, const char *bytes, size_t length)
{
    if (length != 0) /* bytes may be NULL where it is */
        sink->write(sink, bytes, length);
}

static void put(struct format_sink *sink, const char *text)
{
    put_bytes(sink, text, strlen(text));
}

/* --- Shapes ---------------------------------------------------------------------------------- */

/* How a shape looks; an entry's parts that have no printer are not printed. */
struct shape {
    const char *open, *close;
    debug_element *key, *value;
};

static void put_shape(struct format_sink *sink, const char *name, debug_next *next, void *cursor,
                      const struct shape *shape)
{
    struct debug_entry entry;
    const char *separator = "";
    if (name != NULL) {
        put(sink, name);
        put(sink, " = ");
    }
    put(sink, shape->open);
    while (next(cursor, &entry)) {
        put(sink, separator);
        if (shape->key != NULL)
            shape->key(entry.key, sink);
        if (shape->key != NULL && shape->value != NULL)
            put(sink, ": ");
        if (shape->value != NULL)
            shape->value(entry.value, sink);
        separator = ", ";
    }
    put(sink, shape->close);
}

void debug_sequence(struct format_sink *sink, const char *name, debug_next *next, void *cursor,
                    debug_element *value)
{
    put_shape(sink, name, next, cursor, &(struct shape){ "[", "]", NULL, value });
}

void debug_map(struct format_sink *sink, const char *name, debug_next *next, void *cursor,
               debug_element *key, debug_element *value)
{
    put_shape(sink, name, next, cursor, &(struct shape){ "{", "}", key, value });
}

void debug_set(struct format_sink *sink, const char *name, debug_next *next, void *cursor,
               debug_element *key)
{
    put_shape(sink, name, next, cursor, &(struct shape){ "{", "}", key, NULL });
}

/* --- Elements -------------------------------------------------------------------------------- */

enum { ESCAPE_ROOM = 16 };

/* What stands for `scalar` between quotes, if it must not stand there itself: its length, or 0. */
static size_t escape(char text[static ESCAPE_ROOM], uint32_t scalar, char quote)
{
    static const char letters[] = { ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['\\'] = '\\' };
    char letter = scalar < sizeof letters ? letters[scalar] : '\0';
    if (scalar == (unsigned char)quote)
        letter = quote;
    if (scalar == 0)
        letter = '0';
    if (letter != '\0')
        return format_buffer(text, ESCAPE_ROOM, "\\%c", letter);
    if (scalar < ' ' || (scalar >= 0x7f && scalar < 0xa0))
        return format_buffer(text, ESCAPE_ROOM, "\\u{%x}", (unsigned)scalar);
    return 0;
}

/* The same for a byte that is no text. */
static size_t escape_byte(char text[static ESCAPE_ROOM], char byte)
{
    return format_buffer(text, ESCAPE_ROOM, "\\x%02x", (unsigned)(unsigned char)byte);
}

void debug_char(const char *element, struct format_sink *sink)
{
    char text[ESCAPE_ROOM];
    unsigned char byte = (unsigned char)*element;
    size_t length = byte > 127 ? escape_byte(text, *element) : escape(text, byte, '\'');
    put(sink, "'");
    if (length != 0)
        sink->write(sink, text, length);
    else
        sink->write(sink, element, 1);
    put(sink, "'");
}

void debug_int(const int *element, struct format_sink *sink)
{
    format_write(sink, "%d", *element);
}

void debug_u64(const uint64_t *element, struct format_sink *sink)
{
    format_write(sink, "%llu", (unsigned long long)*element);
}

void debug_str_view(const struct str_view *element, struct format_sink *sink)
{
    const char *rest = element->data;
    size_t left = element->len, plain = 0; /* the first `plain` bytes of rest stand as they are */
    put(sink, "\"");
    while (plain < left) {
        char text[ESCAPE_ROOM];
        const struct utf8_step step = utf8_decode(rest + plain, left - plain);
        size_t length =
            step.valid ? escape(text, step.scalar, '"') : escape_byte(text, rest[plain]);
        if (length == 0) {
            plain += step.length;
            continue;
        }
        put_bytes(sink, rest, plain);
        put_bytes(sink, text, length);
        size_t taken = plain + (step.valid ? step.length : 1);
        rest += taken;
        left -= taken;
        plain = 0;
    }
    put_bytes(sink, rest, plain);
    put(sink, "\"");
}

void debug_str(const struct str *element, struct format_sink *sink)
{
    debug_str_view(&(struct str_view){ str_cstr(element), str_len(element) }, sink);
}
