/*
 * The hash map and the set against a plain array, with random operations while one request in eight
 * fails, and with hashes from good to hopeless.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_hash_map_model
 */
#include "hash_fixture.h"

#define MOST_KEYS 300

static uint64_t model_keys[MOST_KEYS];
static int model_values[MOST_KEYS];
static size_t model_len, keys; /* keys are 0 .. keys - 1 */

static size_t model_find(uint64_t key)
{
    size_t i = 0;
    while (i < model_len && model_keys[i] != key)
        i++;
    return i;
}

static void model_add(uint64_t key, int value)
{
    model_keys[model_len] = key;
    model_values[model_len] = value;
    model_len++;
}

/* The last entry takes the place of the one that goes. */
static void model_remove(size_t i)
{
    model_len--;
    model_keys[i] = model_keys[model_len];
    model_values[i] = model_values[model_len];
}

static void assert_same(const struct number_map *map)
{
    number_map_check(map);
    assert_int_equal(number_map_len(map), model_len);
    size_t i = 0;
    struct number_map_cursor c = number_map_first(map);
    for (; c.key != NULL; number_map_next(&c), i++) {
        assert_int_equal(*c.key, model_keys[i]);
        assert_int_equal(*c.value, model_values[i]);
    }
    assert_int_equal(i, model_len);
    number_map_next(&c); /* from the end to the first */
    assert_true(model_len == 0 ? c.key == NULL : *c.key == model_keys[0]);
}

static void try_a_copy(const struct number_map *map)
{
    struct number_map copy;
    if (number_map_clone(map, &copy) == OK) {
        assert_same(&copy);
        assert_true(number_map_equal(map, &copy, same_int));
        assert_true(number_map_capacity(&copy) <= number_map_capacity(map));
        if (model_len > 0) {
            uint64_t key = model_keys[below(model_len)];
            int *value = number_map_get_mut(&copy, key);
            *value += 1; /* not the original's */
            assert_false(number_map_equal(map, &copy, same_int));
            *value -= 1;
            assert_true(number_map_remove(&copy, key, NULL, NULL));
            assert_false(number_map_equal(map, &copy, same_int));
            assert_false(number_map_equal(&copy, map, same_int));
            assert_int_equal(number_map_insert(&copy, keys, 0, NULL, NULL), OK); /* another key */
            assert_false(number_map_equal(map, &copy, same_int));
        }
    } else {
        assert_int_equal(number_map_len(&copy), 0);
        number_map_check(&copy);
    }
    number_map_free(&copy);
}

static void step(struct number_map *map)
{
    uint64_t key = below(keys), old_key = keys;
    size_t at = model_find(key);
    bool is_there = at < model_len, replaced = !is_there;
    int value = (int)below(1000), old = -1, *slot = NULL;
    size_t capacity = number_map_capacity(map), len = model_len;
    bool fails = below(8) == 0;
    if (fails)
        test_allocator_fail_at(&heap, 1);
    switch (below(12)) {
    case 0:
    case 1:
    case 2:
        if (number_map_insert(map, key, value, &old, &replaced) == OK) {
            assert_int_equal(replaced, is_there);
            assert_int_equal(old, is_there ? model_values[at] : -1);
            if (is_there)
                model_values[at] = value;
            else
                model_add(key, value);
        } else {
            assert_true(fails && !is_there && !replaced && len == capacity);
        }
        break;
    case 3:
    case 4:
        if (number_map_or_insert(map, key, value, &slot) == OK) {
            if (!is_there)
                model_add(key, value);
            assert_int_equal(*slot, model_values[at]);
            *slot = model_values[at] = value + 1;
        } else {
            assert_true(fails && !is_there && slot == NULL && len == capacity);
        }
        break;
    case 5:
    case 6:
    case 7:
        assert_int_equal(number_map_remove(map, key, &old_key, &old), is_there);
        assert_int_equal(old_key, is_there ? key : keys);
        assert_int_equal(old, is_there ? model_values[at] : -1);
        if (is_there)
            model_remove(at);
        assert_int_equal(number_map_capacity(map), capacity);
        break;
    case 8:
        assert_int_equal(number_map_replace(map, key, value, &old), is_there);
        assert_int_equal(old, is_there ? model_values[at] : -1);
        if (is_there)
            model_values[at] = value;
        break;
    case 9: {
        const int *got = number_map_get(map, key);
        struct number_map_cursor c = number_map_find(map, key);
        assert_int_equal(got != NULL, is_there);
        assert_int_equal(number_map_contains(map, key), is_there);
        assert_int_equal(c.key != NULL, is_there);
        if (is_there) {
            assert_int_equal(*got, model_values[at]);
            assert_ptr_equal(got, c.value);
            assert_int_equal(*c.key, key);
        }
        break;
    }
    case 10:
        switch (below(32)) {
        case 0:
            number_map_clear(map);
            model_len = 0;
            assert_int_equal(number_map_capacity(map), capacity);
            break;
        case 1:
            number_map_free(map);
            model_len = 0;
            assert_int_equal(number_map_capacity(map), 0);
            break;
        default:
            try_a_copy(map);
        }
        break;
    default:
        if (below(2) == 0) {
            size_t more = below(30);
            if (number_map_reserve(map, more) == OK)
                assert_true(number_map_capacity(map) >= model_len + more);
            else
                assert_int_equal(number_map_capacity(map), capacity);
        } else if (number_map_shrink_to_fit(map) == OK) {
            assert_true(number_map_capacity(map) <= (model_len < 3 ? 3 : 7 * model_len / 3));
        } else {
            assert_int_equal(number_map_capacity(map), capacity);
        }
    }
    test_allocator_fail_at(&heap, 0);
    assert_same(map);
}

static void random_operations(void **state)
{
    (void)state;
    uint64_t seed = random_start(5), cases = number_from("BUMPVISOR_CASES", 20000);
    printf("# seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
    for (enum hash_kind kind = HASH_GOOD; kind < HASH_LIES; kind++) {
        struct number_map map;
        hash_kind = kind;
        number_map_init(&map, &heap.allocator, random64());
        model_len = 0;
        for (uint64_t i = 0; i < (kind == HASH_GOOD ? cases : cases / 5); i++) {
            if (i % 1000 == 0) /* sometimes few, so that all are there; the bad hashes have few */
                keys = kind == HASH_GOOD && below(2) == 0 ? MOST_KEYS : 1 + below(30);
            if (i % 1000 == 0) {
                number_map_clear(&map);
                model_len = 0;
            }
            step(&map);
        }
        number_map_free(&map);
    }
    hash_kind = HASH_GOOD;
}

/* A hash that is another one each time, an equality that is chance: what is found is chance too,
   but the slots hold, every entry is in one of them, and nothing is lost or leaks. */
static void who_lies_harms_himself(void **state)
{
    (void)state;
    random_start(6);
    for (int round = 0; round < 4; round++) {
        hash_kind = round % 2 == 0 ? HASH_LIES : HASH_GOOD;
        equal_lies = round >= 1;
        struct number_map map;
        number_map_init(&map, &heap.allocator, 1);
        for (int i = 0; i < 5000; i++) {
            size_t len = number_map_len(&map);
            bool replaced;
            if (len < 200 && below(2) == 0) {
                assert_int_equal(number_map_insert(&map, below(100), i, NULL, &replaced), OK);
                assert_int_equal(number_map_len(&map), len + !replaced);
            } else {
                bool removed = number_map_remove(&map, below(100), NULL, NULL);
                assert_int_equal(number_map_len(&map), len - removed);
            }
            if (i % 100 == 0)
                assert_int_equal(number_map_shrink_to_fit(&map), OK);
            hash_table_check(&map.table);
        }
        number_map_free(&map);
    }
    hash_kind = HASH_GOOD;
    equal_lies = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_operations),
        TEST(who_lies_harms_himself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
