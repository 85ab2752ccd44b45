#define _GNU_SOURCE
/*
 * The format engine against the host's vsnprintf, on every flag, on random formats and values, and
 * where ISO C leaves off.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "random.h"

#include <lib/format.h>

/* The compiler checks formats; the random ones below are not literals. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wformat-overflow"
#endif

/* Both engines on the same arguments: same text, same length, and the same when cut. */
static void same_v(const char *format, va_list arguments)
{
    char ours[1024], theirs[1024];
    va_list again;
    va_copy(again, arguments);
    size_t length = format_buffer_v(ours, sizeof ours, format, arguments);
    int expected = vsnprintf(theirs, sizeof theirs, format, again);
    va_end(again);
    if (expected < 0 || length != (size_t)expected || strcmp(ours, theirs) != 0) {
        fprintf(stderr, "format \"%s\": ours \"%s\" (%zu), theirs \"%s\" (%d)\n", format, ours,
                length, theirs, expected);
        fail();
    }
}

static void same(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    same_v(format, arguments);
    va_end(arguments);
}

static void edges(void **state)
{
    (void)state;
    same("");
    same("no conversion at all");
    same("%d %i %u %x %X %o %c %s %%", INT_MIN, INT_MAX, UINT_MAX, 0xabcu, 0xABCu, 8u, 'x', "s");
    same("%lld %llu %jd %zu %td", LLONG_MIN, ULLONG_MAX, INTMAX_MIN, SIZE_MAX, PTRDIFF_MIN);
    same("%hhd %hd %hhu %hu %ld %lu", 300, 70000, 300u, 70000u, LONG_MIN, ULONG_MAX);
    same("[%.0d] [%.0x] [%.0o] [%#.0o] [%.d]", 0, 0u, 0u, 0u, 0);
    same("[%#x] [%#X] [%#o] [%#x] [%#o]", 0u, 255u, 8u, 255u, 0u);
    same("[%+d] [% d] [%+d] [% d]", 5, 5, -5, -5);
    same("[%05d] [%-5d] [%5d] [%05d] [%+05d] [% 05d]", 42, 42, 42, -42, 42, 42);
    same("[%08.3d] [%-8.3d] [%8.3d] [%#08x] [%-#8x]", 42, 42, 42, 42u, 42u);
    same("[%*d] [%-*d] [%*d] [%.*d] [%.*d]", 6, 1, 6, 2, -6, 3, 4, 5, -4, 6);
    same("[%s] [%5s] [%-5s] [%.2s] [%.0s] [%10.3s]", "abc", "abc", "abc", "abc", "abc", "abcdef");
    same("[%c] [%3c] [%-3c]", 'a', 'b', 'c');
    same("%d%%%d%s%d", 1, 2, "", 3);
    same("[%200d] [%-200s] [%.100d]", 7, "wide", 7);
    same("[%#20.10o] [%#.3o] [%#5o]", 8u, 8u, 1u);
}

static void embedded_nul_characters(void **state)
{
    (void)state;
    char buffer[8] = "xxxxxxx";
    assert_int_equal(format_buffer(buffer, sizeof buffer, "a%cb", 0), 3);
    assert_memory_equal(buffer, "a\0b\0", 4);
}

static void pointers_and_null(void **state)
{
    (void)state;
    char buffer[64];
    format_buffer(buffer, sizeof buffer, "%p %s", (void *)0x80200000, (char *)NULL);
    assert_string_equal(buffer, "0x80200000 (null)");
    format_buffer(buffer, sizeof buffer, "%p|%12p|%-8p|", NULL, (void *)0xff, (void *)1);
    assert_string_equal(buffer, "0x0|        0xff|0x1     |");
    format_buffer(buffer, sizeof buffer, "%.3s", (char *)NULL);
    assert_string_equal(buffer, "(nu");
}

/* Formats that are wrong on purpose go through a pointer, past the compiler's check. */
static void assert_shown(const char *expected, const char *format, ...)
{
    char buffer[128];
    va_list arguments;
    va_start(arguments, format);
    format_buffer_v(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    assert_string_equal(buffer, expected);
}

static void unknown_conversions_are_visible(void **state)
{
    (void)state;
    assert_shown("%!%q!", "%q", 1);
    assert_shown("a 1 %!%5.2f! b", "a %d %5.2f b", 1, 2);
    assert_shown("%!%n! %!skipped! 100% %!skipped!", "%n %d 100%% %s", 1, "x");
    assert_shown("%!%!", "%");
    assert_shown("%!%-08l!", "%-08l");
    assert_shown("%!%k! %!skipped!", "%k %*.*d", 1, 2, 3);
    assert_shown("%!%lk!", "%lk");
}

static void cut_at_every_size(void **state)
{
    (void)state;
    const char *whole = "hart 3: 0x0000beef (ok) -00042";
    size_t length = strlen(whole);
    for (size_t size = 0; size <= length + 2; size++) {
        char *buffer = malloc(size == 0 ? 1 : size); /* exact, for the sanitizer */
        assert_int_equal(format_buffer(size == 0 ? NULL : buffer, size, "hart %u: %#010x (%s) %06d",
                                       3u, 0xbeefu, "ok", -42),
                         length);
        if (size > 0) {
            size_t kept = size - 1 < length ? size - 1 : length;
            assert_memory_equal(buffer, whole, kept);
            assert_int_equal(buffer[kept], 0);
        }
        free(buffer);
    }
}

/* A view that ends where the page after it may not be read. */
static void unterminated_views(void **state)
{
    (void)state;
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + 4096, 4096, PROT_NONE), 0);
    char *view = pages + 4096 - 5;
    memcpy(view, "12345", 5);
    char buffer[32];
    assert_int_equal(format_buffer(buffer, sizeof buffer, "%.*s|%.5s|%8.3s", 5, view, view, view),
                     20);
    assert_string_equal(buffer, "12345|12345|     123");
    assert_int_equal(format_buffer(buffer, sizeof buffer, "%.*s", 0, (char *)NULL), 0);
    munmap(pages, 8192);
}

/* Widths beyond all reason are taken as INT_MAX: counted here, not written. */
struct counting_sink {
    struct format_sink sink;
    size_t total;
};
static void count(struct format_sink *sink, const char *bytes, size_t length)
{
    (void)bytes;
    ((struct counting_sink *)(void *)sink)->total += length;
}

static void huge_widths_saturate(void **state)
{
    (void)state;
    struct counting_sink sink = { { count }, 0 };
    const char *huge = "%99999999999999999999s";
    size_t written = format_write(&sink.sink, huge, "x");
    assert_int_equal(written, INT_MAX);
    assert_int_equal(sink.total, INT_MAX);
    sink.total = 0;
    assert_int_equal(format_write(&sink.sink, "%*d", INT_MIN, 1), INT_MAX);
}

/* --- Random formats ------------------------------------------------------------------------- */

static uint64_t random_value(void)
{
    static const uint64_t special[] = { 0,
                                        1,
                                        9,
                                        10,
                                        99,
                                        100,
                                        127,
                                        128,
                                        255,
                                        256,
                                        32767,
                                        65535,
                                        INT_MAX,
                                        (uint64_t)INT_MAX + 1,
                                        UINT_MAX,
                                        INT64_MAX,
                                        (uint64_t)INT64_MAX + 1,
                                        UINT64_MAX };
    uint64_t value = random64() % 3 == 0 ? special[random64() % 18] : random64() >> random64() % 64;
    return random64() % 2 ? value : -value;
}

static void random_formats(void **state)
{
    (void)state;
    size_t cases = number_from("BUMPVISOR_CASES", 200'000);
    uint64_t seed = random_start(20'251'002);
    printf("# %zu formats, seed %llu\n", cases, (unsigned long long)seed);

    static const char *const lengths[] = { "hh", "h", "", "l", "ll", "z", "j", "t" };
    for (size_t i = 0; i < cases; i++) {
        char format[64] = "<%";
        for (uint64_t flags = random64() % 4; flags > 0; flags--)
            strncat(format, &"-0+ #"[random64() % 5], 1);
        int width = (int)(random64() % 30), precision = (int)(random64() % 25);
        if (random64() % 2)
            snprintf(format + strlen(format), 8, "%d", width);
        if (random64() % 2)
            snprintf(format + strlen(format), 8, ".%d", precision);
        /* C leaves some flags undefined: 0 and # for s and c, # for d and u. Strip them. */
        char conversion = "diuxXocs"[random64() % 8];
        size_t length = random64() % 8;
        char *out = format;
        for (char *in = format; *in != '\0'; in++) {
            bool digit_before = in > format && in[-1] >= '0' && in[-1] <= '9';
            bool flag_zero = *in == '0' && !digit_before && in[-1] != '.';
            if (strchr("diucs", conversion) && *in == '#')
                continue;
            if (strchr("cs", conversion) && (flag_zero || *in == '+' || *in == ' '))
                continue;
            if (strchr("uxXo", conversion) && (*in == '+' || *in == ' '))
                continue;
            *out++ = *in;
        }
        *out = '\0';
        if (conversion == 'c')
            *strchrnul(format, '.') = '\0'; /* no precision for c */
        if (conversion != 'c' && conversion != 's')
            strcat(format, lengths[length]);
        strncat(format, &conversion, 1);
        strcat(format, ">");
        if (conversion == 's') {
            char text[32] = { 0 };
            for (size_t n = random64() % 31; n > 0; n--)
                text[n - 1] = (char)('a' + random64() % 26);
            same(format, text);
        } else if (conversion == 'c') {
            same(format, (int)('!' + random64() % 90));
        } else if (length < 3) {
            same(format, (int)random_value());
        } else {
            same(format, random_value());
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges),
        cmocka_unit_test(embedded_nul_characters),
        cmocka_unit_test(pointers_and_null),
        cmocka_unit_test(unknown_conversions_are_visible),
        cmocka_unit_test(cut_at_every_size),
        cmocka_unit_test(unterminated_views),
        cmocka_unit_test(huge_widths_saturate),
        cmocka_unit_test(random_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
