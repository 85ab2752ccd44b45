/*
 * format: see lib/format.h for the grammar.
 *
 * A conversion is read into a struct spec (flags, width, precision, length), its argument is
 * fetched with the type that the length names, and the result is a prefix (sign or 0x), some
 * zeros and some digits, padded to the width. Text between conversions goes out in one piece.
 *
 * Shortcoming: a width or precision above INT_MAX is taken as INT_MAX, where ISO C leaves the
 * result undefined.
 */
#include <lib/format.h>
#include <lib/memory.h>

enum length { LENGTH_NONE, LENGTH_HH, LENGTH_H, LENGTH_L, LENGTH_LL, LENGTH_Z, LENGTH_J, LENGTH_T };

struct spec {
    bool left, zero, plus, space, alternative;
    bool has_precision;
    int width, precision;
    enum length length;
    char conversion;
};

/* The sink and how much went there. */
struct output {
    struct format_sink *sink;
    size_t written;
};

static void put(struct output *out, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    out->sink->write(out->sink, bytes, length);
    out->written += length;
}

static void put_repeated(struct output *out, char byte, size_t count)
{
    char block[16];
    if (count == 0)
        return;
    memset(block, byte, sizeof block);
    for (; count > sizeof block; count -= sizeof block)
        put(out, block, sizeof block);
    put(out, block, count);
}

/* A decimal number of the format; *at is moved behind it. Saturates at INT_MAX. */
static int read_number(const char **at)
{
    int64_t number = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++)
        if (number <= __INT_MAX__)
            number = number * 10 + (**at - '0');
    return number <= __INT_MAX__ ? (int)number : __INT_MAX__;
}

/* The argument of a *; 0 where there are no arguments any more. */
static int read_star(const char **at, va_list *arguments)
{
    (*at)++;
    return arguments != NULL ? va_arg(*arguments, int) : 0;
}

/* Read everything between % and the conversion; *at ends on the conversion. */
static struct spec read_spec(const char **at, va_list *arguments)
{
    struct spec spec = { 0 };
    for (;; (*at)++) {
        if (**at == '-')
            spec.left = true;
        else if (**at == '0')
            spec.zero = true;
        else if (**at == '+')
            spec.plus = true;
        else if (**at == ' ')
            spec.space = true;
        else if (**at == '#')
            spec.alternative = true;
        else
            break;
    }
    if (**at == '*') {
        spec.width = read_star(at, arguments);
        if (spec.width < 0) { /* a negative width is the flag - and a width */
            spec.left = true;
            spec.width = spec.width == -__INT_MAX__ - 1 ? __INT_MAX__ : -spec.width;
        }
    } else {
        spec.width = read_number(at);
    }
    if (**at == '.') {
        (*at)++;
        spec.precision = **at == '*' ? read_star(at, arguments) : read_number(at);
        spec.has_precision = spec.precision >= 0; /* a negative precision is none */
    }
    switch (**at) {
    case 'h':
        (*at)++;
        spec.length = LENGTH_H;
        if (**at == 'h') {
            (*at)++;
            spec.length = LENGTH_HH;
        }
        break;
    case 'l':
        (*at)++;
        spec.length = LENGTH_L;
        if (**at == 'l') {
            (*at)++;
            spec.length = LENGTH_LL;
        }
        break;
    case 'z':
        (*at)++;
        spec.length = LENGTH_Z;
        break;
    case 'j':
        (*at)++;
        spec.length = LENGTH_J;
        break;
    case 't':
        (*at)++;
        spec.length = LENGTH_T;
        break;
    default:
        break;
    }
    spec.conversion = **at;
    return spec;
}

static int64_t fetch_signed(enum length length, va_list *arguments)
{
    switch (length) {
    case LENGTH_HH:
        return (signed char)va_arg(*arguments, int);
    case LENGTH_H:
        return (short)va_arg(*arguments, int);
    case LENGTH_L:
        return va_arg(*arguments, long);
    case LENGTH_LL:
        return va_arg(*arguments, long long);
    case LENGTH_Z:
    case LENGTH_T:
        return va_arg(*arguments, ptrdiff_t);
    case LENGTH_J:
        return va_arg(*arguments, intmax_t);
    default:
        return va_arg(*arguments, int);
    }
}

static uint64_t fetch_unsigned(enum length length, va_list *arguments)
{
    switch (length) {
    case LENGTH_HH:
        return (unsigned char)va_arg(*arguments, unsigned);
    case LENGTH_H:
        return (unsigned short)va_arg(*arguments, unsigned);
    case LENGTH_L:
        return va_arg(*arguments, unsigned long);
    case LENGTH_LL:
        return va_arg(*arguments, unsigned long long);
    case LENGTH_Z:
    case LENGTH_T:
        return va_arg(*arguments, size_t);
    case LENGTH_J:
        return va_arg(*arguments, uintmax_t);
    default:
        return va_arg(*arguments, unsigned);
    }
}

/* prefix, zeros, body: padded with spaces to the width, left or right. */
static void put_padded(struct output *out, const struct spec *spec, const char *prefix,
                       size_t zeros, const char *body, size_t length)
{
    size_t prefix_length = strlen(prefix);
    size_t total = prefix_length + zeros + length, width = (size_t)spec->width;
    size_t padding = width > total ? width - total : 0;
    if (!spec->left)
        put_repeated(out, ' ', padding);
    put(out, prefix, prefix_length);
    put_repeated(out, '0', zeros);
    put(out, body, length);
    if (spec->left)
        put_repeated(out, ' ', padding);
}

/* 64 bits in octal are 22 digits. */
enum { MAX_DIGITS = 22 };

/* The digits of `value`, right-aligned in `buffer`; returns where they start. None for zero. */
/* [format-digits] */
static size_t digits_of(uint64_t value, char conversion, char buffer[static MAX_DIGITS])
{
    size_t at = MAX_DIGITS;
    const char *digits = conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    if (conversion == 'x' || conversion == 'X' || conversion == 'p')
        for (; value != 0; value >>= 4)
            buffer[--at] = digits[value & 15];
    else if (conversion == 'o')
        for (; value != 0; value >>= 3)
            buffer[--at] = digits[value & 7];
    else
        for (; value != 0; value /= 10)
            buffer[--at] = digits[value % 10];
    return at;
}
/* [/format-digits] */

static void put_number(struct output *out, const struct spec *spec, uint64_t value,
                       const char *prefix)
{
    char buffer[MAX_DIGITS];
    size_t start = digits_of(value, spec->conversion, buffer);
    size_t length = MAX_DIGITS - start;

    /* At least `precision` digits; without one at least one digit; with the flag 0 as many as the
       width asks for. %#o adds a zero in front where none is. */
    size_t wanted = spec->has_precision ? (size_t)spec->precision : 1;
    size_t used = strlen(prefix);
    if (!spec->has_precision && spec->zero && !spec->left && (size_t)spec->width > used + wanted)
        wanted = (size_t)spec->width - used;
    if (spec->conversion == 'o' && spec->alternative && wanted <= length)
        wanted = length + 1;
    put_padded(out, spec, prefix, wanted > length ? wanted - length : 0, buffer + start, length);
}

/* [format-signed] */
static void put_signed(struct output *out, const struct spec *spec, int64_t value)
{
    const char *prefix = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
    put_number(out, spec, value < 0 ? -(uint64_t)value : (uint64_t)value, prefix);
}
/* [/format-signed] */

static void put_text(struct output *out, const struct spec *spec, const char *text)
{
    if (text == NULL)
        text = "(null)";
    /* Never beyond the precision: the text need not end in a NUL then. */
    size_t limit = spec->has_precision ? (size_t)spec->precision : SIZE_MAX, length = 0;
    while (length < limit && text[length] != '\0')
        length++;
    put_padded(out, spec, "", 0, text, length);
}

/* One conversion. False iff it is unknown; then nothing is written and no argument taken. */
static bool put_conversion(struct output *out, const struct spec *spec, va_list *arguments)
{
    uint64_t value;
    char byte;
    switch (spec->conversion) {
    case 'd':
    case 'i':
        put_signed(out, spec, fetch_signed(spec->length, arguments));
        return true;
    case 'x':
    case 'X':
        value = fetch_unsigned(spec->length, arguments);
        put_number(out, spec, value,
                   !spec->alternative || value == 0 ? ""
                   : spec->conversion == 'x'        ? "0x"
                                                    : "0X");
        return true;
    case 'u':
    case 'o':
        put_number(out, spec, fetch_unsigned(spec->length, arguments), "");
        return true;
    case 'p':
        put_number(out, spec, (uintptr_t)va_arg(*arguments, void *), "0x");
        return true;
    case 'c':
        byte = (char)va_arg(*arguments, int);
        put_padded(out, spec, "", 0, &byte, 1);
        return true;
    case 's':
        put_text(out, spec, va_arg(*arguments, const char *));
        return true;
    case '%':
        put(out, "%", 1);
        return true;
    default:
        return false;
    }
}

size_t format_write_v(struct format_sink *sink, const char *format, va_list arguments)
{
    struct output out = { sink, 0 };
    bool lost = false; /* an unknown conversion came: nobody knows whose argument is next */
    va_list rest;
    va_copy(rest, arguments);
    for (;;) {
        const char *start = format;
        while (*format != '\0' && *format != '%')
            format++;
        put(&out, start, (size_t)(format - start));
        if (*format == '\0')
            break;
        start = format++;
        struct spec spec = read_spec(&format, lost ? NULL : &rest);
        if (spec.conversion != '\0')
            format++;
        if (lost && spec.conversion != '%') {
            put(&out, "%!skipped!", strlen("%!skipped!"));
        } else if (!put_conversion(&out, &spec, &rest)) {
            lost = true;
            put(&out, "%!", 2);
            put(&out, start, (size_t)(format - start));
            put(&out, "!", 1);
        }
    }
    va_end(rest);
    return out.written;
}

size_t format_write(struct format_sink *sink, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t written = format_write_v(sink, format, arguments);
    va_end(arguments);
    return written;
}

/* A sink that keeps what fits. */
struct buffer_sink {
    struct format_sink sink;
    char *at;
    size_t left; /* bytes that fit, the NUL aside */
};

static void buffer_write(struct format_sink *sink, const char *bytes, size_t length)
{
    struct buffer_sink *buffer = container_of(sink, struct buffer_sink, sink);
    size_t fits = length < buffer->left ? length : buffer->left;
    memcpy(buffer->at, bytes, fits);
    buffer->at += fits;
    buffer->left -= fits;
}

size_t format_buffer_v(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct buffer_sink sink = { { buffer_write }, buffer, size == 0 ? 0 : size - 1 };
    char nowhere;
    if (size == 0)
        sink.at = &nowhere; /* buffer may be NULL then */
    size_t length = format_write_v(&sink.sink, format, arguments);
    if (size != 0)
        *sink.at = '\0';
    return length;
}

size_t format_buffer(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_buffer_v(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
