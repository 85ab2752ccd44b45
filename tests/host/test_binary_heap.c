/*
 * The binary heap against a sorted array, with one request in eight failing; and its corners.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_binary_heap
 */
#include "vec_fixture.h"
#include "capture.h"
#include "random.h"

struct job {
    uint64_t deadline;
    uint64_t name; /* to be found again where deadlines are equal */
};
typedef VEC(struct job) job_vec;

#define BINARY_HEAP_NAME         job_heap
#define BINARY_HEAP_VEC          job_vec
#define BINARY_HEAP_BEFORE(a, b) ((a)->deadline < (b)->deadline)
#include <collections/binary_heap.h>

#define BINARY_HEAP_NAME         int_heap
#define BINARY_HEAP_VEC          int_vec
#define BINARY_HEAP_BEFORE(a, b) (*(a) > *(b)) /* the largest first */
#include <collections/binary_heap.h>

enum { LONGEST = 300 };

/* The model: whose name is there, with which deadline; 0: not there. */
static uint64_t deadline_of[1 << 16];

static void leaves(const struct job *job, size_t len)
{
    assert_true(job->deadline != 0 && deadline_of[job->name] == job->deadline);
    size_t count = 0;
    for (size_t i = 0; i < 1 << 16; i++) {
        count += deadline_of[i] != 0;
        assert_true(deadline_of[i] == 0 || deadline_of[i] >= job->deadline);
        if (count == len)
            break;
    }
    deadline_of[job->name] = 0;
}

static void against_a_model(void **state)
{
    (void)state;
    uint64_t cases = number_from("BUMPVISOR_CASES", 100'000), seed = random_start(0x4ea9);
    print_message("# %llu cases, seed %llu\n", (unsigned long long)cases, (unsigned long long)seed);
    struct job_heap h = BINARY_HEAP_INIT(&heap.allocator), copy;
    memset(deadline_of, 0, sizeof deadline_of);
    uint64_t failures = 0;
    size_t len = 0, first_free = 0;
    for (uint64_t i = 0; i < cases; i++) {
        while (deadline_of[first_free] != 0)
            first_free = (first_free + 1) % LONGEST;
        struct job job = { 1 + below(1000), first_free }, out = { 0 };
        bool grows = i / 512 % 2 == 0 && len < LONGEST - 1;
        test_allocator_fail_at(&heap, below(8) == 0);
        size_t kind = below(8);
        if (kind < (grows ? 5 : 2) && len < LONGEST - 1) {
            enum error error = job_heap_push(&h, job);
            if (error == OK) {
                deadline_of[job.name] = job.deadline;
                len++;
            }
            failures += error != OK;
        } else if (kind == 7 && len != 0) {
            job_heap_replace_top(&h, job, &out);
            leaves(&out, len);
            deadline_of[job.name] = job.deadline;
        } else {
            assert_int_equal(job_heap_pop(&h, &out), len != 0);
            if (len != 0)
                leaves(&out, len--);
        }
        test_allocator_fail_at(&heap, 0);
        job_heap_check(&h);
        assert_int_equal(job_heap_len(&h), len);
        assert_int_equal(job_heap_peek(&h) != NULL, len != 0);
        first_free = 0;
        if (i % 4096 == 0) { /* a copy, a vector of it, a heap again, and all in order */
            job_vec v;
            assert_int_equal(job_heap_clone(&h, &copy), OK);
            assert_true(job_heap_equal(&h, &copy));
            job_heap_into_sorted_vec(&copy, &v);
            assert_int_equal(vec_len(&v), len);
            for (size_t k = 1; k < len; k++)
                assert_true(vec_at(&v, k - 1)->deadline <= vec_at(&v, k)->deadline);
            for (size_t k = len; k > 1; k--) { /* shuffled */
                struct job kept = *vec_at(&v, k - 1), *other = vec_at(&v, below(k));
                *vec_at(&v, k - 1) = *other;
                *other = kept;
            }
            job_heap_from_vec(&copy, &v);
            assert_true(vec_is_empty(&v));
            job_heap_check(&copy);
            assert_true(job_heap_equal(&h, &copy));
            if (job_heap_pop(&copy, NULL))
                assert_false(job_heap_equal(&h, &copy));
            job_heap_free(&copy);
        }
    }
    assert_true(cases < 10'000 || failures != 0);
    job_heap_free(&h);
    job_heap_free(&h);
}

static void each_order_of_a_few(void **state) /* all 0 to 6 elements of 0 to 3 */
{
    (void)state;
    for (size_t len = 0; len <= 6; len++)
        for (size_t code = 0; code < (size_t)1 << (2 * len); code++) {
            int_vec v = VEC_INIT(&heap.allocator);
            struct int_heap pushed, made;
            int_heap_init(&pushed, &heap.allocator);
            for (size_t i = 0; i < len; i++) {
                vec_push_or_panic(&v, (int)(code >> 2 * i & 3));
                int_heap_push_or_panic(&pushed, (int)(code >> 2 * i & 3));
            }
            int_heap_from_vec(&made, &v);
            int_heap_check(&made);
            int_heap_check(&pushed);
            assert_true(int_heap_equal(&made, &pushed));
            int_heap_into_sorted_vec(&made, &v);
            for (size_t i = 0; i < len; i++) {
                int out;
                assert_true(int_heap_pop(&pushed, &out));
                assert_int_equal(out, *vec_at(&v, i));
                int_heap_check(&pushed);
            }
            assert_false(int_heap_pop(&pushed, NULL));
            int_heap_free(&pushed);
            vec_free(&v);
        }
}

static void each_is_counted_for_equality(void **state)
{
    (void)state;
    struct int_heap a = BINARY_HEAP_INIT(&heap.allocator), b = a;
    for (int i = 0; i < 3; i++) {
        int_heap_push_or_panic(&a, i == 2);
        int_heap_push_or_panic(&b, i != 2);
    }
    assert_true(int_heap_equal(&a, &a));
    assert_false(int_heap_equal(&a, &b)); /* 0 0 1 and 0 1 1 */
    int_heap_free(&a);
    int_heap_free(&b);
}

static void out_of_memory_changes_nothing(void **state)
{
    (void)state;
    struct int_heap h, copy;
    test_allocator_fail_at(&heap, 1);
    assert_int_equal(int_heap_with_capacity(&h, &heap.allocator, 3), ERR_NO_MEMORY);
    int_heap_check(&h);
    assert_int_equal(int_heap_with_capacity(&h, &heap.allocator, 3), OK);
    for (int i = 0; i < 64; i++) {
        for (;;) {
            test_allocator_fail_at(&heap, 1);
            size_t len = int_heap_len(&h);
            enum error error = int_heap_push(&h, i);
            if (error == OK)
                break;
            assert_int_equal(error, ERR_NO_MEMORY);
            assert_int_equal(int_heap_len(&h), len);
            int_heap_check(&h);
            assert_int_equal(int_heap_push(&h, i), OK); /* the very same, with memory */
            break;
        }
    }
    test_allocator_fail_at(&heap, 1);
    assert_int_equal(int_heap_clone(&h, &copy), ERR_NO_MEMORY);
    int_heap_free(&copy);
    assert_int_equal(int_heap_reserve(&h, SIZE_MAX), ERR_OVERFLOW);
    test_allocator_fail_at(&heap, 0);
    assert_int_equal(int_heap_reserve(&h, 1), OK);
    int_heap_push_within_capacity(&h, 100);
    assert_int_equal(*int_heap_peek(&h), 100);
    assert_int_equal(int_heap_len(&h), 65);
    int_heap_clear(&h);
    assert_null(int_heap_peek(&h));
    int_heap_free(&h);
}

struct page {
    _Alignas(4096) int n;
};
typedef VEC(struct page) page_vec;
#define BINARY_HEAP_NAME         page_heap
#define BINARY_HEAP_VEC          page_vec
#define BINARY_HEAP_BEFORE(a, b) ((a)->n < (b)->n)
#include <collections/binary_heap.h>

static void elements_lie_at_their_alignment(void **state)
{
    (void)state;
    struct page_heap h = BINARY_HEAP_INIT(&heap.allocator);
    static struct page page;
    for (page.n = 20; page.n > 0; page.n--)
        page_heap_push_or_panic(&h, page);
    assert_int_equal((uintptr_t)page_heap_peek(&h) % 4096, 0);
    for (int i = 1; i <= 20; i++) {
        assert_true(page_heap_pop(&h, &page));
        assert_int_equal(page.n, i);
    }
    page_heap_free(&h);
}

/* An order that lies loses nobody and doubles nobody. */
typedef VEC(unsigned) unsigned_vec;
#define BINARY_HEAP_NAME         lying_heap
#define BINARY_HEAP_VEC          unsigned_vec
#define BINARY_HEAP_BEFORE(a, b) ((void)(a), (void)(b), below(2) == 0)
#include <collections/binary_heap.h>

static void an_order_that_lies(void **state)
{
    (void)state;
    struct lying_heap h = BINARY_HEAP_INIT(&heap.allocator);
    for (int round = 0; round < 100; round++) {
        unsigned seen = 0, out;
        for (unsigned i = 0; i < 32; i++)
            lying_heap_push_or_panic(&h, i);
        while (lying_heap_pop(&h, &out)) {
            assert_int_equal(seen >> out & 1, 0);
            seen |= 1u << out;
        }
        assert_int_equal(seen, UINT32_MAX);
    }
    lying_heap_free(&h);
}

static int sum;
static void add(int *element)
{
    sum += *element;
}

[[gnu::noinline]] static void push_many(struct int_heap *h)
{
    for (int i = 0; i < 10; i++)
        int_heap_push_or_panic(h, i);
}

[[gnu::noinline]] static void push_there(struct int_heap *h)
{
    int_heap_push_within_capacity(h, 1);
}

[[gnu::noinline]] static void replace(struct int_heap *h)
{
    int_heap_replace_top(h, 1, NULL);
}

static void printed_released_and_mistaken(void **state)
{
    (void)state;
    static struct int_heap h; /* static: used across setjmp */
    h = (struct int_heap)BINARY_HEAP_INIT(&heap.allocator);
    EXPECT_PANIC("replace the top of an empty heap", (replace(&h), 0));
    EXPECT_PANIC("", (push_there(&h), 0));
    test_allocator_fail_from(&heap, 1);
    EXPECT_PANIC("out of memory", (push_many(&h), 0));
    test_allocator_fail_from(&heap, 0);
    push_many(&h);
    int_heap_debug(&h, start(), "h", debug_int);
    EXPECT_TEXT("h = [9, 8, 5, 6, 7, 1, 4, 0, 3, 2]");
    replace(&h);
    assert_int_equal(*int_heap_peek(&h), 8);
    static int last;
    last = *vec_at(&h.elements, 9);
    *vec_at(&h.elements, 9) = 1000;
    EXPECT_PANIC("heap of 10: element 9 comes before its parent", (int_heap_check(&h), 0));
    *vec_at(&h.elements, 9) = last;
    sum = 0;
    int_heap_free_each(&h, add);
    assert_int_equal(sum, 45 - 9 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(against_a_model),
        TEST(each_order_of_a_few),
        TEST(each_is_counted_for_equality),
        TEST(out_of_memory_changes_nothing),
        TEST(elements_lie_at_their_alignment),
        TEST(an_order_that_lies),
        TEST(printed_released_and_mistaken),
    };
    return cmocka_run_group_tests_name("binary_heap", tests, NULL, NULL);
}
