/* The example of lib/list.h. */
#include "example.h"

#include <lib/list.h>

static enum error example(struct allocator *allocator)
{
    (void)allocator;
    /* Example: */
    struct task {
        int number;
        struct list_node node; // its place in a list
    };

    struct list ready = LIST_INIT(ready);
    struct task a = { .number = 1 }, b = { .number = 2 };
    list_push_back(&ready, &a.node);
    list_push_front(&ready, &b.node);
    list_for_each (&ready, struct task, node, t)
        ASSERT(t->number == 1 || t->number == 2);
    list_for_each_safe (&ready, struct task, node, t)
        list_remove(&t->node); // the list need not be named
    ASSERT(list_is_empty(&ready));
    /* End. */
    return OK;
}
