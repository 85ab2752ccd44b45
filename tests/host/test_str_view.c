/*
 * Views: looking, cutting, splitting, parsing. Texts lie in blocks of exactly their length, so
 * that AddressSanitizer sees a byte read beyond them.
 */
#include "fake/panic.h"

#include <base/assert.h>
#include <collections/str_view.h>
#include <collections/utf8.h>
#include <cmocka.h>

#define assert_view(view, text) assert_true(str_equal((view), SV(text)))

/* A view of a block that ends where the text ends. */
static struct str_view exact(struct str_view text, char **block)
{
    *block = malloc(text.len != 0 ? text.len : 1);
    if (text.len != 0)
        memcpy(*block, text.data, text.len);
    return (struct str_view){ *block, text.len };
}

static void test_make(void **state)
{
    (void)state;
    static const struct str_view constant = SV("in a constant");
    assert_int_equal(constant.len, 13);
    assert_int_equal(SV("").len, 0);
    assert_view(str_view_from_cstr("abc"), "abc");
    assert_int_equal(str_view_from_cstr(NULL).len, 0);
    assert_int_equal(str_precision(SV("abc")), 3);
    assert_int_equal(str_precision((struct str_view){ "", (size_t)INT32_MAX }), INT32_MAX);
    assert_int_equal(str_precision((struct str_view){ "", (size_t)INT32_MAX + 1 }), INT32_MAX);
}

static void test_from_utf8(void **state)
{
    (void)state;
    struct str_view view = SV("before");
    size_t valid = 99;
    assert_int_equal(str_view_from_utf8("ab\xFF", 3, &view, &valid), ERR_INVALID);
    assert_int_equal(valid, 2);
    assert_view(view, "before");
    assert_int_equal(str_view_from_utf8("ab\xFF", 3, &view, NULL), ERR_INVALID);
    assert_int_equal(str_view_from_utf8("a\0é", 4, &view, &valid), OK);
    assert_int_equal(valid, 4);
    assert_view(view, "a\0é");
    assert_int_equal(str_view_from_utf8(NULL, 0, &view, NULL), OK);
    assert_int_equal(view.len, 0);
}

static void test_compare(void **state)
{
    (void)state;
    const struct str_view none = { NULL, 0 };
    assert_true(str_equal(none, SV("")));
    assert_true(str_equal(SV("abc"), SV("abc")));
    assert_false(str_equal(SV("abc"), SV("abd")));
    assert_false(str_equal(SV("abc"), SV("ab")));
    assert_int_equal(str_compare(none, SV("")), 0);
    assert_int_equal(str_compare(SV("abc"), SV("abc")), 0);
    assert_true(str_compare(SV("ab"), SV("abc")) < 0);
    assert_true(str_compare(SV("abc"), SV("ab")) > 0);
    assert_true(str_compare(SV("abd"), SV("abc")) > 0);
    assert_true(str_compare(SV("b"), SV("abc")) > 0);
    /* By code point, where UTF-16 would say the opposite. */
    assert_true(str_compare(SV("\uFFFD"), SV("\U00010000")) < 0);
}

static void test_pitfall_6_embedded_nul(void **state)
{
    (void)state;
    size_t at = 99;
    assert_int_equal(SV("a\0b").len, 3);
    assert_false(str_equal(SV("a\0b"), SV("a\0c")));
    assert_true(str_compare(SV("a\0b"), SV("a\0c")) < 0);
    assert_true(str_find(SV("a\0b"), SV("b"), &at));
    assert_int_equal(at, 2);
    assert_true(str_find_byte(SV("a\0b"), '\0', &at));
    assert_int_equal(at, 1);
    struct str_view rest = SV("a\0b"), part;
    assert_true(str_split_next(&rest, SV("\0"), &part));
    assert_view(part, "a");
    assert_true(str_split_next(&rest, SV("\0"), &part));
    assert_view(part, "b");
    assert_false(str_split_next(&rest, SV("\0"), &part));
}

static void test_starts_and_ends(void **state)
{
    (void)state;
    assert_true(str_starts_with(SV("abc"), SV("")));
    assert_true(str_starts_with(SV("abc"), SV("ab")));
    assert_true(str_starts_with(SV("abc"), SV("abc")));
    assert_false(str_starts_with(SV("abc"), SV("abcd")));
    assert_false(str_starts_with(SV("abc"), SV("bc")));
    assert_true(str_ends_with(SV("abc"), SV("")));
    assert_true(str_ends_with(SV("abc"), SV("bc")));
    assert_true(str_ends_with(SV("abc"), SV("abc")));
    assert_false(str_ends_with(SV("abc"), SV("xabc")));
    assert_false(str_ends_with(SV("abc"), SV("ab")));
}

/* Against a search that compares every place, over all short texts of two letters. */
static void test_find(void **state)
{
    (void)state;
    for (unsigned int text_bits = 1; text_bits < 1U << 7; text_bits++) {
        for (unsigned int part_bits = 1; part_bits < 1U << 5; part_bits++) {
            char text[8], part[8];
            size_t text_len = 0, part_len = 0;
            for (unsigned int bits = text_bits; bits > 1; bits >>= 1)
                text[text_len++] = bits & 1 ? 'a' : 'b';
            for (unsigned int bits = part_bits; bits > 1; bits >>= 1)
                part[part_len++] = bits & 1 ? 'a' : 'b';
            text[text_len] = part[part_len] = '\0';
            char *block;
            const struct str_view view = exact((struct str_view){ text, text_len }, &block);
            const char *expected = strstr(text, part);
            size_t at = 99;
            assert_int_equal(str_find(view, (struct str_view){ part, part_len }, &at),
                             expected != NULL);
            assert_int_equal(at, expected != NULL ? (size_t)(expected - text) : 99);
            assert_int_equal(str_find(view, (struct str_view){ part, part_len }, NULL),
                             expected != NULL);
            free(block);
        }
    }
    size_t at = 99;
    assert_true(str_find_byte(SV("abca"), 'a', &at));
    assert_int_equal(at, 0);
    assert_true(str_find_byte(SV("abc"), 'c', NULL));
    assert_false(str_find_byte(SV("abc"), 'd', &at));
    assert_int_equal(at, 0);
}

static void test_slice(void **state)
{
    (void)state;
    const struct str_view text = SV("aé€😀"); /* 1 + 2 + 3 + 4 bytes */
    const bool boundary[] = { 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0 };
    for (size_t from = 0; from <= 11; from++) {
        assert_int_equal(str_is_boundary(text, from), boundary[from]);
        for (size_t to = 0; to <= 11; to++) {
            const struct str_slice_result slice = str_slice(text, from, to);
            const bool good = from <= to && to <= 10 && boundary[from] && boundary[to];
            assert_int_equal(slice.error, good ? OK : ERR_INVALID);
            assert_int_equal(slice.view.len, good ? to - from : 0);
            if (good)
                assert_ptr_equal(slice.view.data, text.data + from);
        }
    }
    assert_int_equal(str_slice(text, SIZE_MAX, SIZE_MAX).error, ERR_INVALID);
    assert_int_equal(str_slice((struct str_view){ NULL, 0 }, 0, 0).error, OK);
}

static void test_trim(void **state)
{
    (void)state;
    assert_view(str_trim(SV(" \t\n\v\f\r a b \r\n")), "a b");
    assert_view(str_trim(SV(" \t ")), "");
    assert_view(str_trim(SV("")), "");
    assert_view(str_trim(SV("\x08x\x0E")), "\x08x\x0E");
    assert_view(str_trim_start(SV("  a ")), "a ");
    assert_view(str_trim_end(SV("  a ")), "  a");
    assert_int_equal(str_trim((struct str_view){ NULL, 0 }).len, 0);
}

static void expect_parts(struct str_view text, struct str_view separator, size_t count,
                         const struct str_view *parts)
{
    char *block;
    struct str_view rest = exact(text, &block), part;
    for (size_t i = 0; i < count; i++) {
        assert_true(str_split_next(&rest, separator, &part));
        assert_true(str_equal(part, parts[i]));
    }
    assert_false(str_split_next(&rest, separator, &part));
    assert_null(rest.data);
    assert_true(str_equal(part, parts[count - 1]));
    free(block);
}

static void test_split(void **state)
{
    (void)state;
    expect_parts(SV("a,,b,"), SV(","), 4, (struct str_view[]){ SV("a"), SV(""), SV("b"), SV("") });
    expect_parts(SV(""), SV(","), 1, (struct str_view[]){ SV("") });
    expect_parts(SV(","), SV(","), 2, (struct str_view[]){ SV(""), SV("") });
    expect_parts(SV("a::b:c"), SV("::"), 2, (struct str_view[]){ SV("a"), SV("b:c") });
    expect_parts(SV("aaa"), SV("aa"), 2, (struct str_view[]){ SV(""), SV("a") });
    expect_parts(SV("x→y"), SV("→"), 2, (struct str_view[]){ SV("x"), SV("y") });
    struct str_view none = { NULL, 0 }, part;
    assert_false(str_split_next(&none, SV(","), &part));
    EXPECT_PANIC("separator is empty, so it is between all bytes of a text of 2",
                 str_split_next(&(struct str_view){ "ab", 2 }, SV(""), &part));
}

static void test_scalars(void **state)
{
    (void)state;
    const uint32_t expected[] = { 'a', 0xE9, 0, 0x20AC, 0x1F600 };
    struct str_view rest = SV("aé\0€😀");
    uint32_t scalar = 0;
    assert_int_equal(str_count_scalars(rest), 5);
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        assert_true(str_scalar_next(&rest, &scalar));
        assert_int_equal(scalar, expected[i]);
    }
    assert_false(str_scalar_next(&rest, &scalar));
    assert_int_equal(scalar, 0x1F600);

    /* A broken promise ends in U+FFFD, not outside of the view. */
    char *block;
    rest = exact(SV("x\xF0\x9F"), &block);
    assert_true(str_scalar_next(&rest, &scalar) && scalar == 'x');
    assert_true(str_scalar_next(&rest, &scalar) && scalar == UTF8_REPLACEMENT);
    assert_false(str_scalar_next(&rest, &scalar));
    free(block);
}

static void expect_u64(struct str_view text, unsigned int base, enum error error, uint64_t expected)
{
    char *block;
    uint64_t value = 42;
    assert_int_equal(str_parse_u64(exact(text, &block), base, &value), error);
    assert_int_equal(value, error == OK ? expected : 42);
    free(block);
}

static void expect_i64(struct str_view text, unsigned int base, enum error error, int64_t expected)
{
    char *block;
    int64_t value = 42;
    assert_int_equal(str_parse_i64(exact(text, &block), base, &value), error);
    assert_int_equal(value, error == OK ? expected : 42);
    free(block);
}

static void test_parse_unsigned(void **state)
{
    (void)state;
    expect_u64(SV("0"), 10, OK, 0);
    expect_u64(SV("18446744073709551615"), 10, OK, UINT64_MAX);
    expect_u64(SV("18446744073709551616"), 10, ERR_OVERFLOW, 0);
    expect_u64(SV("99999999999999999999999"), 10, ERR_OVERFLOW, 0);
    expect_u64(SV("99999999999999999999999x"), 10, ERR_INVALID, 0);
    expect_u64(SV("000000000000000000000000007"), 10, OK, 7);
    expect_u64(SV("ffffFFFFffffFFFF"), 16, OK, UINT64_MAX);
    expect_u64(SV("10000000000000000"), 16, ERR_OVERFLOW, 0);
    expect_u64(SV("100000000000000001"), 16, ERR_OVERFLOW, 0); /* wraps early, then is small */
    expect_u64(SV("0xfE"), 0, OK, 0xFE);
    expect_u64(SV("0XfE"), 0, OK, 0xFE);
    expect_u64(SV("0b101"), 0, OK, 5);
    expect_u64(SV("0B101"), 0, OK, 5);
    expect_u64(SV("0o17"), 0, OK, 15);
    expect_u64(SV("0O17"), 0, OK, 15);
    expect_u64(SV("017"), 0, OK, 17);
    expect_u64(SV("0"), 0, OK, 0);
    expect_u64(SV("zz"), 36, OK, 35 * 36 + 35);
    expect_u64(SV("11"), 2, OK, 3);
    const struct str_view bad[] = {
        SV(""),   SV("0x"), SV("0b"),  SV("0o"),  SV("0b2"),   SV("0o8"), SV("0xg"), SV("1_000"),
        SV("+1"), SV("-1"), SV(" 1"),  SV("1 "),  SV("1\0"),   SV("é"),   SV("0y1"), SV("x1"),
        SV("@"),  SV("["),  SV("`12"), SV("{12"), SV("0x0x1"), SV("/"),   SV(":"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        expect_u64(bad[i], 0, ERR_INVALID, 0);
    expect_u64(SV("0x1"), 16, ERR_INVALID, 0);
    expect_u64(SV("a"), 10, ERR_INVALID, 0);
    expect_u64(SV("["), 36, ERR_INVALID, 0);
    expect_u64(SV("@"), 36, ERR_INVALID, 0);
    expect_u64(SV("1"), 1, ERR_INVALID, 0);
    expect_u64(SV("1"), 37, ERR_INVALID, 0);
    /* Against the C library, at random lengths. */
    for (uint64_t number = 1, i = 0; i < 20'000; i++, number = number * 6364136223846793005 + 1) {
        char text[32];
        const uint64_t value = number >> i % 64;
        snprintf(text, sizeof text, "%llu", (unsigned long long)value);
        expect_u64(str_view_from_cstr(text), 10, OK, value);
        snprintf(text, sizeof text, "0x%llx", (unsigned long long)value);
        expect_u64(str_view_from_cstr(text), 0, OK, value);
    }
}

static void test_parse_signed(void **state)
{
    (void)state;
    expect_i64(SV("9223372036854775807"), 10, OK, INT64_MAX);
    expect_i64(SV("9223372036854775808"), 10, ERR_OVERFLOW, 0);
    expect_i64(SV("-9223372036854775808"), 10, OK, INT64_MIN);
    expect_i64(SV("-9223372036854775809"), 10, ERR_OVERFLOW, 0);
    expect_i64(SV("-99999999999999999999"), 10, ERR_OVERFLOW, 0);
    expect_i64(SV("-0x10"), 0, OK, -16);
    expect_i64(SV("-0"), 0, OK, 0);
    expect_i64(SV("7"), 10, OK, 7);
    expect_i64(SV(""), 10, ERR_INVALID, 0);
    expect_i64(SV("-"), 10, ERR_INVALID, 0);
    expect_i64(SV("--1"), 10, ERR_INVALID, 0);
    expect_i64(SV("0x-1"), 0, ERR_INVALID, 0);
    expect_i64(SV("+1"), 10, ERR_INVALID, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_make),
        cmocka_unit_test(test_from_utf8),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_pitfall_6_embedded_nul),
        cmocka_unit_test(test_starts_and_ends),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_parse_unsigned),
        cmocka_unit_test(test_parse_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
