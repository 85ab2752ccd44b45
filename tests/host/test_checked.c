/*
 * The checked heap: every kind of misuse, around every allocator of the family, is named. The same
 * rows boot on the target: tests/target/misuse.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/console.h"
#include "fake/panic.h"

#include <heap/checked.h>
#include <heap/family.h>
#include <heap/locked.h>
#include <heap/report.h>
#include <riscv/hart.h>

enum { REGION = 1024 * 1024 };
static _Alignas(4096) unsigned char region[REGION];
static union any_heap heap;
static struct checked checked;
static struct allocator *const a = &checked.allocator;
static const struct layout layout = { 100, 8 };

static void start(const struct family_member *member)
{
    memset(&heap, 0, sizeof heap);
    memset(region, 0, sizeof region);
    assert_int_equal(member->init(&heap, region, region + REGION), OK);
    checked_init(&checked, &heap.allocator, region, region + REGION);
}

static void give_back(void *block, struct layout asked)
{
    allocator_dealloc(a, block, asked);
}

static void double_free(void)
{
    char *block = allocator_alloc(a, layout);
    give_back(block, layout);
    EXPECT_PANIC("heap misuse: double free: block", (give_back(block, layout), 0));
}

/* Also when the block has left the quarantine. */
static void late_double_free(void)
{
    char *block = allocator_alloc(a, layout);
    give_back(block, layout);
    checked_empty_quarantine(&checked);
    EXPECT_PANIC("was given back long ago", (give_back(block, layout), 0));
}

static void wrong_size(void)
{
    char *block = allocator_alloc(a, layout);
    EXPECT_PANIC("heap misuse: wrong size: block",
                 (give_back(block, (struct layout){ 101, 8 }), 0));
    EXPECT_PANIC("of 100 bytes aligned to 8 (asked: 99, 8)",
                 (give_back(block, (struct layout){ 99, 8 }), 0));
    EXPECT_PANIC("wrong size", allocator_realloc(a, block, (struct layout){ 99, 8 }, 10));
    give_back(block, layout);
}

static void wrong_alignment(void)
{
    char *block = allocator_alloc(a, layout);
    EXPECT_PANIC("heap misuse: wrong alignment: block",
                 (give_back(block, (struct layout){ 100, 16 }), 0));
    give_back(block, layout);
}

static void foreign_pointer(void)
{
    static _Alignas(16) char elsewhere[256];
    EXPECT_PANIC("heap misuse: foreign pointer", (give_back(elsewhere + 128, layout), 0));
    char *block = allocator_alloc(a, layout);
    EXPECT_PANIC("heap misuse: foreign pointer", (give_back(region + REGION - 16, layout), 0));
    EXPECT_PANIC("heap misuse: foreign pointer", (give_back(block + 160, layout), 0));
    give_back(block, layout);
}

static void interior_pointer(void)
{
    char *block = allocator_alloc(a, layout);
    EXPECT_PANIC("interior pointer: it points into this block", (give_back(block + 1, layout), 0));
    EXPECT_PANIC("interior pointer: it points into this block", (give_back(block + 16, layout), 0));
    give_back(block, layout);
}

static void overflow_of(size_t size)
{
    const struct layout odd = { size, 1 };
    char *block = allocator_alloc(a, odd);
    char before = block[size];
    block[size] = (char)(before + 1);
    EXPECT_PANIC("heap misuse: overflow", (give_back(block, odd), 0));
    EXPECT_PANIC("heap misuse: overflow", (allocator_check(a), 0));
    EXPECT_PANIC("heap misuse: overflow", allocator_realloc(a, block, odd, size + 1));
    block[size] = before;
    give_back(block, odd);
}

static void overflow_by_one(void)
{
    for (size_t size = 1; size <= 40; size++)
        overflow_of(size);
}

static void underflow_by_one(void)
{
    char *block = allocator_alloc(a, layout);
    block[-1] ^= 1;
    EXPECT_PANIC("heap misuse: underflow", (give_back(block, layout), 0));
    EXPECT_PANIC("heap misuse: underflow", (allocator_check(a), 0));
    block[-1] ^= 1;
    give_back(block, layout);
}

static void write_after_free_at(size_t at)
{
    char *block = allocator_alloc(a, layout);
    give_back(block, layout);
    char before = block[at];
    block[at] = 0;
    EXPECT_PANIC("heap misuse: write after free", (allocator_check(a), 0));
    EXPECT_PANIC("heap misuse: write after free", (checked_empty_quarantine(&checked), 0));
    block[at] = before;
}

static void write_after_free(void)
{
    for (size_t at = 0; at < layout.size; at++)
        write_after_free_at(at);
}

/* Without anybody asking: when the block leaves the quarantine. */
static void write_after_free_is_found_in_time(void)
{
    char *block = allocator_alloc(a, layout);
    give_back(block, layout);
    block[3] = 0;
    for (int i = 0; i < CHECKED_QUARANTINE - 1; i++)
        give_back(allocator_alloc(a, layout), layout);
    void *last = allocator_alloc(a, layout);
    EXPECT_PANIC("heap misuse: write after free", (give_back(last, layout), 0));
}

static void new_memory_is_full_of_nonsense(void)
{
    unsigned char *block = allocator_alloc(a, layout);
    for (size_t i = 0; i < layout.size; i++)
        assert_int_equal(block[i], CHECKED_NEW);
    block = allocator_realloc(a, block, layout, 200);
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(block[i], CHECKED_NEW);
    give_back(block, (struct layout){ 200, 8 });
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(block[i], CHECKED_FREED);
    block = allocator_alloc_zeroed(a, layout);
    for (size_t i = 0; i < layout.size; i++)
        assert_int_equal(block[i], 0);
    give_back(block, layout);
}

static void allocation_inside_a_trap(void)
{
    fake_hart.in_trap = true;
    EXPECT_PANIC("heap misuse: allocation inside a trap", allocator_alloc(a, layout));
    fake_hart.in_trap = false;
}

/* The quarantine is no reason to refuse. */
static void exhaustion_empties_the_quarantine(void)
{
    size_t large = heap_shape(&heap.allocator).largest_free / 2;
    const struct layout half = { large, 8 };
    for (int i = 0; i < 5; i++) {
        void *block = allocator_alloc(a, half);
        assert_non_null(block);
        give_back(block, half);
    }
    assert_int_equal(a->failed, 0);
    assert_null(allocator_alloc(a, (struct layout){ REGION, 8 }));
    assert_null(allocator_alloc(a, (struct layout){ PTRDIFF_MAX, 8 }));
    assert_int_equal(a->last_error, ERR_OVERFLOW);
    assert_null(allocator_alloc(a, (struct layout){ 1, (size_t)1 << 63 }));
    assert_int_equal(a->failed, 3);
}

static void refused_realloc_keeps_the_block(void)
{
    char *block = allocator_alloc(a, layout);
    memset(block, 7, layout.size);
    assert_null(allocator_realloc(a, block, layout, REGION));
    assert_null(allocator_realloc(a, block, layout, PTRDIFF_MAX));
    for (size_t i = 0; i < layout.size; i++)
        assert_int_equal(block[i], 7);
    allocator_check(a);
    give_back(block, layout);
    assert_int_equal(allocator_statistics(a).live, 0);
}

static void everywhere(void (*row)(void))
{
    for (size_t i = 0; i < family_size; i++) {
        if (!family[i].gives)
            continue;
        start(&family[i]);
        row();
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} rows[] = {
    { "double free", double_free },
    { "double free, late", late_double_free },
    { "wrong size", wrong_size },
    { "wrong alignment", wrong_alignment },
    { "foreign pointer", foreign_pointer },
    { "interior pointer", interior_pointer },
    { "overflow by one", overflow_by_one },
    { "underflow by one", underflow_by_one },
    { "write after free", write_after_free },
    { "write after free, found in time", write_after_free_is_found_in_time },
    { "new memory", new_memory_is_full_of_nonsense },
    { "allocation inside a trap", allocation_inside_a_trap },
    { "exhaustion", exhaustion_empties_the_quarantine },
    { "refused realloc", refused_realloc_keeps_the_block },
};

static void every_misuse_is_named_around_every_allocator(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        everywhere(rows[i].run);
        printf("# %s\n", rows[i].name);
    }
}

/* The word at the start of a free block is where the allocators keep their links. */
static void damage(const struct family_member *member)
{
    const struct layout small = { 3000, 8 }; /* of a size that bucket keeps in a list as well */
    start(member);
    struct allocator *inner = &heap.allocator;
    uint64_t *block = allocator_alloc(inner, small);
    assert_non_null(allocator_alloc(inner, small));
    allocator_dealloc(inner, block, small);
    block[0] = UINT64_C(0x4141414141414141);
    EXPECT_PANIC("assertion failed", (allocator_check(inner), 0));
}

static void damage_to_the_free_list_is_noticed(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++)
        if (family[i].reuses && strcmp(family[i].name, "bitmap") != 0) /* keeps nothing there */
            damage(&family[i]);
}

static void the_check_comes_by_itself(void **state)
{
    (void)state;
    start(family_find("bump", 4));
    char *block = allocator_alloc(a, layout), *volatile other = NULL;
    block[100] = 0;
    size_t quiet = checked_interval(&checked) - 1; /* the first block was an operation too */
    for (size_t i = 0; i < quiet; i++)             /* alloc and free by turns */
        if (i % 2 == 0)
            other = allocator_alloc(a, layout);
        else
            give_back(other, layout);
    EXPECT_PANIC("heap misuse: overflow", allocator_alloc(a, layout));
}

static void the_report_tells_sizes_sites_and_shape(void **state)
{
    (void)state;
    start(family_find("linked_list", 11));
    void *blocks[10];
    for (int i = 0; i < 10; i++)
        blocks[i] = allocator_alloc(a, layout);
    void *single = allocator_alloc(a, (struct layout){ 5000, 8 });
    give_back(blocks[4], layout);
    checked_empty_quarantine(&checked);
    console_forget();
    report_heap(a);
    report_live_blocks(&checked);
    assert_non_null(strstr(console_text, "Heap: 10 live (peak 11), 11 allocations, 0 failed"));
    assert_non_null(strstr(console_text, "in 2 pieces"));
    assert_non_null(strstr(console_text, "live blocks: 10"));
    assert_non_null(strstr(console_text, "     9 of 100 bytes, allocated by"));
    assert_non_null(strstr(console_text, "     1 of 5000 bytes, allocated by"));
    assert_non_null(strstr(console_text, "  oooo"));
    assert_non_null(strstr(console_text, "................\n"));
    (void)single;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_misuse_is_named_around_every_allocator),
        cmocka_unit_test(damage_to_the_free_list_is_noticed),
        cmocka_unit_test(the_check_comes_by_itself),
        cmocka_unit_test(the_report_tells_sizes_sites_and_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
