/*
 * Sorting against qsort, on random and on hostile inputs; that comparisons stay within
 * O(n log n); that a comparison that lies loses nothing; searching against a linear scan.
 */
#include "vec_fixture.h"

static size_t comparisons;

static int by_int(const int *a, const int *b)
{
    comparisons++;
    return (*a > *b) - (*a < *b);
}

static int by_int_for_qsort(const void *a, const void *b)
{
    return by_int(a, b);
}

static size_t log2_above(size_t n)
{
    size_t log = 0;
    while (n > (size_t)1 << log)
        log++;
    return log;
}

/* The i-th of n values of input number `kind`. */
static int value_of(int kind, int i, int n)
{
    switch (kind) {
    case 0:
        return i; /* sorted */
    case 1:
        return n - i; /* reversed */
    case 2:
        return 7; /* all equal */
    case 3:
        return i % 2; /* two values */
    case 4:
        return i < n / 2 ? i : n - i; /* an organ pipe */
    case 5:
        return i % 16; /* saw teeth */
    case 6:
        return i == n - 1 ? -1 : i; /* sorted but for the last */
    case 7:
        return (i & 1) ? i : -i; /* alternating */
    case 8:
        return i == 0 ? INT32_MAX : i == 1 ? INT32_MIN : 0; /* the ends of int */
    default:
        return rand() % (1 << (kind % 30)); /* random, with few or many equals */
    }
}

static void sort_agrees_with_qsort(void **state)
{
    (void)state;
    srand(1);
    static int want[5000];
    for (int kind = 0; kind < 60; kind++) {
        for (int n = 0; n <= 5000; n = n < 40 ? n + 1 : n * 5) {
            int_vec v = VEC_INIT(&heap.allocator);
            for (int i = 0; i < n; i++)
                vec_push_or_panic(&v, want[i] = value_of(kind, i, n));
            size_t requests = heap.requests;
            comparisons = 0;
            vec_sort(&v, by_int);
            size_t most = 2 * (size_t)n * log2_above((size_t)n);
            assert_true(comparisons <= most);
            assert_int_equal(heap.requests, requests);
            if (n > 0) {
                qsort(want, (size_t)n, sizeof *want, by_int_for_qsort);
                assert_memory_equal(vec_data(&v), want, (size_t)n * sizeof *want);
            }
            vec_free(&v);
        }
    }
}

/* Every order of up to 8 elements, some of them equal. */
static void sort_every_permutation(void **state)
{
    (void)state;
    for (int n = 1; n <= 8; n++) {
        int total = 1;
        for (int i = 2; i <= n; i++)
            total *= i;
        for (int code = 0; code < total; code++) {
            int_vec v = VEC_INIT(&heap.allocator);
            int rest = code;
            for (int i = 0; i < n; i++) {
                assert_int_equal(vec_insert(&v, (size_t)(rest % (i + 1)), i / 2), OK);
                rest /= i + 1;
            }
            vec_sort(&v, by_int);
            for (int i = 0; i < n; i++)
                assert_int_equal(*vec_at(&v, (size_t)i), i / 2);
            vec_free(&v);
        }
    }
}

/* Elements that are swapped by bytes, and by words, keep all their parts. */
struct odd {
    char key;
    char rest[15]; /* 16 bytes, but aligned to 1 */
};
struct wide {
    uint64_t key, rest[3];
};

static int by_odd(const struct odd *a, const struct odd *b)
{
    return a->key - b->key;
}

static int by_wide(const struct wide *a, const struct wide *b)
{
    return (a->key > b->key) - (a->key < b->key);
}

static void sort_moves_whole_elements(void **state)
{
    (void)state;
    VEC(struct odd) odds = VEC_INIT(&heap.allocator);
    VEC(struct wide) wides = VEC_INIT(&heap.allocator);
    for (int i = 0; i < 100; i++) {
        int key = i * 37 % 101;
        struct odd odd = { .key = (char)key };
        memset(odd.rest, key, sizeof odd.rest);
        vec_push_or_panic(&odds, odd);
        uint64_t k = (uint64_t)key;
        vec_push_or_panic(&wides, { k, { k + 1, k + 2, k + 3 } });
    }
    vec_sort(&odds, by_odd);
    vec_sort(&wides, by_wide);
    for (size_t i = 1; i < 100; i++)
        assert_true(vec_at(&odds, i - 1)->key < vec_at(&odds, i)->key &&
                    vec_at(&wides, i - 1)->key < vec_at(&wides, i)->key);
    vec_for_each (&odds, o)
        for (size_t i = 0; i < sizeof o->rest; i++)
            assert_int_equal(o->rest[i], o->key);
    vec_for_each (&wides, w)
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(w->rest[i], w->key + i + 1);
    vec_free(&odds);
    vec_free(&wides);
}

static int by_chance(const int *a, const int *b)
{
    (void)a, (void)b;
    return rand() % 3 - 1;
}

static int always_before(const int *a, const int *b)
{
    (void)a, (void)b;
    return -1;
}

static void comparison_that_lies_loses_nothing(void **state)
{
    (void)state;
    srand(2);
    for (int round = 0; round < 300; round++) {
        int_vec v;
        fill(&v, 0, 200, 200);
        if (round % 2 == 0)
            vec_sort(&v, by_chance);
        else
            vec_sort(&v, always_before);
        struct vec_position at = vec_binary_search(&v, &(int){ 1 }, by_chance);
        assert_true(at.index <= 200);
        vec_sort(&v, by_int);
        for (int i = 0; i < 200; i++)
            assert_int_equal(*vec_at(&v, (size_t)i), i);
        vec_free(&v);
    }
}

/* A key of another type than the elements. */
static int against_byte(const int *element, const uint8_t *key)
{
    return (*element > *key) - (*element < *key);
}

static void search_agrees_with_a_scan(void **state)
{
    (void)state;
    srand(3);
    for (int round = 0; round < 2000; round++) {
        int_vec v = VEC_INIT(&heap.allocator);
        for (int n = rand() % 30; n > 0; n--)
            vec_push_or_panic(&v, rand() % 20);
        vec_sort(&v, by_int);
        for (uint8_t key = 0; key < 22; key++) {
            size_t want = 0;
            while (want < vec_len(&v) && *vec_at(&v, want) < key)
                want++;
            struct vec_position at = vec_binary_search(&v, &key, against_byte);
            assert_int_equal(at.index, want);
            assert_int_equal(at.found, want < vec_len(&v) && *vec_at(&v, want) == key);
            struct vec_position same = vec_binary_search(&v, &(int){ key }, by_int);
            assert_int_equal(same.index, want);
        }
        vec_free(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sort_agrees_with_qsort),    TEST(sort_every_permutation),
        TEST(sort_moves_whole_elements), TEST(comparison_that_lies_loses_nothing),
        TEST(search_agrees_with_a_scan),
    };
    return cmocka_run_group_tests_name("vec_sort", tests, NULL, NULL);
}
