/*
 * list: the two functions that look at every node. See lib/list.h.
 */
#include <lib/list.h>

size_t list_length(const struct list *list)
{
    size_t length = 0;
    for (const struct list_node *node = list->head.next; node != &list->head; node = node->next)
        length++;
    return length;
}

void list_check(const struct list *list)
{
    const struct list_node *node = &list->head;
    do {
        ASSERT(node->next != NULL);
        ASSERT(node->next->previous == node);
        node = node->next;
    } while (node != &list->head);
}
