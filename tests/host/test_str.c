/*
 * The owned string: every operation, the pitfalls that other libraries fell into, and what
 * remains when memory runs out in the middle.
 */
#include "fake/panic.h"
#include "fake/test_allocator.h"

#include <base/assert.h>
#include <collections/str.h>
#include <collections/utf8.h>
#include <cmocka.h>

static struct test_allocator heap;
#define NEW_STR STR_INIT(&heap.allocator)

static int set_up(void **state)
{
    (void)state;
    test_allocator_init(&heap);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_allocator_check_empty(&heap);
    return 0;
}

static void must(enum error error)
{
    if (error)
        fail_msg("unexpected error: %s", error_name(error));
}

#define assert_text(self, literal)                                                                 \
    do {                                                                                           \
        str_check(self);                                                                           \
        assert_true(str_equal(str_view(self), SV(literal)));                                       \
        assert_int_equal(str_cstr(self)[sizeof(literal) - 1], 0);                                  \
    } while (0)

/* A string with this text and no spare room. */
static struct str make(struct str_view text)
{
    struct str s;
    must(str_from_view(&s, &heap.allocator, text));
    assert_int_equal(str_capacity(&s), text.len);
    return s;
}

/* --- The operations one by one --------------------------------------------------------------- */

static void test_empty_needs_no_memory(void **state)
{
    (void)state;
    struct str s = NEW_STR, other;
    uint32_t scalar;
    assert_text(&s, "");
    assert_non_null(str_view(&s).data);
    assert_int_equal(str_capacity(&s), 0);
    must(str_append(&s, SV("")));
    must(str_insert(&s, 0, SV("")));
    must(str_reserve(&s, 0));
    must(str_reserve_exact(&s, 0));
    must(str_shrink_to_fit(&s));
    must(str_format(&s, "%s", ""));
    must(str_clone(&s, &other));
    must(str_from_view(&other, &heap.allocator, (struct str_view){ NULL, 0 }));
    must(str_from_literal(&other, &heap.allocator, ""));
    must(str_from_utf8(&other, &heap.allocator, NULL, 0, NULL));
    must(str_from_utf8_lossy(&other, &heap.allocator, NULL, 0));
    must(str_with_capacity(&other, &heap.allocator, 0));
    str_truncate(&s, 0);
    str_truncate(&s, 5);
    str_clear(&s);
    str_remove_range(&s, 0, 0);
    assert_false(str_pop(&s, &scalar));
    other = str_take(&s);
    assert_text(&s, "");
    assert_text(&other, "");
    str_free(&other);
    str_free(&s);
    assert_int_equal(heap.requests, 0);
}

static void test_append_all_lengths_and_alignments(void **state)
{
    (void)state;
    char source[64], expected[128];
    for (size_t i = 0; i < sizeof source; i++)
        source[i] = (char)('!' + i);
    for (size_t start = 0; start < 9; start++) {
        for (size_t from = 0; from < 9; from++) {
            for (size_t len = 0; len < 40; len++) {
                for (size_t spare = 0; spare < 2; spare++) {
                    struct str s = make((struct str_view){ source, start });
                    if (spare)
                        must(str_reserve_exact(&s, len));
                    const size_t requests = heap.requests;
                    must(str_append(&s, (struct str_view){ source + from, len }));
                    if (spare)
                        assert_int_equal(heap.requests, requests);
                    memcpy(expected, source, start);
                    memcpy(expected + start, source + from, len);
                    str_check(&s);
                    assert_int_equal(str_len(&s), start + len);
                    assert_memory_equal(str_cstr(&s), expected, start + len);
                    str_free(&s);
                }
            }
        }
    }
}

static void test_push_pop_remove(void **state)
{
    (void)state;
    struct str s = NEW_STR;
    const uint32_t scalars[] = { 'a', 0xE9, 0x20AC, 0x1F600, 0 };
    for (size_t i = 0; i < ARRAY_LENGTH(scalars); i++)
        must(str_push(&s, scalars[i]));
    assert_text(&s, "aé€😀\0");
    const size_t requests = heap.requests;
    assert_int_equal(str_push(&s, 0xD800), ERR_INVALID);
    assert_int_equal(str_push(&s, 0xDFFF), ERR_INVALID);
    assert_int_equal(str_push(&s, 0x110000), ERR_INVALID);
    assert_int_equal(heap.requests, requests);
    assert_text(&s, "aé€😀\0");
    assert_int_equal(str_remove(&s, 1), 0xE9);
    assert_text(&s, "a€😀\0");
    assert_int_equal(str_remove(&s, 0), 'a');
    uint32_t scalar = 7;
    assert_true(str_pop(&s, &scalar));
    assert_int_equal(scalar, 0);
    assert_true(str_pop(&s, NULL));
    assert_text(&s, "€");
    assert_true(str_pop(&s, &scalar));
    assert_int_equal(scalar, 0x20AC);
    assert_false(str_pop(&s, &scalar));
    assert_int_equal(scalar, 0x20AC);
    str_free(&s);
}

static void test_insert_and_remove_range(void **state)
{
    (void)state;
    struct str s = make(SV("hd"));
    must(str_insert(&s, 1, SV("ello worl")));
    assert_text(&s, "hello world");
    must(str_insert(&s, 0, SV("<")));
    must(str_insert(&s, 12, SV(">")));
    assert_text(&s, "<hello world>");
    str_remove_range(&s, 1, 7);
    assert_text(&s, "<world>");
    str_remove_range(&s, 3, 3);
    str_remove_range(&s, 6, 7);
    assert_text(&s, "<world");
    str_truncate(&s, 3);
    assert_text(&s, "<wo");
    str_truncate(&s, 4);
    str_truncate(&s, SIZE_MAX);
    assert_text(&s, "<wo");
    const size_t capacity = str_capacity(&s);
    str_clear(&s);
    assert_text(&s, "");
    assert_int_equal(str_capacity(&s), capacity);
    str_free(&s);
}

static void test_capacity(void **state)
{
    (void)state;
    struct str s;
    must(str_with_capacity(&s, &heap.allocator, 100));
    assert_int_equal(str_capacity(&s), 100);
    assert_text(&s, "");
    const size_t requests = heap.requests;
    for (int i = 0; i < 100; i++)
        must(str_append(&s, SV("x")));
    must(str_reserve(&s, 0));
    assert_int_equal(heap.requests, requests);
    must(str_reserve(&s, 1));
    assert_true(str_capacity(&s) >= 200);
    str_truncate(&s, 10);
    must(str_shrink_to_fit(&s));
    assert_text(&s, "xxxxxxxxxx");
    assert_int_equal(str_capacity(&s), 10);
    must(str_reserve_exact(&s, 7));
    assert_int_equal(str_capacity(&s), 17);
    must(str_shrink_to_fit(&s));
    must(str_shrink_to_fit(&s));
    assert_text(&s, "xxxxxxxxxx");
    str_free(&s);
    /* Growth is amortised: a million bytes in small pieces are a few requests. */
    const size_t before = heap.requests;
    for (int i = 0; i < 100'000; i++)
        must(str_append(&s, SV("0123456789")));
    assert_true(heap.requests - before < 24);
    str_check(&s);
    str_free(&s);
}

static void test_take_clone_and_free_twice(void **state)
{
    (void)state;
    struct str s = make(SV("own"));
    struct str copy;
    must(str_clone(&s, &copy));
    assert_ptr_not_equal(str_cstr(&s), str_cstr(&copy));
    must(str_append(&copy, SV("er")));
    struct str moved = str_take(&s);
    assert_text(&s, "");
    assert_text(&moved, "own");
    assert_text(&copy, "owner");
    must(str_append(&s, SV("again")));
    assert_text(&s, "again");
    str_free(&s);
    str_free(&s);
    assert_text(&s, "");
    str_free(&moved);
    str_free(&copy);
}

static void test_from_utf8(void **state)
{
    (void)state;
    struct str s;
    size_t valid = 99;
    must(str_from_utf8(&s, &heap.allocator, "a\0é", 4, &valid));
    assert_int_equal(valid, 4);
    assert_text(&s, "a\0é");
    str_free(&s);
    assert_int_equal(str_from_utf8(&s, &heap.allocator, "ab\xE2\x82", 4, &valid), ERR_INVALID);
    assert_int_equal(valid, 2);
    assert_text(&s, "");
}

static void expect_lossy(struct str_view bytes, struct str_view expected)
{
    struct str s;
    must(str_from_utf8_lossy(&s, &heap.allocator, bytes.data, bytes.len));
    str_check(&s);
    assert_true(str_equal(str_view(&s), expected));
    str_free(&s);
}

/* The Unicode Standard 15.0, section 3.9, tables 3-8 to 3-11. */
static void test_from_utf8_lossy(void **state)
{
    (void)state;
#define R "\uFFFD"
    expect_lossy(SV("plain"), SV("plain"));
    expect_lossy(SV("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), SV(R R R R R R R R "A"));
    expect_lossy(SV("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), SV(R R R R R R R R "A"));
    expect_lossy(SV("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), SV(R R R R R "A" R R "B"));
    expect_lossy(SV("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), SV(R R R R "A"));
    expect_lossy(SV("a\0b\xFF"), SV("a\0b" R));
    expect_lossy(SV("\xFF"), SV(R));
#undef R
}

static void test_positions_within_a_code_point_panic(void **state)
{
    (void)state;
    struct str s = make(SV("a€b"));
    EXPECT_PANIC("str_insert: position 2 is within a code point of a text of 5 bytes",
                 str_insert(&s, 2, SV("x")));
    EXPECT_PANIC("str_insert: position 6 is beyond the end of a text of 5 bytes",
                 str_insert(&s, 6, SV("x")));
    EXPECT_PANIC("str_remove: position 3 is within", str_remove(&s, 3));
    EXPECT_PANIC("str_remove: position 5 is the end", str_remove(&s, 5));
    EXPECT_PANIC("str_remove: position 9 is beyond", str_remove(&s, 9));
    EXPECT_PANIC("str_remove_range: position 2 is within", (str_remove_range(&s, 2, 4), 0));
    EXPECT_PANIC("str_remove_range: position 3 is within", (str_remove_range(&s, 1, 3), 0));
    EXPECT_PANIC("str_remove_range: from 4 is behind to 1", (str_remove_range(&s, 4, 1), 0));
    EXPECT_PANIC("str_truncate: position 2 is within", (str_truncate(&s, 2), 0));
    assert_text(&s, "a€b");
    str_free(&s);
}

static void test_check_finds_damage(void **state)
{
    (void)state;
    struct str s = make(SV("abc"));
    char *data = s.bytes.data;
    data[3] = 'x';
    EXPECT_PANIC("assertion failed", (str_check(&s), 0));
    data[3] = '\0';
    data[1] = '\xFF';
    EXPECT_PANIC("0x1 and 0x3", (str_check(&s), 0));
    data[1] = 'b';
    s.bytes.len = 4;
    EXPECT_PANIC("0x4 and 0x4", (str_check(&s), 0));
    s.bytes.len = 3;
    s.bytes.data = NULL;
    EXPECT_PANIC("assertion failed", (str_check(&s), 0));
    s.bytes.data = data;
    str_free(&s);
    s.bytes.len = 1;
    EXPECT_PANIC("bytes->len == 0", (str_check(&s), 0));
    s.bytes.len = 0;
    s.bytes.data = data;
    EXPECT_PANIC("bytes->data", (str_check(&s), 0));
}

/* --- The pitfalls ---------------------------------------------------------------------------- */

static void test_pitfall_2_size_computation(void **state)
{
    (void)state;
    struct str s = make(SV("abc"));
    const char *data = str_cstr(&s);
    const size_t requests = heap.requests;
    const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3, (size_t)PTRDIFF_MAX + 1,
                             PTRDIFF_MAX };
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        assert_int_equal(str_reserve(&s, sizes[i]), ERR_OVERFLOW);
        assert_int_equal(str_reserve_exact(&s, sizes[i]), ERR_OVERFLOW);
        assert_int_equal(str_append(&s, (struct str_view){ data, sizes[i] }), ERR_OVERFLOW);
        assert_int_equal(str_insert(&s, 1, (struct str_view){ data, sizes[i] }), ERR_OVERFLOW);
        struct str other;
        assert_int_equal(str_with_capacity(&other, &heap.allocator, sizes[i]), ERR_OVERFLOW);
        assert_text(&other, "");
    }
    assert_int_equal(heap.requests, requests);
    assert_ptr_equal(str_cstr(&s), data);
    assert_text(&s, "abc");
    str_free(&s);
}

static void test_pitfall_3_growth_at_the_limit(void **state)
{
    (void)state;
    static char text[] = "x";
    for (size_t spare = 1; spare < 3; spare++) {
        /* Not a real string: the counters of one that is as long as can be. */
        struct str s = NEW_STR;
        s.bytes.data = text;
        s.bytes.cap = PTRDIFF_MAX;
        s.bytes.len = s.bytes.cap - spare;
        assert_int_equal(str_append(&s, SV("12345678")), ERR_OVERFLOW);
        assert_int_equal(str_append(&s, SV("one that is longer than thirty-two bytes")),
                         ERR_OVERFLOW);
        assert_int_equal(str_push(&s, 0x20AC), ERR_OVERFLOW);
        assert_int_equal(str_insert(&s, 0, SV("12")), ERR_OVERFLOW);
        assert_int_equal(str_reserve(&s, 2), ERR_OVERFLOW);
        assert_int_equal(s.bytes.len, (size_t)PTRDIFF_MAX - spare);
        assert_string_equal(text, "x");
    }
    struct str s = NEW_STR;
    s.bytes.data = text;
    s.bytes.cap = PTRDIFF_MAX;
    s.bytes.len = s.bytes.cap - 1;
    assert_int_equal(str_format(&s, "%d", 12), ERR_OVERFLOW);
    assert_int_equal(heap.requests, 0);
}

static void test_pitfall_4_empty_shrink_then_push(void **state)
{
    (void)state;
    struct str s;
    must(str_with_capacity(&s, &heap.allocator, 30));
    must(str_shrink_to_fit(&s));
    assert_int_equal(str_capacity(&s), 0);
    assert_int_equal(heap.live_blocks, 0);
    must(str_push(&s, 'x'));
    assert_text(&s, "x");
    str_free(&s);
}

/* All at full capacity and with room; the allocator moves the text at each growth. */
static void test_pitfall_5_string_with_itself(void **state)
{
    (void)state;
    for (size_t room = 0; room <= 200; room += 200) {
        struct str s = make(SV("0123456789abcdef012"));
        must(str_reserve_exact(&s, room));
        must(str_append(&s, str_view(&s)));
        assert_text(&s, "0123456789abcdef0120123456789abcdef012");
        str_truncate(&s, 4);
        must(str_shrink_to_fit(&s));
        must(str_reserve_exact(&s, room));
        must(str_append(&s, str_view(&s)));
        assert_text(&s, "01230123");
        must(str_append(&s, str_slice(str_view(&s), 1, 4).view));
        assert_text(&s, "01230123123");
        must(str_append(&s, str_slice(str_view(&s), 11, 11).view));
        assert_text(&s, "01230123123");
        str_free(&s);
    }
    for (size_t room = 0; room <= 20; room += 20) {
        for (size_t at = 0; at <= 8; at++) {
            for (size_t from = 0; from <= 8; from++) {
                for (size_t to = from; to <= 8; to++) {
                    char expected[32];
                    struct str s = make(SV("abcdefgh"));
                    must(str_reserve_exact(&s, room));
                    must(str_insert(&s, at, str_slice(str_view(&s), from, to).view));
                    snprintf(expected, sizeof expected, "%.*s%.*s%s", (int)at, "abcdefgh",
                             (int)(to - from), "abcdefgh" + from, "abcdefgh" + at);
                    assert_string_equal(str_cstr(&s), expected);
                    str_check(&s);
                    str_free(&s);
                }
            }
        }
    }
}

static void test_pitfall_6_embedded_nul(void **state)
{
    (void)state;
    struct str s = NEW_STR;
    must(str_append(&s, SV("a\0b")));
    assert_int_equal(str_len(&s), 3);
    must(str_append(&s, str_view(&s)));
    assert_text(&s, "a\0ba\0b");
    must(str_insert(&s, 1, SV("\0\0")));
    assert_text(&s, "a\0\0\0ba\0b");
    assert_int_equal(strlen(str_cstr(&s)), 1);
    must(str_format(&s, "[%s]", str_cstr(&s)));
    assert_text(&s, "a\0\0\0ba\0b[a]");
    str_free(&s);
}

/* --- Out of memory --------------------------------------------------------------------------- */

enum operation {
    APPEND_SHORT,
    APPEND_LONG,
    APPEND_SELF,
    PUSH,
    INSERT,
    INSERT_SELF,
    FORMAT,
    FORMAT_SELF,
    RESERVE,
    RESERVE_EXACT,
    SHRINK,
    FROM_VIEW,
    FROM_UTF8,
    FROM_LOSSY,
    FROM_LOSSY_TAIL,
    WITH_CAPACITY,
    CLONE,
    OPERATIONS
};

static enum error run(enum operation operation, struct str *s, struct str *made)
{
    switch (operation) {
    case APPEND_SHORT:
        return str_append(s, SV("12345678"));
    case APPEND_LONG:
        return str_append(s, SV("a text of more than thirty-two bytes"));
    case APPEND_SELF:
        return str_append(s, str_view(s));
    case PUSH:
        return str_push(s, 0x1F600);
    case INSERT:
        return str_insert(s, 3, SV("between"));
    case INSERT_SELF:
        return str_insert(s, 3, str_view(s));
    case FORMAT:
        return str_format(s, "%d of %s and %c: %x", -12, "some", 'c', 0xBEEFU);
    case FORMAT_SELF:
        return str_format(s, "%s%s", str_cstr(s), str_cstr(s) + 2);
    case RESERVE:
        return str_reserve(s, 100);
    case RESERVE_EXACT:
        return str_reserve_exact(s, 1);
    case SHRINK:
        return str_shrink_to_fit(s);
    case FROM_VIEW:
        return str_from_view(made, &heap.allocator, SV("text"));
    case FROM_UTF8:
        return str_from_utf8(made, &heap.allocator, "text", 4, NULL);
    case FROM_LOSSY: /* grows three times: \xFF becomes three bytes */
        return str_from_utf8_lossy(made, &heap.allocator,
                                   "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                                   "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF good",
                                   34);
    case FROM_LOSSY_TAIL: /* U+FFFD fits, and what follows it does not */
        return str_from_utf8_lossy(made, &heap.allocator, "\xFF, and then thirty-odd more bytes",
                                   34);
    case WITH_CAPACITY:
        return str_with_capacity(made, &heap.allocator, 9);
    default:
        return str_clone(s, made);
    }
}

static void test_pitfall_10_out_of_memory_everywhere(void **state)
{
    (void)state;
    for (enum operation operation = 0; operation < OPERATIONS; operation++) {
        size_t failures = 0;
        for (size_t n = 1;; n++) {
            struct str s = make(SV("0123456789")), made = NEW_STR;
            if (operation == SHRINK)
                must(str_reserve(&s, 30));
            const struct str before = s;
            char block[64];
            memcpy(block, s.bytes.data, s.bytes.len + 1);
            const size_t live_blocks = heap.live_blocks, live_bytes = heap.live_bytes;

            test_allocator_fail_at(&heap, n);
            const enum error error = run(operation, &s, &made);
            test_allocator_fail_at(&heap, 0);
            if (error) {
                failures++;
                assert_int_equal(error, ERR_NO_MEMORY);
                assert_memory_equal(&s, &before, sizeof s);
                assert_memory_equal(s.bytes.data, block, s.bytes.len + 1);
                assert_int_equal(heap.live_blocks, live_blocks);
                assert_int_equal(heap.live_bytes, live_bytes);
                assert_text(&made, "");
                must(run(operation, &s, &made));
            }
            str_check(&s);
            str_check(&made);
            str_free(&s);
            str_free(&made);
            test_allocator_check_empty(&heap);
            if (!error)
                break;
        }
        const size_t requests = operation == FROM_LOSSY ? 3 : operation == FROM_LOSSY_TAIL ? 2 : 1;
        assert_int_equal(failures, requests);
    }
}

static void test_append_or_panic(void **state)
{
    (void)state;
    static struct str s;
    s = (struct str)NEW_STR;
    str_append_or_panic(&s, SV("good"));
    assert_text(&s, "good");
    test_allocator_fail_from(&heap, 1);
    EXPECT_PANIC("out of memory: 105 bytes aligned to 8",
                 (str_append_or_panic(&s, (struct str_view){ "", 100 }), 0));
    test_allocator_fail_from(&heap, 0);
    EXPECT_PANIC("too large", (str_append_or_panic(&s, (struct str_view){ "", SIZE_MAX }), 0));
    assert_text(&s, "good");
    str_free(&s);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_empty_needs_no_memory),
        TEST(test_append_all_lengths_and_alignments),
        TEST(test_push_pop_remove),
        TEST(test_insert_and_remove_range),
        TEST(test_capacity),
        TEST(test_take_clone_and_free_twice),
        TEST(test_from_utf8),
        TEST(test_from_utf8_lossy),
        TEST(test_positions_within_a_code_point_panic),
        TEST(test_check_finds_damage),
        TEST(test_pitfall_2_size_computation),
        TEST(test_pitfall_3_growth_at_the_limit),
        TEST(test_pitfall_4_empty_shrink_then_push),
        TEST(test_pitfall_5_string_with_itself),
        TEST(test_pitfall_6_embedded_nul),
        TEST(test_pitfall_10_out_of_memory_everywhere),
        TEST(test_append_or_panic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
