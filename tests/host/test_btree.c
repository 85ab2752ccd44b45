/*
 * The B-tree: maps of three shapes against a model (btree_model.h), the set, and the corners:
 * elements that own something, orders that lie, keys and values with an alignment of their own.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_btree
 */
#ifndef BUMPVISOR_CHECKED
#define BUMPVISOR_CHECKED
#endif
#include "vec_fixture.h"
#include "capture.h"
#include "random.h"

#define MODEL_KEYS 200

struct model_value {
    uint64_t number;
};

static bool same_value(const struct model_value *a, const struct model_value *b)
{
    return a->number == b->number;
}

#define MODEL_NAME      map3
#define MODEL_KEY       uint16_t
#define MODEL_OF(n)     ((uint16_t)(n))
#define MODEL_NUMBER(k) (*(k))
#define MODEL_CAPACITY  3
#include "btree_model.h"

#define MODEL_NAME      map5
#define MODEL_KEY       int
#define MODEL_OF(n)     ((int)(n)-100)
#define MODEL_NUMBER(k) (*(k) + 100)
#define MODEL_CAPACITY  5
#include "btree_model.h"

struct wide_key {
    _Alignas(64) uint64_t n;
};

#define MODEL_NAME      map15
#define MODEL_KEY       struct wide_key
#define MODEL_OF(n)     ((struct wide_key){ n })
#define MODEL_NUMBER(k) ((k)->n)
#define MODEL_CAPACITY  15
#include "btree_model.h"

/* --- The set --------------------------------------------------------------------------------- */

#define BTREE_NAME         int_set
#define BTREE_KEY          int
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#define BTREE_CAPACITY     5
#include <collections/btree.h>

static void a_set_against_its_model(void **state)
{
    (void)state;
    uint64_t cases = number_from("BUMPVISOR_CASES", 100'000), seed = random_start(0x5e7);
    print_message("# set: %llu cases, seed %llu\n", (unsigned long long)cases,
                  (unsigned long long)seed);
    struct int_set set = BTREE_INIT(&heap.allocator), copy;
    static bool has[MODEL_KEYS];
    static int all[MODEL_KEYS];
    memset(has, 0, sizeof has);
    size_t len = 0;
    for (uint64_t i = 0; i < cases; i++) {
        int n = (int)below(MODEL_KEYS), old = -1;
        bool inserted;
        if (below(5) < (i / 2048 % 2 == 0 ? 3u : 2u)) {
            test_allocator_fail_at(&heap, below(8) == 0);
            enum error error = int_set_insert(&set, n, &inserted);
            test_allocator_fail_at(&heap, 0);
            if (error == OK) {
                assert_int_equal(inserted, !has[n]);
                len += inserted;
                has[n] = true;
            } else {
                assert_false(has[n]);
            }
        } else if (below(8) != 0) {
            assert_int_equal(int_set_remove(&set, n, &old), has[n]);
            assert_int_equal(old, has[n] ? n : -1);
            len -= has[n];
            has[n] = false;
        } else {
            bool first = below(2) == 0;
            assert_int_equal(first ? int_set_pop_first(&set, &old) : int_set_pop_last(&set, &old),
                             len != 0);
            if (len != 0) {
                assert_true(has[old]);
                for (int k = first ? 0 : old + 1; k < (first ? old : MODEL_KEYS); k++)
                    assert_false(has[k]);
                has[old] = false;
                len--;
            }
        }
        assert_int_equal(int_set_len(&set), len);
        assert_int_equal(int_set_contains(&set, n), has[n]);
        if (i % 256 == 0) {
            int_set_check(&set);
            size_t count = 0;
            for (struct int_set_cursor c = int_set_first(&set); c.key != NULL; int_set_next(&c))
                all[count++] = *c.key;
            assert_int_equal(count, len);
            assert_int_equal(int_set_from_sorted(&copy, &heap.allocator, all, len), OK);
            int_set_check(&copy);
            assert_true(int_set_equal(&set, &copy));
            if (int_set_pop_first(&copy, NULL)) {
                assert_false(int_set_equal(&set, &copy));
                int_set_insert_or_panic(&copy, MODEL_KEYS);
                assert_false(int_set_equal(&set, &copy));
                assert_false(int_set_equal(&copy, &set));
            }
            int_set_free(&copy);
        }
    }
    int_set_free(&set);
}

/* --- Corners --------------------------------------------------------------------------------- */

#define BTREE_NAME         text_map
#define BTREE_KEY          int
#define BTREE_VALUE        struct str
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#define BTREE_CAPACITY     3
#include <collections/btree.h>

static size_t released;
static void release_text(int *key, struct str *value)
{
    (void)key;
    str_free(value);
    released++;
}
static void release_int(int *key)
{
    released += (size_t)*key;
}

static enum error clone_text(const int *key, const struct str *value, int *key_copy,
                             struct str *value_copy)
{
    struct str copy;
    enum error error = str_clone(value, &copy);
    if (error == OK) /* else the bytes of the original stay: nobody may release them */
        *value_copy = copy;
    *key_copy = *key;
    return error;
}

static bool same_text(const struct str *a, const struct str *b)
{
    return str_equal(str_view(a), str_view(b));
}

static void values_that_own_something(void **state)
{
    (void)state;
    struct text_map map = BTREE_INIT(&heap.allocator), copy;
    for (int i = 0; i < 20; i++) {
        struct str text;
        assert_int_equal(str_from_literal(&text, &heap.allocator, "a text"), OK);
        text_map_insert_or_panic(&map, i, text);
    }
    for (size_t failed = 0;; failed++) {
        size_t live = heap.live_blocks;
        released = 0;
        test_allocator_fail_at(&heap, failed + 1);
        enum error error = text_map_clone_each(&map, &copy, clone_text, release_text);
        if (error == OK)
            break;
        assert_int_equal(heap.live_blocks, live);
        assert_int_equal(text_map_len(&copy), 0);
    }
    test_allocator_fail_at(&heap, 0);
    assert_true(text_map_equal(&map, &copy, same_text));
    text_map_check(&copy);
    assert_int_equal(str_append(text_map_get_mut(&copy, 7), SV("!")), OK);
    assert_false(text_map_equal(&map, &copy, same_text));
    assert_null(text_map_get_mut(&copy, 20));
    released = 0;
    text_map_free_each(&copy, release_text);
    text_map_free_each(&map, release_text);
    assert_int_equal(released, 40);

    struct int_set set = BTREE_INIT(&heap.allocator);
    for (int i = 1; i <= 20; i++)
        int_set_insert_or_panic(&set, i);
    released = 0;
    int_set_free_each(&set, release_int);
    assert_int_equal(released, 210);
}

static void they_print_themselves(void **state)
{
    (void)state;
    struct int_set set = BTREE_INIT(&heap.allocator);
    struct text_map map = BTREE_INIT(&heap.allocator);
    int_set_debug(&set, start(), "s", debug_int);
    EXPECT_TEXT("s = {}");
    for (int i = 3; i > 0; i--) {
        int_set_insert_or_panic(&set, i);
        struct str value;
        assert_int_equal(str_from_literal(&value, &heap.allocator, "x"), OK);
        text_map_insert_or_panic(&map, i, value);
    }
    int_set_debug(&set, start(), "s", debug_int);
    EXPECT_TEXT("s = {1, 2, 3}");
    text_map_debug(&map, start(), NULL, debug_int, debug_str);
    EXPECT_TEXT("{1: \"x\", 2: \"x\", 3: \"x\"}");
    int_set_free(&set);
    text_map_free_each(&map, release_text);
}

/* An order that answers at random: entries may be lost from sight, memory may not. */
static bool lies(void)
{
    return below(2) == 0;
}
#define BTREE_NAME         lying_map
#define BTREE_KEY          int
#define BTREE_VALUE        int
#define BTREE_BEFORE(a, b) ((void)(a), (void)(b), lies())
#define BTREE_CAPACITY     3
#include <collections/btree.h>

static void an_order_that_lies_harms_no_memory(void **state)
{
    (void)state;
    random_start(0x11e5);
    struct lying_map map = BTREE_INIT(&heap.allocator);
    size_t len = 0;
    for (int i = 0; i < 20'000; i++) {
        bool replaced;
        int n = (int)below(1000);
        if (below(2) == 0) {
            assert_int_equal(lying_map_insert(&map, n, n, NULL, &replaced), OK);
            len += !replaced;
        } else {
            len -= lying_map_remove(&map, n, NULL, NULL);
        }
        assert_int_equal(lying_map_len(&map), len);
        if (i % 64 == 0) {
            size_t count = 0;
            struct lying_map_cursor c = lying_map_first(&map), entry;
            for (; c.key != NULL; lying_map_next(&c))
                count++;
            assert_int_equal(count, len);
            int a = 1, b = 2;
            struct lying_map_range range = lying_map_range(&map, &a, &b);
            for (count = 0; count < len && lying_map_range_prev(&range, &entry);)
                count++;
            c = lying_map_upper_bound(&map, 3);
        }
    }
    lying_map_free(&map);
}

#define BTREE_NAME         page_map
#define BTREE_KEY          uint64_t
#define BTREE_VALUE        struct page_value
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#define BTREE_CAPACITY     3
struct page_value {
    _Alignas(4096) char bytes[4096];
};
#include <collections/btree.h>

static void values_lie_at_their_alignment(void **state)
{
    (void)state;
    struct page_map map = BTREE_INIT(&heap.allocator);
    static struct page_value value;
    for (uint64_t i = 0; i < 40; i++) {
        value.bytes[4095] = (char)i;
        page_map_insert_or_panic(&map, i, value);
    }
    for (struct page_map_cursor c = page_map_first(&map); c.key != NULL; page_map_next(&c)) {
        assert_int_equal((uintptr_t)c.value % 4096, 0);
        assert_int_equal(c.value->bytes[4095], *c.key);
    }
    page_map_free(&map);
}

/* Functions of their own, so that nothing of the tree is inlined around setjmp. */
[[gnu::noinline]] static void fill_set(struct int_set *set, int from, int to)
{
    for (int i = from; i < to; i++)
        int_set_insert_or_panic(set, i);
}

[[gnu::noinline]] static void put_text(struct text_map *map)
{
    text_map_insert_or_panic(map, 1, (struct str){ 0 });
}

[[gnu::noinline]] static void take(struct int_set *set, int n)
{
    assert_true(int_set_remove(set, n, NULL));
}

static void stale_cursors_and_missing_allocators_panic(void **state)
{
    (void)state;
    static struct int_set set, orphan; /* static: used across setjmp */
    static struct text_map map;
    static struct int_set_cursor c;
    static struct int_set_range range;
    set = (struct int_set)BTREE_INIT(&heap.allocator);
    map = (struct text_map)BTREE_INIT(&heap.allocator);
    fill_set(&set, 1, 3);
    c = int_set_first(&set);
    range = int_set_range(&set, NULL, NULL);
    take(&set, 2);
    EXPECT_PANIC("older than the last change of its tree, which has 1", (int_set_next(&c), 0));
    EXPECT_PANIC("older than", (int_set_prev(&c), 0));
    EXPECT_PANIC("older than", int_set_range_next(&range, &c));
    c = int_set_first(&set);
    range = int_set_range(&set, NULL, NULL);
    fill_set(&set, 2, 4);
    EXPECT_PANIC("older than", (int_set_next(&c), 0));
    EXPECT_PANIC("older than", int_set_range_next(&range, &c));
    EXPECT_PANIC("older than", int_set_range_prev(&range, &c));
    EXPECT_PANIC("without an allocator", (fill_set(&orphan, 1, 2), 0));
    test_allocator_fail_from(&heap, 1);
    EXPECT_PANIC("out of memory", (fill_set(&set, 4, 100), 0));
    EXPECT_PANIC("out of memory", (put_text(&map), 0));
    test_allocator_fail_from(&heap, 0);
    int_set_check(&set);
    int_set_free(&set);
}

static void broken_trees_are_found(void **state)
{
    (void)state;
    static struct int_set set;
    static int *key;
    set = (struct int_set)BTREE_INIT(&heap.allocator);
    fill_set(&set, 0, 100);
    set.len++;
    EXPECT_PANIC("tree->len", (int_set_check(&set), 0));
    set.len--;
    key = (int *)int_set_find(&set, 50).key;
    *key = 1000;
    EXPECT_PANIC("not in order", (int_set_check(&set), 0));
    *key = 50;
    int_set_check(&set);
    int_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(map3_against_its_model),
        TEST(map3_fails_at_every_request),
        TEST(map3_built_from_sorted),
        TEST(map5_against_its_model),
        TEST(map5_fails_at_every_request),
        TEST(map5_built_from_sorted),
        TEST(map15_against_its_model),
        TEST(map15_fails_at_every_request),
        TEST(map15_built_from_sorted),
        TEST(a_set_against_its_model),
        TEST(values_that_own_something),
        TEST(they_print_themselves),
        TEST(an_order_that_lies_harms_no_memory),
        TEST(values_lie_at_their_alignment),
        TEST(stale_cursors_and_missing_allocators_panic),
        TEST(broken_trees_are_found),
    };
    return cmocka_run_group_tests_name("btree", tests, NULL, NULL);
}
