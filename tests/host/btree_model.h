/*
 * btree_model: one B-tree against an array, for one set of parameters. Include it once for each:
 *
 *     #define MODEL_NAME      map3              the map; also the prefix of the functions made here
 *     #define MODEL_KEY       struct wide_key   its key, and how to make one and read it again
 *     #define MODEL_OF(n)     ((struct wide_key){ n })
 *     #define MODEL_NUMBER(k) ((k)->n)
 *     #define MODEL_CAPACITY  3
 */
#define BTREE_NAME         MODEL_NAME
#define BTREE_KEY          MODEL_KEY
#define BTREE_VALUE        struct model_value
#define BTREE_BEFORE(a, b) (MODEL_NUMBER(a) < MODEL_NUMBER(b))
#define BTREE_CAPACITY     MODEL_CAPACITY
#include <collections/btree.h>

#define M(name) INSTANTIATE(MODEL_NAME, name)

/* The model: value[n] is that of key n, 0 where there is none. */
struct M(model) {
    uint64_t value[MODEL_KEYS];
    size_t len;
};

/* Cursor, bounds and a range from both ends show just what the model has. */
static void M(compare)(const struct MODEL_NAME *tree, const struct M(model) * model)
{
    M(check)(tree);
    assert_int_equal(M(len)(tree), model->len);
    struct M(cursor) c = M(first)(tree), d;
    for (size_t n = 0; n < MODEL_KEYS; n++) {
        const struct model_value *value = M(get)(tree, MODEL_OF(n));
        assert_int_equal(value != NULL, model->value[n] != 0);
        if (value == NULL)
            continue;
        assert_int_equal(value->number, model->value[n]);
        assert_non_null(c.key);
        assert_int_equal(MODEL_NUMBER(c.key), n);
        assert_ptr_equal(c.value, value);
        M(next)(&c);
    }
    assert_null(c.key);
    for (size_t n = MODEL_KEYS; n-- > 0;) {
        if (model->value[n] == 0)
            continue;
        M(prev)(&c);
        assert_int_equal(MODEL_NUMBER(c.key), n);
    }
    M(prev)(&c);
    assert_null(c.key);

    size_t from = below(MODEL_KEYS), to = below(MODEL_KEYS);
    const MODEL_KEY low = MODEL_OF(from), high = MODEL_OF(to);
    bool is_open = below(8) == 0;
    struct M(range) range = M(range)(tree, is_open ? NULL : &low, is_open ? NULL : &high);
    size_t left = is_open ? 0 : from, right = is_open ? MODEL_KEYS : to; /* what is not seen yet */
    for (;;) {
        bool from_front = below(2) == 0;
        if (from_front) {
            while (left < right && model->value[left] == 0)
                left++;
        } else {
            while (left < right && model->value[right - 1] == 0)
                right--;
        }
        bool any = false;
        for (size_t n = left; n < right; n++)
            any = any || model->value[n] != 0;
        assert_int_equal(from_front ? M(range_next)(&range, &d) : M(range_prev)(&range, &d), any);
        if (!any)
            break;
        assert_int_equal(MODEL_NUMBER(d.key), from_front ? left++ : --right);
    }
    size_t n = from;
    while (n < MODEL_KEYS && model->value[n] == 0)
        n++;
    c = M(lower_bound)(tree, MODEL_OF(from));
    assert_int_equal(c.key == NULL ? MODEL_KEYS : MODEL_NUMBER(c.key), n);
    n = from + 1;
    while (n < MODEL_KEYS && model->value[n] == 0)
        n++;
    c = M(upper_bound)(tree, MODEL_OF(from));
    assert_int_equal(c.key == NULL ? MODEL_KEYS : MODEL_NUMBER(c.key), n);
    c = M(find)(tree, MODEL_OF(from));
    assert_int_equal(c.key != NULL, model->value[from] != 0);
}

static void M(forget)(struct M(model) * model, size_t n)
{
    assert_int_not_equal(model->value[n], 0);
    model->value[n] = 0;
    model->len--;
}

static void M(learn)(struct M(model) * model, size_t n, uint64_t value)
{
    model->len += model->value[n] == 0;
    model->value[n] = value;
}

/* One random operation on both; `phase` says whether the tree rather grows or shrinks. */
static enum error M(step)(struct MODEL_NAME *tree, struct M(model) * model, bool grows)
{
    static uint64_t values;
    size_t n = below(MODEL_KEYS);
    const uint64_t is = model->value[n];
    const struct model_value value = { ++values };
    struct model_value old = { 0 }, *slot;
    MODEL_KEY key;
    bool replaced;
    enum error error;
    switch (below(12) + (grows ? 0 : 4)) {
    case 0 ... 5:
        error = M(insert)(tree, MODEL_OF(n), value, &old, &replaced);
        if (error != OK)
            return error;
        assert_int_equal(replaced, is != 0);
        assert_int_equal(old.number, is);
        M(learn)(model, n, value.number);
        return OK;
    case 6:
        error = M(or_insert)(tree, MODEL_OF(n), value, &slot);
        if (error != OK)
            return error;
        assert_int_equal(slot->number, is != 0 ? is : value.number);
        slot->number = value.number;
        M(learn)(model, n, value.number);
        return OK;
    case 7:
        assert_int_equal(M(replace)(tree, MODEL_OF(n), value, below(2) == 0 ? &old : NULL),
                         is != 0);
        assert_true(old.number == 0 || old.number == is);
        if (is != 0)
            M(learn)(model, n, value.number);
        return OK;
    case 8 ... 13:
        assert_int_equal(M(remove)(tree, MODEL_OF(n), &key, &old), is != 0);
        if (is != 0) {
            assert_int_equal(MODEL_NUMBER(&key), n);
            assert_int_equal(old.number, is);
            M(forget)(model, n);
        }
        return OK;
    case 14:
    case 15: {
        bool first = below(2) == 0;
        bool any = first ? M(pop_first)(tree, &key, &old) : M(pop_last)(tree, &key, &old);
        assert_int_equal(any, model->len != 0);
        if (!any)
            return OK;
        n = first ? 0 : MODEL_KEYS - 1;
        while (model->value[n] == 0)
            n = first ? n + 1 : n - 1;
        assert_int_equal(MODEL_NUMBER(&key), n);
        assert_int_equal(old.number, model->value[n]);
        M(forget)(model, n);
        return OK;
    }
    }
    fail();
    return OK;
}

static void M(against_its_model)(void **state)
{
    (void)state;
    uint64_t cases = number_from("BUMPVISOR_CASES", 100'000), seed = random_start(0xb7ee);
    print_message("# capacity %d: %llu cases, seed %llu\n", MODEL_CAPACITY,
                  (unsigned long long)cases, (unsigned long long)seed);
    static struct M(model) model;
    model = (struct M(model)){ 0 };
    struct MODEL_NAME tree = BTREE_INIT(&heap.allocator), copy;
    uint64_t failures = 0;
    for (uint64_t i = 0; i < cases; i++) {
        test_allocator_fail_at(&heap, below(8) == 0 ? 1 + below(3) : 0);
        const struct MODEL_NAME before = tree;
        const size_t live = heap.live_blocks;
        enum error error = M(step)(&tree, &model, i / 4096 % 2 == 0);
        if (error != OK) {
            assert_int_equal(error, ERR_NO_MEMORY);
            assert_memory_equal(&before, &tree, sizeof before);
            assert_int_equal(heap.live_blocks, live);
            failures++;
        }
        test_allocator_fail_at(&heap, 0);
        if (error != OK || i % 16 == 0)
            M(compare)(&tree, &model);
        if (i % 1024 == 0) { /* copies, and trees built at once */
            assert_int_equal(M(clone)(&tree, &copy), OK);
            M(compare)(&copy, &model);
            assert_true(M(equal)(&tree, &copy, same_value));
            if (M(pop_last)(&copy, NULL, NULL))
                assert_false(M(equal)(&tree, &copy, same_value));
            M(free)(&copy);
        }
    }
    assert_true(cases < 10'000 || failures != 0);
    M(free)(&tree);
}

/* Each insertion of a run fails at each of its requests first, and changes nothing then. */
static void M(fails_at_every_request)(void **state)
{
    (void)state;
    static struct M(model) model;
    model = (struct M(model)){ 0 };
    struct MODEL_NAME tree = BTREE_INIT(&heap.allocator), copy;
    size_t most = 0;
    for (size_t i = 0; i < MODEL_KEYS; i++) {
        size_t n = i * 37 % MODEL_KEYS, failed = 0;
        for (;; failed++) {
            test_allocator_fail_at(&heap, failed + 1);
            size_t live = heap.live_blocks;
            enum error error =
                M(insert)(&tree, MODEL_OF(n), (struct model_value){ n + 1 }, NULL, NULL);
            if (error == OK)
                break;
            assert_int_equal(error, ERR_NO_MEMORY);
            assert_int_equal(heap.live_blocks, live);
            M(compare)(&tree, &model);
        }
        most = failed > most ? failed : most;
        M(learn)(&model, n, n + 1);
    }
    assert_true(most >= 3 || MODEL_CAPACITY > 5); /* two levels and a new root were split at once */
    M(compare)(&tree, &model);
    for (size_t failed = 0;; failed++) { /* a copy is whole, or not there */
        test_allocator_fail_at(&heap, failed + 1);
        size_t live = heap.live_blocks;
        enum error error = M(clone)(&tree, &copy);
        if (error == OK)
            break;
        assert_int_equal(heap.live_blocks, live);
        assert_int_equal(M(len)(&copy), 0);
        M(check)(&copy);
    }
    test_allocator_fail_at(&heap, 0);
    M(compare)(&copy, &model);
    M(free)(&copy);
    M(free)(&tree);
    M(free)(&tree); /* once more is nothing */
}

/* Built at once, with each number of entries; and refused where they are not in order. */
static void M(built_from_sorted)(void **state)
{
    (void)state;
    static MODEL_KEY keys[MODEL_KEYS];
    static struct model_value values[MODEL_KEYS];
    static struct M(model) model;
    model = (struct M(model)){ 0 };
    struct MODEL_NAME tree;
    for (size_t n = 0; n <= MODEL_KEYS; n++) {
        assert_int_equal(M(from_sorted)(&tree, &heap.allocator, keys, values, n), OK);
        M(compare)(&tree, &model);
        M(free)(&tree);
        if (n > 1) {
            const MODEL_KEY kept = keys[n / 2];
            keys[n / 2] = keys[n / 2 - 1];
            assert_int_equal(M(from_sorted)(&tree, &heap.allocator, keys, values, n), ERR_INVALID);
            assert_int_equal(M(len)(&tree), 0);
            keys[n / 2] = kept;
        }
        if (n < MODEL_KEYS) {
            keys[n] = MODEL_OF(n);
            values[n] = (struct model_value){ n + 1 };
            M(learn)(&model, n, n + 1);
        }
    }
}

#undef M
#undef MODEL_NAME
#undef MODEL_KEY
#undef MODEL_OF
#undef MODEL_NUMBER
#undef MODEL_CAPACITY
