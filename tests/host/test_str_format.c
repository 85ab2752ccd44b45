/*
 * str_format: against vsnprintf, with its own text as an argument, with views that do not end in a
 * NUL, and with text that is not UTF-8.
 */
#include "fake/panic.h"
#include "fake/test_allocator.h"

#include <base/assert.h>
#include <collections/str.h>
#include <cmocka.h>

static struct test_allocator heap;

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

/* A string "ab" with `room` bytes to spare. */
static struct str make(struct str_view text, size_t room)
{
    struct str s;
    must(str_from_view(&s, &heap.allocator, text));
    must(str_reserve_exact(&s, room));
    return s;
}

/* The same at every amount of spare room, from none to plenty. */
#define EXPECT_FORMAT(...)                                                                         \
    do {                                                                                           \
        char expected[512];                                                                        \
        const int expected_length = snprintf(expected, sizeof expected, __VA_ARGS__);              \
        for (size_t room = 0; room <= (size_t)expected_length + 2; room++) {                       \
            struct str s = make(SV("ab"), room);                                                   \
            must(str_format(&s, __VA_ARGS__));                                                     \
            str_check(&s);                                                                         \
            assert_int_equal(str_len(&s), 2 + expected_length);                                    \
            assert_memory_equal(str_cstr(&s), "ab", 2);                                            \
            assert_memory_equal(str_cstr(&s) + 2, expected, (size_t)expected_length + 1);          \
            str_free(&s);                                                                          \
        }                                                                                          \
    } while (0)

static void test_as_vsnprintf(void **state)
{
    (void)state;
    EXPECT_FORMAT("plain");
    EXPECT_FORMAT("%s", "");
    EXPECT_FORMAT("%%");
    EXPECT_FORMAT("%s and %s, %c%c", "one", "two", 'x', 'y');
    EXPECT_FORMAT("%d %5d|%-5d|%05d %+d", -1, 42, 42, 42, 42);
    EXPECT_FORMAT("%zu %llx %#x %hhu", (size_t)-1, 0xfeedfacecafebeefULL, 255U, (unsigned char)200);
    EXPECT_FORMAT("%10s|%-10s|%.2s|%*.*s", "right", "left", "cut", 6, 3, "star");
    EXPECT_FORMAT("a%cb", '\0');
    EXPECT_FORMAT("%s", "é€😀");
    EXPECT_FORMAT("%60s", "wide");
    EXPECT_FORMAT("%c%s", '\0', "after a NUL at the beginning");
}

static void test_random_against_vsnprintf(void **state)
{
    (void)state;
    const char *cases = getenv("BUMPVISOR_CASES"), *seed = getenv("BUMPVISOR_SEED");
    const size_t count = cases != NULL ? strtoull(cases, NULL, 0) / 10 : 10'000;
    uint64_t random = seed != NULL ? strtoull(seed, NULL, 0) : 0xF0F0;
    print_message("str_format: %zu cases, seed 0x%zx\n", count, (size_t)random);
    struct str s = STR_INIT(&heap.allocator);
    for (size_t i = 0; i < count; i++) {
        char expected[400];
        random = random * 6364136223846793005 + 1442695040888963407;
        const int width = (int)(random >> 60), precision = (int)(random >> 56 & 15) - 1;
        const unsigned long long number = random >> (random >> 33 & 63);
        const char *word = &"the quick brown fox"[random >> 40 & 15];
        if (i % 16 == 0)
            str_free(&s);
        const size_t before = str_len(&s);
        const int length =
            snprintf(expected, sizeof expected, "%*llu|%-*lld|%#llx|%.*s|%*s", width, number, width,
                     (long long)random, number, precision, word, -width, word);
        must(str_format(&s, "%*llu|%-*lld|%#llx|%.*s|%*s", width, number, width, (long long)random,
                        number, precision, word, -width, word));
        assert_int_equal(str_len(&s), before + (size_t)length);
        assert_string_equal(str_cstr(&s) + before, expected);
    }
    str_check(&s);
    str_free(&s);
}

/* Own text several times over, at every amount of room: the NUL behind it must stay until the end,
   and the block as well. */
static void test_pitfall_5_own_text_as_argument(void **state)
{
    (void)state;
    for (size_t room = 0; room < 40; room++) {
        struct str s = make(SV("0123456789"), room);
        must(str_format(&s, "%s", str_cstr(&s)));
        assert_string_equal(str_cstr(&s), "01234567890123456789");
        str_free(&s);

        s = make(SV("0123456789"), room);
        must(str_format(&s, "<%s|%s%c>", str_cstr(&s) + 7, str_cstr(&s), str_cstr(&s)[9]));
        assert_string_equal(str_cstr(&s), "0123456789<789|01234567899>");
        str_check(&s);
        str_free(&s);

        s = make(SV("0123456789"), room);
        const struct str_view part = str_slice(str_view(&s), 2, 5).view;
        must(str_format(&s, "-%.*s-%s", str_precision(part), part.data, str_cstr(&s) + 10));
        assert_string_equal(str_cstr(&s), "0123456789-234-");
        str_free(&s);
    }
}

/* The view ends where its block ends: AddressSanitizer sees a byte read beyond it. */
static void test_pitfall_9_unterminated_views(void **state)
{
    (void)state;
    char *block = malloc(5);
    memcpy(block, "abcde", 5);
    const struct str_view view = { block, 5 };
    EXPECT_FORMAT("%.*s!", str_precision(view), view.data);
    const volatile struct str_view none_now = { NULL, 0 }; /* so that gcc does not foresee it */
    const struct str_view none = none_now;
    struct str s = make(SV("x"), 0);
    must(str_format(&s, "%.*s", str_precision(none), none.data));
    assert_string_equal(str_cstr(&s), "x");
    str_free(&s);
    free(block);
}

static void test_pitfall_9_not_utf8(void **state)
{
    (void)state;
    for (size_t room = 0; room < 20; room++) {
        struct str s = make(SV("ab"), room);
        const struct str before = s;
        assert_int_equal(str_format(&s, "%.2s", "€"), ERR_INVALID);
        assert_int_equal(str_format(&s, "12%c34", 0xE9), ERR_INVALID);
        assert_int_equal(str_format(&s, "%s", "\xFF"), ERR_INVALID);
        assert_memory_equal(&s, &before, sizeof s);
        assert_string_equal(str_cstr(&s), "ab");
        must(str_format(&s, "%.3s", "€"));
        assert_string_equal(str_cstr(&s), "ab€");
        str_check(&s);
        str_free(&s);
    }
}

static void test_pitfall_10_out_of_memory(void **state)
{
    (void)state;
    struct str s = make(SV("ab"), 3);
    const struct str before = s;
    test_allocator_fail_from(&heap, 1);
    assert_int_equal(str_format(&s, "%d%s%d%s", 1, "long", 2, "arguments"), ERR_NO_MEMORY);
    assert_memory_equal(&s, &before, sizeof s);
    assert_string_equal(str_cstr(&s), "ab");
    assert_int_equal(heap.live_blocks, 1);
    must(str_format(&s, "%s", "fit")); /* no memory is needed for this */
    test_allocator_fail_from(&heap, 0);
    assert_string_equal(str_cstr(&s), "abfit");
    must(str_format(&s, "%d%s%d%s", 1, "long", 2, "arguments"));
    assert_string_equal(str_cstr(&s), "abfit1long2arguments");
    str_free(&s);
}

static void test_growth_is_amortised(void **state)
{
    (void)state;
    struct str s = STR_INIT(&heap.allocator);
    for (int i = 0; i < 10'000; i++)
        must(str_format(&s, "%d,", i % 10));
    assert_int_equal(str_len(&s), 20'000);
    assert_true(heap.requests < 24);
    str_free(&s);
}

/* An allocator that, while it is asked, changes the text that is being formatted. */
static char changing[32];
static const struct allocator_ops *real_ops;

static void *alloc_and_change(struct allocator *self, size_t size, size_t align)
{
    strcpy(changing, "a longer text");
    return real_ops->alloc(self, size, align);
}

static void test_argument_that_changes(void **state)
{
    (void)state;
    struct str s = make(SV("ab"), 0);
    const struct str before = s;
    real_ops = heap.allocator.ops;
    struct allocator_ops ops = *real_ops;
    ops.alloc = alloc_and_change;
    heap.allocator.ops = &ops;
    strcpy(changing, "short");
    assert_int_equal(str_format(&s, "%s", changing), ERR_STATE);
    heap.allocator.ops = real_ops;
    assert_memory_equal(&s, &before, sizeof s);
    assert_string_equal(str_cstr(&s), "ab");
    str_free(&s);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_as_vsnprintf),
        TEST(test_random_against_vsnprintf),
        TEST(test_pitfall_5_own_text_as_argument),
        TEST(test_pitfall_9_unterminated_views),
        TEST(test_pitfall_9_not_utf8),
        TEST(test_pitfall_10_out_of_memory),
        TEST(test_growth_is_amortised),
        TEST(test_argument_that_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
