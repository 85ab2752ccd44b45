/*
 * The deque, operation by operation, and in every small state: each capacity up to 6, each place of
 * the front, each length, and from there each operation at each index. Random traces are in
 * test_deque_model.c; what must not compile in no_compile/deque_*.c.
 */
#include "vec_fixture.h"
#include "capture.h"

#include <collections/deque.h>
#include <heap/bump.h>

typedef DEQUE(int) int_deque;

static void expect_deque(const int_deque *d, size_t len, const int *values)
{
    deque_check(d);
    assert_int_equal(deque_len(d), len);
    size_t i = 0, first, second;
    deque_for_each (d, p)
        assert_int_equal(*p, values[i++]);
    assert_int_equal(i, len);
    for (i = 0; i < len; i++)
        assert_int_equal(*deque_at(d, i), values[i]);
    const int *a = deque_first_slice(d, &first), *b = deque_second_slice(d, &second);
    assert_int_equal(first + second, len);
    for (i = 0; i < len; i++)
        assert_int_equal(i < first ? a[i] : b[i - first], values[i]);
    assert_true(len == 0 ? deque_front(d) == NULL : *deque_front(d) == values[0]);
    assert_true(len == 0 ? deque_back(d) == NULL : *deque_back(d) == values[len - 1]);
}
#define EXPECT_DEQUE(d, ...)                                                                       \
    expect_deque((d), sizeof((int[]){ __VA_ARGS__ }) / sizeof(int), (const int[]){ __VA_ARGS__ })

static const int count_up[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 };

/* d has room for `cap`, its front at place `front` of the block, and holds 1 .. len. */
static void place(int_deque *d, struct allocator *alloc, size_t cap, size_t front, size_t len)
{
    assert_int_equal(deque_with_capacity(d, alloc, cap), OK);
    for (size_t i = 0; i < front; i++) {
        deque_push_back_within_capacity(d, 0);
        deque_pop_front(d, NULL);
    }
    for (size_t i = 0; i < len; i++)
        deque_push_back_within_capacity(d, (int)i + 1);
    assert_int_equal(deque_capacity(d), cap);
}

/* Run the statement that follows in each small state of `d`, which is freed afterwards. */
#define IN_EVERY_STATE(d, ...)                                                                     \
    for (size_t cap = 1; cap <= 6; cap++)                                                          \
        for (size_t front = 0; front < cap; front++)                                               \
            for (size_t len = 0; len <= cap; len++) {                                              \
                place((d), &heap.allocator, cap, front, len);                                      \
                expect_deque((d), len, count_up);                                                  \
                __VA_ARGS__;                                                                       \
                deque_free(d);                                                                     \
            }

static void an_empty_deque_allocates_nothing(void **state)
{
    (void)state;
    static int_deque fixed = DEQUE_INIT(&heap.allocator);
    int_deque d = DEQUE_INIT(&heap.allocator), e;
    expect_deque(&d, 0, NULL);
    assert_true(deque_is_empty(&fixed));
    assert_null(deque_get(&d, 0));
    assert_false(deque_pop_front(&d, NULL));
    assert_false(deque_pop_back(&d, NULL));
    deque_clear(&d);
    deque_truncate(&d, 3);
    assert_int_equal(deque_append(&d, NULL, 0), OK);
    assert_int_equal(deque_reserve(&d, 0), OK);
    assert_int_equal(deque_shrink_to_fit(&d), OK);
    assert_int_equal(deque_clone(&d, &e), OK);
    assert_null(deque_make_contiguous(&d));
    assert_int_equal(deque_with_capacity(&d, &heap.allocator, 0), OK);
    deque_free(&d);
    deque_free(&d);
    assert_int_equal(heap.requests, 0);
}

static void both_ends_wrap(void **state)
{
    (void)state;
    int_deque d;
    int out = 0;
    place(&d, &heap.allocator, 3, 0, 0);
    assert_int_equal(deque_push_front(&d, 2), OK); /* wraps at once */
    assert_int_equal(deque_push_back(&d, 3), OK);
    deque_push_front_within_capacity(&d, 1);
    EXPECT_DEQUE(&d, 1, 2, 3);
    deque_push_back_or_panic(&d, 4);
    deque_push_front_or_panic(&d, 0);
    EXPECT_DEQUE(&d, 0, 1, 2, 3, 4);
    assert_true(deque_pop_back(&d, &out));
    assert_int_equal(out, 4);
    assert_true(deque_pop_front(&d, &out));
    assert_int_equal(out, 0);
    assert_int_equal(*deque_get(&d, 2), 3);
    assert_null(deque_get(&d, 3));
    *deque_at(&d, 1) = 7;
    EXPECT_DEQUE(&d, 1, 7, 3);
    deque_free(&d);
}

static void pushed_and_popped_in_every_state(void **state)
{
    (void)state;
    int_deque d;
    IN_EVERY_STATE(&d, {
        assert_int_equal(deque_push_back(&d, (int)len + 1), OK);
        expect_deque(&d, len + 1, count_up);
        assert_true(deque_pop_back(&d, NULL));
        assert_int_equal(deque_push_front(&d, 9), OK);
        assert_int_equal(*deque_front(&d), 9);
        assert_true(deque_pop_front(&d, NULL));
        expect_deque(&d, len, count_up);
        assert_int_equal(deque_pop_front(&d, NULL), len != 0);
        expect_deque(&d, len == 0 ? 0 : len - 1, count_up + 1);
    });
}

static void inserted_and_removed_in_every_state(void **state)
{
    (void)state;
    for (size_t index = 0; index <= 6; index++) {
        int_deque d;
        int out = 0;
        IN_EVERY_STATE(&d, {
            if (index > len) {
                deque_free(&d);
                continue;
            }
            int wanted[8] = { 0 };
            for (size_t i = 0; i <= len; i++)
                wanted[i] = i < index ? (int)i + 1 : i == index ? 99 : (int)i;
            assert_int_equal(deque_insert(&d, index, 99), OK);
            expect_deque(&d, len + 1, wanted);
            deque_remove(&d, index, &out);
            assert_int_equal(out, 99);
            expect_deque(&d, len, count_up);
        });
    }
}

static void reserved_shrunk_and_cloned_in_every_state(void **state)
{
    (void)state;
    for (size_t additional = 0; additional < 20; additional++) {
        int_deque d, e;
        IN_EVERY_STATE(&d, {
            assert_int_equal(deque_clone(&d, &e), OK);
            expect_deque(&e, len, count_up);
            assert_int_equal(deque_capacity(&e), len);
            deque_free(&e);
            assert_int_equal(deque_reserve(&d, additional), OK);
            assert_true(deque_capacity(&d) - len >= additional);
            expect_deque(&d, len, count_up);
            assert_int_equal(deque_push_back(&d, (int)len + 1), OK);
            expect_deque(&d, len + 1, count_up);
            for (int i = 0; i < 2; i++) { /* the second time there is nothing to do */
                size_t requests = heap.requests, spare = deque_capacity(&d) - deque_len(&d);
                assert_int_equal(deque_shrink_to_fit(&d), OK);
                assert_int_equal(heap.requests, requests + (spare != 0));
            }
            assert_int_equal(deque_capacity(&d), len + 1);
            expect_deque(&d, len + 1, count_up);
            deque_clear(&d);
            assert_int_equal(deque_shrink_to_fit(&d), OK);
            assert_int_equal(heap.live_blocks, 0);
            assert_int_equal(deque_push_front(&d, 1), OK);
            EXPECT_DEQUE(&d, 1);
        });
    }
}

/* A heap that can grow the last block where it lies is let do so. */
static void grown_in_place_in_every_state(void **state)
{
    (void)state;
    static _Alignas(16) char region[4096];
    for (size_t cap = 1; cap <= 6; cap++)
        for (size_t front = 0; front < cap; front++) {
            int_deque d;
            struct bump bump = { 0 };
            assert_int_equal(bump_init(&bump, region, region + sizeof region), OK);
            place(&d, &bump.allocator, cap, front, cap);
            const char *block = d.raw.data;
            assert_int_equal(deque_push_back(&d, (int)cap + 1), OK);
            assert_ptr_equal(d.raw.data, block);
            expect_deque(&d, cap + 1, count_up);
            deque_free(&d);
        }
}

static void large_deques_grow_by_what_is_needed(void **state)
{
    (void)state;
    for (size_t front = 0; front < 40; front++) { /* beyond the first growth, both pieces move */
        int_deque d;
        int wanted[41];
        place(&d, &heap.allocator, 40, front, 40);
        for (int i = 0; i < 41; i++)
            wanted[i] = i + 1;
        assert_int_equal(deque_push_back(&d, 41), OK);
        assert_int_equal(deque_capacity(&d), 80);
        expect_deque(&d, 41, wanted);
        deque_free(&d);
    }
}

static void made_contiguous_in_every_state(void **state)
{
    (void)state;
    int_deque d;
    IN_EVERY_STATE(&d, {
        const int *all = deque_make_contiguous(&d);
        size_t first;
        assert_ptr_equal(deque_first_slice(&d, &first), all);
        assert_int_equal(first, len);
        expect_deque(&d, len, count_up);
        for (size_t i = 0; i < len; i++)
            assert_int_equal(all[i], count_up[i]);
        if (len < cap) {
            deque_push_back_within_capacity(&d, (int)len + 1);
            expect_deque(&d, len + 1, count_up);
        }
    });
    /* Larger than the swap's piece. */
    place(&d, &heap.allocator, 100, 70, 100);
    const int *all = deque_make_contiguous(&d);
    for (int i = 0; i < 100; i++)
        assert_int_equal(all[i], i + 1);
    deque_free(&d);
}

static void truncated_in_every_state(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 7; n++) {
        int_deque d;
        IN_EVERY_STATE(&d, {
            deque_truncate(&d, n);
            expect_deque(&d, n < len ? n : len, count_up);
            assert_int_equal(deque_capacity(&d), cap);
        });
    }
}

/* Pitfall 1: every own range of a slice, full and with room; and values that come from within. */
static void pitfall_1_own_elements_in_every_state(void **state)
{
    (void)state;
    int_deque d;
    for (size_t slice = 0; slice < 2; slice++)
        for (size_t from = 0; from <= 6; from++)
            for (size_t count = 0; count <= 6; count++)
                IN_EVERY_STATE(&d, {
                    size_t first, n;
                    deque_first_slice(&d, &first);
                    const int *own =
                        slice == 0 ? deque_first_slice(&d, &n) : deque_second_slice(&d, &n);
                    if (from + count <= n) {
                        int wanted[12];
                        size_t skip = slice == 0 ? 0 : first;
                        for (size_t i = 0; i < len + count; i++)
                            wanted[i] = (int)(i < len ? i : i - len + from + skip) + 1;
                        assert_int_equal(deque_append(&d, own + from, count), OK);
                        expect_deque(&d, len + count, wanted);
                    }
                });
    IN_EVERY_STATE(&d, {
        if (len != 0) {
            assert_int_equal(deque_push_back(&d, *deque_front(&d)), OK);
            assert_int_equal(deque_push_front(&d, *deque_at(&d, len - 1)), OK);
            assert_int_equal(deque_insert(&d, 1, *deque_at(&d, len)), OK);
            assert_int_equal(*deque_at(&d, len + 2), 1);
            assert_int_equal(*deque_at(&d, 0), len);
            assert_int_equal(*deque_at(&d, 1), len);
        }
    });
}

static void foreign_elements_are_appended_across_the_end(void **state)
{
    (void)state;
    int_deque d;
    IN_EVERY_STATE(&d, {
        for (size_t n = 0; n < 9; n++) {
            assert_int_equal(deque_append(&d, count_up + len, n), OK);
            expect_deque(&d, len + n, count_up);
            deque_truncate(&d, len);
        }
    });
}

/* Pitfalls 2 and 3: sizes that do not fit; the heap is not even asked. */
static void pitfall_2_sizes_overflow(void **state)
{
    (void)state;
    static const size_t wrong[] = { SIZE_MAX,
                                    SIZE_MAX - 3,
                                    (size_t)PTRDIFF_MAX + 1,
                                    PTRDIFF_MAX,
                                    SIZE_MAX / sizeof(int) + 1,
                                    PTRDIFF_MAX / sizeof(int) + 1,
                                    UINT64_C(1) << 62 };
    int_deque d, e;
    place(&d, &heap.allocator, 3, 2, 3);
    const struct raw_deque before = d.raw;
    size_t requests = heap.requests;
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_int_equal(deque_reserve(&d, wrong[i]), ERR_OVERFLOW);
        assert_int_equal(deque_append(&d, count_up, wrong[i]), ERR_OVERFLOW);
        assert_int_equal(deque_with_capacity(&e, &heap.allocator, wrong[i] | UINT64_C(1) << 62),
                         ERR_OVERFLOW);
        deque_check(&e);
        assert_memory_equal(&d.raw, &before, sizeof before);
        expect_deque(&d, 3, count_up);
    }
    assert_int_equal(heap.requests, requests);
    assert_int_equal(heap.allocator.failed, 3 * ARRAY_LENGTH(wrong));
    assert_int_equal(heap.allocator.last_error, ERR_OVERFLOW);
    deque_free(&d);
}

static void pitfall_3_capacity_near_the_end(void **state)
{
    (void)state;
    static char block[8];
    static const size_t full[] = { SIZE_MAX, SIZE_MAX / 2 + 1, PTRDIFF_MAX };
    for (size_t i = 0; i < ARRAY_LENGTH(full); i++) {
        DEQUE(char)
        d = { .raw = { .data = block,
                       .end = block,
                       .front = block,
                       .back = block,
                       .len = full[i],
                       .cap = full[i],
                       .alloc = &heap.allocator } };
        const struct raw_deque before = d.raw;
        assert_int_equal(deque_push_back(&d, 'a'), ERR_OVERFLOW);
        assert_int_equal(deque_push_front(&d, 'a'), ERR_OVERFLOW);
        assert_int_equal(deque_insert(&d, 0, 'a'), ERR_OVERFLOW);
        assert_memory_equal(&d.raw, &before, sizeof before);
    }
    assert_int_equal(heap.requests, 0);
}

struct line {
    _Alignas(64) int value;
};
struct page {
    _Alignas(4096) int value;
};

#define CHECK_ALIGNED(T)                                                                           \
    do {                                                                                           \
        DEQUE(T) d = DEQUE_INIT(&heap.allocator);                                                  \
        T out;                                                                                     \
        for (int i = 0; i < 20; i++) {                                                             \
            assert_int_equal(deque_push_front(&d, { .value = i }), OK);                            \
            assert_int_equal(deque_push_back(&d, { .value = -i }), OK);                            \
            deque_check(&d);                                                                       \
            assert_int_equal((uintptr_t)deque_front(&d) % _Alignof(T), 0);                         \
            assert_int_equal((uintptr_t)deque_back(&d) % _Alignof(T), 0);                          \
        }                                                                                          \
        assert_int_equal(deque_insert(&d, 3, *deque_back(&d)), OK);                                \
        deque_remove(&d, 3, &out);                                                                 \
        assert_int_equal(out.value, -19);                                                          \
        deque_make_contiguous(&d);                                                                 \
        assert_int_equal(deque_shrink_to_fit(&d), OK);                                             \
        for (int i = 20; i-- > 0;) {                                                               \
            assert_true(deque_pop_front(&d, &out) && out.value == i);                              \
            assert_true(deque_pop_back(&d, &out) && out.value == -i);                              \
        }                                                                                          \
        deque_free(&d);                                                                            \
    } while (0)

static void pitfall_7_alignment(void **state)
{
    (void)state;
    CHECK_ALIGNED(struct line);
    CHECK_ALIGNED(struct page);
}

static int_deque clone_of_swept;

static enum error sweep_push_back(int_deque *d)
{
    return deque_push_back(d, 9);
}
static enum error sweep_push_front(int_deque *d)
{
    return deque_push_front(d, 9);
}
static enum error sweep_insert(int_deque *d)
{
    return deque_insert(d, 2, 9);
}
static enum error sweep_append(int_deque *d)
{
    return deque_append(d, deque_front(d), 1);
}
static enum error sweep_reserve(int_deque *d)
{
    return deque_reserve(d, 100);
}
static enum error sweep_clone(int_deque *d)
{
    return deque_clone(d, &clone_of_swept);
}
static enum error sweep_shrink(int_deque *d)
{
    return deque_shrink_to_fit(d);
}

static void pitfall_10_failure_sweep(void **state)
{
    (void)state;
    enum error (*const operations[])(int_deque *) = {
        sweep_push_back, sweep_push_front, sweep_insert, sweep_append,
        sweep_reserve,   sweep_clone,      sweep_shrink,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(operations); i++)
        for (size_t front = 0; front < 5; front++) {
            int_deque d;
            size_t len = operations[i] == sweep_shrink ? 4 : 5, n = 1;
            place(&d, &heap.allocator, 5, front, len);
            deque_init(&clone_of_swept, &heap.allocator);
            const struct raw_deque before = d.raw;
            for (;; n++) {
                test_allocator_fail_at(&heap, n);
                enum error error = operations[i](&d);
                test_allocator_fail_at(&heap, 0);
                if (error == OK)
                    break;
                assert_int_equal(error, ERR_NO_MEMORY);
                assert_memory_equal(&d.raw, &before, sizeof before);
                expect_deque(&d, len, count_up);
                expect_deque(&clone_of_swept, 0, NULL);
                assert_int_equal(heap.live_blocks, 1);
            }
            assert_int_equal(n, 2); /* each asks once */
            deque_free(&clone_of_swept);
            deque_free(&d);
        }
}

static jmp_buf out_of_memory;

static void jump_out(struct allocator *self, struct layout layout, const void *caller)
{
    (void)self;
    assert_int_equal(layout.size, 64);
    assert_int_equal(layout.align, sizeof(int));
    assert_non_null(caller);
    longjmp(out_of_memory, 1);
}

static void the_handler_is_told(void **state)
{
    (void)state;
    static int_deque d;
    deque_init(&d, &heap.allocator);
    oom_handler before = allocator_set_oom_handler(jump_out);
    test_allocator_fail_from(&heap, 1);
    if (setjmp(out_of_memory) == 0) {
        deque_push_back_or_panic(&d, 2);
        fail();
    }
    if (setjmp(out_of_memory) == 0) {
        deque_push_front_or_panic(&d, 2);
        fail();
    }
    allocator_set_oom_handler(before);
    expect_deque(&d, 0, NULL);
}

#define PANICS(part, ...) EXPECT_PANIC(part, ((__VA_ARGS__), 0))

static void mistakes_panic(void **state)
{
    (void)state;
    static int_deque d;
    d = (int_deque){ 0 };
    PANICS("without an allocator", (void)!deque_push_back(&d, 1));
    place(&d, &heap.allocator, 3, 1, 3);
    PANICS("index 3 is out of range: the deque has length 3", deque_at(&d, 3));
    PANICS("index 4 is out of range", (void)!deque_insert(&d, 4, 1));
    PANICS("index 3 is out of range", deque_remove(&d, 3, NULL));
    PANICS("full deque of capacity 3", deque_push_back_within_capacity(&d, 1));
    PANICS("full deque of capacity 3", deque_push_front_within_capacity(&d, 1));
    expect_deque(&d, 3, count_up);
    const int_deque good = d;
#define BROKEN(part, ...)                                                                          \
    do {                                                                                           \
        __VA_ARGS__;                                                                               \
        PANICS(part, deque_check(&d));                                                             \
        d = good;                                                                                  \
    } while (0)
    BROKEN("d->len <= d->cap", d.raw.len = 4);
    BROKEN("PTRDIFF_MAX", d.raw.cap = SIZE_MAX);
    BROKEN("d->data == NULL", d.raw.data = NULL);
    BROKEN("d->alloc != NULL", d.raw.alloc = NULL);
    BROKEN("element.align", d.raw.data += 1);
    BROKEN("d->end", d.raw.end += 4);
    BROKEN("d->front", d.raw.front = d.raw.end);
    BROKEN("d->front", d.raw.front += 1);
    BROKEN("d->back", d.raw.len = 2);
    deque_free(&d);
}

static size_t releases;

static void note_release(int *element)
{
    assert_int_equal(*element, ++releases);
}

static void free_each_in_order(void **state)
{
    (void)state;
    int_deque d;
    for (size_t front = 0; front < 4; front++) {
        place(&d, &heap.allocator, 4, front, 4);
        releases = 0;
        deque_free_each(&d, note_release);
        assert_int_equal(releases, 4);
        expect_deque(&d, 0, NULL);
    }
}

static bool same(const int *a, const int *b)
{
    return *a == *b;
}

static void equality(void **state)
{
    (void)state;
    int_deque d, e;
    place(&d, &heap.allocator, 4, 3, 3);
    place(&e, &heap.allocator, 6, 1, 3);
    assert_true(deque_equal(&d, &e, same));
    *deque_back(&e) = 9;
    assert_false(deque_equal(&d, &e, same));
    deque_pop_back(&e, NULL);
    assert_false(deque_equal(&d, &e, same));
    deque_free(&d);
    deque_free(&e);
    assert_true(deque_equal(&d, &e, same));
}

static void printed(void **state)
{
    (void)state;
    int_deque d;
    place(&d, &heap.allocator, 4, 3, 3);
    deque_debug(&d, start(), "d", debug_int);
    EXPECT_TEXT("d = [1, 2, 3]");
    deque_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_deque_allocates_nothing),
        TEST(both_ends_wrap),
        TEST(pushed_and_popped_in_every_state),
        TEST(inserted_and_removed_in_every_state),
        TEST(reserved_shrunk_and_cloned_in_every_state),
        TEST(grown_in_place_in_every_state),
        TEST(large_deques_grow_by_what_is_needed),
        TEST(made_contiguous_in_every_state),
        TEST(truncated_in_every_state),
        TEST(pitfall_1_own_elements_in_every_state),
        TEST(foreign_elements_are_appended_across_the_end),
        TEST(pitfall_2_sizes_overflow),
        TEST(pitfall_3_capacity_near_the_end),
        TEST(pitfall_7_alignment),
        TEST(pitfall_10_failure_sweep),
        TEST(the_handler_is_told),
        TEST(mistakes_panic),
        TEST(free_each_in_order),
        TEST(equality),
        TEST(printed),
    };
    return cmocka_run_group_tests_name("deque", tests, NULL, NULL);
}
