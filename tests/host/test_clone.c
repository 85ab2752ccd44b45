/*
 * Deep clones and equality: elements that own something, with each request failing once. (The
 * tree's are in its own test.)
 */
#include "vec_fixture.h"

#include <collections/deque.h>
#include <collections/dlist.h>

typedef VEC(struct str) str_vec;
typedef DEQUE(struct str) str_deque;
typedef DLIST(struct str) str_dlist;

/* Unlike str_clone, it leaves the bytes of the original where it fails: nobody may release them. */
static enum error clone(const struct str *from, struct str *to)
{
    struct str copy;
    enum error error = str_clone(from, &copy);
    if (error == OK)
        *to = copy;
    return error;
}

static bool same(const struct str *a, const struct str *b)
{
    return str_equal(str_view(a), str_view(b));
}

static struct str text(int n)
{
    struct str s = STR_INIT(&heap.allocator);
    assert_int_equal(str_format(&s, "text %d", n), OK);
    return s;
}

/* The same test for each kind; push adds to the end, pop takes the last. */
#define CLONE_TEST(kind, push, pop, last)                                                          \
    static void kind##_clones_and_equals(void **state)                                             \
    {                                                                                              \
        (void)state;                                                                               \
        str_##kind c, copy, empty;                                                                 \
        struct str out;                                                                            \
        kind##_init(&c, &heap.allocator);                                                          \
        kind##_init(&empty, &heap.allocator);                                                      \
        assert_true(kind##_equal(&c, &empty, same));                                               \
        assert_int_equal(kind##_clone_each(&c, &copy, clone, str_free), OK);                       \
        kind##_free(&copy);                                                                        \
        for (int n = 0; n < 7; n++)                                                                \
            push(&c, text(n));                                                                     \
        size_t failures = 0, live = heap.live_blocks;                                              \
        for (;; failures++) {                                                                      \
            test_allocator_fail_at(&heap, failures + 1);                                           \
            if (kind##_clone_each(&c, &copy, clone, str_free) == OK)                               \
                break;                                                                             \
            assert_int_equal(heap.live_blocks, live);                                              \
            assert_true(kind##_is_empty(&copy));                                                   \
        }                                                                                          \
        test_allocator_fail_at(&heap, 0);                                                          \
        assert_true(failures >= 7); /* each string, and the collection */                          \
        assert_true(kind##_equal(&c, &copy, same));                                                \
        assert_int_equal(str_append(last(&copy), SV("!")), OK);                                    \
        assert_false(kind##_equal(&c, &copy, same));                                               \
        assert_false(kind##_equal(&c, &empty, same));                                              \
        assert_true(pop(&copy, &out));                                                             \
        str_free(&out);                                                                            \
        assert_false(kind##_equal(&c, &copy, same)); /* a beginning of it */                       \
        assert_false(kind##_equal(&copy, &c, same));                                               \
        kind##_free_each(&copy, str_free);                                                         \
        kind##_free_each(&c, str_free);                                                            \
    }

CLONE_TEST(vec, vec_push_or_panic, vec_pop, vec_last)
CLONE_TEST(deque, deque_push_back_or_panic, deque_pop_back, deque_back)
CLONE_TEST(dlist, dlist_push_back_or_panic, dlist_pop_back, dlist_back)

#define HASH_MAP_NAME            text_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           struct str
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

static enum error clone_entry(const uint64_t *key, const struct str *value, uint64_t *key_copy,
                              struct str *value_copy)
{
    *key_copy = *key;
    return clone(value, value_copy);
}

static void release_entry(uint64_t *key, struct str *value)
{
    (void)key;
    str_free(value);
}

static void hash_map_clones_and_equals(void **state)
{
    (void)state;
    struct text_map map, copy;
    text_map_init(&map, &heap.allocator, 7);
    for (int n = 0; n < 7; n++)
        text_map_insert_or_panic(&map, (uint64_t)n, text(n));
    size_t failures = 0, live = heap.live_blocks;
    for (;; failures++) {
        test_allocator_fail_at(&heap, failures + 1);
        if (text_map_clone_each(&map, &copy, clone_entry, release_entry) == OK)
            break;
        assert_int_equal(heap.live_blocks, live);
        assert_int_equal(text_map_len(&copy), 0);
    }
    test_allocator_fail_at(&heap, 0);
    assert_int_equal(failures, 8); /* the block, and each string */
    text_map_check(&copy);
    assert_true(text_map_equal(&map, &copy, same));
    assert_int_equal(str_append(text_map_get_mut(&copy, 3), SV("!")), OK);
    assert_false(text_map_equal(&map, &copy, same));
    text_map_free_each(&copy, release_entry);
    text_map_free_each(&map, release_entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(vec_clones_and_equals),
        TEST(deque_clones_and_equals),
        TEST(dlist_clones_and_equals),
        TEST(hash_map_clones_and_equals),
    };
    return cmocka_run_group_tests_name("clone", tests, NULL, NULL);
}
