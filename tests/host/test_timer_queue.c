/*
 * The queue of deadlines: against a plain list with random operations, and with a million
 * deadlines and a clock that the test turns.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_timer_queue
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

#include <lib/timer_queue.h>

enum { LIVE = 200 };

struct waiting {
    struct timer_node node;
    uint64_t deadline, order; /* the model's */
    bool queued;
};

/* Which of the model's nodes must leave next; NULL: none. */
static struct waiting *first_of(struct waiting *all)
{
    struct waiting *first = NULL;
    for (size_t i = 0; i < LIVE; i++)
        if (all[i].queued && (first == NULL || all[i].deadline < first->deadline ||
                              (all[i].deadline == first->deadline && all[i].order < first->order)))
            first = &all[i];
    return first;
}

static void random_operations(void **state)
{
    (void)state;
    uint64_t seed = random_start(7), cases = number_from("BUMPVISOR_CASES", 50000), order = 0;
    printf("# seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
    static struct waiting all[LIVE];
    struct timer_queue queue = { 0 };
    size_t length = 0;
    for (uint64_t i = 0; i < cases; i++) {
        struct waiting *w = &all[below(LIVE)];
        if (below(3) == 0) {
            struct waiting *first = first_of(all);
            uint64_t now = first != NULL ? first->deadline + below(3) - 1 : below(100);
            struct timer_node *node = timer_queue_take(&queue, now);
            bool due = first != NULL && first->deadline <= now;
            assert_ptr_equal(node, due ? &first->node : NULL);
            if (due) {
                first->queued = false;
                length--;
            }
        } else if (w->queued) {
            timer_queue_remove(&queue, &w->node);
            w->queued = false;
            length--;
        } else {
            w->deadline = below(50) + 1; /* few, so that many are equal */
            w->order = order++;
            w->queued = true;
            length++;
            timer_queue_add(&queue, &w->node, w->deadline);
        }
        assert_int_equal(queue.length, length);
        assert_int_equal(timer_node_is_queued(&w->node), w->queued);
        if (i % 16 == 0)
            timer_queue_check(&queue);
    }
    while (length-- > 0) {
        struct waiting *first = first_of(all);
        assert_ptr_equal(timer_queue_take(&queue, UINT64_MAX), &first->node);
        first->queued = false;
    }
    assert_null(queue.first);
}

/* None early, none lost, in order; the clock jumps ahead by random steps. */
static void a_million_deadlines(void **state)
{
    (void)state;
    enum { COUNT = 1000000 };
    (void)random_start(11);
    struct timer_node *nodes = calloc(COUNT, sizeof *nodes);
    struct timer_queue queue = { 0 };
    for (size_t i = 0; i < COUNT; i++)
        timer_queue_add(&queue, &nodes[i], below(COUNT));
    timer_queue_check(&queue);
    uint64_t now = 0, last_deadline = 0, last_order = 0;
    size_t taken = 0;
    while (queue.first != NULL) {
        struct timer_node *node;
        while ((node = timer_queue_take(&queue, now)) != NULL) {
            assert_true(node->deadline <= now);
            assert_true(node->deadline > last_deadline || taken == 0 ||
                        (node->deadline == last_deadline && node->order > last_order));
            last_deadline = node->deadline;
            last_order = node->order;
            taken++;
        }
        now += below(100);
    }
    assert_int_equal(taken, COUNT);
    free(nodes);
}

static void sorted_input_needs_no_deep_stack(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    struct timer_node *nodes = calloc(COUNT, sizeof *nodes);
    for (int down = 0; down < 2; down++) {
        struct timer_queue queue = { 0 };
        for (uint64_t i = 0; i < COUNT; i++)
            timer_queue_add(&queue, &nodes[i], down ? COUNT - i : i);
        timer_queue_check(&queue);
        for (uint64_t i = 0; i < COUNT; i++)
            assert_ptr_equal(timer_queue_take(&queue, COUNT), &nodes[down ? COUNT - 1 - i : i]);
    }
    free(nodes);
}

static void wrong_use_panics(void **state)
{
    (void)state;
    struct timer_queue queue = { 0 };
    struct timer_node node = { 0 }, other = { 0 };
    assert_null(timer_queue_take(&queue, UINT64_MAX));
    EXPECT_PANIC("node", timer_queue_remove(&queue, &node));
    timer_queue_add(&queue, &node, 5);
    EXPECT_PANIC("node", timer_queue_add(&queue, &node, 6));
    timer_queue_add(&queue, &other, 9);
    timer_queue_check(&queue);
    other.deadline = 1; /* earlier than its parent */
    EXPECT_PANIC("is_before", timer_queue_check(&queue));
    other.deadline = 9;
    queue.length = 3;
    EXPECT_PANIC("count == queue->length", timer_queue_check(&queue));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations),
        cmocka_unit_test(a_million_deadlines),
        cmocka_unit_test(sorted_input_needs_no_deep_stack),
        cmocka_unit_test(wrong_use_panics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
