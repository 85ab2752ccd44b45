/*
 * tlsf_check: a TLSF looked at from outside: its numbers, its rules, its blocks. See heap/tlsf.h.
 */
#include <base/assert.h>

#include "tlsf_block.h"

struct heap_statistics tlsf_statistics(struct allocator *allocator)
{
    struct tlsf *self = tlsf_of(allocator);
    return tally_statistics(allocator, self->total);
}

/* Every block is what its neighbour says of it; every free one is in its list, and nothing else. */
void tlsf_check(struct allocator *allocator)
{
    struct tlsf *self = tlsf_of(allocator);
    size_t used = 0, free_blocks = 0;
    const struct tlsf_block *before = NULL;
    for (const struct tlsf_block *block = self->first; block != self->last;
         before = block, block = after(block, size_of(block))) {
        bool low_free = before != NULL && (before->header & FREE) != 0;
        ASSERT_COMPARE(size_of(block), >=, SMALLEST);
        ASSERT_COMPARE(size_of(block) % GRAIN, ==, 0);
        ASSERT_COMPARE(size_of(block), <=, (uintptr_t)self->last - (uintptr_t)block);
        ASSERT_COMPARE((block->header & LOW_FREE) != 0, ==, low_free);
        if ((block->header & FREE) == 0) {
            used += size_of(block);
            continue;
        }
        ASSERT(!low_free);
        ASSERT_COMPARE(((const size_t *)after(block, size_of(block)))[-1], ==, size_of(block));
        free_blocks++;
    }
    ASSERT_COMPARE((self->last->header & LOW_FREE) != 0, ==,
                   before != NULL && (before->header & FREE) != 0);
    ASSERT_COMPARE(used, ==, allocator->tally.used);
    for (size_t list = 0; list < TLSF_LISTS; list++) {
        ASSERT_COMPARE(self->full_lists[list / 64] >> list % 64 & 1, ==, self->lists[list] != NULL);
        ASSERT_COMPARE(self->full_words >> list / 64 & 1, ==, self->full_lists[list / 64] != 0);
        const struct tlsf_block *previous = NULL;
        for (const struct tlsf_block *block = self->lists[list]; block != NULL;
             previous = block, block = block->next) {
            ASSERT_COMPARE((uintptr_t)block, >=, (uintptr_t)self->first);
            ASSERT_COMPARE((uintptr_t)block, <, (uintptr_t)self->last);
            ASSERT_COMPARE((uintptr_t)block % GRAIN, ==, HEADER);
            ASSERT_COMPARE((uintptr_t)block->previous, ==, (uintptr_t)previous);
            ASSERT_COMPARE(list_for(self, size_of(block)), ==, list);
            ASSERT((block->header & FREE) != 0);
            ASSERT_COMPARE(free_blocks, >, 0);
            free_blocks--;
        }
    }
    ASSERT_COMPARE(free_blocks, ==, 0);
}

void tlsf_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct tlsf *self = tlsf_of(allocator);
    uintptr_t at = (uintptr_t)self->first;
    visit(context, (struct heap_span){ self->region, at - self->region, SPAN_OWN });
    for (struct tlsf_block *block = self->first; block != self->last;
         block = after(block, size_of(block)))
        visit(context, (struct heap_span){ (uintptr_t)block, size_of(block),
                                           (block->header & FREE) != 0 ? SPAN_FREE : SPAN_USED });
    visit(context, (struct heap_span){ (uintptr_t)self->last, HEADER, SPAN_OWN });
}
