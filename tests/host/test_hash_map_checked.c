/*
 * What a checked build of the hash map finds in addition: a cursor that is moved after the map has
 * changed, and pointers to entries that are no more. It lives in the headers, so that this file
 * alone is compiled as a checked build.
 */
#ifndef BUMPVISOR_CHECKED
#define BUMPVISOR_CHECKED
#endif
#include "hash_fixture.h"

static void a_stale_cursor_panics(void **state)
{
    (void)state;
    static struct number_map map; /* static: used across setjmp */
    static struct number_map_cursor c;
    number_map_init(&map, &heap.allocator, 1);
    for (uint64_t i = 0; i < 5; i++)
        number_map_insert_or_panic(&map, i, 0);

    c = number_map_first(&map);
    number_map_insert_or_panic(&map, 4, 1); /* replaces a value: nothing is stale */
    assert_true(number_map_replace(&map, 4, 2, NULL));
    assert_false(number_map_remove(&map, 9, NULL, NULL));
    test_allocator_fail_from(&heap, 1);
    assert_int_equal(number_map_reserve(&map, 100), ERR_NO_MEMORY); /* as it was */
    assert_int_equal(number_map_shrink_to_fit(&map), OK);           /* see below */
    test_allocator_fail_from(&heap, 0);
    EXPECT_PANIC("has 5 entries now", number_map_next(&c)); /* shrinking may have moved all */
    c = number_map_first(&map);
    number_map_next(&c);
    number_map_insert_or_panic(&map, 5, 0);
    EXPECT_PANIC("a cursor is older than the last change", number_map_next(&c));
    c = number_map_find(&map, 5);
    assert_true(number_map_remove(&map, 0, NULL, NULL));
    EXPECT_PANIC("has 5 entries now", number_map_next(&c));
    c = number_map_first(&map);
    assert_int_equal(number_map_reserve(&map, 100), OK);
    EXPECT_PANIC("has 5 entries now", number_map_next(&c));
    c = number_map_first(&map);
    number_map_clear(&map);
    EXPECT_PANIC("has 0 entries now", number_map_next(&c));
    c = number_map_first(&map);
    number_map_free(&map);
    EXPECT_PANIC("has 0 entries now", number_map_next(&c));
}

static void a_failure_leaves_cursors_valid(void **state)
{
    (void)state;
    struct number_map map;
    number_map_init(&map, &heap.allocator, 1);
    for (uint64_t i = 0; i < 7; i++)
        number_map_insert_or_panic(&map, i, 0);
    struct number_map_cursor c = number_map_first(&map);
    test_allocator_fail_from(&heap, 1);
    assert_int_equal(number_map_insert(&map, 7, 0, NULL, NULL), ERR_NO_MEMORY);
    assert_int_equal(number_map_reserve(&map, 1), ERR_NO_MEMORY);
    test_allocator_fail_from(&heap, 0);
    number_map_next(&c);
    assert_int_equal(*c.key, 1);
    assert_int_equal(number_map_reserve(&map, 100), OK);
    c = number_map_first(&map);
    test_allocator_fail_from(&heap, 1);
    assert_int_equal(number_map_shrink_to_fit(&map), ERR_NO_MEMORY);
    test_allocator_fail_from(&heap, 0);
    number_map_next(&c);
    assert_int_equal(*c.key, 1);
    number_map_free(&map);
}

static void entries_that_are_no_more_are_poisoned(void **state)
{
    (void)state;
    struct number_map map;
    number_map_init(&map, &heap.allocator, 1);
    for (uint64_t i = 0; i < 3; i++)
        number_map_insert_or_panic(&map, i, (int)i);
    const int *first = number_map_get(&map, 0), *last = number_map_get(&map, 2);
    assert_true(number_map_remove(&map, 0, NULL, NULL));
    assert_int_equal(*first, 2); /* the last one took its place */
    assert_int_equal(*last, (int)0xdbdbdbdb);
    number_map_clear(&map);
    assert_int_equal(*first, (int)0xdbdbdbdb);
    number_map_check(&map);
    number_map_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stale_cursor_panics),
        TEST(a_failure_leaves_cursors_valid),
        TEST(entries_that_are_no_more_are_poisoned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
