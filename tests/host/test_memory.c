/*
 * memcpy and kin against the host's, at every small size, alignment and overlap. Ours are renamed,
 * so that both exist.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define memcpy  our_memcpy
#define memmove our_memmove
#define memset  our_memset
#define memcmp  our_memcmp
#define strlen  our_strlen
#include "../../src/lib/memory.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen

enum { MAX = 150 };

static void fill(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 37 + 11);
}

/* Every size and both alignments; whole arrays are compared, so a byte too far is seen. */
static void copies(void **state)
{
    (void)state;
    unsigned char from[MAX + 16], to[MAX + 16], expected[MAX + 16];
    fill(from, sizeof from);
    for (size_t size = 0; size <= MAX; size++)
        for (size_t a = 0; a < 8; a++)
            for (size_t b = 0; b < 8; b++) {
                memset(to, 0xee, sizeof to);
                memset(expected, 0xee, sizeof expected);
                memcpy(expected + a, from + b, size);
                assert_ptr_equal(our_memcpy(to + a, from + b, size), to + a);
                assert_memory_equal(to, expected, sizeof to);
            }
}

static void moves_that_overlap(void **state)
{
    (void)state;
    unsigned char ours[2 * MAX], theirs[2 * MAX];
    for (size_t size = 0; size <= MAX; size++)
        for (size_t to = 0; to < 24; to++)
            for (size_t from = 0; from < 24; from++) {
                fill(ours, sizeof ours);
                fill(theirs, sizeof theirs);
                memmove(theirs + to, theirs + from, size);
                assert_ptr_equal(our_memmove(ours + to, ours + from, size), ours + to);
                assert_memory_equal(ours, theirs, sizeof ours);
            }
}

static void sets(void **state)
{
    (void)state;
    unsigned char ours[MAX + 16], theirs[MAX + 16];
    for (size_t size = 0; size <= MAX; size++)
        for (size_t at = 0; at < 8; at++) {
            fill(ours, sizeof ours);
            fill(theirs, sizeof theirs);
            memset(theirs + at, 0x1a5, size);
            assert_ptr_equal(our_memset(ours + at, 0x1a5, size), ours + at);
            assert_memory_equal(ours, theirs, sizeof ours);
        }
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void compares(void **state)
{
    (void)state;
    unsigned char left[MAX], right[MAX];
    for (size_t size = 0; size <= MAX; size++)
        for (size_t at = 0; at <= size; at++) {
            fill(left, sizeof left);
            fill(right, sizeof right);
            if (at < size)
                right[at] = (unsigned char)(right[at] + 0x80);
            assert_int_equal(sign(our_memcmp(left, right, size)), sign(memcmp(left, right, size)));
        }
}

static void lengths(void **state)
{
    (void)state;
    for (size_t size = 0; size <= MAX; size++) {
        char *text = malloc(size + 1); /* exact, for the sanitizer */
        memset(text, 'x', size);
        text[size] = '\0';
        assert_int_equal(our_strlen(text), size);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies),  cmocka_unit_test(moves_that_overlap),
        cmocka_unit_test(sets),    cmocka_unit_test(compares),
        cmocka_unit_test(lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
