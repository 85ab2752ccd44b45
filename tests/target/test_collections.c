/*
 * The collections on every heap of the target: the host's tests go deeper; these show
 * that the same code works where it is meant to run.
 */
// smp: 1
// boot: heap=bump heap=linked_list heap=bucket heap=bitmap heap=tlsf heap=hart_caches
// boot: heap=tlsf,checked=no
#include "tap.h"

#include <collections/box.h>
#include <collections/deque.h>
#include <collections/dlist.h>
#include <collections/rc.h>
#include <collections/str.h>
#include <collections/vec.h>
#include <heap/heap.h>

#define HASH_MAP_NAME            number_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           uint64_t
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

#define HASH_MAP_NAME            name_set
#define HASH_MAP_KEY             struct str_view
#define HASH_MAP_HASH(seed, key) hash_str_view((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     str_equal(*(a), *(b))
#include <collections/hash_map.h>

typedef VEC(uint64_t) number_vec;

static void large_vec(void)
{
    enum { N = 1000 };
    number_vec v = VEC_INIT(heap_default());
    for (uint64_t n = 0; n < N; n++)
        CHECK(vec_push(&v, n) == OK);
    uint64_t sum = 0;
    vec_for_each (&v, n)
        sum += *n;
    CHECK_EQUAL(sum, N * (N - 1) / 2);
    vec_check(&v);
    vec_free(&v);
}

static int compare(const uint64_t *left, const uint64_t *right)
{
    return (*left > *right) - (*left < *right);
}

static void sorted_and_found(void)
{
    number_vec v = VEC_INIT(heap_default());
    uint64_t x = 88172645463325252;
    for (int i = 0; i < 500; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        CHECK(vec_push(&v, x) == OK);
    }
    vec_sort(&v, compare);
    for (size_t i = 1; i < vec_len(&v); i++)
        CHECK(*vec_at(&v, i - 1) <= *vec_at(&v, i));
    CHECK(vec_binary_search(&v, &x, compare).found);
    vec_free(&v);
}

static void out_of_memory_leaves_the_vector_as_it_was(void)
{
    number_vec v = VEC_INIT(heap_default());
    CHECK(vec_push(&v, 7) == OK);
    CHECK(vec_reserve(&v, SIZE_MAX / 8) == ERR_OVERFLOW);
    CHECK(vec_reserve(&v, (size_t)1 << 40) == ERR_NO_MEMORY);
    CHECK_EQUAL(vec_len(&v), 1);
    CHECK_EQUAL(*vec_at(&v, 0), 7);
    vec_free(&v);
}

static void a_queue_goes_round(void)
{
    DEQUE(uint64_t) queue = DEQUE_INIT(heap_default());
    uint64_t next = 0, out;
    for (uint64_t n = 0; n < 3000; n++) {
        CHECK(deque_push_back(&queue, n) == OK);
        if (n % 3 == 0)
            continue;
        CHECK(deque_pop_front(&queue, &out) && out == next);
        next++;
    }
    deque_check(&queue);
    CHECK_EQUAL(deque_len(&queue), 1000);
    CHECK_EQUAL(*deque_back(&queue), 2999);
    uint64_t *all = deque_make_contiguous(&queue);
    for (size_t i = 0; i < 1000; i++)
        CHECK_EQUAL(all[i], next + i);
    deque_free(&queue);
}

static void elements_of_a_list_stay(void)
{
    DLIST(uint64_t) list = DLIST_INIT(heap_default());
    uint64_t *places[100], out;
    for (uint64_t n = 0; n < 100; n++) {
        CHECK(dlist_push_back(&list, n) == OK);
        places[n] = dlist_back(&list);
    }
    for (uint64_t n = 0; n < 100; n += 2)
        dlist_remove(&list, places[n], NULL);
    dlist_check(&list);
    CHECK_EQUAL(dlist_len(&list), 50);
    for (uint64_t n = 1; n < 100; n += 2) {
        CHECK_EQUAL(*places[n], n);
        CHECK(dlist_pop_front(&list, &out) && out == n);
    }
    dlist_free(&list);
}

static void a_box_moves_and_its_value_stays(void)
{
    typedef BOX(uint64_t) number_box;
    number_box box;
    CHECK(box_new(&box, heap_default(), 41) == OK);
    uint64_t *place = box_at(&box), out;
    number_box moved = box;
    CHECK(box_at(&moved) == place);
    CHECK(box_take(&moved, &out) && out == 41);
}

static uint64_t random64(void)
{
    static uint64_t x = 88172645463325252;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

#define BINARY_HEAP_NAME         number_heap
#define BINARY_HEAP_VEC          number_vec
#define BINARY_HEAP_BEFORE(a, b) (*(a) < *(b))
#include <collections/binary_heap.h>

static void the_least_leaves_first(void)
{
    struct number_heap queue = BINARY_HEAP_INIT(heap_default());
    for (int i = 0; i < 2000; i++)
        CHECK(number_heap_push(&queue, random64()) == OK);
    number_heap_check(&queue);
    uint64_t last = 0, next;
    for (size_t left = 2000; left > 0; left--) {
        CHECK(number_heap_pop(&queue, &next) && next >= last);
        last = next;
    }
    CHECK(!number_heap_pop(&queue, &next));
    number_heap_free(&queue);
}

#define BTREE_NAME         ordered_map
#define BTREE_KEY          uint64_t
#define BTREE_VALUE        uint64_t
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

static void a_map_keeps_order(void)
{
    enum { N = 5000 };
    struct ordered_map map = BTREE_INIT(heap_default()), copy;
    for (uint64_t n = 0; n < N; n++) {
        uint64_t key = n * 2654435761 % 65536;
        CHECK(ordered_map_insert(&map, key, n, NULL, NULL) == OK);
    }
    ordered_map_check(&map);
    size_t len = ordered_map_len(&map);
    CHECK_EQUAL(len, N);
    CHECK(ordered_map_clone(&map, &copy) == OK);
    for (uint64_t n = 0; n < N; n += 2)
        CHECK(ordered_map_remove(&map, n * 2654435761 % 65536, NULL, NULL));
    ordered_map_check(&map);
    uint64_t last = 0;
    for (struct ordered_map_cursor c = ordered_map_first(&map); c.key != NULL;
         ordered_map_next(&c)) {
        CHECK(*c.key >= last && *c.value % 2 == 1);
        last = *c.key;
        len--;
    }
    CHECK_EQUAL(len, N / 2);
    CHECK_EQUAL(*ordered_map_get(&copy, 2654435761 % 65536), 1);
    ordered_map_free(&copy);
    ordered_map_free(&map);
}

static void keys_are_found_by_their_hash(void)
{
    enum { N = 2000 };
    struct number_map map;
    number_map_init(&map, heap_default(), 1);
    for (uint64_t n = 0; n < N; n++)
        CHECK(number_map_insert(&map, n << 32, n, NULL, NULL) == OK);
    for (uint64_t n = 0; n < N; n += 2)
        CHECK(number_map_remove(&map, n << 32, NULL, NULL));
    number_map_check(&map);
    for (uint64_t n = 0; n < N; n++) {
        const uint64_t *value = number_map_get(&map, n << 32);
        CHECK(n % 2 == 0 ? value == NULL : value != NULL && *value == n);
    }
    CHECK(number_map_reserve(&map, SIZE_MAX / 8) == ERR_OVERFLOW);
    CHECK(number_map_reserve(&map, (size_t)1 << 30) == ERR_NO_MEMORY);
    CHECK(number_map_shrink_to_fit(&map) == OK);
    uint64_t sum = 0;
    for (struct number_map_cursor c = number_map_first(&map); c.key != NULL; number_map_next(&c))
        sum += *c.value;
    CHECK_EQUAL(sum, N * N / 4);
    number_map_free(&map);
}

/* The hashes of the host, of texts at each alignment: a misaligned load would trap, or be wrong. */
static void texts_are_found_where_they_lie(void)
{
    static const char text[] = "interrupt-controller";
    static char copies[8][40];
    struct name_set set;
    name_set_init(&set, heap_default(), 7);
    CHECK(name_set_insert(&set, SV("interrupt-controller"), NULL) == OK);
    for (size_t i = 0; i < 8; i++) {
        __builtin_memcpy(&copies[i][i], text, sizeof text);
        struct str_view copy = { &copies[i][i], sizeof text - 1 };
        CHECK(name_set_contains(&set, copy));
        CHECK_EQUAL(hash_str_view(hash_seed(7), copy), UINT64_C(0x7827905677847f06));
    }
    CHECK(!name_set_contains(&set, SV("interrupt-controllers")));
    name_set_free(&set);
}

static uint64_t ended;
static void count_end(uint64_t *value)
{
    ended += *value;
}

static void the_last_owner_ends_the_value(void)
{
    RC(uint64_t) first, second;
    RC_WEAK(uint64_t) weak;
    ended = 0;
    CHECK(rc_new(&first, heap_default(), count_end, 5) == OK);
    rc_downgrade(&first, &weak);
    CHECK(rc_upgrade(&weak, &second));
    CHECK(!rc_drop(&first));
    CHECK_EQUAL(*rc_get(&second), 5);
    CHECK(rc_drop(&second));
    CHECK_EQUAL(ended, 5);
    CHECK(!rc_upgrade(&weak, &second));
    rc_weak_drop(&weak);
}

static void text(void)
{
    struct str s = STR_INIT(heap_default());
    CHECK(str_append(&s, SV("hart")) == OK);
    CHECK(str_format(&s, " %d of %s", 3, str_cstr(&s)) == OK);
    CHECK(str_equal(str_view(&s), SV("hart 3 of hart")));
    CHECK(str_append(&s, str_view(&s)) == OK);
    CHECK_EQUAL(str_len(&s), 28);
    str_check(&s);
    str_free(&s);
}

static const struct test tests[] = {
    TEST(large_vec),
    TEST(sorted_and_found),
    TEST(out_of_memory_leaves_the_vector_as_it_was),
    TEST(a_queue_goes_round),
    TEST(elements_of_a_list_stay),
    TEST(a_box_moves_and_its_value_stays),
    TEST(the_least_leaves_first),
    TEST(a_map_keeps_order),
    TEST(keys_are_found_by_their_hash),
    TEST(texts_are_found_where_they_lie),
    TEST(the_last_owner_ends_the_value),
    TEST(text),
};
TEST_IMAGE("collections", tests)
