/*
 * timer_queue: see lib/timer_queue.h.
 */
#include <base/assert.h>
#include <lib/timer_queue.h>

static bool is_before(const struct timer_node *a, const struct timer_node *b)
{
    return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
}

/* Of two roots make one: the later becomes the first child of the earlier. Its own links to
   siblings are the caller's to set. */
static struct timer_node *merge(struct timer_node *a, struct timer_node *b)
{
    if (is_before(b, a)) {
        struct timer_node *kept = a;
        a = b;
        b = kept;
    }
    b->next = a->child;
    if (a->child != NULL)
        a->child->before = b;
    a->child = b;
    b->before = a;
    return a;
}

static void become_root(struct timer_queue *queue, struct timer_node *node)
{
    queue->first = node;
    if (node != NULL) {
        node->next = NULL;
        node->before = node;
    }
}

/* Merge a list of siblings to one root: first in pairs, left to right, then those right to left.
   That, and not one after the other, is what makes it logarithmic. */
static struct timer_node *merge_siblings(struct timer_node *list)
{
    struct timer_node *pairs = NULL; /* the last pair first, linked by next */
    while (list != NULL) {
        struct timer_node *a = list, *b = list->next;
        list = b != NULL ? b->next : NULL;
        if (b != NULL)
            a = merge(a, b);
        a->next = pairs;
        pairs = a;
    }
    struct timer_node *root = pairs;
    if (root == NULL)
        return NULL;
    for (struct timer_node *rest = pairs->next; rest != NULL;) {
        struct timer_node *next = rest->next;
        root = merge(root, rest);
        rest = next;
    }
    return root;
}

static void leave(struct timer_queue *queue, struct timer_node *node)
{
    node->child = node->next = node->before = NULL;
    queue->length--;
}

void timer_queue_add(struct timer_queue *queue, struct timer_node *node, uint64_t deadline)
{
    ASSERT(!timer_node_is_queued(node));
    node->deadline = deadline;
    node->order = queue->added++;
    node->child = NULL;
    queue->length++;
    become_root(queue, queue->first != NULL ? merge(queue->first, node) : node);
}

struct timer_node *timer_queue_take(struct timer_queue *queue, uint64_t now)
{
    struct timer_node *node = queue->first;
    if (node == NULL || node->deadline > now)
        return NULL;
    become_root(queue, merge_siblings(node->child));
    leave(queue, node);
    return node;
}

void timer_queue_remove(struct timer_queue *queue, struct timer_node *node)
{
    ASSERT(timer_node_is_queued(node));
    struct timer_node *below = merge_siblings(node->child);
    if (node == queue->first) {
        become_root(queue, below);
    } else {
        if (node->before->child == node)
            node->before->child = node->next;
        else
            node->before->next = node->next;
        if (node->next != NULL)
            node->next->before = node->before;
        if (below != NULL)
            become_root(queue, merge(queue->first, below));
    }
    leave(queue, node);
}

/* The node after `node` in the order of a walk, and what is wrong on the way. */
static const struct timer_node *next_of(const struct timer_node *node)
{
    if (node->child != NULL)
        return node->child;
    while (node->next == NULL) {
        const struct timer_node *sibling = node;
        while (sibling->before->child != sibling) {
            if (sibling->before == sibling)
                return NULL;
            sibling = sibling->before;
        }
        node = sibling->before;
    }
    return node->next;
}

void timer_queue_check(const struct timer_queue *queue)
{
    size_t count = 0;
    if (queue->first != NULL) {
        ASSERT(queue->first->before == queue->first);
        ASSERT(queue->first->next == NULL);
    }
    for (const struct timer_node *node = queue->first; node != NULL; node = next_of(node)) {
        count++;
        ASSERT_COMPARE(count, <=, queue->length);
        for (const struct timer_node *child = node->child; child != NULL; child = child->next)
            ASSERT(is_before(node, child));
        if (node->child != NULL)
            ASSERT(node->child->before == node);
        if (node->next != NULL)
            ASSERT(node->next->before == node);
    }
    ASSERT_COMPARE(count, ==, queue->length);
}
