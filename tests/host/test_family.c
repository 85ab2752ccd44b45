/*
 * The whole family against one model: random operations with each allocator's own check after
 * every step, the walk against the statistics, contents, alignment, and no byte owned twice.
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
#include "random.h"

#include <heap/checked.h>
#include <heap/family.h>
#include <heap/hart_caches.h>
#include <heap/locked.h>

enum { SLOTS = 64, REGION = 256 * 1024 };

static _Alignas(4096) unsigned char region[REGION];
static unsigned char owner[REGION]; /* 0: nobody; else the slot, from 1 on */
static union any_heap heap;
static struct checked checked;
static struct locked locked;
static struct hart_caches hart_caches;
static struct allocator *under_test; /* heap, or one of these around it */

static struct slot {
    unsigned char *block;
    struct layout layout;
    unsigned char fill;
} slots[SLOTS];

/* The bytes at `block` are ours alone, or were: from `before` to `after`. */
static void own(const unsigned char *block, size_t size, unsigned before, unsigned after)
{
    size_t offset = (size_t)(block - region);
    assert_true(offset < REGION && size <= REGION - offset);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(owner[offset + i], before);
        owner[offset + i] = (unsigned char)after;
    }
}

static void verify(const struct slot *slot, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(slot->block[i], slot->fill);
}

static void fill(struct slot *slot)
{
    slot->fill = (unsigned char)(1 + below(255));
    memset(slot->block, slot->fill, slot->layout.size);
}

struct sums {
    uintptr_t at; /* where the next span must begin; 0: anywhere */
    size_t free, used;
};

static void sum_up(void *context, struct heap_span span)
{
    struct sums *sums = context;
    assert_true(sums->at == 0 || span.start == sums->at);
    assert_true(span.size > 0);
    sums->at = span.start + span.size;
    for (uintptr_t b = span.start; span.kind != SPAN_USED && b < sums->at; b++)
        assert_int_equal(owner[b - (uintptr_t)region], 0); /* a block is never in a free span */
    *(span.kind == SPAN_FREE ? &sums->free : &sums->used) += span.kind == SPAN_OWN ? 0 : span.size;
}

static void check_all(size_t live, bool walk)
{
    allocator_check(under_test);
    struct heap_statistics s = allocator_statistics(under_test);
    assert_int_equal(s.live, live);
    assert_true(s.peak >= s.live && s.high_water_bytes >= s.used_bytes);
    if (!walk)
        return;
    struct sums sums = { 0 };
    allocator_walk(under_test, sum_up, &sums);
    if (under_test == &hart_caches.allocator) /* a walk takes what is in the caches for used */
        s = allocator_statistics(&heap.allocator);
    assert_int_equal(sums.used, s.used_bytes);
    assert_int_equal(sums.free, s.left_bytes);
}

static struct layout any_layout(void)
{
    static const size_t ranges[] = { 16, 64, 512, 2048, 5000, 20'000 };
    size_t align = below(8) == 0 ? (size_t)1 << below(14) : (size_t)1 << below(5);
    return (struct layout){ 1 + below(ranges[below(ARRAY_LENGTH(ranges))]), align };
}

static void do_alloc(struct slot *slot, size_t number)
{
    slot->layout = any_layout();
    bool zeroed = below(4) == 0;
    slot->block = zeroed ? allocator_alloc_zeroed(under_test, slot->layout)
                         : allocator_alloc(under_test, slot->layout);
    if (slot->block == NULL)
        return;
    assert_int_equal((uintptr_t)slot->block % slot->layout.align, 0);
    own(slot->block, slot->layout.size, 0, (unsigned)number + 1);
    for (size_t i = 0; zeroed && i < slot->layout.size; i++)
        assert_int_equal(slot->block[i], 0);
    fill(slot);
}

static void do_dealloc(struct slot *slot, size_t number)
{
    verify(slot, slot->layout.size);
    own(slot->block, slot->layout.size, (unsigned)number + 1, 0);
    allocator_dealloc(under_test, slot->block, slot->layout);
    slot->block = NULL;
}

static void do_realloc(struct slot *slot, size_t number)
{
    size_t new_size = any_layout().size, size = slot->layout.size;
    verify(slot, size);
    own(slot->block, size, (unsigned)number + 1, 0);
    unsigned char *moved = allocator_realloc(under_test, slot->block, slot->layout, new_size);
    if (moved != NULL) {
        slot->block = moved;
        slot->layout.size = new_size;
        assert_int_equal((uintptr_t)moved % slot->layout.align, 0);
    }
    own(slot->block, slot->layout.size, 0, (unsigned)number + 1);
    verify(slot, size < slot->layout.size ? size : slot->layout.size);
    fill(slot);
}

static size_t live_slots(void)
{
    size_t live = 0;
    for (size_t i = 0; i < SLOTS; i++)
        live += slots[i].block != NULL;
    return live;
}

/* All slots, then all free again: what the heap had at first it has at last. */
enum wrapper { PLAIN, CHECKED, CACHES };

static void run(const struct family_member *member, enum wrapper wrapper, uint64_t operations,
                size_t bytes)
{
    memset(&heap, 0, sizeof heap);
    memset(owner, 0, sizeof owner);
    memset(slots, 0, sizeof slots);
    assert_int_equal(member->init(&heap, region + 24, region + bytes), OK);
    checked_init(&checked, &heap.allocator, region + 24, region + bytes);
    locked_init(&locked, &heap.allocator);
    hart_caches_init(&hart_caches, &locked.allocator);
    under_test = wrapper == CHECKED  ? &checked.allocator
                 : wrapper == CACHES ? &hart_caches.allocator
                                     : &heap.allocator;
    size_t left = allocator_statistics(under_test).left_bytes;
    for (uint64_t n = 0; n < operations; n++) {
        size_t number = below(SLOTS);
        struct slot *slot = &slots[number];
        if (slot->block == NULL)
            do_alloc(slot, number);
        else if (below(3) == 0)
            do_realloc(slot, number);
        else
            do_dealloc(slot, number);
        check_all(live_slots(), n % 16 == 0);
        if (n % 5000 == 4999) /* a fresh start for who cannot reuse */
            for (size_t i = 0; i < SLOTS; i++)
                if (slots[i].block != NULL)
                    do_dealloc(&slots[i], i);
    }
    for (size_t i = 0; i < SLOTS; i++)
        if (slots[i].block != NULL)
            do_dealloc(&slots[i], i);
    check_all(0, true);
    checked_empty_quarantine(&checked);
    hart_caches_give_back(&hart_caches);
    assert_int_equal(allocator_statistics(under_test).left_bytes, left);
}

static void random_operations_agree_with_the_model(void **state)
{
    (void)state;
    uint64_t operations = number_from("BUMPVISOR_CASES", 30'000);
    for (size_t i = 0; i < family_size; i++) {
        if (!family[i].gives)
            continue;
        uint64_t seed = random_start(20'261'121);
        printf("# %s: %llu cases, seed %llu\n", family[i].name, (unsigned long long)operations,
               (unsigned long long)seed);
        run(&family[i], PLAIN, operations / 4, REGION);
        run(&family[i], PLAIN, operations / 4, REGION / 4); /* often full */
        run(&family[i], CHECKED, operations / 4, REGION / 2);
        run(&family[i], CACHES, operations / 4, REGION / 2);
    }
}

static void bad_bounds_are_refused_and_change_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++) {
        const struct family_member *member = &family[i];
        if (!member->gives)
            continue;
        union any_heap zero;
        memset(&zero, 0, sizeof zero);
        memset(&heap, 0, sizeof heap);
        assert_int_equal(member->init(&heap, NULL, region), ERR_INVALID);
        assert_int_equal(member->init(&heap, region + 64, region), ERR_INVALID);
        assert_int_equal(member->init(&heap, region, region), ERR_INVALID);
        assert_int_equal(member->init(&heap, region, region + 15), ERR_INVALID);
        assert_int_equal(member->init(&heap, (void *)(UINTPTR_MAX - 3), (void *)UINTPTR_MAX),
                         ERR_INVALID);
        assert_memory_equal(&heap, &zero, sizeof heap);
    }
}

/* From too small, through just large enough, to some pages: init refuses or the heap works. */
static void every_size_of_region_works_or_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++) {
        if (!family[i].gives)
            continue;
        size_t works = 0;
        for (size_t size = 0; size < 3 * 4096; size += 8) {
            memset(&heap, 0, sizeof heap);
            memset(owner, 0, sizeof owner);
            under_test = &heap.allocator;
            enum error error = family[i].init(&heap, region + 8, region + 8 + size);
            if (error)
                continue;
            works++;
            check_all(0, true);
            void *block = allocator_alloc(&heap.allocator, (struct layout){ 1, 1 });
            assert_non_null(block);
            check_all(1, false);
            allocator_dealloc(&heap.allocator, block, (struct layout){ 1, 1 });
            check_all(0, true);
        }
        assert_true(works > 100);
    }
}

static void names_are_found_and_no_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++)
        assert_ptr_equal(family_find(family[i].name, strlen(family[i].name)), &family[i]);
    assert_null(family_find("bum", 3));
    assert_null(family_find("bumpy", 5));
    assert_null(family_find("", 0));
}

static void the_dummy_refuses_all(void **state)
{
    (void)state;
    memset(&heap, 0, sizeof heap);
    assert_int_equal(family_find("dummy", 5)->init(&heap, region, region + REGION), OK);
    assert_null(allocator_alloc(&heap.allocator, (struct layout){ 1, 1 }));
    assert_null(allocator_alloc_zeroed(&heap.allocator, (struct layout){ 1, 1 }));
    assert_int_equal(heap.allocator.last_error, ERR_NO_MEMORY);
    assert_int_equal(allocator_statistics(&heap.allocator).failed, 2);
    allocator_check(&heap.allocator);
    allocator_walk(&heap.allocator, sum_up, NULL); /* nothing to visit */
    allocator_dealloc(&heap.allocator, NULL, (struct layout){ 1, 1 });
    EXPECT_PANIC("the dummy allocator never hands out a block",
                 (allocator_dealloc(&heap.allocator, region, (struct layout){ 1, 1 }), 0));
    EXPECT_PANIC("the dummy allocator never hands out a block",
                 allocator_realloc(&heap.allocator, region, (struct layout){ 1, 1 }, 2));
}

static void sizes_and_alignments_that_cannot_fit_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++) {
        memset(&heap, 0, sizeof heap);
        assert_int_equal(family[i].init(&heap, region, region + REGION), OK);
        struct allocator *a = &heap.allocator;
        size_t refused = 0;
        for (unsigned shift = 0; shift < 64; shift++)
            for (size_t back = 0; back <= 64; back++, refused++)
                assert_null(allocator_alloc(
                    a, (struct layout){ (size_t)PTRDIFF_MAX - back, (size_t)1 << shift }));
        for (unsigned shift = 19; shift < 64; shift++, refused++)
            assert_null(allocator_alloc(a, (struct layout){ (size_t)1 << shift, 1 }));
        for (unsigned shift = 40; shift < 64; shift++, refused++)
            assert_null(allocator_alloc(a, (struct layout){ 1, (size_t)1 << shift }));
        assert_int_equal(a->failed, refused);
        assert_int_equal(allocator_statistics(a).count, 0);
        allocator_check(a);
    }
}

/* What each can notice by itself, without the checked wrapper. */
static void notices_misuse(const struct family_member *member)
{
    const struct layout layout = { 100, 8 };
    memset(&heap, 0, sizeof heap);
    assert_int_equal(member->init(&heap, region, region + REGION), OK);
    struct allocator *a = &heap.allocator;
    static char elsewhere[64] __attribute__((aligned(16)));
    EXPECT_PANIC("not a block of this heap", (allocator_dealloc(a, elsewhere, layout), 0));
    char *volatile keep = allocator_alloc(a, layout);
    char *volatile block = allocator_alloc(a, layout);
    EXPECT_PANIC("not a block of this heap", (allocator_dealloc(a, block + 1, layout), 0));
    allocator_dealloc(a, block, layout);
    EXPECT_PANIC("free already", (allocator_dealloc(a, block, layout), 0));
    allocator_dealloc(a, keep, layout);
}

static void misuse_that_an_allocator_notices_by_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++)
        if (family[i].reuses)
            notices_misuse(&family[i]);
}

/* The most that was ever live, as who looks after each operation saw it. */
static void peaks_are_kept(const struct family_member *member, struct allocator *a)
{
    size_t live = 0, peak = 0, most = 0;
    for (int n = 0; n < 2000; n++) {
        struct slot *slot = &slots[below(SLOTS)];
        if (slot->block == NULL) {
            slot->layout = any_layout();
            slot->block = allocator_alloc(a, slot->layout);
            live += slot->block != NULL;
        } else {
            allocator_dealloc(a, slot->block, slot->layout);
            slot->block = NULL;
            live--;
        }
        struct heap_statistics s = allocator_statistics(a);
        peak = live > peak ? live : peak;
        most = s.used_bytes > most ? s.used_bytes : most;
        assert_int_equal(s.peak, peak);
        if (strcmp(member->name, "bucket") == 0) /* counts what it ever laid out */
            assert_true(s.high_water_bytes >= most);
        else
            assert_int_equal(s.high_water_bytes, most);
    }
}

/* Two blocks are live while one is copied into the other. */
static void a_copy_counts(struct allocator *a)
{
    const struct layout layout = { 4000, 8 };
    void *first = allocator_alloc(a, layout), *second = allocator_alloc(a, layout);
    void *moved = allocator_realloc(a, first, layout, 9000);
    assert_true(second != NULL && moved != NULL && moved != first);
    struct heap_statistics s = allocator_statistics(a);
    assert_int_equal(s.live, 2);
    assert_int_equal(s.peak, 3);
    assert_true(s.high_water_bytes >= 4000 + 4000 + 9000);
}

static void a_lock_keeps_the_peaks(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++)
        for (int copy = 0; copy < 2 && family[i].gives; copy++) {
            memset(&heap, 0, sizeof heap);
            memset(slots, 0, sizeof slots);
            assert_int_equal(family[i].init(&heap, region, region + REGION), OK);
            locked_init(&locked, &heap.allocator);
            if (copy == 1)
                a_copy_counts(&locked.allocator);
            else
                peaks_are_kept(&family[i], &locked.allocator);
        }
}

static void checking_keeps_the_peaks(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++)
        if (family[i].gives) {
            memset(&heap, 0, sizeof heap);
            memset(slots, 0, sizeof slots);
            assert_int_equal(family[i].init(&heap, region, region + REGION), OK);
            checked_init(&checked, &heap.allocator, region, region + REGION);
            peaks_are_kept(&family[i], &checked.allocator);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_and_no_others),
        cmocka_unit_test(bad_bounds_are_refused_and_change_nothing),
        cmocka_unit_test(every_size_of_region_works_or_is_refused),
        cmocka_unit_test(the_dummy_refuses_all),
        cmocka_unit_test(sizes_and_alignments_that_cannot_fit_are_refused),
        cmocka_unit_test(misuse_that_an_allocator_notices_by_itself),
        cmocka_unit_test(a_lock_keeps_the_peaks),
        cmocka_unit_test(checking_keeps_the_peaks),
        cmocka_unit_test(random_operations_agree_with_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
