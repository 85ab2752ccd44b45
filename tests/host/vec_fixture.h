/*
 * vec_fixture: what the vector's tests share: an allocator that must be empty after each test, and
 * vectors of int that are filled and compared in one line.
 */
#pragma once

#include "fake/panic.h"
#include "fake/test_allocator.h"

#include <cmocka.h>
#include <collections/vec.h>

typedef VEC(int) int_vec;

static struct test_allocator heap;

[[maybe_unused]] static int set_up(void **state)
{
    (void)state;
    test_allocator_init(&heap);
    return 0;
}

/* After each test: nothing has leaked. */
[[maybe_unused]] static int tear_down(void **state)
{
    (void)state;
    test_allocator_check_empty(&heap);
    return 0;
}

/* v holds first, first + 1, ... and has exactly `cap` room. */
[[maybe_unused]] static void fill(int_vec *v, int first, size_t len, size_t cap)
{
    vec_init(v, &heap.allocator);
    assert_int_equal(vec_reserve_exact(v, cap), OK);
    for (size_t i = 0; i < len; i++)
        vec_push_within_capacity(v, first + (int)i);
    assert_int_equal(vec_capacity(v), cap);
}

[[maybe_unused]] static void expect(const int_vec *v, size_t len, const int *values)
{
    vec_check(v);
    assert_int_equal(vec_len(v), len);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(*vec_at(v, i), values[i]);
}
#define EXPECT(v, ...)                                                                             \
    expect((v), sizeof((int[]){ __VA_ARGS__ }) / sizeof(int), (const int[]){ __VA_ARGS__ })

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
