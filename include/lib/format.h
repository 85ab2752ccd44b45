/*
 * format: one engine behind every formatted output; console, panic and strings are its sinks.
 *
 * The grammar is a part of ISO C's printf (C17 7.21.6.1), so that the compiler checks the
 * arguments:
 *
 *     %[flags][width][.precision][length]conversion
 *     flags        -  0  +  space  #
 *     width        decimal number or *
 *     precision    decimal number or *
 *     length       hh h l ll z j t
 *     conversion   d i u x X o c s p %
 *
 * Results are those of ISO C where it defines them. Beyond it: %s of NULL prints "(null)", %p
 * prints 0x and the digits, and an unknown conversion is printed as it stands in the format,
 * within `%!...!`, and takes no argument; what follows is still printed, but conversions after
 * it print `%!skipped!`, because nobody knows any more which argument is whose.
 *
 * No floating point: the hypervisor does not touch the F registers.
 */
#pragma once

#include <base/types.h>

/* Where formatted text goes. Embed it as a member, recover the whole with container_of. */
struct format_sink {
    /* Takes `length` bytes (may be 0) that are valid for the call only. No NUL is added. */
    void (*write)(struct format_sink *sink, const char *bytes, size_t length);
};

/*
 * Write `format` with its arguments to `sink`, in pieces, in order.
 * Returns the number of bytes written. Cannot fail; allocates nothing; takes no lock.
 * Stack: at most 256 bytes. Cost: linear in the output.
 */
[[gnu::format(printf, 2, 0)]] size_t format_write_v(struct format_sink *sink, const char *format,
                                                    va_list arguments);
[[gnu::format(printf, 2, 3)]] size_t format_write(struct format_sink *sink, const char *format,
                                                  ...);

/*
 * The same into `buffer` of `size` bytes, as snprintf does: at most size - 1 bytes and a NUL
 * (nothing at all where size is 0). Returns the length that the whole text has: it was cut iff
 * the result is >= size.
 */
[[gnu::format(printf, 3, 0)]] size_t format_buffer_v(char *buffer, size_t size, const char *format,
                                                     va_list arguments);
[[gnu::format(printf, 3, 4)]] size_t format_buffer(char *buffer, size_t size, const char *format,
                                                   ...);
