/*
 * Bits and bit trees against the slow way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/panic.h"
#include "random.h"

#include <lib/bit_tree.h>

static void check_word(uint64_t x)
{
    unsigned lowest = 0, highest = 63;
    while ((x >> lowest & 1) == 0)
        lowest++;
    while ((x >> highest & 1) == 0)
        highest--;
    assert_int_equal(lowest_bit(x), lowest);
    assert_int_equal(highest_bit(x), highest);
}

static void lowest_and_highest_bit(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++)
        for (unsigned j = 0; j < 64; j++) {
            check_word(UINT64_C(1) << i | UINT64_C(1) << j);
            check_word(UINT64_MAX << i >> j == 0 ? 1 : UINT64_MAX << i >> j);
        }
    for (int i = 0; i < 100'000; i++) {
        uint64_t x = random64() >> below(64);
        check_word(x == 0 ? 1 : x);
    }
}

static void tables_are_what_they_say(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++)
        assert_int_equal(bits_lowest_table[(UINT64_C(1) << i) * UINT64_C(0x03f79d71b4cb0a89) >> 58],
                         i);
    for (unsigned i = 1; i < 256; i++)
        assert_true(i >> bits_highest_table[i] == 1);
}

static size_t slow_next(const bool *members, size_t size, size_t number)
{
    for (; number < size; number++)
        if (members[number])
            return number;
    return SIZE_MAX;
}

/* Random members, few or many, added, removed and moved; the next one from everywhere. */
static void agree(size_t size, size_t density, size_t rounds)
{
    struct bit_tree tree;
    uint64_t *storage = malloc(bit_tree_bytes(size));
    bool *members = calloc(size, sizeof *members);
    assert_non_null(storage);
    assert_non_null(members);
    memset(storage, 0xff, bit_tree_bytes(size));
    bit_tree_init(&tree, storage, size);
    for (size_t i = 0; i < rounds; i++) {
        size_t number = below(size), to = below(size);
        if (members[number] && !members[to] && below(4) == 0) {
            bit_tree_move(&tree, number, to);
            members[number] = false;
            members[to] = true;
        } else if (members[number] || below(100) >= density) {
            bit_tree_remove(&tree, number);
            members[number] = false;
        } else {
            bit_tree_add(&tree, number);
            members[number] = true;
        }
        assert_int_equal(bit_tree_has(&tree, number), members[number]);
        size_t from = below(size);
        assert_int_equal(bit_tree_next(&tree, from), slow_next(members, size, from));
    }
    bit_tree_check(&tree);
    for (size_t from = 0; from < size; from += 1 + size / 500)
        assert_int_equal(bit_tree_next(&tree, from), slow_next(members, size, from));
    free(members);
    free(storage);
}

static void a_bit_tree_agrees_with_an_array(void **state)
{
    (void)state;
    static const size_t sizes[] = { 1, 2, 63, 64, 65, 127, 128, 4095, 4096, 4097, 300'000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        agree(sizes[i], 90, sizes[i] > 5000 ? 300 : 3000);
        agree(sizes[i], 10, sizes[i] > 5000 ? 300 : 3000);
    }
}

static void a_damaged_level_is_noticed(void **state)
{
    (void)state;
    static uint64_t storage[200];
    struct bit_tree tree;
    assert_true(bit_tree_bytes(5000) <= sizeof storage);
    bit_tree_init(&tree, storage, 5000);
    bit_tree_add(&tree, 4711);
    bit_tree_check(&tree);
    tree.level[1][0] ^= 1;
    EXPECT_PANIC("level 1 says that word 0 of the level below is not empty",
                 (bit_tree_check(&tree), 0));
    tree.level[1][0] ^= 1;
    tree.level[0][4711 / 64] = 0;
    EXPECT_PANIC("of the level below is not empty", (bit_tree_check(&tree), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lowest_and_highest_bit),
        cmocka_unit_test(tables_are_what_they_say),
        cmocka_unit_test(a_bit_tree_agrees_with_an_array),
        cmocka_unit_test(a_damaged_level_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
