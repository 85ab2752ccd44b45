/*
 * bucket_check: buckets looked at from outside: their numbers, their rules, their blocks. See
 * heap/bucket.h.
 */
#include <base/assert.h>

#include "bucket_classes.h"

/* Cost: a walk of all lists. */
static size_t free_small_bytes(const struct bucket *self)
{
    size_t bytes = 0;
    for (size_t class = 0; class < BUCKET_CLASSES; class ++)
        for (const struct bucket_block *b = self->heads[class]; b != NULL; b = b->next)
            bytes += bucket_sizes[class];
    return bytes;
}

struct heap_statistics bucket_statistics(struct allocator *allocator)
{
    struct bucket *self = bucket_of(allocator);
    size_t used = self->large.allocator.tally.used - free_small_bytes(self);
    struct heap_statistics s = tally_statistics(allocator, self->extent);
    s.used_bytes = used + (self->low - self->first);
    s.high_water_bytes = self->extent - (self->top - self->low);
    s.left_bytes = self->extent - s.used_bytes;
    return s;
}

void bucket_check(struct allocator *allocator)
{
    struct bucket *self = bucket_of(allocator);
    self->large.allocator.ops->check(&self->large.allocator);
    ASSERT_COMPARE(self->low, <=, self->top);
    ASSERT_COMPARE(allocator->tally.freed, <=, allocator->tally.count);
    size_t left = self->cut; /* a list that closes into a ring would go beyond this */
    for (size_t class = 0; class < BUCKET_CLASSES; class ++)
        for (const struct bucket_block *b = self->heads[class]; b != NULL; b = b->next) {
            ASSERT_COMPARE((uintptr_t)b - self->first, <, self->extent);
            ASSERT_COMPARE((uintptr_t)b % (class == 0 ? 8 : BUCKET_ALIGN), ==, 0);
            ASSERT_COMPARE(bucket_sizes[class], <=, left);
            left -= bucket_sizes[class];
        }
}

/* The free block at the lowest address from `at` on, or NULL; `*size` is its size. */
static const struct bucket_block *next_free(const struct bucket *self, uintptr_t at, size_t *size)
{
    const struct bucket_block *next = NULL;
    for (size_t class = 0; class < BUCKET_CLASSES; class ++)
        for (const struct bucket_block *b = self->heads[class]; b != NULL; b = b->next)
            if ((uintptr_t)b >= at && (next == NULL || b < next)) {
                next = b;
                *size = bucket_sizes[class];
            }
    return next;
}

/* What the linked list lent the classes is free or used here, not used there. */
struct split {
    const struct bucket *self;
    heap_visitor visit;
    void *context;
};

static void visit_split(void *context, struct heap_span span)
{
    const struct split *split = context;
    uintptr_t at = span.start, end = span.start + span.size;
    while (span.kind == SPAN_USED && at < end) {
        size_t size = 0;
        uintptr_t next = (uintptr_t)next_free(split->self, at, &size);
        if (next == 0 || next >= end)
            next = end;
        if (next > at)
            split->visit(split->context, (struct heap_span){ at, next - at, SPAN_USED });
        if (next < end)
            split->visit(split->context, (struct heap_span){ next, size, SPAN_FREE });
        at = next + size;
        if (next == end)
            return;
    }
    if (span.kind != SPAN_USED)
        split->visit(split->context, span);
}

/* The linked list takes the middle for used; it is cut out here. */
static void visit_middle(void *context, struct heap_span span)
{
    const struct split *split = context;
    const struct bucket *self = split->self;
    uintptr_t end = span.start + span.size;
    if (span.kind != SPAN_USED || span.start >= self->top || end <= self->low) {
        visit_split(context, span);
        return;
    }
    if (span.start < self->low)
        visit_split(context, (struct heap_span){ span.start, self->low - span.start, SPAN_USED });
    if (self->low < self->top)
        split->visit(split->context,
                     (struct heap_span){ self->low, self->top - self->low, SPAN_FREE });
    if (self->top < end)
        visit_split(context, (struct heap_span){ self->top, end - self->top, SPAN_USED });
}

/* Cost: quadratic in the number of free small blocks, which are in no order. */
void bucket_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct bucket *self = bucket_of(allocator);
    struct split split = { self, visit, context };
    self->large.allocator.ops->walk(&self->large.allocator, visit_middle, &split);
}
