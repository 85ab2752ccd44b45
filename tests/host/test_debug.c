/*
 * The printer of collections: shapes, names, nesting, and what quotes do to every byte.
 */
#include "vec_fixture.h"
#include "capture.h"

#include <collections/debug.h>

static void a_vector(void **state)
{
    (void)state;
    VEC(char) v = VEC_INIT(&heap.allocator);
    vec_debug(&v, start(), "v", debug_char);
    EXPECT_TEXT("v = []");
    for (char c = 'a'; c <= 'c'; c++)
        vec_push_or_panic(&v, c);
    vec_debug(&v, start(), "v", debug_char);
    EXPECT_TEXT("v = ['a', 'b', 'c']");
    vec_debug(&v, start(), NULL, debug_char);
    EXPECT_TEXT("['a', 'b', 'c']");
    vec_truncate(&v, 1);
    vec_debug(&v, start(), "v", debug_char);
    EXPECT_TEXT("v = ['a']");
    vec_free(&v);
}

static void print_vec(const int_vec *v, struct format_sink *sink)
{
    vec_debug(v, sink, NULL, debug_int);
}

static void a_vector_of_vectors(void **state)
{
    (void)state;
    VEC(int_vec) v = VEC_INIT(&heap.allocator);
    int_vec inner[2];
    fill(&inner[0], -1, 3, 3);
    fill(&inner[1], 7, 0, 0);
    vec_push_or_panic(&v, inner[0]);
    vec_push_or_panic(&v, inner[1]);
    vec_debug(&v, start(), "v", print_vec);
    EXPECT_TEXT("v = [[-1, 0, 1], []]");
    vec_free(&inner[0]);
    vec_free(&inner[1]);
    vec_free(&v);
}

/* A map as plain as can be: two arrays and an index. */
struct pairs {
    size_t at, count;
    const uint64_t *keys;
    const char *values;
};

static bool next_pair(void *cursor, struct debug_entry *entry)
{
    struct pairs *pairs = cursor;
    if (pairs->at == pairs->count)
        return false;
    *entry = (struct debug_entry){ &pairs->keys[pairs->at], &pairs->values[pairs->at] };
    pairs->at++;
    return true;
}

static void a_map_and_a_set(void **state)
{
    (void)state;
    static const uint64_t keys[] = { 1, UINT64_MAX };
    for (size_t count = 0; count <= 2; count++) {
        struct pairs pairs = { 0, count, keys, "ab" };
        debug_map(start(), "m", next_pair, &pairs, (debug_element *)debug_u64,
                  (debug_element *)debug_char);
        EXPECT_TEXT(count == 0   ? "m = {}"
                    : count == 1 ? "m = {1: 'a'}"
                                 : "m = {1: 'a', 18446744073709551615: 'b'}");
        pairs.at = 0;
        debug_set(start(), NULL, next_pair, &pairs, (debug_element *)debug_u64);
        EXPECT_TEXT(count == 0 ? "{}" : count == 1 ? "{1}" : "{1, 18446744073709551615}");
    }
}

static const char *of_char(char c)
{
    debug_char(&c, start());
    return capture.text;
}

static void every_byte_in_quotes(void **state)
{
    (void)state;
    assert_string_equal(of_char('\n'), "'\\n'");
    assert_string_equal(of_char('\r'), "'\\r'");
    assert_string_equal(of_char('\t'), "'\\t'");
    assert_string_equal(of_char('\0'), "'\\0'");
    assert_string_equal(of_char('\\'), "'\\\\'");
    assert_string_equal(of_char('\''), "'\\''");
    assert_string_equal(of_char('"'), "'\"'");
    assert_string_equal(of_char('\x1b'), "'\\u{1b}'");
    assert_string_equal(of_char('\x7f'), "'\\u{7f}'");
    assert_string_equal(of_char('\x80'), "'\\x80'");
    assert_string_equal(of_char('\xff'), "'\\xff'");
    for (int c = ' '; c < 0x7f; c++)
        if (c != '\'' && c != '\\') {
            char wanted[] = { '\'', (char)c, '\'', '\0' };
            assert_string_equal(of_char((char)c), wanted);
        }
}

static const char *of_text(struct str_view text)
{
    debug_str_view(&text, start());
    return capture.text;
}

static void texts(void **state)
{
    (void)state;
    assert_string_equal(of_text((struct str_view){ NULL, 0 }), "\"\"");
    assert_string_equal(of_text(SV("plain")), "\"plain\"");
    assert_string_equal(of_text(SV("it's \"q\"\\")), "\"it's \\\"q\\\"\\\\\"");
    assert_string_equal(of_text(SV("a\0b\n")), "\"a\\0b\\n\"");
    assert_string_equal(of_text(SV("\x1b[2J")), "\"\\u{1b}[2J\"");
    assert_string_equal(of_text(SV("h→\u00e9\xc2\x80")), "\"h→\u00e9\\u{80}\"");
    /* A broken promise: bytes that are no UTF-8, and a sequence that is cut at the end. */
    assert_string_equal(of_text(SV("a\xff"
                                   "b\xe2\x86")),
                        "\"a\\xffb\\xe2\\x86\"");
    struct str s = STR_INIT(&heap.allocator);
    debug_str(&s, start());
    EXPECT_TEXT("\"\"");
    assert_int_equal(str_append(&s, SV("x\t")), OK);
    debug_str(&s, start());
    EXPECT_TEXT("\"x\\t\"");
    str_free(&s);
}

/* Not one byte beyond the view is read: it ends where the block ends, under AddressSanitizer. */
static void a_view_that_ends_with_its_block(void **state)
{
    (void)state;
    char *block = malloc(3);
    assert_non_null(block);
    memcpy(block, "a\xe2\x86", 3);
    assert_string_equal(of_text((struct str_view){ block, 3 }), "\"a\\xe2\\x86\"");
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_vector),        TEST(a_vector_of_vectors),
        TEST(a_map_and_a_set), TEST(every_byte_in_quotes),
        TEST(texts),           TEST(a_view_that_ends_with_its_block),
    };
    return cmocka_run_group_tests_name("debug", tests, NULL, NULL);
}
