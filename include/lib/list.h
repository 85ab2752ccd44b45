/*
 * list: an intrusive, doubly linked list. It never allocates: the node is a member of what is
 * listed.
 *
 *     struct job { int number; struct list_node node; };
 *     struct list queue = LIST_INIT(queue);
 *     list_push_back(&queue, &job.node);
 *     list_for_each (&queue, struct job, node, j)
 *         run(j);
 *     list_remove(&job.node);
 *
 *     list.head <-> a <-> b <-> c <-> list.head       a ring; the head is a node that is nobody's
 *
 * A node is in one list at a time. One that is in none is all zero, as list_remove leaves it;
 * adding one that is in a list, or removing one that is not, panics: that is the mistake that would
 * damage two lists in silence.
 *
 * A list must not be moved or copied. Every function is O(1) but list_length and list_check.
 * Source: Knuth 1, 2.2.5, "Doubly linked lists". Locks: none; the owner's.
 */
#pragma once

#include <base/assert.h>
#include <base/types.h>

struct list_node {
    struct list_node *next, *previous; /* both NULL: in no list */
};

struct list {
    struct list_node head; /* its next is the first, its previous the last */
};

/* The value of an empty list that is called `name`. */
#define LIST_INIT(name)                                                                            \
    {                                                                                              \
        {                                                                                          \
            &(name).head, &(name).head                                                             \
        }                                                                                          \
    }

/* Make *list empty; nodes that were in it are forgotten, not removed. */
static inline void list_init(struct list *list)
{
    list->head.next = list->head.previous = &list->head;
}

static inline bool list_is_empty(const struct list *list)
{
    return list->head.next == &list->head;
}

static inline bool list_node_is_listed(const struct list_node *node)
{
    return node->next != NULL;
}

/* Put `node` in front of, or behind, `place`, which is in a list. Panics iff node is in one. */
static inline void list_insert_before(struct list_node *place, struct list_node *node)
{
    ASSERT(!list_node_is_listed(node));
    node->next = place;
    node->previous = place->previous;
    place->previous->next = node;
    place->previous = node;
}

static inline void list_insert_after(struct list_node *place, struct list_node *node)
{
    list_insert_before(place->next, node);
}

/* Put `node` at an end. Panics iff it is in a list. */
static inline void list_push_front(struct list *list, struct list_node *node)
{
    list_insert_before(list->head.next, node);
}

static inline void list_push_back(struct list *list, struct list_node *node)
{
    list_insert_before(&list->head, node);
}

/* Take `node` out of the list that it is in. Panics iff it is in none, or its neighbours do not
   know it: then it was overwritten, or copied. */
static inline void list_remove(struct list_node *node)
{
    ASSERT(list_node_is_listed(node));
    ASSERT(node->next->previous == node && node->previous->next == node);
    node->next->previous = node->previous;
    node->previous->next = node->next;
    node->next = node->previous = NULL;
}

/* The node at an end: NULL iff there is none. */
static inline struct list_node *list_first(const struct list *list)
{
    return list_is_empty(list) ? NULL : list->head.next;
}

static inline struct list_node *list_last(const struct list *list)
{
    return list_is_empty(list) ? NULL : list->head.previous;
}

/* The same, taken out. */
static inline struct list_node *list_pop_front(struct list *list)
{
    struct list_node *node = list_first(list);
    if (node != NULL)
        list_remove(node);
    return node;
}

static inline struct list_node *list_pop_back(struct list *list)
{
    struct list_node *node = list_last(list);
    if (node != NULL)
        list_remove(node);
    return node;
}

/* Move all of `from` to the end of `list`; from is empty then. Panics iff they are the same. */
static inline void list_append(struct list *list, struct list *from)
{
    ASSERT(list != from);
    if (list_is_empty(from))
        return;
    from->head.next->previous = list->head.previous;
    list->head.previous->next = from->head.next;
    from->head.previous->next = &list->head;
    list->head.previous = from->head.previous;
    list_init(from);
}

/*
 * Run the statement that follows for each listed `type`, whose node is its member `member`, first
 * to last, with a new `type *p`. `break` and `continue` do what they say. The statement may take *p
 * out of the list, and free it, but no other.
 */
#define list_for_each(list, type, member, p)                                                       \
    for (struct list_node *p##_head = &(list)->head, *p##_next = p##_head->next->next;             \
         p##_head != NULL; p##_head = NULL)                                                        \
        for (type *p = container_of(p##_head->next, type, member); &p->member != p##_head;         \
             p = container_of(p##_next, type, member), p##_next = p##_next->next)

/* How many nodes there are. O(n). */
size_t list_length(const struct list *list);

/* Panics iff a node's neighbours do not know it. O(n). */
void list_check(const struct list *list);
