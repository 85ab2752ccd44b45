/*
 * The three classic tests on every allocator of the family, with a region of its own: two values, a
 * long vector, and boxes without end while something else lives.
 */
// smp: 1
// boot: heap=bump,checked=no
#include "tap.h"

#include <collections/vec.h>
#include <heap/family.h>
#include <heap/heap.h>
#include <lib/memory.h>

enum { REGION = 4 * 1024 * 1024 };

static union any_heap heap;

/* Run `test` on each member that hands out blocks. */
static void on_all(void (*test)(struct allocator *a, const struct family_member *member))
{
    const struct layout whole = { REGION, 4096 };
    char *region = heap_alloc(whole);
    CHECK(region != NULL);
    for (size_t i = 0; i < family_size; i++) {
        if (!family[i].gives)
            continue;
        memset(&heap, 0, sizeof heap);
        CHECK(family[i].init(&heap, region, region + REGION) == OK);
        test(&heap.allocator, &family[i]);
        allocator_check(&heap.allocator);
        CHECK_EQUAL(allocator_statistics(&heap.allocator).live, 0);
    }
    heap_dealloc(region, whole);
}

static void two_values(struct allocator *a, const struct family_member *member)
{
    (void)member;
    uint64_t *first = alloc_new(a, uint64_t), *second = alloc_new(a, uint64_t);
    CHECK(first != NULL && second != NULL && first != second);
    *first = 41;
    *second = 13;
    CHECK_EQUAL(*first, 41);
    CHECK_EQUAL(*second, 13);
    alloc_free(a, first);
    alloc_free(a, second);
}

static void simple_allocation(void)
{
    on_all(two_values);
}

static void thousand_pushes(struct allocator *a, const struct family_member *member)
{
    (void)member;
    enum { N = 1000 };
    VEC(uint64_t) v = VEC_INIT(a);
    for (uint64_t n = 0; n < N; n++)
        CHECK(vec_push(&v, n) == OK);
    uint64_t sum = 0;
    vec_for_each (&v, n)
        sum += *n;
    CHECK_EQUAL(sum, N * (N - 1) / 2);
    vec_free(&v);
}

static void large_vec(void)
{
    on_all(thousand_pushes);
}

/* The hard form: a block before them and one in the middle of them live on, and there are more
   boxes than the region has bytes / 64. bump must fail it: with something live it gives nothing out
   twice but its last block, and after the one in the middle no box is the last any more. */
static void boxes_among_others(struct allocator *a, const struct family_member *member)
{
    const size_t n = REGION / 64 + 1;
    uint64_t *kept = alloc_new(a, uint64_t), *middle = NULL, *pair[2] = { NULL, NULL };
    CHECK(kept != NULL);
    *kept = 7;
    size_t granted = 0;
    for (size_t i = 0; i < 8 * n; i++) { /* two at a time, so that the older one is not the last */
        if (i == n / 2)
            middle = alloc_new(a, uint64_t);
        uint64_t *box = alloc_new(a, uint64_t);
        if (box == NULL)
            break;
        *box = i;
        granted++;
        if (pair[0] != NULL)
            alloc_free(a, pair[0]);
        pair[0] = pair[1];
        pair[1] = box;
        if (i > 0)
            CHECK_EQUAL(*pair[0] + 1, *pair[1]);
    }
    CHECK_EQUAL(*kept, 7);
    CHECK_EQUAL(granted == 8 * n, member->reuses);
    for (size_t i = 0; i < 2; i++)
        if (pair[i] != NULL)
            alloc_free(a, pair[i]);
    if (middle != NULL)
        alloc_free(a, middle);
    alloc_free(a, kept);
}

static void many_boxes_long_lived(void)
{
    on_all(boxes_among_others);
}

static void zeroes_and_alignments(struct allocator *a, const struct family_member *member)
{
    (void)member;
    for (size_t align = 1; align <= 1 << 20; align *= 2) {
        const struct layout layout = { 5000, align };
        unsigned char *dirty = allocator_alloc(a, layout);
        CHECK(dirty != NULL && (uintptr_t)dirty % align == 0);
        memset(dirty, 0xff, layout.size);
        allocator_dealloc(a, dirty, layout);
        unsigned char *clean = allocator_alloc_zeroed(a, layout);
        size_t sum = 0;
        for (size_t i = 0; i < layout.size; i++)
            sum += clean[i];
        CHECK_EQUAL(sum, 0);
        allocator_dealloc(a, clean, layout);
    }
}

static void zeroed_and_aligned(void)
{
    on_all(zeroes_and_alignments);
}

/* The dummy fails all three, and says why. */
static void the_dummy_fails_them_all(void)
{
    memset(&heap, 0, sizeof heap);
    CHECK(family_find("dummy", 5)->init(&heap, NULL, NULL) == OK);
    CHECK(alloc_new(&heap.allocator, uint64_t) == NULL);
    VEC(uint64_t) v = VEC_INIT(&heap.allocator);
    CHECK(vec_push(&v, 1) == ERR_NO_MEMORY);
    CHECK_EQUAL(heap.allocator.failed, 2);
}

static const struct test tests[] = {
    TEST(simple_allocation),        TEST(large_vec),
    TEST(zeroed_and_aligned),       TEST(many_boxes_long_lived),
    TEST(the_dummy_fails_them_all),
};
TEST_IMAGE("family", tests)
