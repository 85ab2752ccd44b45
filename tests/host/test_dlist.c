/*
 * The owning list: by hand, the pitfalls that can concern it (own elements, alignment, out of
 * memory in the middle, mistakes that must panic), and a model: two lists beside two arrays,
 * compared in both directions after each random operation, while one request in eight fails.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_dlist
 */
#include "vec_fixture.h"
#include "capture.h"
#include "random.h"

#include <collections/dlist.h>
#include <heap/bump.h>

typedef DLIST(int) int_list;

static void expect_list(const int_list *l, size_t len, const int *values)
{
    dlist_check(l);
    assert_int_equal(dlist_len(l), len);
    assert_int_equal(dlist_is_empty(l), len == 0);
    size_t i = 0;
    dlist_for_each (l, p)
        assert_int_equal(*p, values[i++]);
    assert_int_equal(i, len);
    for (int *p = dlist_back(l); p != NULL; p = dlist_prev(l, p))
        assert_int_equal(*p, values[--i]);
    assert_int_equal(i, 0);
}
#define EXPECT_LIST(l, ...)                                                                        \
    expect_list((l), sizeof((int[]){ __VA_ARGS__ }) / sizeof(int), (const int[]){ __VA_ARGS__ })

/* l holds 1 .. n. */
static void fill_list(int_list *l, int n)
{
    dlist_init(l, &heap.allocator);
    for (int i = 1; i <= n; i++)
        assert_int_equal(dlist_push_back(l, i), OK);
}

static void an_empty_list_allocates_nothing(void **state)
{
    (void)state;
    static int_list fixed = DLIST_INIT(&heap.allocator);
    int_list l = DLIST_INIT(&heap.allocator), m;
    expect_list(&l, 0, NULL);
    assert_true(dlist_is_empty(&fixed));
    assert_null(dlist_front(&l));
    assert_null(dlist_back(&l));
    assert_false(dlist_pop_front(&l, NULL));
    assert_false(dlist_pop_back(&l, NULL));
    assert_int_equal(dlist_clone(&l, &m), OK);
    dlist_append(&l, &m);
    dlist_split_off(&l, NULL, &m);
    dlist_for_each_safe (&l, p)
        fail();
    dlist_free(&l);
    dlist_free(&l);
    assert_int_equal(heap.requests, 0);
}

static void both_ends_and_the_middle(void **state)
{
    (void)state;
    int_list l = DLIST_INIT(&heap.allocator);
    int out = 0;
    assert_int_equal(dlist_push_front(&l, 2), OK);
    int *two = dlist_front(&l);
    dlist_push_front_or_panic(&l, 1);
    dlist_push_back_or_panic(&l, 5);
    assert_int_equal(dlist_insert(&l, dlist_back(&l), 4), OK);
    assert_int_equal(dlist_insert(&l, dlist_next(&l, two), 3), OK);
    assert_int_equal(dlist_insert(&l, NULL, 6), OK);
    assert_int_equal(dlist_insert(&l, dlist_front(&l), 0), OK);
    EXPECT_LIST(&l, 0, 1, 2, 3, 4, 5, 6);
    assert_ptr_equal(dlist_prev(&l, dlist_next(&l, two)), two);
    assert_int_equal(*dlist_remove(&l, two, &out), 3);
    assert_int_equal(out, 2);
    assert_null(dlist_remove(&l, dlist_back(&l), NULL));
    assert_int_equal(*dlist_remove(&l, dlist_front(&l), &out), 1);
    assert_true(dlist_pop_front(&l, &out));
    assert_int_equal(out, 1);
    assert_true(dlist_pop_back(&l, &out));
    assert_int_equal(out, 5);
    EXPECT_LIST(&l, 3, 4);
    assert_true(dlist_pop_back(&l, NULL));
    assert_true(dlist_pop_front(&l, NULL));
    expect_list(&l, 0, NULL);
    assert_int_equal(dlist_push_back(&l, 9), OK); /* empty lists live on */
    assert_null(dlist_remove(&l, dlist_front(&l), &out));
    assert_int_equal(out, 9);
    dlist_free(&l);
}

static void loops(void **state)
{
    (void)state;
    int_list l;
    fill_list(&l, 6);
    dlist_for_each_safe (&l, p)
        if (*p % 2 == 0)
            dlist_remove(&l, p, NULL);
    EXPECT_LIST(&l, 1, 3, 5);
    dlist_for_each (&l, p) {
        if (*p == 3)
            continue;
        if (*p == 5)
            break;
        *p = 7;
    }
    EXPECT_LIST(&l, 7, 3, 5);
    dlist_for_each_safe (&l, p)
        dlist_remove(&l, p, NULL);
    expect_list(&l, 0, NULL);
}

static void joined_and_cut(void **state)
{
    (void)state;
    for (int n = 0; n <= 5; n++)
        for (int at = 0; at <= n; at++) {
            int_list l, m;
            fill_list(&l, n);
            int *place = dlist_front(&l);
            for (int i = 0; i < at; i++)
                place = dlist_next(&l, place);
            size_t requests = heap.requests;
            dlist_split_off(&l, place, &m);
            expect_list(&l, (size_t)at, (int[]){ 1, 2, 3, 4, 5 });
            expect_list(&m, (size_t)(n - at), (int[]){ at + 1, at + 2, at + 3, at + 4, at + 5 });
            dlist_append(&l, &m);
            expect_list(&l, (size_t)n, (int[]){ 1, 2, 3, 4, 5 });
            expect_list(&m, 0, NULL);
            assert_int_equal(heap.requests, requests);
            dlist_append(&m, &l); /* into an empty one */
            expect_list(&m, (size_t)n, (int[]){ 1, 2, 3, 4, 5 });
            dlist_free(&m);
        }
}

/* A list may be moved by assignment: it has no address of its own in its ring. */
static void moved_by_assignment(void **state)
{
    (void)state;
    int_list l, m;
    fill_list(&l, 3);
    m = l;
    memset(&l, 0xdd, sizeof l);
    EXPECT_LIST(&m, 1, 2, 3);
    dlist_free(&m);
}

static int released[8];
static size_t releases;

static void note_release(int *element)
{
    released[releases++] = *element;
}

static void free_each_in_order(void **state)
{
    (void)state;
    int_list l;
    fill_list(&l, 4);
    releases = 0;
    dlist_free_each(&l, note_release);
    assert_int_equal(releases, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(released[i], i + 1);
    dlist_free_each(&l, note_release);
    assert_int_equal(releases, 4);
}

static bool same(const int *a, const int *b)
{
    return *a == *b;
}

static void clone_and_equality(void **state)
{
    (void)state;
    int_list l, m;
    fill_list(&l, 4);
    assert_int_equal(dlist_clone(&l, &m), OK);
    EXPECT_LIST(&m, 1, 2, 3, 4);
    assert_true(dlist_equal(&l, &m, same));
    *dlist_back(&m) = 5;
    assert_false(dlist_equal(&l, &m, same));
    EXPECT_LIST(&l, 1, 2, 3, 4);
    dlist_pop_back(&m, NULL);
    assert_false(dlist_equal(&l, &m, same));
    dlist_free(&l);
    assert_false(dlist_equal(&l, &m, same));
    dlist_free(&m);
    assert_true(dlist_equal(&l, &m, same));
}

static void printed(void **state)
{
    (void)state;
    int_list l;
    fill_list(&l, 3);
    dlist_debug(&l, start(), "l", debug_int);
    EXPECT_TEXT("l = [1, 2, 3]");
    dlist_free(&l);
    dlist_debug(&l, start(), NULL, debug_int);
    EXPECT_TEXT("[]");
}

static void pitfall_1_own_elements(void **state)
{
    (void)state;
    int_list l;
    fill_list(&l, 2);
    assert_int_equal(dlist_push_back(&l, *dlist_front(&l)), OK);
    assert_int_equal(dlist_insert(&l, dlist_front(&l), *dlist_next(&l, dlist_front(&l))), OK);
    EXPECT_LIST(&l, 2, 1, 2, 1);
    dlist_free(&l);
}

struct page {
    _Alignas(4096) int value;
};
struct line {
    _Alignas(64) char value;
};

#define CHECK_ALIGNED(...)                                                                         \
    do {                                                                                           \
        DLIST(__VA_ARGS__) l = DLIST_INIT(&heap.allocator);                                        \
        typeof(*l.type) out;                                                                       \
        for (unsigned i = 0; i < 5; i++) {                                                         \
            memset(&out, (int)i, sizeof out);                                                      \
            assert_int_equal(dlist_push_front(&l, out), OK);                                       \
        }                                                                                          \
        dlist_check(&l);                                                                           \
        for (unsigned i = 0; i < 5; i++) {                                                         \
            char wanted[sizeof out];                                                               \
            memset(wanted, (int)i, sizeof wanted);                                                 \
            assert_int_equal((uintptr_t)dlist_back(&l) % _Alignof(typeof(out)), 0);                \
            assert_true(dlist_pop_back(&l, &out));                                                 \
            assert_memory_equal(&out, wanted, sizeof out);                                         \
        }                                                                                          \
    } while (0)

static void pitfall_7_sizes_and_alignments(void **state)
{
    (void)state;
    CHECK_ALIGNED(char);
    CHECK_ALIGNED(struct { char bytes[3]; });
    CHECK_ALIGNED(struct { long longs[3]; });
    CHECK_ALIGNED(struct line);
    CHECK_ALIGNED(struct page);
}

static int_list clone_of_swept;

static enum error sweep_push_front(int_list *l)
{
    return dlist_push_front(l, 9);
}
static enum error sweep_push_back(int_list *l)
{
    return dlist_push_back(l, 9);
}
static enum error sweep_insert(int_list *l)
{
    return dlist_insert(l, dlist_back(l), 9);
}
static enum error sweep_clone(int_list *l)
{
    return dlist_clone(l, &clone_of_swept);
}

static void pitfall_10_failure_sweep(void **state)
{
    (void)state;
    enum error (*const operations[])(int_list *) = { sweep_push_front, sweep_push_back,
                                                     sweep_insert, sweep_clone };
    for (size_t i = 0; i < ARRAY_LENGTH(operations); i++) {
        int_list l;
        size_t n = 1;
        fill_list(&l, 5);
        dlist_init(&clone_of_swept, &heap.allocator);
        for (;; n++) {
            test_allocator_fail_at(&heap, n);
            enum error error = operations[i](&l);
            test_allocator_fail_at(&heap, 0);
            if (error == OK)
                break;
            assert_int_equal(error, ERR_NO_MEMORY);
            EXPECT_LIST(&l, 1, 2, 3, 4, 5);
            expect_list(&clone_of_swept, 0, NULL);
            assert_int_equal(heap.live_blocks, 5);
        }
        assert_int_equal(n, operations[i] == sweep_clone ? 6 : 2);
        dlist_free(&clone_of_swept);
        dlist_free(&l);
    }
}

static jmp_buf out_of_memory;

static void jump_out(struct allocator *self, struct layout layout, const void *caller)
{
    (void)self;
    assert_int_equal(layout.size, 20); /* two links and an int */
    assert_int_equal(layout.align, 8);
    assert_non_null(caller);
    longjmp(out_of_memory, 1);
}

static void the_handler_is_told(void **state)
{
    (void)state;
    static int_list l;
    fill_list(&l, 1);
    oom_handler before = allocator_set_oom_handler(jump_out);
    test_allocator_fail_from(&heap, 1);
    if (setjmp(out_of_memory) == 0) {
        dlist_push_back_or_panic(&l, 2);
        fail();
    }
    if (setjmp(out_of_memory) == 0) {
        dlist_push_front_or_panic(&l, 2);
        fail();
    }
    allocator_set_oom_handler(before);
    EXPECT_LIST(&l, 1);
    dlist_free(&l);
}

#define PANICS(part, ...) EXPECT_PANIC(part, ((__VA_ARGS__), 0))

static void mistakes_panic(void **state)
{
    (void)state;
    static int_list l, m;
    static struct test_allocator other;
    l = (int_list){ 0 };
    PANICS("without an allocator", (void)!dlist_push_back(&l, 1));
    fill_list(&l, 3);
    PANICS("appended to itself", dlist_append(&l, &l));
    dlist_init(&m, &other.allocator);
    PANICS("another allocator", dlist_append(&l, &m));
    /* What is in no list, as far as its links can tell. */
    static struct {
        struct list_node links;
        int value;
    } stray;
    PANICS("is in no list", dlist_remove(&l, &stray.value, NULL));
    static char region[256];
    static struct bump bump; /* the block of the insertion that panics stays behind in it */
    assert_int_equal(bump_init(&bump, region, region + sizeof region), OK);
    dlist_init(&m, &bump.allocator);
    dlist_push_back_or_panic(&m, 1);
    PANICS("is in no list", (void)!dlist_insert(&m, &stray.value, 1));
    /* Invariants that are broken. */
    l.raw.len++;
    PANICS("count == l->len", dlist_check(&l));
    l.raw.len -= 2;
    PANICS("++count <= l->len", dlist_check(&l));
    l.raw.len++;
    struct list_node *kept = l.raw.first->next->prev;
    l.raw.first->next->prev = l.raw.first->next;
    PANICS("node->next->prev == node", dlist_check(&l));
    l.raw.first->next->prev = kept;
    dlist_check(&l);
    dlist_free(&l);
}

/* --- The model ------------------------------------------------------------------------------- */

enum { LONGEST = 60 };

static int_list lists[2];
static int model[2][2 * LONGEST];
static size_t lengths[2];

static int *place_of(size_t l, size_t index)
{
    int *at = dlist_front(&lists[l]);
    for (size_t i = 0; i < index; i++)
        at = dlist_next(&lists[l], at);
    return at;
}

static void model_insert(size_t l, size_t index, int value)
{
    memmove(&model[l][index + 1], &model[l][index], (lengths[l] - index) * sizeof(int));
    model[l][index] = value;
    lengths[l]++;
}

static void model_remove(size_t l, size_t index)
{
    lengths[l]--;
    memmove(&model[l][index], &model[l][index + 1], (lengths[l] - index) * sizeof(int));
}

static enum error step(size_t l)
{
    int_list *list = &lists[l];
    size_t len = lengths[l], index = below(len + 1), other = 1 - l;
    int value = (int)below(1000), out = -1;
    enum error error = OK;
    switch (below(10)) {
    case 0:
        error = len < LONGEST ? dlist_push_front(list, value) : OK;
        if (error == OK && len < LONGEST)
            model_insert(l, 0, value);
        return error;
    case 1:
        error = len < LONGEST ? dlist_push_back(list, value) : OK;
        if (error == OK && len < LONGEST)
            model_insert(l, len, value);
        return error;
    case 2 ... 3:
        error = len < LONGEST ? dlist_insert(list, place_of(l, index), value) : OK;
        if (error == OK && len < LONGEST)
            model_insert(l, index, value);
        return error;
    case 4:
        assert_int_equal(dlist_pop_front(list, &out), len != 0);
        if (len != 0) {
            assert_int_equal(out, model[l][0]);
            model_remove(l, 0);
        }
        return OK;
    case 5:
        assert_int_equal(dlist_pop_back(list, &out), len != 0);
        if (len != 0) {
            assert_int_equal(out, model[l][len - 1]);
            model_remove(l, len - 1);
        }
        return OK;
    case 6:
        if (index == len)
            return OK;
        dlist_remove(list, place_of(l, index), &out);
        assert_int_equal(out, model[l][index]);
        model_remove(l, index);
        return OK;
    case 7:
        if (len + lengths[other] > LONGEST)
            return OK;
        dlist_append(list, &lists[other]);
        memcpy(&model[l][len], model[other], lengths[other] * sizeof(int));
        lengths[l] += lengths[other];
        lengths[other] = 0;
        return OK;
    case 8:
        if (lengths[other] != 0)
            return OK;
        dlist_split_off(list, place_of(l, index), &lists[other]);
        memcpy(model[other], &model[l][index], (len - index) * sizeof(int));
        lengths[other] = len - index;
        lengths[l] = index;
        return OK;
    default:
        if (lengths[other] != 0)
            return OK;
        error = dlist_clone(list, &lists[other]);
        if (error == OK) {
            memcpy(model[other], model[l], len * sizeof(int));
            lengths[other] = len;
            assert_true(dlist_equal(list, &lists[other], same));
        }
        return error;
    }
}

static void against_a_model(void **state)
{
    (void)state;
    uint64_t cases = number_from("BUMPVISOR_CASES", 150'000), seed = random_start(0xd115);
    size_t failures = 0;
    print_message("# %llu cases, seed %llu\n", (unsigned long long)cases, (unsigned long long)seed);
    dlist_init(&lists[0], &heap.allocator);
    dlist_init(&lists[1], &heap.allocator);
    for (uint64_t i = 0; i < cases; i++) {
        if (below(8) == 0)
            test_allocator_fail_at(&heap, 1 + below(3));
        enum error error = step(below(2));
        test_allocator_fail_at(&heap, 0);
        failures += error != OK;
        assert_true(error == OK || error == ERR_NO_MEMORY);
        for (size_t l = 0; l < 2; l++)
            expect_list(&lists[l], lengths[l], model[l]);
        assert_int_equal(heap.live_blocks, lengths[0] + lengths[1]);
    }
    assert_true(cases < 1000 || failures != 0);
    dlist_free(&lists[0]);
    dlist_free(&lists[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_list_allocates_nothing),
        TEST(both_ends_and_the_middle),
        TEST(loops),
        TEST(joined_and_cut),
        TEST(moved_by_assignment),
        TEST(free_each_in_order),
        TEST(clone_and_equality),
        TEST(printed),
        TEST(pitfall_1_own_elements),
        TEST(pitfall_7_sizes_and_alignments),
        TEST(pitfall_10_failure_sweep),
        TEST(the_handler_is_told),
        TEST(mistakes_panic),
        TEST(against_a_model),
    };
    return cmocka_run_group_tests_name("dlist", tests, NULL, NULL);
}
