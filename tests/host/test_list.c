/*
 * The intrusive list: two lists against arrays with random operations, and what must panic.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_list
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/panic.h"
#include "random.h"

#include <lib/list.h>

enum { NODES = 40 };

struct item {
    uint64_t before; /* so that the node is not at the start */
    struct list_node node;
    int number;
};

static struct item items[NODES];
static struct list lists[2] = { LIST_INIT(lists[0]), LIST_INIT(lists[1]) };

/* The model: numbers of items, in order. */
static int model[2][NODES];
static size_t model_len[2];

static void assert_same(size_t l)
{
    size_t i = 0;
    list_check(&lists[l]);
    assert_int_equal(list_length(&lists[l]), model_len[l]);
    assert_int_equal(list_is_empty(&lists[l]), model_len[l] == 0);
    list_for_each (&lists[l], struct item, node, item)
        assert_int_equal(item->number, model[l][i++]);
    assert_int_equal(i, model_len[l]);
    struct list_node *first = list_first(&lists[l]), *last = list_last(&lists[l]);
    assert_int_equal(first == NULL, model_len[l] == 0);
    if (model_len[l] == 0)
        return;
    assert_int_equal(container_of(first, struct item, node)->number, model[l][0]);
    assert_int_equal(container_of(last, struct item, node)->number, model[l][model_len[l] - 1]);
}

static void model_insert(size_t l, size_t at, int number)
{
    memmove(&model[l][at + 1], &model[l][at], (model_len[l] - at) * sizeof(int));
    model[l][at] = number;
    model_len[l]++;
}

/* Where an item is in the model: false iff it is in neither list. */
static bool find(int number, size_t *l, size_t *at)
{
    for (*l = 0; *l < 2; ++*l)
        for (*at = 0; *at < model_len[*l]; ++*at)
            if (model[*l][*at] == number)
                return true;
    return false;
}

static void model_remove(size_t l, size_t at)
{
    model_len[l]--;
    memmove(&model[l][at], &model[l][at + 1], (model_len[l] - at) * sizeof(int));
}

static void random_operations(void **state)
{
    (void)state;
    uint64_t seed = random_start(13), cases = number_from("BUMPVISOR_CASES", 20000);
    printf("# seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
    for (int i = 0; i < NODES; i++)
        items[i].number = i;
    for (uint64_t i = 0; i < cases; i++) {
        size_t l, at, to = below(2);
        int number = (int)below(NODES);
        struct list_node *node = &items[number].node;
        bool listed = find(number, &l, &at);
        assert_int_equal(list_node_is_listed(node), listed);
        if (below(40) == 0) {
            list_append(&lists[to], &lists[1 - to]);
            memcpy(&model[to][model_len[to]], model[1 - to], model_len[1 - to] * sizeof(int));
            model_len[to] += model_len[1 - to];
            model_len[1 - to] = 0;
        } else if (below(4) == 0) {
            bool front = below(2) == 0;
            node = front ? list_pop_front(&lists[to]) : list_pop_back(&lists[to]);
            assert_int_equal(node == NULL, model_len[to] == 0);
            if (node != NULL) {
                size_t gone = front ? 0 : model_len[to] - 1;
                assert_int_equal(container_of(node, struct item, node)->number, model[to][gone]);
                model_remove(to, gone);
            }
        } else if (listed) {
            list_remove(node);
            model_remove(l, at);
        } else if (model_len[to] == 0 || below(2) == 0) {
            bool front = below(2) == 0;
            model_insert(to, front ? 0 : model_len[to], number);
            front ? list_push_front(&lists[to], node) : list_push_back(&lists[to], node);
        } else {
            size_t place = below(model_len[to]);
            bool before = below(2) == 0;
            struct list_node *neighbour = &items[model[to][place]].node;
            before ? list_insert_before(neighbour, node) : list_insert_after(neighbour, node);
            model_insert(to, place + !before, number);
        }
        assert_same(0);
        assert_same(1);
    }
    /* Every other one leaves from inside of the loop. */
    list_append(&lists[0], &lists[1]);
    list_for_each (&lists[0], struct item, node, item) {
        if (item->number % 2 == 0)
            continue;
        list_remove(&item->node);
        memset(&item->node, 0, sizeof item->node);
    }
    list_check(&lists[0]);
    list_for_each (&lists[0], struct item, node, item)
        assert_int_equal(item->number % 2, 0);
}

static void loops_break_and_continue(void **state)
{
    (void)state;
    struct list list = LIST_INIT(list);
    struct item some[10] = { 0 };
    int seen = 0;
    for (int i = 0; i < 10; i++) {
        some[i].number = i;
        list_push_back(&list, &some[i].node);
    }
    list_for_each (&list, struct item, node, item) {
        if (item->number == 2)
            continue;
        if (item->number == 5)
            break;
        seen++;
    }
    assert_int_equal(seen, 4); /* 0 1 3 4 */
}

static void wrong_use_panics(void **state)
{
    (void)state;
    struct list list = LIST_INIT(list), other = LIST_INIT(other);
    struct list_node a = { 0 }, b = { 0 };
    list_push_back(&list, &a);
    EXPECT_PANIC("list_node_is_listed", (list_push_back(&other, &a), 0));
    EXPECT_PANIC("list_node_is_listed", (list_insert_after(&a, &a), 0));
    EXPECT_PANIC("list_node_is_listed", (list_remove(&b), 0));
    EXPECT_PANIC("list != from", (list_append(&list, &list), 0));
    struct list_node copy = a;
    EXPECT_PANIC("== node", (list_remove(&copy), 0));
    list_remove(&a);
    EXPECT_PANIC("list_node_is_listed", (list_remove(&a), 0));
    assert_true(list_is_empty(&list));
    assert_null(list_pop_front(&list));
    assert_null(list_pop_back(&list));
    list_push_front(&list, &a);
    list_push_front(&list, &b);
    a.previous = &a;
    EXPECT_PANIC("->previous == node", (list_check(&list), 0));
    b.next = NULL;
    EXPECT_PANIC("node->next != NULL", (list_check(&list), 0));
    list_init(&list);
    list_check(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations),
        cmocka_unit_test(loops_break_and_continue),
        cmocka_unit_test(wrong_use_panics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
