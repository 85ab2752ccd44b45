/*
 * linked_list_check: a linked list looked at from outside: its numbers, its rules, its blocks. See
 * heap/linked_list.h.
 */
#include <base/assert.h>

#include "linked_list_node.h"

struct heap_statistics linked_list_statistics(struct allocator *allocator)
{
    struct linked_list *self = list_of(allocator);
    return tally_statistics(allocator, self->lent);
}

/* The list and the map say the same, blocks ascend, none touches the next, and the sums agree. */
void linked_list_check(struct allocator *allocator)
{
    struct linked_list *self = list_of(allocator);
    bit_tree_check(&self->starts);
    size_t free_bytes = 0, previous_end = 0;
    uint32_t previous = 0, grain = node_at(self, 0)->next;
    for (; grain != self->tail; grain = node_at(self, grain)->next) {
        struct linked_list_node *node = node_at(self, grain);
        ASSERT_COMPARE(grain, <, self->tail);
        ASSERT_COMPARE(node->previous, ==, previous);
        ASSERT_COMPARE(node->size % GRAIN, ==, 0);
        ASSERT_COMPARE(node->size, !=, 0);
        if (previous != 0)
            ASSERT_COMPARE(grain * GRAIN, >, previous_end); /* or they would be one */
        ASSERT_COMPARE(bit_tree_next(&self->starts, previous + 1), ==, grain);
        ASSERT_COMPARE(node->size / GRAIN, <=, self->bounds[grain / STRETCH]);
        previous_end = grain * GRAIN + node->size;
        ASSERT_COMPARE(previous_end, <, self->tail * GRAIN); /* there is a gap */
        free_bytes += node->size;
        previous = grain;
    }
    ASSERT_COMPARE(node_at(self, self->tail)->previous, ==, previous);
    ASSERT_COMPARE(bit_tree_next(&self->starts, previous + 1), ==, self->tail);
    ASSERT_COMPARE(free_bytes + allocator->tally.used, ==, self->lent);
}

void linked_list_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct linked_list *self = list_of(allocator);
    uintptr_t at = linked_list_first(self), last = linked_list_last(self);
    visit(context, (struct heap_span){ self->region, at - self->region, SPAN_OWN });
    for (uint32_t grain = node_at(self, 0)->next;; grain = node_at(self, grain)->next) {
        struct linked_list_node *node = node_at(self, grain);
        uintptr_t end = grain == self->tail ? last : (uintptr_t)node;
        if (end > at)
            visit(context, (struct heap_span){ at, end - at, SPAN_USED });
        if (grain == self->tail)
            break;
        visit(context, (struct heap_span){ (uintptr_t)node, node->size, SPAN_FREE });
        at = (uintptr_t)node + node->size;
    }
    visit(context, (struct heap_span){ last, 2 * GRAIN, SPAN_OWN });
}
