/*
 * The pitfalls that real vectors fell into, one test for each. The numbers leave out those that
 * concern strings alone; that elements of no size are refused is in no_compile/.
 */
#include "vec_fixture.h"

#include <heap/bump.h>

/* Pitfall 1: an argument that lies in the vector, while the vector moves. */
static void pitfall_1_own_elements(void **state)
{
    (void)state;
    int_vec v;
    fill(&v, 1, 4, 4);
    assert_int_equal(vec_push(&v, *vec_at(&v, 0)), OK);
    EXPECT(&v, 1, 2, 3, 4, 1);
    vec_free(&v);
    fill(&v, 1, 4, 4);
    vec_push_or_panic(&v, *vec_at(&v, 1));
    EXPECT(&v, 1, 2, 3, 4, 2);
    vec_free(&v);
    fill(&v, 1, 4, 4);
    assert_int_equal(vec_insert(&v, 0, *vec_last(&v)), OK);
    EXPECT(&v, 4, 1, 2, 3, 4);
    vec_free(&v);
    for (size_t cap = 4; cap <= 16; cap += 12) { /* full, and with room */
        fill(&v, 1, 4, cap);
        assert_int_equal(vec_append(&v, vec_data(&v), 2), OK);
        EXPECT(&v, 1, 2, 3, 4, 1, 2);
        assert_int_equal(vec_append(&v, vec_at(&v, 3), 3), OK);
        EXPECT(&v, 1, 2, 3, 4, 1, 2, 4, 1, 2);
        vec_free(&v);
        fill(&v, 1, 4, cap);
        assert_int_equal(vec_append(&v, vec_data(&v), 4), OK);
        EXPECT(&v, 1, 2, 3, 4, 1, 2, 3, 4);
        vec_free(&v);
    }
}

/* Pitfall 1: every own range into every place, full and with room. */
static void pitfall_1_own_ranges(void **state)
{
    (void)state;
    enum { N = 6 };
    for (size_t cap = N; cap <= 3 * N; cap += 2 * N)
        for (size_t from = 0; from <= N; from++)
            for (size_t count = 0; count <= N - from; count++)
                for (size_t index = 0; index <= N; index++) {
                    int_vec v;
                    fill(&v, 0, N, cap);
                    assert_int_equal(vec_insert_array(&v, index, vec_data(&v) + from, count), OK);
                    vec_check(&v);
                    assert_int_equal(vec_len(&v), N + count);
                    for (size_t i = 0; i < N + count; i++) {
                        size_t want = i < index           ? i
                                      : i < index + count ? from + i - index
                                                          : i - count;
                        assert_int_equal(*vec_at(&v, i), want);
                    }
                    vec_free(&v);
                }
}

/* Pitfall 1, the other way round: what lies just behind the vector's block is not its own. And a
   heap that can grow the last block where it lies is let do so. */
static void pitfall_1_the_neighbour_is_foreign(void **state)
{
    (void)state;
    static _Alignas(16) char region[1024];
    struct bump bump = { 0 };
    assert_int_equal(bump_init(&bump, region, region + sizeof region), OK);
    int_vec v, neighbour;
    assert_int_equal(vec_with_capacity(&v, &bump.allocator, 4), OK);
    for (int i = 0; i < 4; i++)
        vec_push_within_capacity(&v, i);
    assert_int_equal(vec_with_capacity(&neighbour, &bump.allocator, 4), OK);
    for (int i = 4; i < 8; i++)
        vec_push_within_capacity(&neighbour, i);
    int *last = vec_data(&neighbour);
    assert_ptr_equal(vec_data(&v) + 4, last);
    assert_int_equal(vec_push(&neighbour, 8), OK);
    assert_ptr_equal(vec_data(&neighbour), last);
    assert_int_equal(vec_append(&v, last, 4), OK);
    EXPECT(&v, 0, 1, 2, 3, 4, 5, 6, 7);
    EXPECT(&neighbour, 4, 5, 6, 7, 8);
    vec_free(&v);
    vec_free(&neighbour);
    assert_int_equal(allocator_statistics(&bump.allocator).live, 0);
}

/* The state of a vector, to see that a failure changed nothing. */
struct snapshot {
    struct raw_vec raw;
    int values[64];
    size_t live_blocks, live_bytes;
};

static struct snapshot snapshot_of(const int_vec *v)
{
    struct snapshot s = { .raw = v->raw,
                          .live_blocks = heap.live_blocks,
                          .live_bytes = heap.live_bytes };
    assert_true(v->raw.len <= ARRAY_LENGTH(s.values));
    for (size_t i = 0; i < v->raw.len; i++)
        s.values[i] = *vec_at(v, i);
    return s;
}

static void expect_unchanged(const int_vec *v, const struct snapshot *s)
{
    assert_ptr_equal(v->raw.data, s->raw.data);
    assert_int_equal(v->raw.cap, s->raw.cap);
    assert_ptr_equal(v->raw.alloc, s->raw.alloc);
    expect(v, s->raw.len, s->values);
    assert_int_equal(heap.live_blocks, s->live_blocks);
    assert_int_equal(heap.live_bytes, s->live_bytes);
}

/* Pitfall 2: sizes that do not fit; the heap is not even asked. */
static void pitfall_2_sizes_overflow(void **state)
{
    (void)state;
    int_vec v;
    fill(&v, 1, 3, 3);
    struct snapshot before = snapshot_of(&v);
    const size_t wrong[] = { SIZE_MAX / sizeof(int) + 1,
                             SIZE_MAX,
                             SIZE_MAX - 3,
                             SIZE_MAX - 2,
                             (size_t)PTRDIFF_MAX + 1,
                             PTRDIFF_MAX,
                             PTRDIFF_MAX / sizeof(int) + 1,
                             PTRDIFF_MAX / sizeof(int) - 2,
                             SIZE_MAX / sizeof(int) - 3 + 1,
                             UINT64_C(1) << 62 };
    size_t requests = heap.requests;
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        int_vec other;
        assert_int_equal(vec_reserve(&v, wrong[i]), ERR_OVERFLOW);
        assert_int_equal(vec_reserve_exact(&v, wrong[i]), ERR_OVERFLOW);
        assert_int_equal(vec_append(&v, vec_data(&v), wrong[i]), ERR_OVERFLOW);
        assert_int_equal(vec_insert_array(&v, 1, &(int){ 1 }, wrong[i]), ERR_OVERFLOW);
        assert_int_equal(raw_vec_insert_gap(&v.raw, 1, wrong[i], LAYOUT_OF(int)), ERR_OVERFLOW);
        assert_int_equal(vec_with_capacity(&other, &heap.allocator, wrong[i] | UINT64_C(1) << 62),
                         ERR_OVERFLOW);
        vec_check(&other);
        expect_unchanged(&v, &before);
    }
    assert_int_equal(heap.requests, requests);
    assert_int_equal(heap.allocator.failed, 6 * ARRAY_LENGTH(wrong));
    assert_int_equal(heap.allocator.last_error, ERR_OVERFLOW);
    vec_free(&v);
}

/* Pitfall 3: growth near the end of all numbers ends, with an error, and changes nothing. */
static void pitfall_3_capacity_near_the_end(void **state)
{
    (void)state;
    static char block[64];
    const size_t full[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1, PTRDIFF_MAX };
    for (size_t i = 0; i < ARRAY_LENGTH(full); i++) {
        VEC(char) v = { .raw = { block, full[i], full[i], &heap.allocator } };
        const struct raw_vec before = v.raw;
        assert_int_equal(vec_push(&v, 'a'), ERR_OVERFLOW);
        assert_int_equal(vec_insert(&v, 0, 'a'), ERR_OVERFLOW);
        assert_int_equal(vec_append(&v, "ab", 2), ERR_OVERFLOW);
        assert_int_equal(vec_reserve(&v, 1), ERR_OVERFLOW);
        assert_int_equal(vec_reserve_exact(&v, SIZE_MAX), ERR_OVERFLOW);
        assert_memory_equal(&v.raw, &before, sizeof before);
    }
    /* Doubling is too much, what is needed is not: then what is needed is asked for. */
    test_allocator_fail_from(&heap, 1);
    VEC(char) v = { .raw = { NULL, 0, 0, &heap.allocator } };
    assert_int_equal(vec_reserve(&v, PTRDIFF_MAX - 1), ERR_NO_MEMORY);
    assert_int_equal(heap.requests, 1);
}

static size_t asked_bytes;

static void *record_realloc(struct allocator *self, void *data, size_t size, size_t align,
                            size_t new_size)
{
    (void)data, (void)size, (void)align;
    asked_bytes = new_size;
    return allocator_refuse(self, ERR_NO_MEMORY);
}

static void growth_asks_for_no_more_than_can_be(void **state)
{
    (void)state;
    static char block[64];
    const struct allocator_ops ops = { .realloc = record_realloc };
    struct allocator recorder = { .ops = &ops };
    VEC(char) v = { .raw = { block, PTRDIFF_MAX / 2 + 1, PTRDIFF_MAX / 2 + 1, &recorder } };
    assert_int_equal(vec_push(&v, 'a'), ERR_NO_MEMORY);
    assert_int_equal(asked_bytes, PTRDIFF_MAX / 2 + 2);
    v.raw.len = v.raw.cap = 1000;
    assert_int_equal(vec_push(&v, 'a'), ERR_NO_MEMORY);
    assert_int_equal(asked_bytes, 2000);
}

/* Pitfall 4: an empty vector that shrinks gives its block back and forgets it. */
static void pitfall_4_empty_shrink(void **state)
{
    (void)state;
    int_vec v;
    fill(&v, 0, 2, 8);
    vec_clear(&v);
    assert_int_equal(vec_shrink_to_fit(&v), OK);
    assert_int_equal(heap.live_blocks, 0);
    assert_null(vec_data(&v));
    assert_int_equal(vec_push(&v, 7), OK);
    EXPECT(&v, 7);
    vec_free(&v);
}

/* Pitfall 7: alignments beyond malloc's, through growth, shrinking and sorting. */
struct line {
    _Alignas(64) int value;
};
struct page {
    _Alignas(4096) int value;
};

static int by_line(const struct line *a, const struct line *b)
{
    assert_int_equal(((uintptr_t)a | (uintptr_t)b) % 64, 0);
    return (a->value > b->value) - (a->value < b->value);
}

static int by_page(const struct page *a, const struct page *b)
{
    assert_int_equal(((uintptr_t)a | (uintptr_t)b) % 4096, 0);
    return (a->value > b->value) - (a->value < b->value);
}

#define CHECK_ALIGNED(T, compare)                                                                  \
    do {                                                                                           \
        VEC(T) v = VEC_INIT(&heap.allocator);                                                      \
        for (int i = 0; i < 40; i++) {                                                             \
            assert_int_equal(vec_push(&v, { .value = 40 - i }), OK);                               \
            vec_check(&v);                                                                         \
            assert_int_equal((uintptr_t)vec_last(&v) % _Alignof(T), 0);                            \
        }                                                                                          \
        assert_int_equal(vec_insert(&v, 3, *vec_last(&v)), OK);                                    \
        vec_sort(&v, compare);                                                                     \
        for (int i = 0; i < 41; i++)                                                               \
            assert_int_equal(vec_at(&v, (size_t)i)->value, i == 0 ? 1 : i);                        \
        vec_swap_remove(&v, 0, NULL);                                                              \
        assert_int_equal(vec_shrink_to_fit(&v), OK);                                               \
        vec_check(&v);                                                                             \
        T out;                                                                                     \
        vec_remove(&v, 0, &out);                                                                   \
        assert_int_equal(out.value, 40);                                                           \
        vec_free(&v);                                                                              \
    } while (0)

static void pitfall_7_alignment(void **state)
{
    (void)state;
    CHECK_ALIGNED(struct line, by_line);
    CHECK_ALIGNED(struct page, by_page);
}

/* Every size and alignment that the element's copy knows. */
static void elements_of_every_size(void **state)
{
    (void)state;
#define CHECK_SIZE(...)                                                                            \
    do {                                                                                           \
        VEC(struct __VA_ARGS__) v = VEC_INIT(&heap.allocator);                                     \
        typeof(*v.type) value, out;                                                                \
        for (unsigned i = 0; i < 50; i++) {                                                        \
            memset(&value, (int)i + 1, sizeof value);                                              \
            assert_int_equal(vec_push(&v, value), OK);                                             \
        }                                                                                          \
        for (unsigned i = 50; i-- > 0;) {                                                          \
            memset(&value, (int)i + 1, sizeof value);                                              \
            assert_memory_equal(vec_at(&v, i), &value, sizeof value);                              \
            assert_true(vec_pop(&v, &out));                                                        \
            assert_memory_equal(&out, &value, sizeof value);                                       \
        }                                                                                          \
        vec_free(&v);                                                                              \
    } while (0)
    CHECK_SIZE({ char c[1]; });
    CHECK_SIZE({ char c[3]; });
    CHECK_SIZE({ short s[5]; });
    CHECK_SIZE({ int i[3]; });
    CHECK_SIZE({ long l[3]; });
    CHECK_SIZE({ _Alignas(16) char c[48]; });
    CHECK_SIZE({ char c[65]; });
}

/* Pitfall 10: every operation that allocates, failing at its n-th request, changes nothing; then
   the same call succeeds. */
static int_vec clone_of_swept;

static enum error sweep_push(int_vec *v)
{
    return vec_push(v, 9);
}
static enum error sweep_insert(int_vec *v)
{
    return vec_insert(v, 1, 9);
}
static enum error sweep_append(int_vec *v)
{
    return vec_append(v, vec_data(v), 3);
}
static enum error sweep_insert_array(int_vec *v)
{
    return vec_insert_array(v, 1, vec_data(v), 3);
}
static enum error sweep_gap(int_vec *v)
{
    return raw_vec_insert_gap(&v->raw, 1, 3, LAYOUT_OF(int));
}
static enum error sweep_reserve(int_vec *v)
{
    return vec_reserve(v, 100);
}
static enum error sweep_reserve_exact(int_vec *v)
{
    return vec_reserve_exact(v, 100);
}
static enum error sweep_clone(int_vec *v)
{
    return vec_clone(v, &clone_of_swept);
}
static enum error sweep_shrink(int_vec *v)
{
    if (v->raw.len == v->raw.cap)
        vec_pop(v, NULL); /* so that there is something to give back */
    return vec_shrink_to_fit(v);
}

static void pitfall_10_failure_sweep(void **state)
{
    (void)state;
    enum error (*const operations[])(int_vec *) = {
        sweep_push,    sweep_insert,        sweep_append, sweep_insert_array, sweep_gap,
        sweep_reserve, sweep_reserve_exact, sweep_clone,  sweep_shrink,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(operations); i++) {
        int_vec v;
        size_t n = 1;
        vec_init(&clone_of_swept, &heap.allocator);
        fill(&v, 1, 16, 16);
        if (operations[i] == sweep_shrink)
            vec_truncate(&v, 15);
        struct snapshot before = snapshot_of(&v);
        for (;; n++) {
            test_allocator_fail_at(&heap, n);
            enum error error = operations[i](&v);
            test_allocator_fail_at(&heap, 0);
            if (error == OK)
                break;
            assert_int_equal(error, ERR_NO_MEMORY);
            expect_unchanged(&v, &before);
            vec_check(&clone_of_swept);
            assert_true(vec_is_empty(&clone_of_swept));
        }
        assert_true(n > 1); /* the failure did happen */
        vec_check(&v);
        vec_free(&clone_of_swept);
        vec_free(&v);
        assert_int_equal(heap.live_blocks, 0);
    }
    int_vec v;
    test_allocator_fail_at(&heap, 1);
    assert_int_equal(vec_with_capacity(&v, &heap.allocator, 10), ERR_NO_MEMORY);
    vec_check(&v);
    assert_int_equal(vec_with_capacity(&v, &heap.allocator, 10), OK);
    vec_free(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pitfall_1_own_elements),
        TEST(pitfall_1_own_ranges),
        TEST(pitfall_1_the_neighbour_is_foreign),
        TEST(pitfall_2_sizes_overflow),
        TEST(pitfall_3_capacity_near_the_end),
        TEST(growth_asks_for_no_more_than_can_be),
        TEST(pitfall_4_empty_shrink),
        TEST(pitfall_7_alignment),
        TEST(elements_of_every_size),
        TEST(pitfall_10_failure_sweep),
    };
    return cmocka_run_group_tests_name("vec_pitfalls", tests, NULL, NULL);
}
