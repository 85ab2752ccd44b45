/*
 * The intrusive list: by hand, every mistake that must panic, and a model: three lists of plain
 * numbers beside three real ones, compared in both directions after each random operation.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_list
 */
#include "fake/panic.h"
#include "random.h"

#include <cmocka.h>
#include <lib/list.h>

struct item {
    struct list_node other; /* so that the member is not at offset 0 */
    size_t number;
    struct list_node node;
};

#define PANICS(part, ...) EXPECT_PANIC(part, ((__VA_ARGS__), 0))

static void by_hand(void **state)
{
    (void)state;
    static struct list l = LIST_INIT(l);
    struct item a = { .number = 1 }, b = { .number = 2 }, c = { .number = 3 }, d = { .number = 4 };
    assert_true(list_is_empty(&l));
    assert_null(list_first(&l));
    assert_null(list_last(&l));
    list_check(&l);
    list_for_each (&l, struct item, node, p)
        fail();
    list_push_back(&l, &b.node);
    list_push_front(&l, &a.node);
    list_insert_after(&b.node, &d.node);
    list_insert_before(&d.node, &c.node);
    list_check(&l);
    size_t wanted = 1;
    list_for_each (&l, struct item, node, p)
        assert_int_equal(p->number, wanted++);
    assert_int_equal(wanted, 5);
    assert_ptr_equal(list_first(&l), &a.node);
    assert_ptr_equal(list_last(&l), &d.node);
    assert_ptr_equal(list_prev(&l, &b.node), &a.node);
    assert_null(list_prev(&l, &a.node));
    assert_null(list_next(&l, &d.node));
    assert_true(list_is_linked(&c.node));
    list_remove(&c.node);
    assert_false(list_is_linked(&c.node));
    assert_ptr_equal(c.node.next, LIST_POISON);
    assert_ptr_equal(c.node.prev, LIST_POISON);
    list_push_front(&l, &c.node); /* a removed node may be linked again */
    list_check(&l);
    list_for_each_safe (&l, struct item, node, p) {
        if (p->number == 2)
            continue;
        list_remove(&p->node);
        memset(p, 0xdd, sizeof *p);
    }
    assert_ptr_equal(list_first(&l), &b.node);
    assert_ptr_equal(list_last(&l), &b.node);
    list_check(&l);
    list_for_each_safe (&l, struct item, node, p)
        break;
    list_remove(&b.node);
    assert_true(list_is_empty(&l));
}

static void an_element_in_two_lists(void **state)
{
    (void)state;
    struct list l = LIST_INIT(l), m;
    list_init(&m);
    struct item a = { .number = 7 };
    list_push_back(&l, &a.node);
    list_push_back(&m, &a.other);
    assert_ptr_equal(list_element(list_first(&l), struct item, node), &a);
    assert_ptr_equal(list_element(list_first(&m), struct item, other), &a);
    list_remove(&a.other);
    assert_true(list_is_empty(&m) && !list_is_empty(&l));
    list_remove(&a.node);
}

static void mistakes_panic(void **state)
{
    (void)state;
    static struct list l = LIST_INIT(l), unset;
    static struct item a, b, c, d; /* static: used across setjmp */
    PANICS("is in no list", list_remove(&a.node));
    PANICS("is in no list", list_push_back(&unset, &a.node));
    PANICS("is in no list", list_insert_before(&b.node, &a.node));
    PANICS("is in no list", list_insert_after(&b.node, &a.node));
    PANICS("is in no list", list_splice(&l.ring, &unset));
    PANICS("is in no list", list_check(&unset));
    list_push_back(&l, &a.node);
    PANICS("is in a list already", list_push_back(&l, &a.node));
    PANICS("is in a list already", list_push_front(&l, &a.node));
    PANICS("is in no list", list_splice(&b.node, &l));
    list_init(&l); /* list_splice had parted l from its elements */
    list_node_init(&a.node);
    list_push_back(&l, &a.node);
    list_remove(&a.node);
    PANICS("is in no list", list_remove(&a.node));
    PANICS("is in no list", list_insert_after(&a.node, &b.node));
    /* An element that is overwritten while it is linked: its neighbours, and it, are found out. */
    list_push_back(&l, &a.node);
    list_push_back(&l, &b.node);
    list_push_back(&l, &c.node);
    const struct list_node kept = b.node;
    d.node = (struct list_node){ &d.node, &d.node };
    b.node = (struct list_node){ &d.node, &d.node };
    PANICS("is damaged", list_remove(&b.node));
    PANICS("is damaged", list_remove(&a.node));
    PANICS("is damaged", list_remove(&c.node));
    PANICS("is damaged", list_insert_after(&a.node, &(struct list_node){ NULL, NULL }));
    PANICS("is damaged", list_insert_before(&c.node, &(struct list_node){ NULL, NULL }));
    PANICS("is damaged", list_check(&l));
    b.node = kept;
    list_check(&l);
}

enum { LISTS = 3, ITEMS = 40 };

static struct list lists[LISTS];
static struct item items[ITEMS];
static size_t model[LISTS][ITEMS], lengths[LISTS];

static void model_insert(size_t l, size_t at, size_t number)
{
    memmove(&model[l][at + 1], &model[l][at], (lengths[l] - at) * sizeof(size_t));
    model[l][at] = number;
    lengths[l]++;
}

static void compare(size_t l)
{
    list_check(&lists[l]);
    size_t at = 0;
    list_for_each (&lists[l], struct item, node, p) {
        assert_true(at < lengths[l]);
        assert_int_equal(p->number, model[l][at++]);
    }
    assert_int_equal(at, lengths[l]);
    for (struct list_node *n = list_last(&lists[l]); n != NULL; n = list_prev(&lists[l], n))
        assert_int_equal(list_element(n, struct item, node)->number, model[l][--at]);
    assert_int_equal(at, 0);
}

/* Put the item `number`, which is in no list, somewhere. */
static void insert_somewhere(size_t l, size_t number)
{
    struct list_node *node = &items[number].node;
    size_t at = below(lengths[l]);
    switch (below(4)) {
    case 0:
        list_push_front(&lists[l], node);
        model_insert(l, 0, number);
        return;
    case 1:
        list_push_back(&lists[l], node);
        model_insert(l, lengths[l], number);
        return;
    case 2:
        if (lengths[l] == 0)
            return;
        list_insert_before(&items[model[l][at]].node, node);
        model_insert(l, at, number);
        return;
    default:
        if (lengths[l] == 0)
            return;
        list_insert_after(&items[model[l][at]].node, node);
        model_insert(l, at + 1, number);
    }
}

static void splice_somewhere(size_t l, size_t from)
{
    size_t at = below(lengths[l] + 1);
    if (l == from) { /* nothing happens */
        list_append(&lists[l], &lists[l]);
        return;
    }
    if (at == lengths[l])
        list_append(&lists[l], &lists[from]);
    else
        list_splice(&items[model[l][at]].node, &lists[from]);
    for (size_t i = 0; i < lengths[from]; i++)
        model_insert(l, at + i, model[from][i]);
    lengths[from] = 0;
}

static void against_a_model(void **state)
{
    (void)state;
    uint64_t cases = number_from("BUMPVISOR_CASES", 150'000), seed = random_start(0x115);
    print_message("# %llu cases, seed %llu\n", (unsigned long long)cases, (unsigned long long)seed);
    for (size_t l = 0; l < LISTS; l++)
        list_init(&lists[l]);
    for (size_t i = 0; i < ITEMS; i++)
        items[i].number = i;
    for (uint64_t i = 0; i < cases; i++) {
        size_t number = below(ITEMS), l = below(LISTS), from = below(LISTS);
        if (!list_is_linked(&items[number].node)) {
            insert_somewhere(l, number);
        } else if (below(10) == 0) {
            splice_somewhere(l, from);
            compare(from);
        } else {
            for (l = 0;; l++) { /* the model must look for the list; list_remove need not */
                size_t at = 0;
                while (at < lengths[l] && model[l][at] != number)
                    at++;
                if (at == lengths[l])
                    continue;
                list_remove(&items[number].node);
                memmove(&model[l][at], &model[l][at + 1], (--lengths[l] - at) * sizeof(size_t));
                break;
            }
        }
        compare(l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(an_element_in_two_lists),
        cmocka_unit_test(mistakes_panic),
        cmocka_unit_test(against_a_model),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
