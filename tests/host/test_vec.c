/*
 * The vector, operation by operation, on the allocator that forgives nothing.
 *
 * What other vectors fell into: test_vec_pitfalls.c; random traces: test_vec_model.c; sorting and
 * searching: test_vec_sort.c; checked builds: test_vec_checked.c; what must not compile:
 * no_compile/vec_*.c.
 */
#include "vec_fixture.h"

static void empty_vector_allocates_nothing(void **state)
{
    (void)state;
    static int_vec fixed = VEC_INIT(&heap.allocator);
    int_vec v = VEC_INIT(&heap.allocator);
    vec_check(&v);
    assert_true(vec_is_empty(&v) && vec_is_empty(&fixed));
    assert_null(vec_data(&v));
    assert_null(vec_first(&v));
    assert_null(vec_last(&v));
    assert_null(vec_get(&v, 0));
    assert_false(vec_pop(&v, NULL));
    vec_clear(&v);
    vec_truncate(&v, 3);
    vec_for_each (&v, p)
        fail_msg("an element at %p", (void *)p);
    assert_int_equal(vec_append(&v, NULL, 0), OK);
    assert_int_equal(vec_insert_array(&v, 0, NULL, 0), OK);
    assert_int_equal(vec_reserve(&v, 0), OK);
    assert_int_equal(vec_reserve_exact(&v, 0), OK);
    assert_int_equal(vec_shrink_to_fit(&v), OK);
    int_vec copy;
    assert_int_equal(vec_clone(&v, &copy), OK);
    assert_ptr_equal(copy.raw.alloc, &heap.allocator);
    size_t len = 1, cap = 1;
    assert_null(vec_take(&v, &len, &cap));
    assert_int_equal(len + cap, 0);
    vec_free(&v);
    vec_free(&v);
    assert_int_equal(heap.requests, 0);
}

static void push_pop_and_look(void **state)
{
    (void)state;
    int_vec v = VEC_INIT(&heap.allocator);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(vec_push(&v, i), OK);
    assert_int_equal(vec_len(&v), 1000);
    assert_int_equal(vec_capacity(&v), 1024); /* 16 ints are 64 bytes, then doubled */
    assert_int_equal(heap.requests, 7);
    assert_int_equal(*vec_first(&v), 0);
    assert_int_equal(*vec_last(&v), 999);
    assert_int_equal(vec_data(&v)[17], 17);
    *vec_at(&v, 17) = -17;
    assert_int_equal(*vec_get(&v, 17), -17);
    assert_null(vec_get(&v, 1000));
    assert_null(vec_get(&v, SIZE_MAX));
    int out = 0;
    assert_true(vec_pop(&v, &out));
    assert_int_equal(out, 999);
    assert_true(vec_pop(&v, NULL));
    assert_int_equal(vec_len(&v), 998);
    vec_truncate(&v, 998);
    vec_truncate(&v, 2000);
    assert_int_equal(vec_len(&v), 998);
    vec_truncate(&v, 2);
    EXPECT(&v, 0, 1);
    vec_clear(&v);
    assert_true(vec_is_empty(&v));
    assert_int_equal(vec_capacity(&v), 1024);
    vec_free(&v);
    vec_push_or_panic(&v, 5); /* free, and use again */
    EXPECT(&v, 5);
    vec_free(&v);
}

struct point {
    int x, y;
};

static void brace_lists_and_structs(void **state)
{
    (void)state;
    VEC(struct point) v = VEC_INIT(&heap.allocator);
    const struct point one = { 1, 2 };
    assert_int_equal(vec_push(&v, one), OK);
    assert_int_equal(vec_push(&v, { 3, 4 }), OK);
    assert_int_equal(vec_push(&v, (struct point){ .x = 5 }), OK);
    assert_int_equal(vec_insert(&v, 0, { 7, 8 }), OK);
    vec_push_or_panic(&v, { 9, 10 });
    assert_int_equal(vec_at(&v, 0)->y, 8);
    assert_int_equal(vec_at(&v, 2)->y, 4);
    assert_int_equal(vec_at(&v, 3)->y, 0);
    assert_int_equal(vec_last(&v)->y, 10);
    vec_free(&v);
}

/* A vector of an incomplete type may be declared: trees. */
struct tree {
    int value;
    VEC(struct tree) children;
};

static void free_tree(struct tree *tree)
{
    vec_free_each(&tree->children, free_tree);
}

static void free_each_ends_trees(void **state)
{
    (void)state;
    struct tree root = { 0, VEC_INIT(&heap.allocator) };
    for (int i = 0; i < 10; i++) {
        struct tree child = { i, VEC_INIT(&heap.allocator) };
        assert_int_equal(vec_push(&child.children, { i, VEC_INIT(&heap.allocator) }), OK);
        assert_int_equal(vec_push(&root.children, child), OK);
    }
    assert_int_equal(heap.live_blocks, 11);
    free_tree(&root);
    vec_check(&root.children);
}

static int calls;

static int_vec *once(int_vec *v)
{
    calls++;
    return v;
}

static void arguments_are_evaluated_once(void **state)
{
    (void)state;
    int_vec v = VEC_INIT(&heap.allocator);
    int next = 1;
    assert_int_equal(vec_push(once(&v), next++), OK);
    assert_int_equal(vec_insert(once(&v), 0, next++), OK);
    vec_push_or_panic(once(&v), next++);
    vec_push_within_capacity(once(&v), next++);
    assert_int_equal(vec_append(once(&v), &(int){ next++ }, 1), OK);
    EXPECT(&v, 2, 1, 3, 4, 5);
    size_t index = 0;
    assert_int_equal(*vec_at(once(&v), index++), 2);
    assert_int_equal(index, 1);
    int sum = 0;
    vec_for_each (once(&v), p)
        sum += *p;
    assert_int_equal(sum, 15);
    assert_int_equal(calls, 7);
    vec_free(&v);
}

static void for_each_breaks_and_nests(void **state)
{
    (void)state;
    int_vec v;
    fill(&v, 1, 5, 5);
    int sum = 0;
    vec_for_each (&v, p) {
        if (*p == 2)
            continue;
        if (*p == 5)
            break;
        vec_for_each (&v, q)
            sum += *p * *q;
    }
    assert_int_equal(sum, (1 + 3 + 4) * 15);
    vec_free(&v);
}

static void insert_and_remove(void **state)
{
    (void)state;
    int_vec v;
    int out = -1;
    fill(&v, 0, 4, 4);
    assert_int_equal(vec_insert(&v, 4, 40), OK);
    assert_int_equal(vec_insert(&v, 0, 50), OK);
    assert_int_equal(vec_insert(&v, 3, 60), OK);
    EXPECT(&v, 50, 0, 1, 60, 2, 3, 40);
    vec_remove(&v, 3, &out);
    assert_int_equal(out, 60);
    vec_remove(&v, 5, NULL);
    EXPECT(&v, 50, 0, 1, 2, 3);
    vec_swap_remove(&v, 0, &out);
    assert_int_equal(out, 50);
    EXPECT(&v, 3, 0, 1, 2);
    vec_swap_remove(&v, 3, NULL);
    EXPECT(&v, 3, 0, 1);
    assert_int_equal(raw_vec_insert_gap(&v.raw, 1, 2, LAYOUT_OF(int)), OK);
    *vec_at(&v, 1) = 8;
    *vec_at(&v, 2) = 9;
    assert_int_equal(raw_vec_insert_gap(&v.raw, 1, 0, LAYOUT_OF(int)), OK);
    EXPECT(&v, 3, 8, 9, 0, 1);
    raw_vec_remove_range(&v.raw, 1, 3, sizeof(int));
    raw_vec_remove_range(&v.raw, 1, 0, sizeof(int));
    raw_vec_remove_range(&v.raw, 2, 0, sizeof(int));
    EXPECT(&v, 3, 1);
    vec_free(&v);
}

static void capacity_is_what_was_asked_for(void **state)
{
    (void)state;
    int_vec v;
    assert_int_equal(vec_with_capacity(&v, &heap.allocator, 5), OK);
    assert_int_equal(vec_capacity(&v), 5);
    assert_int_equal(vec_reserve(&v, 5), OK); /* there is room */
    assert_int_equal(vec_reserve_exact(&v, 3), OK);
    assert_int_equal(heap.requests, 1);
    assert_int_equal(vec_reserve(&v, 6), OK); /* 10 would do; never less than 16 ints */
    assert_int_equal(vec_capacity(&v), 16);
    assert_int_equal(vec_reserve(&v, 100), OK);
    assert_int_equal(vec_capacity(&v), 100);
    assert_int_equal(vec_append(&v, ((const int[]){ 1, 2, 3 }), 3), OK);
    assert_int_equal(vec_shrink_to_fit(&v), OK);
    assert_int_equal(vec_capacity(&v), 3);
    assert_int_equal(heap.live_bytes, 12);
    size_t requests = heap.requests;
    assert_int_equal(vec_shrink_to_fit(&v), OK);
    assert_int_equal(heap.requests, requests);
    assert_int_equal(vec_append(&v, ((const int[]){ 4, 5 }), 2), OK); /* grows */
    EXPECT(&v, 1, 2, 3, 4, 5);
    vec_free(&v);

    VEC(char[100]) large = VEC_INIT(&heap.allocator);
    assert_int_equal(vec_push(&large, "text"), OK);
    assert_int_equal(vec_capacity(&large), 4);
    assert_string_equal(*vec_at(&large, 0), "text");
    vec_free(&large);
}

static void take_and_clone(void **state)
{
    (void)state;
    int_vec v, copy;
    fill(&v, 1, 3, 8);
    assert_int_equal(vec_clone(&v, &copy), OK);
    *vec_at(&copy, 0) = 9;
    EXPECT(&v, 1, 2, 3);
    EXPECT(&copy, 9, 2, 3);
    assert_int_equal(vec_capacity(&copy), 3);
    size_t len, cap;
    int *taken = vec_take(&v, &len, &cap);
    assert_int_equal(len, 3);
    assert_int_equal(cap, 8);
    assert_int_equal(taken[2], 3);
    assert_true(vec_is_empty(&v));
    vec_check(&v);
    assert_int_equal(vec_push(&v, 4), OK);
    alloc_free_array(&heap.allocator, taken, cap);
    vec_free(&v);
    vec_free(&copy);
}

static struct layout oom_layout;
static const void *oom_caller;

static void note_oom(struct allocator *self, struct layout layout, const void *caller)
{
    assert_ptr_equal(self, &heap.allocator);
    oom_layout = layout;
    oom_caller = caller;
    panic("noted");
}

static void push_or_panic_names_size_and_caller(void **state)
{
    (void)state;
    static int_vec v; /* static: used across setjmp */
    fill(&v, 0, 16, 16);
    test_allocator_fail_from(&heap, 1);
    oom_handler before = allocator_set_oom_handler(note_oom);
    EXPECT_PANIC("noted", (vec_push_or_panic(&v, 1), 0));
    allocator_set_oom_handler(before);
    assert_int_equal(oom_layout.size, 32 * sizeof(int));
    assert_int_equal(oom_layout.align, _Alignof(int));
    assert_non_null(oom_caller);
    EXPECT_PANIC("out of memory: 128 bytes aligned to 4", (vec_push_or_panic(&v, 1), 0));
    assert_int_equal(vec_len(&v), 16);
    vec_free(&v);
}

static void mistakes_panic_with_their_numbers(void **state)
{
    (void)state;
    static int_vec v, none; /* static: used across setjmp */
    fill(&v, 0, 3, 3);
    EXPECT_PANIC("index 3 is out of range: the vector has length 3 (asked by 0x", vec_at(&v, 3));
    EXPECT_PANIC("index 18446744073709551615", vec_at(&v, SIZE_MAX));
    EXPECT_PANIC("index 3", (vec_remove(&v, 3, NULL), 0));
    EXPECT_PANIC("index 4", (vec_swap_remove(&v, 4, NULL), 0));
    EXPECT_PANIC("index 4", vec_insert(&v, 4, 0));
    EXPECT_PANIC("index 5", vec_insert_array(&v, 5, NULL, 0));
    EXPECT_PANIC("full vector: length 3, capacity 3 (asked by 0x",
                 (vec_push_within_capacity(&v, 1), 0));
    EXPECT_PANIC("lie partly in the vector", vec_insert_array(&v, 0, vec_at(&v, 1), 3));
    EXPECT_PANIC("vector of length 3", (raw_vec_remove_range(&v.raw, 2, 2, 4), 0));
    EXPECT_PANIC("vector of length 3", (raw_vec_remove_range(&v.raw, 4, 0, 4), 0));
    EXPECT_PANIC("without an allocator", vec_push(&none, 1));
    EXPECT(&v, 0, 1, 2);
    vec_free(&v);
    vec_free(&none);
}

static void check_finds_broken_invariants(void **state)
{
    (void)state;
    static int data[4];
    static int_vec v;
    struct allocator *a = &heap.allocator;
    const struct raw_vec broken[] = {
        { data, 5, 4, a }, { data, 1, SIZE_MAX / 2, a },  { NULL, 0, 4, a },
        { data, 0, 0, a }, { (char *)data + 1, 1, 2, a }, { data, 1, 4, NULL },
    };
    for (volatile size_t i = 0; i < ARRAY_LENGTH(broken); i++) {
        v.raw = broken[i];
        EXPECT_PANIC("assertion failed", (vec_check(&v), 0));
    }
}

/* The allocator that the others rely on notices what it promises to notice. */
static void test_allocator_notices(void **state)
{
    (void)state;
    static char *block;
    struct allocator *a = &heap.allocator;
    block = allocator_alloc(a, (struct layout){ 10, 2 });
    EXPECT_PANIC("came back as 11 bytes",
                 (allocator_dealloc(a, block, (struct layout){ 11, 2 }), 0));
    EXPECT_PANIC("no live block", (allocator_dealloc(a, block + 2, (struct layout){ 10, 2 }), 0));
    EXPECT_PANIC("1 blocks, 10 bytes", (test_allocator_check_empty(&heap), 0));
    char *moved = allocator_realloc(a, block, (struct layout){ 10, 2 }, 10);
    assert_ptr_not_equal(moved, block);
    assert_int_equal((uintptr_t)moved % 4, 2);
    allocator_check(a);
    assert_int_equal(allocator_statistics(a).live, 1);
    assert_int_equal(allocator_statistics(a).used_bytes, 10);
    allocator_dealloc(a, moved, (struct layout){ 10, 2 });
    test_allocator_fail_from(&heap, 2);
    block = allocator_alloc_zeroed(a, LAYOUT_OF(int));
    assert_non_null(block);
    assert_null(allocator_alloc(a, LAYOUT_OF(int)));
    assert_null(allocator_realloc(a, block, LAYOUT_OF(int), 8));
    test_allocator_fail_at(&heap, 0);
    assert_null(allocator_alloc(a, (struct layout){ PTRDIFF_MAX, 1 })); /* more than malloc has */
    allocator_dealloc(a, block, LAYOUT_OF(int));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(empty_vector_allocates_nothing),
        TEST(push_pop_and_look),
        TEST(brace_lists_and_structs),
        TEST(free_each_ends_trees),
        TEST(arguments_are_evaluated_once),
        TEST(for_each_breaks_and_nests),
        TEST(insert_and_remove),
        TEST(capacity_is_what_was_asked_for),
        TEST(take_and_clone),
        TEST(push_or_panic_names_size_and_caller),
        TEST(mistakes_panic_with_their_numbers),
        TEST(check_finds_broken_invariants),
        TEST(test_allocator_notices),
    };
    return cmocka_run_group_tests_name("vec", tests, NULL, NULL);
}
