/*
 * Address spaces against a model: random mappings in a window that crosses the borders of tables,
 * with each number of levels, while requests for frames fail; and what the audit finds.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_space
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/panic.h"
#include "fake/test_allocator.h"
#include "random.h"

#include <mmu/space.h>

/* 12 MiB, of which the middle is a border of 1 GiB. */
enum { PAGES = 3072 };
#define WINDOW (UINT64_C(5) * 1024 * 1024 * 1024 - 6 * 1024 * 1024)

/* What the model knows of a page. */
struct known {
    bool mapped;
    uint64_t to;
    enum rights rights;
    uint64_t leaf, leaf_size; /* the leaf that it is in */
};
static struct known model[PAGES];

static struct hva page_address(size_t page)
{
    return (struct hva){ WINDOW + page * PAGE_SIZE };
}

static void assert_page(const struct space *space, size_t page)
{
    struct leaf leaf;
    struct known *known = &model[page];
    uint64_t address = page_address(page).value;
    assert_int_equal(space_find(space, page_address(page), &leaf), known->mapped);
    if (!known->mapped)
        return;
    assert_int_equal(leaf.to.value + (address - leaf.from.value), known->to);
    assert_int_equal(leaf.rights, known->rights);
    assert_int_equal(leaf.from.value % leaf.size, 0);
    assert_int_equal(leaf.to.value % leaf.size, 0);
}

static void assert_all(const struct space *space)
{
    for (size_t page = 0; page < PAGES; page++)
        assert_page(space, page);
}

static bool any_mapped(size_t page, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (model[page + i].mapped)
            return true;
    return false;
}

/* True iff a leaf contains the byte before `page` and the one at it. */
static bool cuts_a_leaf(size_t page)
{
    return page < PAGES && model[page].mapped && model[page].leaf != page_address(page).value;
}

static void map_random(struct space *space, struct test_allocator *heap)
{
    static const enum rights all_rights[] = { RIGHTS_R, RIGHTS_RW, RIGHTS_RX };
    size_t page = below(PAGES), count = 1 + below(below(8) == 0 ? PAGES - page : 8);
    if (below(4) == 0) { /* room for large leaves */
        page = page / 512 * 512;
        count = 512 * (1 + below(3));
    }
    if (page + count > PAGES)
        count = PAGES - page;
    uint64_t to = (below(1000) + 1) * PAGE_SIZE;
    if (below(2) == 0)
        to = to / (2 << 20) * (2 << 20) + (page * PAGE_SIZE + WINDOW) % (2 << 20);
    enum rights rights = all_rights[below(3)];
    bool failing = below(4) == 0;
    size_t tables = space->tables;
    if (failing)
        test_allocator_fail_at(heap, 1 + below(3));
    enum error error =
        space_map(space, page_address(page), (struct hpa){ to }, count * PAGE_SIZE, rights);
    test_allocator_fail_at(heap, 0);
    if (any_mapped(page, count)) {
        assert_true(error == ERR_STATE || (failing && error == ERR_NO_MEMORY));
    } else if (error != OK) {
        assert_true(failing);
        assert_int_equal(error, ERR_NO_MEMORY);
    }
    if (error != OK) {
        assert_true(space->tables <= tables); /* and pages: the caller compares all */
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct leaf leaf;
        assert_true(space_find(space, page_address(page + i), &leaf));
        model[page + i] =
            (struct known){ true, to + i * PAGE_SIZE, rights, leaf.from.value, leaf.size };
    }
}

static void unmap_random(struct space *space)
{
    size_t page = below(PAGES), count = 1 + below(below(4) == 0 ? PAGES - page : 4);
    if (below(2) == 0) {
        page = page / 512 * 512;
        count = 512;
    }
    if (page + count > PAGES)
        count = PAGES - page;
    bool cut = cuts_a_leaf(page) || cuts_a_leaf(page + count);
    assert_int_equal(space_unmap(space, page_address(page), count * PAGE_SIZE),
                     cut ? ERR_INVALID : OK);
    if (!cut)
        memset(&model[page], 0, count * sizeof model[0]);
    if (below(4) == 0)
        space_prune(space, page_address(page), count * PAGE_SIZE);
}

static void random_mappings(unsigned levels)
{
    uint64_t seed = random_start(levels), cases = number_from("BUMPVISOR_CASES", 3000) / 3;
    printf("# %u levels, seed %llu, %llu cases\n", levels, (unsigned long long)seed,
           (unsigned long long)cases);
    static struct test_allocator heap;
    test_allocator_init(&heap);
    memset(model, 0, sizeof model);
    struct space space;
    assert_int_equal(space_init(&space, &heap.allocator, levels), OK);
    for (uint64_t i = 0; i < cases; i++) {
        if (below(3) != 0)
            map_random(&space, &heap);
        else
            unmap_random(&space);
        assert_int_equal(heap.live_blocks, space.tables);
        assert_page(&space, below(PAGES));
        if (i % 8 == 0)
            assert_all(&space);
    }
    assert_all(&space);
    struct leaf leaf;
    assert_false(space_find(&space, (struct hva){ WINDOW - 1 }, &leaf));
    assert_false(space_find(&space, page_address(PAGES), &leaf));
    space_free(&space);
    test_allocator_check_empty(&heap);
}

static void three_levels(void **state)
{
    (void)state;
    random_mappings(3);
}
static void four_levels(void **state)
{
    (void)state;
    random_mappings(4);
}
static void five_levels(void **state)
{
    (void)state;
    random_mappings(5);
}

static void large_leaves_where_alignment_allows(void **state)
{
    (void)state;
    static struct test_allocator heap;
    test_allocator_init(&heap);
    struct space space;
    struct leaf leaf;
    assert_int_equal(space_init(&space, &heap.allocator, 4), OK);
    /* 4 KiB below 1 GiB, 1 GiB, 2 MiB and 4 KiB more. */
    const uint64_t gib = UINT64_C(1) << 30, mib2 = UINT64_C(1) << 21;
    uint64_t from = 7 * gib - PAGE_SIZE, to = 3 * gib - PAGE_SIZE;
    assert_int_equal(space_map(&space, (struct hva){ from }, (struct hpa){ to },
                               PAGE_SIZE + gib + mib2 + PAGE_SIZE, RIGHTS_RW),
                     OK);
    const uint64_t sizes[][2] = { { from, PAGE_SIZE },
                                  { 7 * gib, gib },
                                  { 8 * gib - 1, gib },
                                  { 8 * gib, mib2 },
                                  { 8 * gib + mib2, PAGE_SIZE } };
    for (size_t i = 0; i < 5; i++) {
        assert_true(space_find(&space, (struct hva){ sizes[i][0] }, &leaf));
        assert_int_equal(leaf.size, sizes[i][1]);
    }
    /* A leaf goes as a whole or not at all. */
    const uint64_t whole = 8 * gib;
    const uint64_t parts[][2] = { { whole, PAGE_SIZE },
                                  { whole + PAGE_SIZE, PAGE_SIZE },
                                  { whole + mib2 - PAGE_SIZE, PAGE_SIZE },
                                  { whole - PAGE_SIZE, 2 * PAGE_SIZE },
                                  { whole + PAGE_SIZE, mib2 } };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(space_unmap(&space, (struct hva){ parts[i][0] }, parts[i][1]),
                         ERR_INVALID);
    assert_true(space_find(&space, (struct hva){ whole }, &leaf));
    assert_int_equal(leaf.size, mib2);
    assert_int_equal(space_unmap(&space, (struct hva){ whole }, mib2), OK);
    assert_false(space_find(&space, (struct hva){ whole }, &leaf));
    /* The same with addresses that differ in the 2 MiB: small leaves only. */
    assert_int_equal(space_map(&space, (struct hva){ 16 * gib }, (struct hpa){ 4 * PAGE_SIZE },
                               2 * mib2, RIGHTS_R),
                     OK);
    assert_true(space_find(&space, (struct hva){ 16 * gib + mib2 }, &leaf));
    assert_int_equal(leaf.size, PAGE_SIZE);
    assert_null(space_audit(&space).mistake);
    space_free(&space);
    test_allocator_check_empty(&heap);
}

static void bad_numbers_are_refused(void **state)
{
    (void)state;
    static struct test_allocator heap;
    for (unsigned levels = 3; levels <= 5; levels++) {
        test_allocator_init(&heap);
        struct space space;
        assert_int_equal(space_init(&space, &heap.allocator, levels), OK);
        const uint64_t limit = space_limit(levels), page = PAGE_SIZE;
        const uint64_t bad[][3] = {
            /* from, to, size */
            { 1, 0, page },
            { 0, 1, page },
            { 0, 0, 1 },
            { 0, 0, 0 },
            { limit, 0, page },
            { limit - page, 0, 2 * page },
            { 0, 0, limit + page },
            { -page, 0, page },
            { page, 0, -page },
            { 0, 0, -page },
        };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            struct hva from = { bad[i][0] };
            assert_int_equal(
                space_map(&space, from, (struct hpa){ bad[i][1] }, bad[i][2], RIGHTS_R),
                ERR_INVALID);
            if (bad[i][1] == 0)
                assert_int_equal(space_unmap(&space, from, bad[i][2]), ERR_INVALID);
        }
        struct leaf leaf;
        assert_false(space_find(&space, (struct hva){ limit }, &leaf));
        assert_int_equal(
            space_map(&space, (struct hva){ limit - page }, (struct hpa){ 0 }, page, RIGHTS_R), OK);
        assert_int_equal(space_unmap(&space, (struct hva){ limit - page }, page), OK);
        space_free(&space);
        test_allocator_check_empty(&heap);
    }
    struct space space;
    EXPECT_PANIC("levels", (void)space_init(&space, &heap.allocator, 2));
    EXPECT_PANIC("levels", (void)space_init(&space, &heap.allocator, 6));
    test_allocator_fail_at(&heap, 1);
    assert_int_equal(space_init(&space, &heap.allocator, 3), ERR_NO_MEMORY);
}

static void a_range_on_frames_of_its_own(void **state)
{
    (void)state;
    static struct test_allocator tables, frames;
    test_allocator_init(&tables);
    test_allocator_init(&frames);
    struct space space;
    assert_int_equal(space_init(&space, &tables.allocator, 4), OK);
    /* From 0x444444440000 on: 4 KiB pages up to the next 2 MiB, then large ones, then small. */
    const struct hva from = { 0x444444440000 };
    const uint64_t size = (4 << 20) + 5 * PAGE_SIZE;
    size_t requests = 0;
    for (size_t n = 1; n < 5000; n++) { /* the n-th frame is not there, nor any after it */
        test_allocator_fail_from(&frames, n);
        enum error error = map_range(&space, from, size, &frames.allocator, RIGHTS_RW);
        if (error == OK) {
            requests = n;
            break;
        }
        assert_int_equal(error, ERR_NO_MEMORY);
        assert_int_equal(frames.live_blocks, 0);
        assert_int_equal(tables.live_blocks, 1); /* the root */
        assert_null(space_audit(&space).mistake);
        assert_int_equal(space_audit(&space).leaves, 0);
    }
    assert_true(requests > 400);
    test_allocator_fail_from(&frames, 0);
    assert_int_equal(frames.live_bytes, size);
    /* What is there is not mapped again, and no frame is lost by trying. */
    assert_int_equal(map_range(&space, (struct hva){ from.value + size - PAGE_SIZE }, 3 * PAGE_SIZE,
                               &frames.allocator, RIGHTS_RW),
                     ERR_STATE);
    assert_int_equal(map_range(&space, (struct hva){ from.value - 3 * PAGE_SIZE }, 5 * PAGE_SIZE,
                               &frames.allocator, RIGHTS_RW),
                     ERR_STATE);
    assert_int_equal(map_range(&space, from, 0, &frames.allocator, RIGHTS_RW), ERR_INVALID);
    assert_int_equal(map_range(&space, from, PAGE_SIZE + 1, &frames.allocator, RIGHTS_RW),
                     ERR_INVALID);
    assert_int_equal(
        map_range(&space, (struct hva){ from.value + 8 }, PAGE_SIZE, &frames.allocator, RIGHTS_RW),
        ERR_INVALID);
    assert_int_equal(frames.live_bytes, size);
    EXPECT_PANIC("0x444444845000", unmap_range(&space, (struct hva){ 0x444444845000 },
                                               3 * PAGE_SIZE, &frames.allocator));
    unmap_range(&space, from, size, &frames.allocator);
    test_allocator_check_empty(&frames);
    assert_int_equal(tables.live_blocks, 1);
    /* The same with tables that run out, at every index. */
    for (size_t n = 1;; n++) {
        test_allocator_fail_from(&tables, n);
        enum error error = map_range(&space, from, size, &frames.allocator, RIGHTS_RW);
        test_allocator_fail_from(&tables, 0);
        if (error == OK)
            break;
        assert_int_equal(error, ERR_NO_MEMORY);
        test_allocator_check_empty(&frames);
        assert_int_equal(tables.live_blocks, 1);
    }
    unmap_range(&space, from, size, &frames.allocator);
    test_allocator_check_empty(&frames);
    /* Large pages again where empty tables were left behind. */
    assert_int_equal(space_map(&space, (struct hva){ 0 }, (struct hpa){ 0 }, PAGE_SIZE, RIGHTS_R),
                     OK);
    assert_int_equal(space_unmap(&space, (struct hva){ 0 }, PAGE_SIZE), OK);
    assert_int_equal(map_range(&space, (struct hva){ 0 }, 2 << 20, &frames.allocator, RIGHTS_R),
                     OK);
    struct leaf leaf;
    assert_true(space_find(&space, (struct hva){ 0 }, &leaf));
    assert_int_equal(leaf.size, 2 << 20);
    unmap_range(&space, (struct hva){ 0 }, 2 << 20, &frames.allocator);
    space_free(&space);
    test_allocator_check_empty(&tables);
    test_allocator_check_empty(&frames);
}

/* The entry of page 0, by hand, past all that the functions refuse. */
static struct pte *entry_of_page_0(const struct space *space)
{
    struct pte *table = space->root;
    for (unsigned level = space->levels - 1; level > 0; level--)
        table = pte_table(table[0]);
    return &table[0];
}

static void the_audit_finds_mistakes(void **state)
{
    (void)state;
    static struct test_allocator heap;
    test_allocator_init(&heap);
    struct space space;
    assert_int_equal(space_init(&space, &heap.allocator, 3), OK);
    assert_int_equal(
        space_map(&space, (struct hva){ 0 }, (struct hpa){ 0x5000 }, 4 * PAGE_SIZE, RIGHTS_RW), OK);
    assert_int_equal(
        space_map(&space, (struct hva){ 0x100000 }, (struct hpa){ 0x7000 }, PAGE_SIZE, RIGHTS_RW),
        OK);
    struct audit audit = space_audit(&space);
    assert_null(audit.mistake); /* twice, with the same rights */
    assert_int_equal(audit.leaves, 5);

    struct pte *entry = entry_of_page_0(&space), good = *entry;
    entry->bits |= PTE_X;
    assert_string_equal(space_audit(&space).mistake, "writable and executable");
    *entry = good;
    entry->bits &= ~PTE_R;
    assert_non_null(strstr(space_audit(&space).mistake, "reserved"));
    *entry = good;

    assert_int_equal(
        space_map(&space, (struct hva){ 0x200000 }, (struct hpa){ 0x8000 }, PAGE_SIZE, RIGHTS_RX),
        OK);
    audit = space_audit(&space);
    assert_string_equal(audit.mistake, "mapped twice with different rights");
    assert_int_equal(audit.first.from.value, 0); /* the run of four */
    assert_int_equal(audit.second.from.value, 0x200000);
    assert_int_equal(space_unmap(&space, (struct hva){ 0x200000 }, PAGE_SIZE), OK);

    assert_int_equal(
        space_map(&space, (struct hva){ 0x400000 }, (struct hpa){ 0x400000 }, 0x200000, RIGHTS_R),
        OK);
    assert_null(space_audit(&space).mistake);
    struct pte *large = &pte_table(space.root[0])[2];
    large->bits |= UINT64_C(1) << 10; /* 4 KiB off */
    assert_string_equal(space_audit(&space).mistake, "not aligned to its size");
    large->bits &= ~(UINT64_C(1) << 10);

    for (uint64_t i = 0; i < 300; i++) /* no two continue each other */
        assert_int_equal(space_map(&space, (struct hva){ 0x800000 + 2 * i * PAGE_SIZE },
                                   (struct hpa){ 0x800000 }, PAGE_SIZE, RIGHTS_R),
                         OK);
    assert_non_null(strstr(space_audit(&space).mistake, "more runs"));
    space_free(&space);
    test_allocator_check_empty(&heap);
}

static void numbers_of_the_formats(void **state)
{
    (void)state;
    assert_int_equal(space_limit(3), UINT64_C(1) << 38);
    assert_int_equal(space_limit(4), UINT64_C(1) << 47);
    assert_int_equal(space_limit(5), UINT64_C(1) << 56);
    struct space space = { .root = (struct pte *)(uintptr_t)0x80400000, .levels = 3 };
    assert_int_equal(space_satp(&space), UINT64_C(8) << 60 | 0x80400);
    space.levels = 5;
    assert_int_equal(space_satp(&space), UINT64_C(10) << 60 | 0x80400);
    /* The bits of a leaf, from the specification's drawing: D A G U X W R V. */
    assert_int_equal(pte_leaf((struct hpa){ 0x80200000 }, RIGHTS_RX).bits, 0x80200 << 10 | 0xcb);
    assert_int_equal(pte_leaf((struct hpa){ 0 }, RIGHTS_RW).bits, 0xc7);
    assert_int_equal(pte_leaf((struct hpa){ 0 }, RIGHTS_R).bits, 0xc3);
    const struct pte high = { UINT64_MAX };
    assert_int_equal(pte_page(high).value, UINT64_C(0xff'ffff'ffff'f000)); /* 56 bits */
    assert_string_equal(rights_name(RIGHTS_RX), "R-X");
    assert_string_equal(rights_name(RIGHTS_NONE), "---");
}

/* The second stage: a root of 2,048 entries, U in every leaf, four times as many addresses. */
static void a_guests_space(void **state)
{
    (void)state;
    static struct test_allocator frames;
    test_allocator_init(&frames);
    for (unsigned levels = 3; levels <= 5; levels++) {
        struct space space;
        struct leaf leaf;
        const uint64_t limit = UINT64_C(1) << (9 * levels + 14), gib = UINT64_C(1) << 30;
        assert_int_equal(space_init_guest(&space, &frames.allocator, levels), OK);
        assert_int_equal((uintptr_t)space.root % 16384, 0);
        assert_int_equal(space.limit, limit);
        for (size_t i = 0; i < 2048; i++)
            assert_int_equal(space.root[i].bits, 0);
        const struct hva last = { limit - gib }, page = { limit / 2 + 0x1000 };
        assert_int_equal(space_map(&space, last, (struct hpa){ 2 * gib }, gib, RIGHTS_RWX_GUEST),
                         OK);
        assert_int_equal(space_map(&space, page, (struct hpa){ gib }, PAGE_SIZE, RIGHTS_R), OK);
        assert_int_equal(
            space_map(&space, (struct hva){ limit }, (struct hpa){ 0 }, PAGE_SIZE, RIGHTS_R),
            ERR_INVALID);
        assert_true(space_find(&space, (struct hva){ limit - 1 }, &leaf));
        assert_int_equal(leaf.to.value, 2 * gib);
        assert_int_equal(leaf.rights, RIGHTS_RWX_GUEST);
        assert_true(space_find(&space, page, &leaf));
        assert_int_equal(leaf.size, PAGE_SIZE);
        assert_false(space_find(&space, (struct hva){ limit }, &leaf));
        assert_false(space_find(&space, (struct hva){ 0 }, &leaf));
        if (levels == 3) { /* the root itself has the large leaf */
            assert_int_equal(space.root[2047].bits & PTE_U, PTE_U);
            assert_int_equal(space_hgatp(&space, 5),
                             UINT64_C(8) << 60 | UINT64_C(5) << 44 | (uintptr_t)space.root >> 12);
        }
        const size_t tables = space.tables;
        assert_int_equal(space_unmap(&space, page, PAGE_SIZE), OK);
        space_prune(&space, page, PAGE_SIZE);
        assert_int_equal(space.tables, tables - (levels - 1));
        space_free(&space);
        assert_int_equal(space.tables, 0);
        test_allocator_check_empty(&frames);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_levels),
        cmocka_unit_test(four_levels),
        cmocka_unit_test(five_levels),
        cmocka_unit_test(large_leaves_where_alignment_allows),
        cmocka_unit_test(bad_numbers_are_refused),
        cmocka_unit_test(a_range_on_frames_of_its_own),
        cmocka_unit_test(the_audit_finds_mistakes),
        cmocka_unit_test(numbers_of_the_formats),
        cmocka_unit_test(a_guests_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
