/*
 * example: the frame around the example of a header.
 *
 * examples/NAME.c defines `example`; its lines between "Example:" and "End." stand in NAME.h too,
 * word for word, and tests/host/examples.sh compares them. Here the example is run on an allocator
 * that panics where something is not given back. ASSERT states what is true at that line.
 *
 * The lines have // comments: in the header they are inside of a comment themselves.
 */
#pragma once

#include "fake/panic.h"
#include "fake/test_allocator.h"

#include <base/assert.h>
#include <cmocka.h>

static enum error example(struct allocator *allocator);

static void the_example_is_true(void **state)
{
    (void)state;
    static struct test_allocator heap;
    test_allocator_init(&heap);
    assert_int_equal(example(&heap.allocator), OK);
    test_allocator_check_empty(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_example_is_true) };
    return cmocka_run_group_tests_name(__FILE_NAME__, tests, NULL, NULL);
}
