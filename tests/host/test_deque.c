/*
 * The deque: against a plain array with random operations while one request in eight fails, and
 * the corners one by one.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_deque
 */
#include "vec_fixture.h"
#include "random.h"

#include <collections/deque.h>

typedef DEQUE(int) int_deque;
struct triple {
    uint64_t a, b, c;
};
typedef DEQUE(struct triple) triple_deque;
struct wide {
    _Alignas(64) char bytes[64];
};
typedef DEQUE(struct wide) wide_deque;

#define LONGEST 200

static int model[2 * LONGEST];
static size_t model_len;

static void assert_same(const int_deque *d)
{
    deque_check(d);
    assert_int_equal(deque_len(d), model_len);
    for (size_t i = 0; i < model_len; i++)
        assert_int_equal(*deque_at(d, i), model[i]);
    int *first, *second;
    size_t first_len, second_len;
    deque_as_slices(d, &first, &first_len, &second, &second_len);
    assert_int_equal(first_len + second_len, model_len);
    for (size_t i = 0; i < model_len; i++)
        assert_int_equal(i < first_len ? first[i] : second[i - first_len], model[i]);
    size_t i = 0;
    deque_for_each (d, p)
        assert_int_equal(*p, model[i++]);
    assert_int_equal(i, model_len);
}

static void model_push_front(int value)
{
    memmove(&model[1], &model[0], model_len * sizeof model[0]);
    model[0] = value;
    model_len++;
}

static void model_pop_front(void)
{
    model_len--;
    memmove(&model[0], &model[1], model_len * sizeof model[0]);
}

static void step(int_deque *d)
{
    int value = (int)below(1000), out = -1;
    enum error error;
    if (below(8) == 0)
        test_allocator_fail_at(&heap, 1);
    switch (below(10)) {
    case 0:
    case 1:
    case 2:
        if (model_len < LONGEST && deque_push_back(d, value) == OK)
            model[model_len++] = value;
        break;
    case 3:
    case 4:
        if (model_len < LONGEST && deque_push_front(d, value) == OK)
            model_push_front(value);
        break;
    case 5:
    case 6:
        assert_int_equal(deque_pop_front(d, &out), model_len > 0);
        if (model_len > 0) {
            assert_int_equal(out, model[0]);
            model_pop_front();
        }
        break;
    case 7:
        assert_int_equal(deque_pop_back(d, &out), model_len > 0);
        if (model_len > 0)
            assert_int_equal(out, model[--model_len]);
        break;
    case 8:
        if (model_len > 0 && model_len < LONGEST) { /* one of its own */
            size_t i = below(model_len);
            if (deque_push_front(d, *deque_at(d, i)) == OK)
                model_push_front(model[i]);
        }
        break;
    default:
        switch (below(6)) {
        case 0: {
            int *all = deque_make_contiguous(d);
            for (size_t i = 0; i < model_len; i++)
                assert_int_equal(all[i], model[i]);
            break;
        }
        case 1: {
            int_deque copy;
            error = deque_clone(d, &copy);
            deque_check(&copy);
            if (error == OK)
                assert_same(&copy);
            else
                assert_int_equal(deque_len(&copy), 0);
            deque_free(&copy);
            break;
        }
        case 2:
            (void)(deque_reserve(d, below(30)) == OK);
            break;
        case 3: {
            size_t n = below(LONGEST);
            deque_truncate(d, n);
            if (n < model_len)
                model_len = n;
            break;
        }
        default:
            break;
        }
    }
    test_allocator_fail_at(&heap, 0);
    assert_same(d);
}

static void random_operations(void **state)
{
    (void)state;
    uint64_t seed = random_start(5), cases = number_from("BUMPVISOR_CASES", 20000);
    printf("# seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
    int_deque d = DEQUE_INIT(&heap.allocator);
    model_len = 0;
    for (uint64_t i = 0; i < cases; i++)
        step(&d);
    deque_free(&d);
}

/* At every index, once and from then on: the deque is as it was, and the same call then succeeds.
 */
static void out_of_memory_at_every_growth(void **state)
{
    (void)state;
    int_deque d = DEQUE_INIT(&heap.allocator);
    for (int n = 0; n < 300; n++) {
        size_t len = deque_len(&d), capacity = deque_capacity(&d);
        test_allocator_fail_from(&heap, 1);
        enum error error = n % 2 ? deque_push_back(&d, n) : deque_push_front(&d, n);
        test_allocator_fail_from(&heap, 0);
        if (error == OK)
            continue;
        assert_int_equal(error, ERR_NO_MEMORY);
        assert_int_equal(deque_len(&d), len);
        assert_int_equal(deque_capacity(&d), capacity);
        deque_check(&d);
        assert_int_equal(n % 2 ? deque_push_back(&d, n) : deque_push_front(&d, n), OK);
    }
    assert_int_equal(deque_len(&d), 300);
    assert_int_equal(*deque_front(&d), 298);
    assert_int_equal(*deque_back(&d), 299);
    deque_free(&d);
}

static void sizes_that_do_not_fit(void **state)
{
    (void)state;
    int_deque d = DEQUE_INIT(&heap.allocator);
    static const size_t too_many[] = { SIZE_MAX, SIZE_MAX / 4 + 1, PTRDIFF_MAX, PTRDIFF_MAX / 4 + 1,
                                       ((size_t)1 << 61) - 1 };
    assert_int_equal(deque_push_back(&d, 1), OK);
    size_t requests = heap.requests;
    for (size_t i = 0; i < ARRAY_LENGTH(too_many); i++) {
        assert_int_equal(deque_reserve(&d, too_many[i]), ERR_OVERFLOW);
        assert_int_equal(deque_len(&d), 1);
    }
    assert_int_equal(heap.requests, requests); /* the allocator was not asked */
    deque_free(&d);
    deque_free(&d); /* once more is no harm */
    int_deque lost = DEQUE_INIT(NULL);
    EXPECT_PANIC("without an allocator", (void)(deque_push_back(&lost, 1) == OK));
}

static void an_empty_deque(void **state)
{
    (void)state;
    int_deque d = DEQUE_INIT(&heap.allocator), copy;
    int *first, *second;
    size_t first_len, second_len;
    deque_check(&d);
    assert_true(deque_is_empty(&d));
    assert_null(deque_front(&d));
    assert_null(deque_back(&d));
    assert_null(deque_get(&d, 0));
    assert_false(deque_pop_front(&d, NULL));
    assert_false(deque_pop_back(&d, NULL));
    assert_null(deque_make_contiguous(&d));
    deque_as_slices(&d, &first, &first_len, &second, &second_len);
    assert_int_equal(first_len + second_len, 0);
    deque_for_each (&d, p)
        fail();
    assert_int_equal(deque_clone(&d, &copy), OK);
    deque_free(&copy);
    deque_clear(&d);
    assert_int_equal(heap.requests, 0);
    EXPECT_PANIC("index 0", (void)deque_at(&d, 0));
}

static void loops_break_and_continue(void **state)
{
    (void)state;
    int_deque d = DEQUE_INIT(&heap.allocator);
    int seen = 0;
    for (int i = 0; i < 10; i++)
        deque_push_back_or_panic(&d, i);
    deque_for_each (&d, p) {
        if (*p == 2)
            continue;
        if (*p == 5)
            break;
        seen++;
    }
    assert_int_equal(seen, 4); /* 0 1 3 4 */
    deque_free(&d);
}

static char shown[64];
static void show(struct format_sink *sink, const char *bytes, size_t length)
{
    (void)sink;
    strncat(shown, bytes, length);
}

static void it_prints_itself(void **state)
{
    (void)state;
    struct format_sink sink = { show };
    int_deque d = DEQUE_INIT(&heap.allocator);
    shown[0] = '\0';
    deque_push_back_or_panic(&d, 2);
    assert_int_equal(deque_push_front(&d, 1), OK); /* round the end of the ring */
    deque_debug(&d, &sink, "d", debug_int);
    assert_string_equal(shown, "d = [1, 2]");
    deque_free(&d);
}

static int released;
static void release(struct triple *t)
{
    assert_int_equal(t->a, (uint64_t)released);
    released++;
}

static void other_elements(void **state)
{
    (void)state;
    triple_deque t = DEQUE_INIT(&heap.allocator);
    for (uint64_t i = 5; i < 20; i++)
        assert_int_equal(deque_push_back(&t, { i, 2, 3 }), OK);
    for (uint64_t i = 5; i-- > 0;)
        assert_int_equal(deque_push_front(&t, { .a = i }), OK);
    EXPECT_PANIC("index 20", (void)deque_at(&t, 20));
    released = 0;
    deque_free_each(&t, release);
    assert_int_equal(released, 20);

    wide_deque w = DEQUE_INIT(&heap.allocator);
    for (int i = 0; i < 10; i++)
        deque_push_back_or_panic(&w, { .bytes = { (char)i } });
    deque_for_each (&w, p)
        assert_int_equal((uintptr_t)p % 64, 0);
    deque_free(&w);
    test_allocator_fail_at(&heap, 1);
    EXPECT_PANIC("out of memory", deque_push_back_or_panic(&w, { .bytes = { 0 } }));
}

static void damage_is_found(void **state)
{
    (void)state;
    int_deque d = DEQUE_INIT(&heap.allocator);
    assert_int_equal(deque_push_back(&d, 1), OK);
    struct raw_deque good = d.raw;
    d.raw.len = 5;
    EXPECT_PANIC("d->len <= capacity", deque_check(&d));
    d.raw = good;
    d.raw.head = 4;
    EXPECT_PANIC("d->head", deque_check(&d));
    d.raw = good;
    d.raw.mask = 4;
    EXPECT_PANIC("is_power_of_two", deque_check(&d));
    d.raw = good;
    d.raw.data = NULL;
    EXPECT_PANIC("d->data == NULL", deque_check(&d));
    d.raw = good;
    EXPECT_PANIC("d != out", (void)(deque_clone(&d, &d) == OK));
    deque_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_operations),        TEST(out_of_memory_at_every_growth),
        TEST(sizes_that_do_not_fit),    TEST(an_empty_deque),
        TEST(loops_break_and_continue), TEST(it_prints_itself),
        TEST(other_elements),           TEST(damage_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
