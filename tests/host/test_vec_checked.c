/*
 * What a checked build finds in addition: a loop whose body changes the vector's length or place,
 * and stale pointers to elements that were taken out at the end. Both live in the headers, so that
 * this file alone is compiled as a checked build.
 */
#ifndef BUMPVISOR_CHECKED
#define BUMPVISOR_CHECKED
#endif
#include "vec_fixture.h"

static void push_inside_for_each(int_vec *v)
{
    vec_for_each (v, p)
        vec_push_or_panic(v, *p);
}

static void pop_inside_for_each(int_vec *v)
{
    vec_for_each (v, p)
        vec_pop(v, p);
}

static void pitfall_4_change_inside_for_each(void **state)
{
    (void)state;
    static int_vec v; /* static: used across setjmp */
    fill(&v, 0, 4, 4);
    EXPECT_PANIC("vec_for_each", (push_inside_for_each(&v), 0));
    vec_truncate(&v, 3);
    EXPECT_PANIC("vec_for_each", (push_inside_for_each(&v), 0)); /* also where it did not move */
    EXPECT_PANIC("vec_for_each", (pop_inside_for_each(&v), 0));
    int sum = 0;
    vec_for_each (&v, p) {
        *p = 1;
        sum++;
    }
    assert_int_equal(sum, 3);
    vec_free(&v);
    vec_for_each (&v, p)
        fail();
}

static void elements_that_are_no_more_are_poisoned(void **state)
{
    (void)state;
    int_vec v;
    fill(&v, 0, 4, 4);
    int *stale = vec_at(&v, 0);
    vec_pop(&v, NULL);
    assert_int_equal(stale[3], (int)0xdbdbdbdb);
    assert_int_equal(stale[2], 2);
    vec_truncate(&v, 1);
    assert_int_equal(stale[0], 0);
    assert_int_equal(stale[1], (int)0xdbdbdbdb);
    assert_int_equal(stale[2], (int)0xdbdbdbdb);
    vec_clear(&v);
    assert_int_equal(stale[0], (int)0xdbdbdbdb);
    vec_free(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pitfall_4_change_inside_for_each),
        TEST(elements_that_are_no_more_are_poisoned),
    };
    return cmocka_run_group_tests_name("vec_checked", tests, NULL, NULL);
}
