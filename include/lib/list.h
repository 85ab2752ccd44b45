/*
 * list: a doubly linked list whose links lie in the elements themselves. It never allocates.
 *
 * Example (tests/host/examples/list.c):
 *
 *     struct task {
 *         int number;
 *         struct list_node node; // its place in a list
 *     };
 *
 *     struct list ready = LIST_INIT(ready);
 *     struct task a = { .number = 1 }, b = { .number = 2 };
 *     list_push_back(&ready, &a.node);
 *     list_push_front(&ready, &b.node);
 *     list_for_each (&ready, struct task, node, t)
 *         ASSERT(t->number == 1 || t->number == 2);
 *     list_for_each_safe (&ready, struct task, node, t)
 *         list_remove(&t->node); // the list need not be named
 *     ASSERT(list_is_empty(&ready));
 *
 * How it works. An element has a member struct list_node for each list that it can be in. The list
 * is a node too, and closes the ring:
 *
 *          +--> struct list ----> struct task ----> struct task ---+
 *          |    [ node    ] <---- [ node    ] <---- [ node    ]    |
 *          +-------------------------------------------------------+    (and back)
 *
 * So there is no end to treat apart: each node has a neighbour on both sides, and one is linked or
 * taken out without knowing in which list it is, or where. The element is found from its node by
 * subtracting where the member lies (container_of, base/types.h).
 *
 * What to know:
 *   - a node that is in no list is {0}, and has poison in its links after list_remove. To link it
 *     twice, or to remove it twice, panics; so does a neighbour that does not point back. So a node
 *     must be {0} at first: static, or = {}, or list_node_init;
 *   - an element must not move, nor go, while it is in a list: its neighbours point to it. Nor must
 *     the list itself; that is why LIST_INIT takes its name;
 *   - the list does not own its elements, and does not count them;
 *   - one user at a time, in any context: nothing here allocates, waits or takes a lock.
 *
 * All is O(1), loops and list_check aside. Link and remove: about 20 instructions.
 *
 * Who wants a list that owns copies of its elements reads collections/dlist.h, which is built on
 * this one. Source: the ring with a head of its own is D. Knuth's, The Art of Computer Programming,
 * volume 1, section 2.2.5.
 */
#pragma once

#include <base/assert.h>
#include <base/types.h>

struct list_node {
    struct list_node *next, *prev; /* in no list: NULL at first, poison afterwards */
};

struct list {
    struct list_node
        ring; /* next is the first element, prev the last; itself where there is none */
};

/* What the links of a removed node hold: no address of any machine (RV64's Sv57 and narrower want
   the upper bits all equal), so that who follows them faults, and the report shows "dead". */
#define LIST_POISON ((struct list_node *)UINT64_C(0x00dead1157dead00))

/* An empty list, also for static ones: struct list l = LIST_INIT(l). */
#define LIST_INIT(l)                                                                               \
    {                                                                                              \
        .ring = { &(l).ring, &(l).ring }                                                           \
    }

/* Make *l an empty list. What it held is forgotten, not unlinked. */
static inline void list_init(struct list *l)
{
    l->ring = (struct list_node){ &l->ring, &l->ring };
}

/* Make *node one that is in no list; for memory that was something else before. */
static inline void list_node_init(struct list_node *node)
{
    *node = (struct list_node){ NULL, NULL };
}

/* True iff the node is in a list. */
static inline bool list_is_linked(const struct list_node *node)
{
    return node->next != NULL && node->next != LIST_POISON;
}

/* True iff there is no element. */
static inline bool list_is_empty(const struct list *l)
{
    return l->ring.next == &l->ring;
}

/*
 * Link `node` in front of `at`, or behind it; `at` is in a list. Panics iff `node` is in a list
 * already, or `at` is in none (a list that was never initialised looks so), or the ring is damaged
 * there.
 */
void list_insert_before(struct list_node *at, struct list_node *node);
void list_insert_after(struct list_node *at, struct list_node *node);

/* Link `node` as the first element, or the last. Panics as above. */
static inline void list_push_front(struct list *l, struct list_node *node)
{
    list_insert_after(&l->ring, node);
}

static inline void list_push_back(struct list *l, struct list_node *node)
{
    list_insert_before(&l->ring, node);
}

/* Take `node` out of its list, whichever that is, and poison its links. Panics iff it is in none,
   or the ring is damaged there. */
void list_remove(struct list_node *node);

/*
 * Move all elements of `from`, in their order, in front of `at`, which is in another list; or to
 * the end of the list `to`. `from` is empty afterwards; into itself, it is as it was. Panics iff
 * `at` is in no list. That `at` is no element of `from` the caller knows.
 */
void list_splice(struct list_node *at, struct list *from);

static inline void list_append(struct list *to, struct list *from)
{
    list_splice(&to->ring, from);
}

/*
 * What splicing is made of, also for rings without a head (collections/dlist.h): `a` and `b`
 * exchange what lies in front of them. Two rings become one, in which all of b's, from b on, comes
 * in front of a. One ring becomes two: from a up to b, and from b up to a. A node alone is a ring
 * when it points to itself.
 *
 *     a - x - y - (a)     b - u - v - (b)     <->     b - u - v - a - x - y - (b)
 *
 * Panics as list_insert_before.
 */
void list_exchange(struct list_node *a, struct list_node *b);

/* The first and the last node, and the neighbours of `node`, which is in `l`; NULL iff none. */
static inline struct list_node *list_first(const struct list *l)
{
    return list_is_empty(l) ? NULL : l->ring.next;
}

static inline struct list_node *list_last(const struct list *l)
{
    return list_is_empty(l) ? NULL : l->ring.prev;
}

static inline struct list_node *list_next(const struct list *l, const struct list_node *node)
{
    return node->next == &l->ring ? NULL : node->next;
}

static inline struct list_node *list_prev(const struct list *l, const struct list_node *node)
{
    return node->prev == &l->ring ? NULL : node->prev;
}

/* The element of type T whose member `member` is `node`, a struct list_node *: T *, NULL iff node
   is NULL. A member of another type does not compile. */
#define list_element(node, T, member)                                                              \
    ((T *)list_element_at((node), offsetof(T, member) +                                            \
                                      0 * sizeof(struct {                                          \
                                          _Static_assert(                                          \
                                              __builtin_types_compatible_p(                        \
                                                  typeof(((T *)0)->member), struct list_node),     \
                                              "the member is no struct list_node");                \
                                          int unused;                                              \
                                      })))

/*
 * Run the statement that follows for each element, first to last, with a new `T *p`. `break` and
 * `continue` do what they say. The statement must not take *p out, nor free it; the second form
 * lets it do both. Neither lets it take out the element behind *p.
 */
#define list_for_each(l, T, member, p)                                                             \
    for (T *p = list_element(list_first(l), T, member); p != NULL;                                 \
         p = list_element(list_next((l), &p->member), T, member))

#define list_for_each_safe(l, T, member, p)                                                        \
    for (T *p = list_element(list_first(l), T, member), *p##_next = list_after((l), p, T, member); \
         p != NULL; p = p##_next, p##_next = list_after((l), p, T, member))

/* Panics iff a neighbour in the ring does not point back. O(elements). */
void list_check(const struct list *l);

/* --- What the macros call -------------------------------------------------------------------- */

#define list_after(l, p, T, member)                                                                \
    ((p) == NULL ? NULL : list_element(list_next((l), &(p)->member), T, member))

static inline void *list_element_at(const struct list_node *node, size_t offset_bytes)
{
    return node == NULL ? NULL : (char *)node - offset_bytes;
}
