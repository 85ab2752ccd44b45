/*
 * Out of memory at every index: a program on vectors and strings is run again and again, and each
 * time another of its requests fails, once, or that one and all after it. Each operation is then
 * either complete or has changed nothing, and at the end every byte is back.
 *
 * The allocators of the family have the same said of them: a refused request changes nothing that a
 * walk or the statistics could see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/test_allocator.h"

#include <collections/str.h>
#include <collections/vec.h>
#include <heap/family.h>

typedef VEC(uint64_t) numbers;

/* What must hold after an operation: it is done, and the object is `after`; or it failed for want
   of memory, and the object is `before`. Returns whether it was done. */
static bool judge_outcome(enum error error, bool is_before, bool is_after)
{
    if (error == OK) {
        assert_true(is_after);
        return true;
    }
    assert_int_equal(error, ERR_NO_MEMORY);
    assert_true(is_before);
    return false;
}

/* A macro, since the arguments of a function are evaluated in any order. */
#define judge(operation, is_before, is_after)                                                      \
    ({                                                                                             \
        enum error judged = (operation);                                                           \
        judge_outcome(judged, (is_before), (is_after));                                            \
    })

static bool counts_from_0(const numbers *v, size_t n)
{
    if (vec_len(v) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (*vec_at(v, i) != i)
            return false;
    return true;
}

static void with_vector(struct allocator *a)
{
    numbers v = VEC_INIT(a), copy = VEC_INIT(a);
    size_t n = 0;
    for (uint64_t i = 0; i < 300; i++)
        n += judge(vec_push(&v, n), counts_from_0(&v, n), counts_from_0(&v, n + 1));
    const uint64_t more[] = { n, n + 1, n + 2 };
    if (judge(vec_append(&v, more, 3), counts_from_0(&v, n), counts_from_0(&v, n + 3)))
        n += 3;
    if (judge(vec_insert(&v, n, n), counts_from_0(&v, n), counts_from_0(&v, n + 1)))
        n += 1;
    (void)judge(vec_reserve(&v, 500), counts_from_0(&v, n), counts_from_0(&v, n));
    (void)judge(vec_shrink_to_fit(&v), counts_from_0(&v, n), counts_from_0(&v, n));
    if (judge(vec_clone(&v, &copy), vec_len(&copy) == 0, counts_from_0(&copy, n)))
        vec_check(&copy);
    assert_true(counts_from_0(&v, n));
    vec_check(&v);
    vec_free(&copy);
    vec_free(&v);
}

/* The string holds `text`, n times. */
static bool repeats(const struct str *s, const char *text, size_t n)
{
    size_t length = strlen(text);
    if (str_len(s) != n * length)
        return false;
    for (size_t i = 0; i < n; i++)
        if (memcmp(str_view(s).data + i * length, text, length) != 0)
            return false;
    return true;
}

static void with_string(struct allocator *a)
{
    struct str s = STR_INIT(a), copy = STR_INIT(a);
    size_t n = 0;
    for (int i = 0; i < 60; i++) {
        n += judge(str_append(&s, SV("abc→")), repeats(&s, "abc→", n), repeats(&s, "abc→", n + 1));
        n += judge(str_format(&s, "%c%s→", 'a', "bc"), repeats(&s, "abc→", n),
                   repeats(&s, "abc→", n + 1));
    }
    n += judge(str_insert(&s, 0, SV("abc→")), repeats(&s, "abc→", n), repeats(&s, "abc→", n + 1));
    size_t twice = 2 * n; /* into itself */
    if (judge(str_append(&s, str_view(&s)), repeats(&s, "abc→", n), repeats(&s, "abc→", twice)))
        n = twice;
    (void)judge(str_reserve(&s, 1000), repeats(&s, "abc→", n), repeats(&s, "abc→", n));
    (void)judge(str_shrink_to_fit(&s), repeats(&s, "abc→", n), repeats(&s, "abc→", n));
    (void)judge(str_clone(&s, &copy), str_len(&copy) == 0, repeats(&copy, "abc→", n));
    str_free(&copy);
    str_free(&s);
}

/* Until a run no longer reaches the index: then every request has failed once. */
static void at_every_index(void (*program)(struct allocator *a),
                           void (*plan)(struct test_allocator *heap, size_t n))
{
    for (size_t n = 1;; n++) {
        struct test_allocator heap;
        test_allocator_init(&heap);
        plan(&heap, n);
        program(&heap.allocator);
        test_allocator_check_empty(&heap);
        if (heap.requests < n) {
            printf("# %zu requests, each failed\n", n - 1);
            assert_true(n > 8);
            return;
        }
        assert_true(heap.allocator.failed > 0);
    }
}

static void a_vector_survives_each_failure(void **state)
{
    (void)state;
    at_every_index(with_vector, test_allocator_fail_at);
    at_every_index(with_vector, test_allocator_fail_from);
}

static void a_string_survives_each_failure(void **state)
{
    (void)state;
    at_every_index(with_string, test_allocator_fail_at);
    at_every_index(with_string, test_allocator_fail_from);
}

enum { REGION = 128 * 1024 };
static _Alignas(4096) char region[REGION];
static union any_heap heap;

static void mix(void *context, struct heap_span span)
{
    uint64_t *hash = context;
    *hash = (*hash ^ span.start ^ span.size << 20 ^ (uint64_t)span.kind << 60) *
            UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t picture(void)
{
    uint64_t hash = 1;
    allocator_walk(&heap.allocator, mix, &hash);
    return hash;
}

static void refuse(struct allocator *a, void *block, struct layout layout, size_t size,
                   size_t align)
{
    struct heap_statistics before = allocator_statistics(a);
    uint64_t was = picture();
    assert_null(allocator_alloc(a, (struct layout){ size, align }));
    assert_null(allocator_alloc_zeroed(a, (struct layout){ size, align }));
    assert_null(allocator_realloc(a, block, layout, size));
    assert_int_equal(a->last_error, ERR_NO_MEMORY);
    struct heap_statistics after = allocator_statistics(a);
    assert_int_equal(after.failed, before.failed + 3);
    after.failed = before.failed;
    assert_memory_equal(&after, &before, sizeof after);
    assert_true(picture() == was);
    allocator_check(a);
}

static void a_refused_request_changes_nothing(void **state)
{
    (void)state;
    const struct layout layout = { 5000, 8 };
    for (size_t i = 0; i < family_size; i++) {
        if (!family[i].gives)
            continue;
        memset(&heap, 0, sizeof heap);
        assert_int_equal(family[i].init(&heap, region, region + REGION), OK);
        struct allocator *a = &heap.allocator;
        void *blocks[6], *keep = allocator_alloc(a, layout);
        for (size_t b = 0; b < 6; b++)
            blocks[b] = allocator_alloc(a, layout);
        for (size_t b = 0; b < 6; b += 2) /* holes, where there can be any */
            allocator_dealloc(a, blocks[b], layout);
        for (size_t size = REGION; size < REGION + 200; size++)
            refuse(a, keep, layout, size, (size_t)1 << size % 14);
        struct heap_statistics s = allocator_statistics(a);
        for (size_t size = s.left_bytes + layout.size + 4096; size <= REGION; size += 999)
            refuse(a, keep, layout, size, 8);
        for (size_t b = 1; b < 6; b += 2)
            allocator_dealloc(a, blocks[b], layout);
        allocator_dealloc(a, keep, layout);
        assert_int_equal(allocator_statistics(a).used_bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vector_survives_each_failure),
        cmocka_unit_test(a_string_survives_each_failure),
        cmocka_unit_test(a_refused_request_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
