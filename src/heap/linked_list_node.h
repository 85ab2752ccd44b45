/*
 * linked_list_node: where nodes are; for linked_list.c, which changes the list, and
 * linked_list_check.c, which looks at it.
 */
#pragma once

#include <heap/linked_list.h>

#define GRAIN     LINKED_LIST_GRAIN
#define STRETCH   4096     /* grains for which there is one bound: 64 KiB */
#define TAIL_SIZE SIZE_MAX /* larger than any request: a walk needs no test for the end */

_Static_assert(sizeof(struct linked_list_node) == GRAIN, "a node fits the smallest block");

static inline struct linked_list *list_of(struct allocator *self)
{
    return container_of(self, struct linked_list, allocator);
}

static inline struct linked_list_node *node_at(const struct linked_list *self, size_t grain)
{
    return (struct linked_list_node *)(self->base + grain * GRAIN);
}

static inline size_t grain_of(const struct linked_list *self, const void *place)
{
    return (size_t)((const char *)place - self->base) / GRAIN;
}

/* Up to the next multiple of 16; a valid size does not wrap. */
static inline size_t round_up(size_t size)
{
    return (size + (GRAIN - 1)) & ~(size_t)(GRAIN - 1);
}

/* In linked_list_check.c; operations of struct allocator_ops. */
struct heap_statistics linked_list_statistics(struct allocator *allocator);
void linked_list_check(struct allocator *allocator);
void linked_list_walk(struct allocator *allocator, heap_visitor visit, void *context);
