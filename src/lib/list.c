/*
 * list: linking, unlinking, and the tests that make a mistake visible where it is made. The drawing
 * is in lib/list.h.
 *
 * A node that is freed or overwritten while it is linked damages its neighbours' view of the ring.
 * So before a link is changed, both sides must agree on it: two loads and two comparisons that find
 * most of such damage before it spreads (the idea is known as "safe unlinking").
 */
#include <lib/list.h>

[[gnu::noreturn, gnu::cold]] static void panic_unlinked(const struct list_node *node,
                                                        const void *caller)
{
    panic("list node %p is in no list (next is %p): initialise the list, or insert the node first "
          "(asked by %p)",
          (const void *)node, (const void *)node->next, caller);
}

[[gnu::noreturn, gnu::cold]] static void panic_linked(const struct list_node *node,
                                                      const void *caller)
{
    panic("list node %p is in a list already, between %p and %p: remove it first (asked by %p)",
          (const void *)node, (const void *)node->prev, (const void *)node->next, caller);
}

[[gnu::noreturn, gnu::cold]] static void panic_damaged(const struct list_node *node,
                                                       const void *caller)
{
    panic("list node %p is damaged: between %p and %p, which do not both point back; was one freed "
          "or moved while it was linked? (asked by %p)",
          (const void *)node, (const void *)node->prev, (const void *)node->next, caller);
}

/* `node` is in a list, and both its neighbours point back at it. Inlined, so that who asked is
   known. */
[[gnu::always_inline]] static inline void check_links(const struct list_node *node)
{
    if (unlikely(!list_is_linked(node)))
        panic_unlinked(node, __builtin_return_address(0));
    if (unlikely(node->next->prev != node || node->prev->next != node))
        panic_damaged(node, __builtin_return_address(0));
}

/* Link `node` between two neighbours. */
[[gnu::always_inline]] static inline void
link_between(struct list_node *prev, struct list_node *node, struct list_node *next)
{
    if (unlikely(list_is_linked(node)))
        panic_linked(node, __builtin_return_address(0));
    *node = (struct list_node){ .next = next, .prev = prev };
    prev->next = node;
    next->prev = node;
}

void list_insert_before(struct list_node *at, struct list_node *node)
{
    check_links(at);
    link_between(at->prev, node, at);
}

void list_insert_after(struct list_node *at, struct list_node *node)
{
    check_links(at);
    link_between(at, node, at->next);
}

void list_remove(struct list_node *node)
{
    check_links(node);
    struct list_node *next = node->next, *prev = node->prev;
    prev->next = next;
    next->prev = prev;
    *node = (struct list_node){ LIST_POISON, LIST_POISON };
}

void list_exchange(struct list_node *a, struct list_node *b)
{
    check_links(a);
    check_links(b);
    struct list_node *before_a = a->prev, *before_b = b->prev;
    before_a->next = b;
    b->prev = before_a;
    before_b->next = a;
    a->prev = before_b;
}

/* First the elements part from their head, then they join the other ring. */
void list_splice(struct list_node *at, struct list *from)
{
    check_links(&from->ring);
    struct list_node *first = from->ring.next;
    if (first == &from->ring)
        return;
    list_exchange(&from->ring, first);
    list_exchange(at, first);
}

void list_check(const struct list *l)
{
    const struct list_node *node = &l->ring;
    do {
        check_links(node);
        node = node->next;
    } while (node != &l->ring);
}
