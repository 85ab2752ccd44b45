/*
 * The default heap as it is put together at boot. There is one in a program, and it can be set up
 * once: each test runs in a process of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake/console.h"
#include "fake/panic.h"

#include <heap/heap.h>

enum { REGION = 1024 * 1024 };
static _Alignas(4096) unsigned char region[REGION];
static const struct layout layout = { 100, 8 };

/* Assertions of cmocka belong to the parent: the child says with its exit code that all is well. */
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);              \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static void in_a_process(void (*run)(const char *name, bool checked), const char *name,
                         bool checked)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        run(name, checked);
        exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void start(const char *name, bool checked)
{
    struct heap_choice choice = { name, strlen(name), checked };
    REQUIRE(heap_init_as(choice, region, region + REGION) == OK);
}

/* Through the object and through the express lane alike. */
static void use(const char *name, bool checked)
{
    start(name, checked);
    struct allocator *a = heap_default();
    char *blocks[40];
    for (int i = 0; i < 40; i++) {
        blocks[i] = i % 2 == 0 ? heap_alloc(layout) : allocator_alloc(a, layout);
        REQUIRE(blocks[i] != NULL);
        memset(blocks[i], i, layout.size);
    }
    REQUIRE(heap_statistics().live == 40);
    for (int i = 0; i < 40; i++) {
        const struct layout larger = { 300, 8 };
        blocks[i] = allocator_realloc(a, blocks[i], layout, larger.size);
        REQUIRE(blocks[i] != NULL && blocks[i][99] == i);
        allocator_dealloc(a, blocks[i], larger);
    }
    unsigned char *zeros = heap_alloc_zeroed(layout);
    for (size_t i = 0; i < layout.size; i++)
        REQUIRE(zeros[i] == 0);
    allocator_dealloc(a, zeros, layout);
    allocator_check(a);
    console_forget();
    REQUIRE(heap_leaks() == 0);
    REQUIRE(console_length == 0);
    heap_report();
    REQUIRE(strstr(console_text, "Heap: 0 live") != NULL);
    REQUIRE(heap_statistics().live == 0);
}

static const char *const names[] = { "bump",   "linked_list", "bucket",
                                     "bitmap", "tlsf",        "hart_caches" };

static void every_heap_can_be_the_default(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        in_a_process(use, names[i], false);
        in_a_process(use, names[i], true);
    }
}

static void leak(const char *name, bool checked)
{
    start(name, checked);
    void *kept = allocator_alloc(heap_default(), layout);
    REQUIRE(kept != NULL);
    console_forget();
    REQUIRE(heap_leaks() == 1);
    REQUIRE(strstr(console_text, "Leak: 1 blocks were not given back") != NULL);
    REQUIRE((strstr(console_text, "1 of 100 bytes, allocated by") != NULL) == checked);
}

static void a_leak_is_reported(void **state)
{
    (void)state;
    in_a_process(leak, "tlsf", true);
    in_a_process(leak, "tlsf", false);
    in_a_process(leak, "bump", true);
    in_a_process(leak, "bump", false);
}

static void refuse(const char *name, bool checked)
{
    struct heap_choice choice = { name, strlen(name), checked };
    struct heap_choice unknown = { "bumpy", 5, checked };
    REQUIRE(heap_init_as(unknown, region, region + REGION) == ERR_NOT_FOUND);
    REQUIRE(heap_init_as(choice, region + REGION, region) == ERR_INVALID);
    REQUIRE(heap_init_as(choice, NULL, region + REGION) == ERR_INVALID);
    REQUIRE(heap_alloc(layout) == NULL);
    start(name, checked);
    EXPECT_PANIC("heap_init a second time", heap_init(region, region + REGION));
}

static void bad_choices_and_bounds_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        in_a_process(refuse, names[i], false);
        in_a_process(refuse, names[i], true);
    }
}

static void dummy(const char *name, bool checked)
{
    start(name, checked);
    REQUIRE(allocator_alloc(heap_default(), layout) == NULL);
    EXPECT_PANIC("out of memory: 100 bytes", heap_alloc_or_oom(layout));
    heap_report();
    REQUIRE(heap_leaks() == 0);
}

static void the_dummy_can_be_the_default(void **state)
{
    (void)state;
    in_a_process(dummy, "dummy", true);
    in_a_process(dummy, "dummy", false);
}

/* What one hart hoards is given back when memory runs out. */
static void hoard(const char *name, bool checked)
{
    start(name, checked);
    struct allocator *a = heap_default();
    static void *blocks[20'000];
    size_t count = 0;
    while (count < 20'000 && (blocks[count] = allocator_alloc(a, layout)) != NULL)
        count++;
    REQUIRE(count < 20'000 && a->failed == 1);
    for (size_t i = 0; i < 64; i++) /* now in the caches */
        allocator_dealloc(a, blocks[--count], layout);
    void *large = allocator_alloc(a, (struct layout){ 2000, 8 });
    REQUIRE(large != NULL && a->failed == 1);
    allocator_dealloc(a, large, (struct layout){ 2000, 8 });
    while (count > 0)
        allocator_dealloc(a, blocks[--count], layout);
    REQUIRE(heap_leaks() == 0);
    REQUIRE(heap_statistics().used_bytes == 0);
}

static void caches_are_given_back_on_exhaustion(void **state)
{
    (void)state;
    in_a_process(hoard, "hart_caches", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_heap_can_be_the_default),
        cmocka_unit_test(a_leak_is_reported),
        cmocka_unit_test(bad_choices_and_bounds_are_refused),
        cmocka_unit_test(the_dummy_can_be_the_default),
        cmocka_unit_test(caches_are_given_back_on_exhaustion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
