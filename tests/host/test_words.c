/*
 * Words and numbers of a line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <lib/number.h>
#include <monitor/words.h>

static void assert_number(const char *text, uint64_t expected)
{
    uint64_t value = 0;
    assert_true(number_parse(text, strlen(text), &value));
    assert_int_equal(value, expected);
    value = 0;
    assert_true(word_number(text, &value));
    assert_int_equal(value, expected);
}

static void assert_no_number(const char *text)
{
    uint64_t value = 42;
    assert_false(number_parse(text, strlen(text), &value));
    assert_int_equal(value, 42);
}

static void numbers(void **state)
{
    (void)state;
    assert_number("0", 0);
    assert_number("007", 7);
    assert_number("4096", 4096);
    assert_number("1'000'000", 1000000);
    assert_number("0x10", 16);
    assert_number("0XfF", 255);
    assert_number("0x4444'4444'0000", 0x444444440000);
    assert_number("18446744073709551615", UINT64_MAX);
    assert_number("0xffffffffffffffff", UINT64_MAX);
}

static void no_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "x",
        "0x",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1k",
        "12a",
        "0x1g",
        "'1",
        "1'",
        "1''2",
        "0x'1",
        "18446744073709551616",
        "0x10000000000000000",
        "99999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_no_number(texts[i]);
    uint64_t value;
    assert_true(number_parse("123", 2, &value)); /* only so many bytes */
    assert_int_equal(value, 12);
}

static void words(void **state)
{
    (void)state;
    struct words words;
    const char *line = "  peek  0x10 x ";
    assert_true(words_split(&words, line));
    assert_int_equal(words.count, 3);
    assert_string_equal(words.word[0], "peek");
    assert_string_equal(words.word[1], "0x10");
    assert_string_equal(words.word[2], "x");
    assert_string_equal(line + words.rest[1], "0x10 x ");
    assert_true(words_split(&words, ""));
    assert_int_equal(words.count, 0);
    assert_true(words_split(&words, "   "));
    assert_int_equal(words.count, 0);
}

static void as_many_words_as_fit(void **state)
{
    (void)state;
    struct words words;
    char line[2 * WORDS_BYTES] = "";
    for (size_t i = 0; i < WORDS_MAX; i++)
        strcat(line, "a ");
    assert_true(words_split(&words, line));
    assert_int_equal(words.count, WORDS_MAX);
    strcat(line, "a");
    assert_false(words_split(&words, line));
    assert_int_equal(words.count, 0);
    memset(line, 'a', sizeof line);
    line[WORDS_BYTES - 1] = '\0';
    assert_true(words_split(&words, line));
    line[WORDS_BYTES - 1] = 'a';
    line[WORDS_BYTES] = '\0';
    assert_false(words_split(&words, line));
}

static void comparing_words(void **state)
{
    (void)state;
    assert_true(word_is("map", "map"));
    assert_false(word_is("map", "maps"));
    assert_false(word_is("map", "ma"));
    assert_true(word_begins("map", "ma", 2));
    assert_true(word_begins("map", "xyz", 0));
    assert_false(word_begins("map", "mx", 2));
    assert_false(word_begins("map", "maps", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),         cmocka_unit_test(no_numbers),
        cmocka_unit_test(words),           cmocka_unit_test(as_many_words_as_fit),
        cmocka_unit_test(comparing_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
