/*
 * Counted values: random handles against a model of who owns what; the corners; and arc with eight
 * threads, which `make thread-tests` builds with ThreadSanitizer.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_rc
 */
#include "vec_fixture.h"
#include "random.h"

#include <pthread.h>

#include <collections/arc.h>
#include <heap/locked.h>
#include <heap/tlsf.h>

struct value {
    uint64_t number;
    bool alive;
};
typedef RC(struct value) value_rc;
typedef RC_WEAK(struct value) value_weak;
typedef ARC(struct value) value_arc;
typedef ARC_WEAK(struct value) value_arc_weak;

static size_t ended;
static void end(struct value *v)
{
    assert_true(v->alive);
    v->alive = false;
    ended++;
}

/* --- A model: values with numbers, and who has a handle of which ----------------------------- */

enum { HANDLES = 24, VALUES = 1 << 16 };

/* The same test for both kinds; `kind` is rc or arc. */
#define MODEL_TEST(kind, strong_type, weak_type)                                                   \
    static void kind##_random_handles(void **state)                                                \
    {                                                                                              \
        (void)state;                                                                               \
        uint64_t seed = random_start(9), cases = number_from("BUMPVISOR_CASES", 20000);            \
        printf("# seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);  \
        static strong_type strong[HANDLES];                                                        \
        static weak_type weak[HANDLES];                                                            \
        static uint64_t strong_of[HANDLES], weak_of[HANDLES]; /* numbers; 0: empty */              \
        uint64_t next = 1;                                                                         \
        size_t made = 0, unwrapped = 0;                                                            \
        ended = 0;                                                                                 \
        for (uint64_t i = 0; i < cases; i++) {                                                     \
            size_t s = below(HANDLES), t = below(HANDLES), owners = 0;                             \
            for (size_t j = 0; j < HANDLES; j++)                                                   \
                owners += strong_of[s] != 0 && strong_of[j] == strong_of[s];                       \
            switch (below(7)) {                                                                    \
            case 0: /* new, perhaps without memory */                                              \
                if (strong_of[s] != 0)                                                             \
                    break;                                                                         \
                bool fails = below(4) == 0;                                                        \
                test_allocator_fail_at(&heap, fails);                                              \
                assert_int_equal(kind##_new(&strong[s], &heap.allocator, end, { next, true }),     \
                                 fails ? ERR_NO_MEMORY : OK);                                      \
                test_allocator_fail_at(&heap, 0);                                                  \
                made += !fails;                                                                    \
                strong_of[s] = fails ? 0 : next;                                                   \
                next += !fails;                                                                    \
                break;                                                                             \
            case 1:                                                                                \
                if (strong_of[s] == 0 || strong_of[t] != 0)                                        \
                    break;                                                                         \
                strong[t] = kind##_clone(&strong[s]);                                              \
                strong_of[t] = strong_of[s];                                                       \
                break;                                                                             \
            case 2:                                                                                \
            case 3:                                                                                \
                assert_int_equal(kind##_drop(&strong[s]), owners == 1);                            \
                strong_of[s] = 0;                                                                  \
                break;                                                                             \
            case 4:                                                                                \
                if (strong_of[s] == 0 || weak_of[t] != 0)                                          \
                    break;                                                                         \
                kind##_downgrade(&strong[s], &weak[t]);                                            \
                weak_of[t] = strong_of[s];                                                         \
                break;                                                                             \
            case 5:                                                                                \
                if (strong_of[s] != 0 || weak_of[t] == 0)                                          \
                    break;                                                                         \
                owners = 0;                                                                        \
                for (size_t j = 0; j < HANDLES; j++)                                               \
                    owners += strong_of[j] == weak_of[t];                                          \
                assert_int_equal(kind##_upgrade(&weak[t], &strong[s]), owners > 0);                \
                strong_of[s] = owners > 0 ? weak_of[t] : 0;                                        \
                break;                                                                             \
            default:                                                                               \
                if (below(2)) {                                                                    \
                    kind##_weak_drop(&weak[t]);                                                    \
                    weak_of[t] = 0;                                                                \
                } else if (strong_of[s] != 0) {                                                    \
                    struct value out;                                                              \
                    assert_int_equal(kind##_try_unwrap(&strong[s], &out), owners == 1);            \
                    if (owners == 1) {                                                             \
                        assert_int_equal(out.number, strong_of[s]);                                \
                        assert_true(out.alive);                                                    \
                        strong_of[s] = 0;                                                          \
                        unwrapped++;                                                               \
                    }                                                                              \
                }                                                                                  \
            }                                                                                      \
            size_t values = 0;                                                                     \
            for (size_t j = 0; j < HANDLES; j++) {                                                 \
                if (strong_of[j] == 0)                                                             \
                    continue;                                                                      \
                assert_int_equal(kind##_get(&strong[j])->number, strong_of[j]);                    \
                assert_true(kind##_get(&strong[j])->alive);                                        \
                bool first = true;                                                                 \
                for (size_t k = 0; k < j; k++)                                                     \
                    first = first && strong_of[k] != strong_of[j];                                 \
                values += first;                                                                   \
            }                                                                                      \
            assert_int_equal(made - unwrapped - ended, values); /* each ends once, in time */      \
        }                                                                                          \
        for (size_t j = 0; j < HANDLES; j++) {                                                     \
            (void)kind##_drop(&strong[j]);                                                         \
            kind##_weak_drop(&weak[j]);                                                            \
            strong_of[j] = weak_of[j] = 0;                                                         \
        }                                                                                          \
        assert_int_equal(ended + unwrapped, made);                                                 \
    }
MODEL_TEST(rc, value_rc, value_weak)
MODEL_TEST(arc, value_arc, value_arc_weak)

/* --- Corners --------------------------------------------------------------------------------- */

struct node {
    RC(struct node) child;
    RC_WEAK(struct node) parent;
};
typedef RC(struct node) node_rc;
static size_t nodes_ended;
static void node_end(struct node *n)
{
    nodes_ended++;
    (void)rc_drop(&n->child);
    rc_weak_drop(&n->parent);
}

/* Two that know each other: the way back is weak, and nothing leaks (the fixture looks). */
static void a_cycle_with_a_weak_half_does_not_leak(void **state)
{
    (void)state;
    node_rc parent, child, found;
    nodes_ended = 0;
    assert_int_equal(rc_new(&parent, &heap.allocator, node_end, { .child.block = NULL }), OK);
    assert_int_equal(rc_new(&child, &heap.allocator, node_end, { .child.block = NULL }), OK);
    rc_downgrade(&parent, &rc_get(&child)->parent);
    rc_get(&parent)->child.block = rc_clone(&child).block;
    assert_true(rc_upgrade(&rc_get(&child)->parent, &found));
    assert_ptr_equal(rc_get(&found), rc_get(&parent));
    assert_false(rc_drop(&found));
    assert_true(rc_drop(&parent));
    assert_false(rc_upgrade(&rc_get(&child)->parent, &found));
    assert_int_equal(nodes_ended, 1);
    assert_true(rc_drop(&child));
    assert_int_equal(nodes_ended, 2);
}

static void only_the_only_one_may_change(void **state)
{
    (void)state;
    value_rc a, b;
    value_weak w;
    assert_int_equal(rc_new(&a, &heap.allocator, NULL, { 7, true }), OK);
    assert_non_null(rc_get_mut(&a));
    b = rc_clone(&a);
    assert_null(rc_get_mut(&a));
    assert_int_equal(rc_strong_count(&a), 2);
    assert_false(rc_drop(&b));
    assert_null(b.block);
    assert_false(rc_drop(&b)); /* empty: nothing happens */
    rc_downgrade(&a, &w);
    assert_int_equal(rc_weak_count(&a), 1);
    assert_null(rc_get_mut(&a));
    rc_weak_drop(&w);
    rc_weak_drop(&w);
    assert_non_null(rc_get_mut(&a));
    assert_true(rc_drop(&a)); /* without a destructor */
}

static void a_count_that_would_overflow_panics(void **state)
{
    (void)state;
    value_rc r, s;
    value_weak w;
    value_arc a, b;
    value_arc_weak v;
    assert_int_equal(rc_new(&r, &heap.allocator, NULL, { 1, true }), OK);
    assert_int_equal(arc_new(&a, &heap.allocator, NULL, { 1, true }), OK);
    rc_downgrade(&r, &w);
    arc_downgrade(&a, &v);
    r.block->strong = a.arc_block->strong = PTRDIFF_MAX;
    EXPECT_PANIC("count of handles", s = rc_clone(&r));
    EXPECT_PANIC("count of handles", rc_upgrade(&w, &s));
    EXPECT_PANIC("count of handles", arc_upgrade(&v, &b));
    EXPECT_PANIC("count of handles", b = arc_clone(&a));
    EXPECT_PANIC("count of handles", b = arc_clone(&a)); /* and stays so */
    r.block->weak = a.arc_block->weak = PTRDIFF_MAX;
    EXPECT_PANIC("count of handles", (rc_downgrade(&r, &w), 0));
    EXPECT_PANIC("count of handles", (arc_downgrade(&a, &v), 0));
    EXPECT_PANIC("count of handles", (arc_downgrade(&a, &v), 0));
    r.block->strong = a.arc_block->strong = 1;
    r.block->weak = a.arc_block->weak = 2;
    rc_weak_drop(&w);
    arc_weak_drop(&v);
    assert_true(rc_drop(&r));
    assert_true(arc_drop(&a));
}

struct wide {
    _Alignas(4096) char bytes[4096];
};

static void any_alignment(void **state)
{
    (void)state;
    RC(struct wide) wide;
    RC(char) narrow;
    struct wide value = { { 1 } };
    assert_int_equal(rc_new(&wide, &heap.allocator, NULL, value), OK);
    assert_int_equal((uintptr_t)rc_get(&wide) % 4096, 0);
    assert_int_equal(rc_new(&narrow, &heap.allocator, NULL, 'x'), OK);
    assert_int_equal(*rc_get(&narrow), 'x');
    assert_true(rc_drop(&wide));
    assert_true(rc_drop(&narrow));
}

/* --- Eight threads ---------------------------------------------------------------------------- */

enum { THREADS = 8 };
static _Alignas(4096) char region[1 << 20];
static struct tlsf tlsf;
static struct locked locked;
static size_t shared_ended;
static void shared_end(struct value *v)
{
    v->number = 0; /* a race, unless all others are through */
    shared_ended++;
}

struct job {
    value_arc mine;
    value_arc_weak weak;
    size_t number, wrong, upgraded;
};

/* Clone, read, drop; at the end drop one's own, which for one thread is the last. */
static void *share(void *argument)
{
    struct job *job = argument;
    fake_hart.id = fake_hart.index = job->number;
    for (int i = 0; i < 2000; i++) {
        value_arc copy = arc_clone(&job->mine), up;
        job->wrong += arc_get(&copy)->number != 42;
        (void)arc_drop(&copy);
        if (arc_upgrade(&job->weak, &up)) {
            job->wrong += arc_get(&up)->number != 42;
            (void)arc_drop(&up);
        }
    }
    (void)arc_drop(&job->mine);
    value_arc up;
    while (arc_upgrade(&job->weak, &up)) { /* until the last has let go */
        job->upgraded++;
        (void)arc_drop(&up);
        hart_relax();
    }
    arc_weak_drop(&job->weak);
    return NULL;
}

static void arc_on_eight_threads(void **state)
{
    (void)state;
    assert_int_equal(tlsf_init(&tlsf, region, region + sizeof region), OK);
    locked_init(&locked, &tlsf.allocator);
    value_arc first;
    struct job jobs[THREADS] = { 0 };
    pthread_t threads[THREADS];
    shared_ended = 0;
    assert_int_equal(arc_new(&first, &locked.allocator, shared_end, { 42, true }), OK);
    for (size_t i = 0; i < THREADS; i++) {
        jobs[i].number = i;
        jobs[i].mine = arc_clone(&first);
        arc_downgrade(&first, &jobs[i].weak);
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, share, &jobs[i]), 0);
    (void)arc_drop(&first);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(jobs[i].wrong, 0);
    }
    assert_int_equal(shared_ended, 1);
    assert_int_equal(allocator_statistics(&locked.allocator).live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rc_random_handles),
        TEST(arc_random_handles),
        TEST(a_cycle_with_a_weak_half_does_not_leak),
        TEST(only_the_only_one_may_change),
        TEST(a_count_that_would_overflow_panics),
        TEST(any_alignment),
        TEST(arc_on_eight_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
