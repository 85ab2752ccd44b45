/*
 * The hash map where there is no room: no memory at every index, room that was reserved, sizes that
 * do not fit.
 */
#include "hash_fixture.h"

/* What is all that must not change when something fails. */
struct snapshot {
    struct number_map map;
    size_t live_blocks, live_bytes;
    unsigned char block[64 * 1024];
};

static size_t block_size(const struct number_map *map)
{
    size_t slots = (size_t)1 << (32 - map->table.shift);
    return map->table.slots == NULL
               ? 0
               : (size_t)((char *)&map->table.slots[slots + 1] - (char *)map->table.entries);
}

static void take_snapshot(const struct number_map *map, struct snapshot *s)
{
    s->map = *map;
    s->live_blocks = heap.live_blocks;
    s->live_bytes = heap.live_bytes;
    assert_true(block_size(map) <= sizeof s->block);
    if (block_size(map) != 0)
        memcpy(s->block, map->table.entries, block_size(map));
}

static void assert_unchanged(const struct number_map *map, const struct snapshot *s)
{
    assert_memory_equal(map, &s->map, sizeof *map);
    assert_int_equal(heap.live_blocks, s->live_blocks);
    assert_int_equal(heap.live_bytes, s->live_bytes);
    if (block_size(map) != 0)
        assert_memory_equal(map->table.entries, s->block, block_size(map));
}

/* At every index, once and from then on: the map is as it was, to the last byte of its block, and
   the same call then succeeds. */
static void out_of_memory_at_every_index(void **state)
{
    (void)state;
    static struct snapshot before;
    struct number_map map;
    int *slot, failed = 0;
    number_map_init(&map, &heap.allocator, 1);
    for (int n = 0; n < 1000; n++) {
        uint64_t key = (uint64_t)n;
        take_snapshot(&map, &before);
        test_allocator_fail_from(&heap, 1);
        enum error error = n % 2 ? number_map_insert(&map, key, n, NULL, NULL)
                                 : number_map_or_insert(&map, key, n, &slot);
        if (error != OK) {
            failed++;
            assert_int_equal(error, ERR_NO_MEMORY);
            assert_unchanged(&map, &before);
            test_allocator_fail_from(&heap, 0);
            assert_int_equal(number_map_insert(&map, key, n, NULL, NULL), OK);
        }
        assert_int_equal(*number_map_get(&map, key), n);

        struct number_map copy;
        take_snapshot(&map, &before);
        test_allocator_fail_from(&heap, 1);
        assert_int_equal(number_map_reserve(&map, 5000), ERR_NO_MEMORY);
        assert_int_equal(number_map_clone(&map, &copy), ERR_NO_MEMORY);
        assert_int_equal(number_map_len(&copy), 0);
        number_map_check(&copy);
        assert_int_equal(number_map_with_capacity(&copy, &heap.allocator, 1, 1), ERR_NO_MEMORY);
        number_map_check(&copy);
        assert_unchanged(&map, &before);
        test_allocator_fail_from(&heap, 0);
    }
    number_map_check(&map);
    assert_int_equal(number_map_len(&map), 1000);
    assert_int_equal(failed, 10); /* 0 3 7 14 28 56 112 224 448 896 */
    while (number_map_len(&map) > 500)
        assert_true(number_map_remove(&map, number_map_len(&map) - 1, NULL, NULL));
    take_snapshot(&map, &before);
    test_allocator_fail_from(&heap, 1);
    assert_int_equal(number_map_shrink_to_fit(&map), ERR_NO_MEMORY);
    assert_unchanged(&map, &before);
    test_allocator_fail_from(&heap, 0);
    assert_int_equal(number_map_shrink_to_fit(&map), OK);
    assert_int_equal(number_map_capacity(&map), 896);
    number_map_check(&map);
    number_map_free(&map);
    test_allocator_fail_from(&heap, 1);
    EXPECT_PANIC("out of memory", number_map_insert_or_panic(&map, 1, 1));
    struct number_set set;
    bool inserted = true;
    number_set_init(&set, &heap.allocator, 1);
    assert_int_equal(number_set_insert(&set, 1, &inserted), ERR_NO_MEMORY);
    assert_false(inserted);
    EXPECT_PANIC("out of memory", number_set_insert_or_panic(&set, 1));
    test_allocator_fail_from(&heap, 0);
    for (uint64_t i = 0; i < 3; i++)
        number_set_insert_or_panic(&set, i);
    test_allocator_fail_from(&heap, 1);
    number_set_insert_or_panic(&set, 2); /* it is there */
    EXPECT_PANIC("128 bytes aligned to 8",
                 number_set_insert_or_panic(&set, 3)); /* 7 entries, 9 words */
    number_set_free(&set);
}

/* What room was given for goes in without asking. */
static void reserved_room_is_enough(void **state)
{
    (void)state;
    for (size_t n = 0; n < 200; n++) {
        struct number_map map;
        assert_int_equal(number_map_with_capacity(&map, &heap.allocator, n, n), OK);
        assert_true(n == 0 ? number_map_capacity(&map) == 0 : number_map_capacity(&map) >= n);
        number_map_insert_or_panic(&map, 1000, 0);
        assert_int_equal(number_map_reserve(&map, n), OK);
        test_allocator_fail_from(&heap, 1);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(number_map_insert(&map, i, 1, NULL, NULL), OK);
        test_allocator_fail_from(&heap, 0);
        number_map_check(&map);
        number_map_free(&map);
    }
}

static void sizes_that_do_not_fit(void **state)
{
    (void)state;
    static const size_t too_many[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 16, PTRDIFF_MAX,
                                       ((size_t)1 << 31) / 8 * 7 + 1 };
    static const struct layout too_large[] = { { PTRDIFF_MAX, 1 },
                                               { SIZE_MAX / 3 + 1, 1 },
                                               { PTRDIFF_MAX / 3, 1 }, /* with its slots */
                                               { (size_t)1 << 62, 8 } };
    struct number_map map;
    number_map_init(&map, &heap.allocator, 1);
    number_map_insert_or_panic(&map, 1, 1);
    size_t requests = heap.requests, failed = heap.allocator.failed;
    for (size_t i = 0; i < ARRAY_LENGTH(too_many); i++) {
        assert_int_equal(number_map_reserve(&map, too_many[i]), ERR_OVERFLOW);
        assert_int_equal(number_map_len(&map), 1);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(too_large); i++) {
        struct hash_table table = { .alloc = &heap.allocator };
        assert_int_equal(hash_table_reserve(&table, 1, too_large[i]), ERR_OVERFLOW);
        assert_null(table.slots);
    }
    assert_int_equal(heap.requests, requests); /* the allocator was not asked ... */
    assert_int_equal(heap.allocator.failed,    /* ... but told */
                     failed + ARRAY_LENGTH(too_many) + ARRAY_LENGTH(too_large));
    assert_int_equal(number_map_reserve(&map, ((size_t)1 << 31) / 8 * 7 - 1), ERR_NO_MEMORY);
    number_map_free(&map);
    number_map_free(&map); /* once more is no harm */
    struct number_map lost;
    number_map_init(&lost, NULL, 1);
    EXPECT_PANIC("without an allocator", (void)(number_map_insert(&lost, 1, 1, NULL, NULL) == OK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(out_of_memory_at_every_index),
        TEST(reserved_room_is_enough),
        TEST(sizes_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
