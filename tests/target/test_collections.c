/*
 * Vector and string on the default heap of the target: the host's tests go deeper; these show
 * that the same code works where it is meant to run.
 */
// smp: 1
// boot: heap=bump heap=linked_list heap=bucket heap=bitmap heap=tlsf heap=hart_caches
// boot: heap=tlsf,checked=no
#include "tap.h"

#include <collections/deque.h>
#include <collections/rc.h>
#include <collections/str.h>
#include <collections/vec.h>
#include <heap/heap.h>

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
    TEST(the_last_owner_ends_the_value),
    TEST(text),
};
TEST_IMAGE("collections", tests)
