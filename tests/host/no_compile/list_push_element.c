// expect: incompatible.*pointer type
/* What is linked is the node, not the element around it. */
#include <lib/list.h>

struct task {
    long number;
    struct list_node node;
};

void f(struct list *l, struct task *t);
void f(struct list *l, struct task *t)
{
#ifndef WRONG
    list_push_back(l, &t->node);
#else
    list_push_back(l, t);
#endif
}
