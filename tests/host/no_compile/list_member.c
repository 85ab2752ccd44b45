// expect: no struct list_node
/* The member that links an element is a node. */
#include <lib/list.h>

struct task {
    struct list_node node;
    long number;
};

long f(struct list *l);
long f(struct list *l)
{
#ifndef WRONG
    list_for_each (l, struct task, node, t)
        return t->number;
#else
    list_for_each (l, struct task, number, t)
        return t->number;
#endif
    return 0;
}
