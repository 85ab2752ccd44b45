/*
 * tap: the frame of a test that boots. It prints TAP and ends the machine with the verdict.
 *
 *     static void adds(void) { CHECK_EQUAL(1 + 1, 2); }
 *     const struct test tests[] = { TEST(adds) };
 *     TEST_IMAGE("arithmetic", tests)
 *
 * The runner believes a pass only where exit code, plan, banner and results agree.
 */
#pragma once

#include <base/types.h>
#include <console/console.h>
#include <lib/machine.h>

struct test {
    const char *name;
    void (*run)(void);
};
#define TEST(function)                                                                             \
    {                                                                                              \
#function, function                                                                        \
    }

/* Filled by the image: see TEST_IMAGE. */
extern const char test_image_name[];
extern const struct test *const test_list;
extern const size_t test_count;

#define TEST_IMAGE(name, list)                                                                     \
    const char test_image_name[] = name;                                                           \
    const struct test *const test_list = (list);                                                   \
    const size_t test_count = ARRAY_LENGTH(list);

/* Fail the running test, and say where and why, unless `condition`. */
#define CHECK(condition) tap_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(left, right)                                                                   \
    tap_check_equal((uint64_t)(left), (uint64_t)(right), __FILE__, __LINE__, #left " == " #right)

void tap_check(bool passed, const char *file, int line, const char *what);
void tap_check_equal(uint64_t left, uint64_t right, const char *file, int line, const char *what);

/* The machine that the test runs on; its address space stands (mmu/host.h), nothing else. */
extern struct machine test_machine;

/* What main was called with. */
extern uint64_t test_hart_id, test_device_tree;
