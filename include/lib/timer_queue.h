/*
 * timer_queue: deadlines, the earliest first. It never allocates: whoever wants to wait brings the
 * node, as a member of what the wait is about.
 *
 *              3                      a parent is never later than its children
 *            / | \
 *           9  4  7                   children are a list: child, next, next, ...
 *           |     | \
 *          12     8  7                equal deadlines leave in the order in which they came
 *
 * It is a pairing heap: adding is one comparison, taking the earliest O(log n) amortised, by
 * merging the children in pairs. Nothing recurses, so a long queue needs no stack.
 * Shortcoming: one single removal can be O(n).
 *
 * Source: Fredman, Sedgewick, Sleator, Tarjan: "The pairing heap: a new form of self-adjusting
 * heap", Algorithmica 1, 1986. Locks: none; the owner's.
 */
#pragma once

#include <base/types.h>

struct timer_node {
    uint64_t deadline;
    uint64_t order;            /* when it was added: earlier is smaller */
    struct timer_node *child;  /* the first of its children */
    struct timer_node *next;   /* its next sibling */
    struct timer_node *before; /* its previous sibling, or its parent where it is the first; itself
                                  where it is the root; NULL: in no queue */
};

/* All zero is an empty queue. */
struct timer_queue {
    struct timer_node *first; /* the earliest; NULL iff it is empty */
    uint64_t added;           /* how many ever were */
    size_t length;
};

/* True iff the node is in a queue. A node that is all zero is in none. */
static inline bool timer_node_is_queued(const struct timer_node *node)
{
    return node->before != NULL;
}

/* Add a node, which stays where it is until it is out again. Panics iff it is in a queue. O(1). */
void timer_queue_add(struct timer_queue *queue, struct timer_node *node, uint64_t deadline);

/* Take the earliest out iff its deadline is `now` or before; NULL iff there is none. */
struct timer_node *timer_queue_take(struct timer_queue *queue, uint64_t now);

/* Take a node out, wherever in the queue. Panics iff it is in none. */
void timer_queue_remove(struct timer_queue *queue, struct timer_node *node);

/* Panics iff the queue is not as drawn above. Cost: every node. */
void timer_queue_check(const struct timer_queue *queue);
