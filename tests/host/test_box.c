/*
 * The box against a model of which are full, with failing requests; and its corners.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_box
 */
#include "vec_fixture.h"
#include "capture.h"
#include "random.h"

#include <collections/box.h>

typedef BOX(int) int_box;
typedef BOX(struct str) str_box;

static bool same(const int *a, const int *b)
{
    return *a == *b;
}

static void against_a_model(void **state)
{
    (void)state;
    enum { BOXES = 20 };
    uint64_t cases = number_from("BUMPVISOR_CASES", 100'000), seed = random_start(0xb0c5);
    print_message("# %llu cases, seed %llu\n", (unsigned long long)cases, (unsigned long long)seed);
    static int_box boxes[BOXES];
    static int values[BOXES]; /* 0: empty */
    memset(values, 0, sizeof values);
    for (uint64_t i = 0; i < cases; i++) {
        size_t b = below(BOXES), c = below(BOXES);
        int out = 0, value = 1 + (int)below(5);
        bool fails = below(8) == 0;
        test_allocator_fail_at(&heap, fails);
        switch (below(5)) {
        case 0:
            if (values[b] == 0) {
                assert_int_equal(box_new(&boxes[b], &heap.allocator, value),
                                 fails ? ERR_NO_MEMORY : OK);
                values[b] = fails ? 0 : value;
            }
            break;
        case 1:
            if (values[c] == 0) {
                enum error error = box_clone(&boxes[b], &boxes[c]);
                assert_int_equal(error, fails && values[b] != 0 ? ERR_NO_MEMORY : OK);
                values[c] = error == OK ? values[b] : 0;
            }
            break;
        case 2:
            assert_int_equal(box_take(&boxes[b], &out), values[b] != 0);
            assert_int_equal(out, values[b]);
            values[b] = 0;
            break;
        case 3:
            box_free(&boxes[b]);
            values[b] = 0;
            break;
        default: /* moved by assignment */
            if (values[b] != 0 && values[c] == 0) {
                int *at = box_at(&boxes[b]);
                boxes[c] = boxes[b];
                boxes[b] = (int_box){ 0 };
                assert_ptr_equal(at, box_at(&boxes[c]));
                values[c] = values[b];
                values[b] = 0;
            }
        }
        test_allocator_fail_at(&heap, 0);
        size_t full = 0;
        for (size_t k = 0; k < BOXES; k++) {
            full += values[k] != 0;
            assert_int_equal(box_is_empty(&boxes[k]), values[k] == 0);
            assert_int_equal(box_get(&boxes[k]) == NULL ? 0 : *box_at(&boxes[k]), values[k]);
        }
        assert_int_equal(heap.live_blocks, full);
        assert_int_equal(box_equal(&boxes[b], &boxes[c], same), values[b] == values[c]);
    }
    for (size_t k = 0; k < BOXES; k++)
        box_free(&boxes[k]);
}

static size_t released;
static void release(struct str *text)
{
    str_free(text);
    released++;
}

static void a_value_that_owns_something(void **state)
{
    (void)state;
    str_box box, copy, empty = { 0 };
    struct str text;
    assert_int_equal(str_from_literal(&text, &heap.allocator, "text"), OK);
    box_new_or_panic(&box, &heap.allocator, text);
    for (size_t failed = 0; failed < 2; failed++) { /* the box's block, then the string's */
        test_allocator_fail_at(&heap, failed + 1);
        assert_int_equal(box_clone_with(&box, &copy, str_clone), ERR_NO_MEMORY);
        assert_true(box_is_empty(&copy));
        assert_int_equal(heap.live_blocks, 2);
    }
    test_allocator_fail_at(&heap, 0);
    assert_int_equal(box_clone_with(&box, &copy, str_clone), OK);
    assert_true(str_equal(str_view(box_at(&copy)), SV("text")));
    box_debug(&copy, start(), "b", debug_str);
    EXPECT_TEXT("b = [\"text\"]");
    box_debug(&empty, start(), "b", debug_str);
    EXPECT_TEXT("b = []");
    released = 0;
    box_free_with(&box, release);
    box_free_with(&box, release);
    box_free_with(&copy, release);
    assert_int_equal(released, 2);
}

struct aligned {
    _Alignas(4096) char c;
};

static void alignment_and_mistakes(void **state)
{
    (void)state;
    BOX(struct aligned) page;
    assert_int_equal(box_new(&page, &heap.allocator, { 'x' }), OK);
    assert_int_equal((uintptr_t)box_at(&page) % 4096, 0);
    assert_int_equal(box_at(&page)->c, 'x');
    box_free(&page);
    static int_box empty;
    EXPECT_PANIC("the box is empty", box_at(&empty));
    test_allocator_fail_at(&heap, 1);
    EXPECT_PANIC("out of memory", (box_new_or_panic(&empty, &heap.allocator, 1), 0));
    test_allocator_fail_at(&heap, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(against_a_model),
        TEST(a_value_that_owns_something),
        TEST(alignment_and_mistakes),
    };
    return cmocka_run_group_tests_name("box", tests, NULL, NULL);
}
