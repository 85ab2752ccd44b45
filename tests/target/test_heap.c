/*
 * The default heap on the target: the three classic tests, and what makes this bump more than
 * the textbook's.
 */
// smp: 1 2
// boot: heap=bump,checked=no
#include "tap.h"

#include <base/image.h>
#include <collections/vec.h>
#include <heap/heap.h>
#include <lib/memory.h>

static void simple_allocation(void)
{
    uint64_t *first = alloc_new(heap_default(), uint64_t);
    uint64_t *second = alloc_new(heap_default(), uint64_t);
    CHECK(first != NULL);
    CHECK(second != NULL);
    CHECK(first != second);
    *first = 41;
    *second = 13;
    CHECK_EQUAL(*first, 41);
    CHECK_EQUAL(*second, 13);
    CHECK((char *)first >= __heap && (char *)(second + 1) <= __heap_end);
    alloc_free(heap_default(), second);
    alloc_free(heap_default(), first);
}

static void large_vec_by_hand(void)
{
    enum { N = 1000 };
    struct layout layout = { sizeof(uint64_t), _Alignof(uint64_t) };
    uint64_t *numbers = heap_alloc(layout);
    void *where = numbers;
    for (uint64_t n = 0; n < N; n++) {
        numbers = heap_realloc(numbers, layout, (n + 1) * sizeof(uint64_t));
        layout.size = (n + 1) * sizeof(uint64_t);
        CHECK(numbers != NULL);
        numbers[n] = n;
    }
    CHECK(numbers == where); /* the last block grows where it is */
    uint64_t sum = 0;
    for (uint64_t n = 0; n < N; n++)
        sum += numbers[n];
    CHECK_EQUAL(sum, N * (N - 1) / 2);
    heap_dealloc(numbers, layout);
}

/* More values than fit at once: each is given back before the next. */
static void many_boxes(void)
{
    size_t n = (size_t)(__heap_end - __heap) / 64 + 1;
    for (size_t i = 0; i < n; i++) {
        size_t *box = alloc_new(heap_default(), size_t);
        if (box == NULL) {
            CHECK(box != NULL);
            return;
        }
        *box = i;
        CHECK_EQUAL(*box, i);
        alloc_free(heap_default(), box);
    }
}

static void alignments(void)
{
    for (size_t align = 1; align <= 1 << 20; align *= 2) {
        char *block = heap_alloc((struct layout){ 3, align });
        CHECK(block != NULL);
        CHECK_EQUAL((uintptr_t)block % align, 0);
        memset(block, 0x5a, 3);
        heap_dealloc(block, (struct layout){ 3, align });
    }
}

static void zeroed_is_zero(void)
{
    unsigned char *dirty = heap_alloc((struct layout){ 4096, 8 });
    memset(dirty, 0xff, 4096);
    heap_dealloc(dirty, (struct layout){ 4096, 8 });
    unsigned char *clean = heap_alloc_zeroed((struct layout){ 4096, 8 });
    CHECK(clean == dirty);
    size_t sum = 0;
    for (size_t i = 0; i < 4096; i++)
        sum += clean[i];
    CHECK_EQUAL(sum, 0);
    heap_dealloc(clean, (struct layout){ 4096, 8 });
}

static void exhaustion_changes_nothing(void)
{
    struct heap_statistics before = heap_statistics();
    size_t all = before.left_bytes;
    CHECK(heap_alloc((struct layout){ all + 1, 1 }) == NULL);
    CHECK(heap_alloc((struct layout){ SIZE_MAX, 1 }) == NULL);
    CHECK(heap_alloc((struct layout){ 1, (size_t)1 << 63 }) == NULL);
    CHECK(heap_alloc((struct layout){ 1, 3 }) == NULL);
    CHECK(heap_alloc((struct layout){ 0, 1 }) == NULL);
    struct heap_statistics after = heap_statistics();
    CHECK_EQUAL(after.failed, before.failed + 4);
    CHECK_EQUAL(after.left_bytes, all);
    void *whole = heap_alloc((struct layout){ all, 1 });
    CHECK(whole != NULL);
    CHECK(heap_alloc((struct layout){ 1, 1 }) == NULL);
    heap_dealloc(whole, (struct layout){ all, 1 });
}

typedef VEC(uint64_t) number_vec;

static void a_vector_alone_on_the_heap_never_moves(void)
{
    number_vec v = VEC_INIT(heap_default());
    CHECK(vec_push(&v, 0) == OK);
    const void *place = vec_data(&v);
    for (uint64_t n = 1; n < 100'000; n++)
        CHECK(vec_push(&v, n) == OK);
    CHECK(vec_data(&v) == place);
    vec_free(&v);
}

static void the_last_free_frees_all(void)
{
    char *blocks[8];
    for (size_t i = 0; i < 8; i++)
        blocks[i] = heap_alloc((struct layout){ 1000, 8 });
    size_t left = heap_statistics().left_bytes;
    for (size_t i = 0; i < 8; i++) /* in the order of allocation: holes, until the last */
        heap_dealloc(blocks[i], (struct layout){ 1000, 8 });
    CHECK(heap_statistics().left_bytes > left);
    CHECK_EQUAL(heap_statistics().used_bytes, 0);
}

static const struct test tests[] = {
    TEST(simple_allocation),
    TEST(large_vec_by_hand),
    TEST(many_boxes),
    TEST(alignments),
    TEST(zeroed_is_zero),
    TEST(exhaustion_changes_nothing),
    TEST(a_vector_alone_on_the_heap_never_moves),
    TEST(the_last_free_frees_all),
};
TEST_IMAGE("heap", tests)
