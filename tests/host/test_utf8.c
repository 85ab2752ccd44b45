/*
 * UTF-8 against a checker written the other way round: where collections/utf8.c walks a table of
 * allowed bytes, this one decodes whatever the bits say and then asks whether the encoding was the
 * only one allowed. All sequences of up to three bytes, and random ones of four.
 */
#include "fake/panic.h"

#include <collections/utf8.h>
#include <cmocka.h>

static size_t number_from_environment(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

static uint64_t random_state;

static uint64_t next_random(void)
{
    random_state += 0x9E37'79B9'7F4A'7C15;
    uint64_t z = random_state;
    z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
    return z ^ z >> 31;
}

/* How many bytes a scalar value takes: the only encoding that is allowed. */
static size_t encoded_length(uint32_t scalar)
{
    return scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
}

/* 0 where no valid sequence stands at the beginning, else its length. */
static size_t other_checker(const unsigned char *bytes, size_t len, uint32_t *scalar)
{
    if (len == 0)
        return 0;
    size_t ones = 0;
    while (ones < 8 && (bytes[0] & 0x80U >> ones) != 0)
        ones++;
    const size_t length = ones == 0 ? 1 : ones;
    if (ones == 1 || ones > 4 || length > len)
        return 0;
    uint32_t value = ones == 0 ? bytes[0] : bytes[0] & ((1U << (7 - ones)) - 1);
    for (size_t i = 1; i < length; i++) {
        if (bytes[i] / 64 != 2)
            return 0;
        value = value * 64 + bytes[i] % 64;
    }
    if (encoded_length(value) != length || value > 0x10FFFF || value / 0x800 == 0xD800 / 0x800)
        return 0;
    *scalar = value;
    return length;
}

static size_t other_valid_up_to(const unsigned char *bytes, size_t len)
{
    size_t at = 0, length;
    uint32_t scalar;
    while ((length = other_checker(bytes + at, len - at, &scalar)) != 0)
        at += length;
    return at;
}

/* Is there any valid sequence that begins with these bytes and is longer? Tried, not reasoned. */
static bool can_be_continued(const unsigned char *bytes, size_t len)
{
    unsigned char longer[4];
    uint32_t scalar;
    memcpy(longer, bytes, len);
    for (unsigned int tail = 0; tail < 64 * 64 * 64; tail++) {
        unsigned int rest = tail;
        for (size_t i = len; i < 4; i++) {
            longer[i] = (unsigned char)(0x80 + rest % 64);
            rest /= 64;
        }
        if (rest == 0 && other_checker(longer, 4, &scalar) > len)
            return true;
    }
    return false;
}

static void compare_with_other(const unsigned char *bytes, size_t len)
{
    uint32_t scalar = UTF8_REPLACEMENT;
    const size_t length = other_checker(bytes, len, &scalar);
    const struct utf8_step step = utf8_decode((const char *)bytes, len);
    assert_int_equal(step.valid, length != 0);
    assert_int_equal(step.scalar, scalar);
    if (step.valid)
        assert_int_equal(step.length, length);
    else
        assert_true(step.length >= 1 && step.length <= 3 && step.length <= len);
    assert_int_equal(utf8_valid_up_to((const char *)bytes, len), other_valid_up_to(bytes, len));
}

static void test_all_sequences_of_one_to_three_bytes(void **state)
{
    (void)state;
    for (unsigned int number = 0; number < 0x100'0000; number++) {
        /* Exactly as long as the text, so that a read beyond it is seen. */
        unsigned char one[1] = { (unsigned char)number };
        unsigned char two[2] = { (unsigned char)number, (unsigned char)(number >> 8) };
        unsigned char three[3] = { two[0], two[1], (unsigned char)(number >> 16) };
        if (number < 0x100)
            compare_with_other(one, 1);
        if (number < 0x1'0000)
            compare_with_other(two, 2);
        compare_with_other(three, 3);
    }
}

static void test_random_sequences_of_four_bytes(void **state)
{
    (void)state;
    const size_t cases = number_from_environment("BUMPVISOR_CASES", 1'000'000);
    random_state = number_from_environment("BUMPVISOR_SEED", 0xB0B);
    print_message("utf8: %zu cases, seed 0x%zx\n", cases, (size_t)random_state);
    for (size_t i = 0; i < cases; i++) {
        const uint64_t bits = next_random();
        unsigned char bytes[4];
        memcpy(bytes, &bits, 4);
        /* Half of them begin like a long sequence, and most of those go on like one. */
        if (bits >> 32 & 1)
            bytes[0] |= 0xF0;
        for (size_t k = 1; k < 4; k++)
            if (bits >> (33 + 2 * k) & 3)
                bytes[k] = (unsigned char)(0x80 | (bytes[k] & 0x3F));
        compare_with_other(bytes, 4);
    }
}

/* The step over an invalid sequence is the longest that something valid could have followed. */
static void test_maximal_subparts(void **state)
{
    (void)state;
    for (unsigned int number = 0; number < 0x1'0000; number++) {
        const unsigned char bytes[3] = { (unsigned char)number, (unsigned char)(number >> 8), '!' };
        const struct utf8_step step = utf8_decode((const char *)bytes, 3);
        if (step.valid)
            continue;
        const bool both = can_be_continued(bytes, 2);
        assert_int_equal(step.length, both ? 2 : 1);
    }
    const struct {
        const char *bytes;
        uint8_t length;
    } known[] = {
        { "\xF0\x9F\x98!", 3 }, { "\xF4\x8F\xBF", 3 }, { "\xF4\x90\x80\x80", 1 },
        { "\xED\xA0\x80", 1 },  { "\xC0\x80", 1 },     { "\xE0\x9F\xBF", 1 },
        { "\xF8\x88\x80", 1 },  { "\xE2\x82", 2 },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        const struct utf8_step step = utf8_decode(known[i].bytes, strlen(known[i].bytes));
        assert_false(step.valid);
        assert_int_equal(step.length, known[i].length);
    }
}

static void test_every_scalar_goes_there_and_back(void **state)
{
    (void)state;
    char bytes[UTF8_MAX_LENGTH];
    for (uint32_t scalar = 0; scalar < 0x11'1000; scalar++) {
        const bool allowed = scalar <= 0x10FFFF && !(scalar >= 0xD800 && scalar <= 0xDFFF);
        assert_int_equal(utf8_is_scalar(scalar), allowed);
        const size_t length = utf8_encode(scalar, bytes);
        if (!allowed) {
            assert_int_equal(length, 0);
            continue;
        }
        assert_int_equal(length, encoded_length(scalar));
        const struct utf8_step step = utf8_decode(bytes, length);
        assert_true(step.valid && step.length == length && step.scalar == scalar);
        for (size_t cut = 1; cut < length; cut++) {
            assert_true(utf8_is_continuation(bytes[cut]));
            const struct utf8_step part = utf8_decode(bytes, cut);
            assert_true(!part.valid && part.length == cut);
        }
        assert_false(utf8_is_continuation(bytes[0]));
    }
    assert_false(utf8_is_scalar(UINT32_MAX));
    assert_int_equal(utf8_encode(UINT32_MAX, bytes), 0);
}

/* The way through eight bytes at once: one bad byte at each place of each length and alignment. */
static void test_ascii_words(void **state)
{
    (void)state;
    assert_int_equal(utf8_valid_up_to(NULL, 0), 0);
    assert_int_equal(utf8_decode(NULL, 0).length, 0);
    for (size_t align = 0; align < 8; align++) {
        for (size_t len = 0; len <= 40; len++) {
            char *block = malloc(align + len + 1);
            char *text = block + align;
            memset(block, 'x', align + len + 1);
            assert_int_equal(utf8_valid_up_to(text, len), len);
            for (size_t bad = 0; bad < len; bad++) {
                text[bad] = '\xFF';
                assert_int_equal(utf8_valid_up_to(text, len), bad);
                text[bad] = 'x';
            }
            for (size_t at = 0; at + 2 <= len; at++) {
                memcpy(text + at, "\xC3\xA9", 2);
                assert_int_equal(utf8_valid_up_to(text, len), len);
                assert_int_equal(utf8_valid_up_to(text, at + 1), at);
                memset(text + at, 'x', 2);
            }
            free(block);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_sequences_of_one_to_three_bytes),
        cmocka_unit_test(test_random_sequences_of_four_bytes),
        cmocka_unit_test(test_maximal_subparts),
        cmocka_unit_test(test_every_scalar_goes_there_and_back),
        cmocka_unit_test(test_ascii_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
