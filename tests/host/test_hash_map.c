/*
 * The hash map's corners one by one: the empty one and the old one, the set, texts as keys,
 * printing, alignments, keys that all collide, damage. Beside: test_hash_map_model.c (random
 * operations), test_hash_map_oom.c (no memory), test_hash_map_checked.c, test_hash.c (the
 * functions).
 */
#include "hash_fixture.h"

#define HASH_MAP_NAME            name_map
#define HASH_MAP_KEY             struct str_view
#define HASH_MAP_VALUE           uint64_t
#define HASH_MAP_HASH(seed, key) hash_str_view((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     str_equal(*(a), *(b))
#include <collections/hash_map.h>

struct line {
    _Alignas(64) uint64_t number;
};
struct page {
    _Alignas(4096) char bytes[4096];
};
#define HASH_MAP_NAME            line_map
#define HASH_MAP_KEY             struct line
#define HASH_MAP_VALUE           struct page
#define HASH_MAP_HASH(seed, key) hash_u64((seed), (key)->number)
#define HASH_MAP_EQUAL(a, b)     ((a)->number == (b)->number)
#include <collections/hash_map.h>

#define HASH_MAP_NAME            page_map
#define HASH_MAP_KEY             struct page
#define HASH_MAP_VALUE           char
#define HASH_MAP_HASH(seed, key) hash_bytes((seed), (key), sizeof *(key))
#define HASH_MAP_EQUAL(a, b)     (memcmp((a), (b), sizeof *(a)) == 0)
#include <collections/hash_map.h>

#define HASH_MAP_NAME            byte_map
#define HASH_MAP_KEY             unsigned char
#define HASH_MAP_VALUE           unsigned char
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

static void an_empty_map(void **state)
{
    (void)state;
    struct number_map map, copy;
    number_map_init(&map, &heap.allocator, 1);
    number_map_check(&map);
    assert_null(number_map_get(&map, 0));
    assert_null(number_map_get_mut(&map, 0));
    assert_false(number_map_contains(&map, 0));
    assert_false(number_map_remove(&map, 0, NULL, NULL));
    assert_false(number_map_replace(&map, 0, 0, NULL));
    assert_null(number_map_first(&map).key);
    assert_null(number_map_find(&map, 0).key);
    assert_int_equal(number_map_reserve(&map, 0), OK);
    assert_int_equal(number_map_shrink_to_fit(&map), OK);
    number_map_clear(&map);
    assert_int_equal(number_map_clone(&map, &copy), OK);
    assert_true(number_map_equal(&map, &copy, same_int));
    assert_int_equal(hash_table_longest_probe(&map.table), 0);
    assert_int_equal(heap.requests, 0);
    EXPECT_PANIC("map != out", (void)(number_map_clone(&map, &map) == OK));

    number_map_insert_or_panic(&map, 0, 5);
    assert_false(number_map_equal(&map, &copy, same_int));
    assert_int_equal(hash_table_longest_probe(&map.table), 1);
    assert_true(number_map_remove(&map, 0, NULL, NULL));
    assert_int_equal(number_map_capacity(&map), 3);
    assert_int_equal(hash_table_longest_probe(&map.table), 0);
    assert_int_equal(number_map_shrink_to_fit(&map), OK); /* all is given back */
    assert_int_equal(heap.live_blocks, 0);
    number_map_insert_or_panic(&map, 0, 5);
    assert_int_equal(*number_map_get(&map, 0), 5);
    number_map_free(&map);
}

/* 100,000 times one out and one in: a map that had tombstones would be full of them. */
static void an_old_map_is_as_good_as_new(void **state)
{
    (void)state;
    enum { N = 800 };
    struct number_set set;
    number_set_init(&set, &heap.allocator, 9);
    for (uint64_t i = 0; i < N; i++)
        number_set_insert_or_panic(&set, i);
    size_t requests = heap.requests, capacity = number_set_capacity(&set), longest = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t old;
        assert_true(number_set_remove(&set, i, &old));
        assert_int_equal(old, i);
        number_set_insert_or_panic(&set, i + N);
        if (i % 100 == 0) {
            size_t probe = hash_table_longest_probe(&set.table);
            longest = probe > longest ? probe : longest;
        }
    }
    number_set_check(&set);
    assert_int_equal(heap.requests, requests);
    assert_int_equal(number_set_capacity(&set), capacity);
    assert_true(longest <= 32);
    while (number_set_len(&set) > 0)
        assert_true(number_set_remove(&set, *number_set_first(&set).key, NULL));
    for (size_t i = 0; i < 1024; i++)
        assert_int_equal(set.table.slots[i], 0); /* nothing is left behind */
    number_set_free(&set);
}

static uint64_t released;
static void release_key(uint64_t *key)
{
    released += *key;
}

static void sets(void **state)
{
    (void)state;
    struct format_sink sink = { show };
    struct number_set a, b, c;
    bool inserted = false;
    number_set_init(&a, &heap.allocator, 1);
    number_set_init(&b, &heap.allocator, 2); /* another seed, another order */
    for (uint64_t i = 0; i < 100; i++) {
        assert_int_equal(number_set_insert(&a, i, &inserted), OK);
        assert_true(inserted);
        number_set_insert_or_panic(&b, 99 - i);
    }
    assert_int_equal(number_set_insert(&a, 7, &inserted), OK);
    assert_false(inserted);
    assert_int_equal(number_set_insert(&a, 7, NULL), OK);
    assert_true(number_set_equal(&a, &b));
    assert_true(number_set_contains(&a, 99));
    assert_false(number_set_contains(&a, 100));
    assert_int_equal(number_set_clone(&a, &c), OK);
    assert_true(number_set_remove(&c, 50, NULL));
    assert_false(number_set_remove(&c, 50, NULL));
    assert_false(number_set_equal(&a, &c));
    assert_false(number_set_equal(&c, &a)); /* all of c is in a */
    number_set_insert_or_panic(&c, 1000);
    assert_false(number_set_equal(&a, &c));
    assert_int_equal(sizeof(struct number_set_entry), sizeof(uint64_t)); /* no room for no value */

    number_set_clear(&c);
    number_set_insert_or_panic(&c, 3);
    number_set_insert_or_panic(&c, 1);
    shown[0] = '\0';
    number_set_debug(&c, &sink, "c", debug_u64);
    assert_string_equal(shown, "c = {3, 1}");
    released = 0;
    number_set_free_each(&a, release_key);
    assert_int_equal(released, 99 * 100 / 2);
    number_set_free(&b);
    number_set_free(&c);
}

static void release_name(struct str_view *key, uint64_t *value)
{
    assert_int_equal(key->len, *value);
    released++;
}

static void texts(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",          "cpu",    "cpu@0",    "memory@80200000",
        "a\xc3\xa4", "chosen", "rng-seed", "interrupt-controller"
    };
    static char copies[ARRAY_LENGTH(names)][32];
    struct format_sink sink = { show };
    struct name_map map;
    name_map_init(&map, &heap.allocator, 3);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        struct str_view name = str_view_from_cstr(names[i]);
        memcpy(&copies[i][i], name.data, name.len); /* another place, another alignment */
        name_map_insert_or_panic(&map, name, name.len);
    }
    name_map_check(&map);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        struct str_view name = { &copies[i][i], strlen(names[i]) };
        assert_int_equal(*name_map_get(&map, name), name.len);
    }
    assert_null(name_map_get(&map, SV("cpu@1")));
    assert_null(name_map_get(&map, SV("cpu\0")));
    released = 0;
    name_map_free_each(&map, release_name);
    assert_int_equal(released, ARRAY_LENGTH(names));

    name_map_insert_or_panic(&map, SV("a"), 1);
    name_map_insert_or_panic(&map, SV("b"), 2);
    name_map_insert_or_panic(&map, SV("c"), 3);
    assert_true(name_map_remove(&map, SV("a"), NULL, NULL)); /* the last one takes its place */
    shown[0] = '\0';
    name_map_debug(&map, &sink, "map", debug_str_view, debug_u64);
    assert_string_equal(shown, "map = {\"c\": 3, \"b\": 2}");
    name_map_free(&map);
}

static void alignments(void **state)
{
    (void)state;
    static struct page page; /* static: not on the stack */
    struct line_map lines;
    struct page_map pages;
    struct byte_map bytes;
    line_map_init(&lines, &heap.allocator, 1);
    page_map_init(&pages, &heap.allocator, 1);
    byte_map_init(&bytes, &heap.allocator, 1);
    for (unsigned i = 0; i < 20; i++) {
        memset(page.bytes, (int)i, sizeof page.bytes);
        line_map_insert_or_panic(&lines, (struct line){ i }, page);
        page_map_insert_or_panic(&pages, page, (char)i);
        byte_map_insert_or_panic(&bytes, (unsigned char)i, (unsigned char)(2 * i));
    }
    assert_true(line_map_remove(&lines, (struct line){ 3 }, NULL, &page));
    assert_int_equal(page.bytes[4095], 3);
    assert_true(page_map_remove(&pages, page, NULL, NULL));
    assert_int_equal(line_map_len(&lines), 19);
    for (struct line_map_cursor c = line_map_first(&lines); c.key != NULL; line_map_next(&c)) {
        assert_int_equal((uintptr_t)c.key % 64, 0);
        assert_int_equal((uintptr_t)c.value % 4096, 0);
        assert_int_equal(c.value->bytes[17], c.key->number);
    }
    for (struct page_map_cursor c = page_map_first(&pages); c.key != NULL; page_map_next(&c)) {
        assert_int_equal((uintptr_t)c.key % 4096, 0);
        assert_int_equal(c.key->bytes[4095], *c.value);
    }
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(*byte_map_get(&bytes, (unsigned char)i), 2 * i);
    line_map_check(&lines);
    page_map_check(&pages);
    byte_map_check(&bytes);
    line_map_free(&lines);
    page_map_free(&pages);
    byte_map_free(&bytes);
}

/* Keys that all fall on one slot, the last: the way goes round the end. All is slow, nothing wrong.
 */
static void all_in_one_slot(void **state)
{
    (void)state;
    enum { N = 600 };
    struct number_map map;
    number_map_init(&map, &heap.allocator, 1);
    for (hash_kind = HASH_CONSTANT; hash_kind <= HASH_LAST; hash_kind++) {
        for (uint64_t i = 0; i < N; i++)
            number_map_insert_or_panic(&map, i, (int)i);
        number_map_check(&map);
        assert_int_equal(hash_table_longest_probe(&map.table), N);
        for (uint64_t i = 0; i < N; i += 2)
            assert_true(number_map_remove(&map, i, NULL, NULL));
        number_map_check(&map);
        assert_int_equal(hash_table_longest_probe(&map.table), N / 2);
        for (uint64_t i = 0; i < N; i++)
            assert_int_equal(number_map_contains(&map, i), i % 2);
        number_map_clear(&map);
    }
    hash_kind = HASH_GOOD;
    number_map_free(&map);
}

static void damage_is_found(void **state)
{
    (void)state;
    struct number_map map;
    number_map_init(&map, &heap.allocator, 1);
    hash_kind = HASH_CONSTANT; /* slots 0 1 2 in use, 3 ... 7 not */
    assert_int_equal(number_map_reserve(&map, 7), OK);
    for (uint64_t i = 0; i < 3; i++)
        number_map_insert_or_panic(&map, i, 0);
    struct number_map good = map;
    uint64_t slots[9], *slot = map.table.slots;
    memcpy(slots, slot, sizeof slots);

    map.table.capacity = 0;
    EXPECT_PANIC("capacity == 0", number_map_check(&map));
    map.table.capacity = 8;
    EXPECT_PANIC("table->capacity == capacity_of", number_map_check(&map));
    map = good;
    map.table.len = 8;
    EXPECT_PANIC("table->len <= table->capacity", number_map_check(&map));
    map.table.len = 4;
    EXPECT_PANIC("used == table->len", number_map_check(&map));
    map.table.len = 2;
    EXPECT_PANIC("hash_index(slot) < table->len", number_map_check(&map));
    map = good;
    slot[8] = 0;
    EXPECT_PANIC("HASH_WRAP", number_map_check(&map));
    slot[8] = HASH_WRAP;
    slot[4] = slot[2]; /* not at home, and nobody in front of it */
    EXPECT_PANIC("<= hash_word(before)", number_map_check(&map));
    slot[4] = 2; /* an index without a word */
    EXPECT_PANIC("hash_word(slot) >= hash_step(table)", number_map_check(&map));
    memcpy(slot, slots, sizeof slots);
    slot[0] = (slot[0] >> 32) << 32 | 1; /* two slots for one entry */
    EXPECT_PANIC("the key of entry 0 leads elsewhere", number_map_check(&map));
    memcpy(slot, slots, sizeof slots);
    ((struct number_map_entry *)map.table.entries)[2].key = 1; /* a key was changed */
    EXPECT_PANIC("leads elsewhere", number_map_check(&map));
    hash_kind = HASH_GOOD;
    number_map_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_map),
        TEST(an_old_map_is_as_good_as_new),
        TEST(sets),
        TEST(texts),
        TEST(alignments),
        TEST(all_in_one_slot),
        TEST(damage_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
