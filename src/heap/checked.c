/*
 * checked: see heap/checked.h for the drawing. Lists and operations; a block is checked_block.c.
 */
#include <base/assert.h>
#include <heap/checked.h>
#include <heap/tally.h>
#include <lib/memory.h>
#include <riscv/hart.h>

#include "checked_block.h"

static struct checked *checked_of(struct allocator *self)
{
    return container_of(self, struct checked, allocator);
}

static void add_newest(struct checked_list *list, struct checked_header *header)
{
    header->older = list->newest;
    header->newer = NULL;
    if (list->newest != NULL)
        list->newest->newer = header;
    else
        list->oldest = header;
    list->newest = header;
    list->count++;
}

static void take_out(struct checked_list *list, struct checked_header *header)
{
    if (header->newer != NULL)
        header->newer->older = header->older;
    else
        list->newest = header->older;
    if (header->older != NULL)
        header->older->newer = header->newer;
    else
        list->oldest = header->newer;
    list->count--;
}

/* Who called the interface: a wrapper outside said so, or the return address of the operation. */
#define CALLER(self) ((self)->caller != NULL ? (self)->caller : __builtin_return_address(0))

static void before_operation(struct checked *self, const void *caller)
{
    if (unlikely(hart_in_trap()))
        panic("heap misuse: allocation inside a trap, by %p on hart %llu: take what is needed "
              "before",
              caller, (unsigned long long)this_hart()->id);
    if (unlikely(self->until_check-- == 0)) {
        self->until_check = checked_interval(self);
        allocator_check(&self->allocator);
    }
}

/* The oldest block of the quarantine goes back to the inner allocator. */
static void release_oldest(struct checked *self, const void *caller)
{
    struct checked_header *header = self->quarantine.oldest;
    checked_look_at_freed(header, caller);
    take_out(&self->quarantine, header);
    struct layout inner = checked_inner_layout(header->size, header->align);
    header->seal = 0;
    char *start = (char *)checked_payload(header) - checked_lead(header->align);
    tally_note_peaks(self->inner);
    self->inner->ops->dealloc(self->inner, start, inner.size, inner.align);
}

void checked_empty_quarantine(struct checked *self)
{
    while (self->quarantine.count > 0)
        release_oldest(self, __builtin_return_address(0));
}

static void *inner_alloc(struct checked *self, struct layout inner)
{
    void *block = self->inner->ops->alloc(self->inner, inner.size, inner.align);
    if (likely(block != NULL) || self->quarantine.count == 0)
        return block;
    checked_empty_quarantine(self);
    return self->inner->ops->alloc(self->inner, inner.size, inner.align);
}

static void *alloc(struct checked *self, struct layout layout, int fill, const void *caller)
{
    before_operation(self, caller);
    struct layout inner = checked_inner_layout(layout.size, layout.align);
    if (inner.size < layout.size || !layout_is_valid(inner))
        return allocator_refuse(&self->allocator, ERR_OVERFLOW);
    char *start = inner_alloc(self, inner);
    if (start == NULL)
        return allocator_refuse(&self->allocator, self->inner->last_error);
    struct checked_header *header =
        (struct checked_header *)(void *)(start + checked_lead(layout.align)) - 1;
    *header = (struct checked_header){
        .size = layout.size, .align = layout.align, .allocated_by = caller, .number = ++self->count
    };
    checked_seal_live(header);
    add_newest(&self->live, header);
    if (self->live.count > self->peak)
        self->peak = self->live.count;
    return memset(checked_payload(header), fill, layout.size);
}

static void *op_alloc(struct allocator *allocator, size_t size, size_t align)
{
    return alloc(checked_of(allocator), (struct layout){ size, align }, CHECKED_NEW,
                 CALLER(allocator));
}

static void *op_alloc_zeroed(struct allocator *allocator, size_t size, size_t align)
{
    return alloc(checked_of(allocator), (struct layout){ size, align }, 0, CALLER(allocator));
}

static void op_dealloc(struct allocator *allocator, void *payload, size_t size, size_t align)
{
    struct checked *self = checked_of(allocator);
    const struct layout layout = { size, align };
    const void *caller = CALLER(allocator);
    before_operation(self, caller);
    struct checked_header *header = checked_live_header(self, payload, layout, caller);
    take_out(&self->live, header);
    memset(payload, CHECKED_FREED, layout.size);
    header->freed_by = caller;
    checked_seal_freed(header);
    if (self->quarantine.count == CHECKED_QUARANTINE)
        release_oldest(self, caller);
    add_newest(&self->quarantine, header);
}

static void *op_realloc(struct allocator *allocator, void *payload, size_t size, size_t align,
                        size_t new_size)
{
    struct checked *self = checked_of(allocator);
    const struct layout layout = { size, align };
    const void *caller = CALLER(allocator);
    before_operation(self, caller);
    struct checked_header *header = checked_live_header(self, payload, layout, caller);
    size_t lead = checked_lead(layout.align);
    struct layout old_inner = checked_inner_layout(layout.size, layout.align);
    struct layout new_inner = checked_inner_layout(new_size, layout.align);
    if (new_inner.size < new_size || !layout_is_valid(new_inner))
        return allocator_refuse(allocator, ERR_OVERFLOW);

    take_out(&self->live, header); /* its neighbours' links would not follow a move */
    char *old = (char *)payload - lead;
    tally_note_peaks(self->inner);
    char *start = self->inner->ops->realloc(self->inner, old, old_inner.size, old_inner.align,
                                            new_inner.size);
    if (start == NULL && self->quarantine.count > 0) {
        checked_empty_quarantine(self);
        start = self->inner->ops->realloc(self->inner, old, old_inner.size, old_inner.align,
                                          new_inner.size);
    }
    if (start == NULL) {
        add_newest(&self->live, header);
        return allocator_refuse(allocator, self->inner->last_error);
    }
    header = (struct checked_header *)(void *)(start + lead) - 1;
    header->size = new_size;
    header->allocated_by = caller;
    checked_seal_live(header);
    add_newest(&self->live, header);
    if (new_size > layout.size)
        memset((char *)checked_payload(header) + layout.size, CHECKED_NEW, new_size - layout.size);
    return checked_payload(header);
}

[[gnu::cold]] static struct heap_statistics op_statistics(struct allocator *allocator)
{
    struct checked *self = checked_of(allocator);
    struct heap_statistics statistics = self->inner->ops->statistics(self->inner);
    statistics.live = self->live.count;
    statistics.peak = self->peak;
    statistics.count = self->count;
    statistics.failed = allocator->failed;
    return statistics;
}

[[gnu::cold]] static void op_check(struct allocator *allocator)
{
    struct checked *self = checked_of(allocator);
    const void *caller = CALLER(allocator);
    size_t count = 0;
    for (struct checked_header *h = self->live.newest; h != NULL; h = h->older, count++)
        checked_look_at_live(h, caller);
    ASSERT_COMPARE(count, ==, self->live.count);
    for (struct checked_header *h = self->quarantine.newest; h != NULL; h = h->older)
        checked_look_at_freed(h, caller);
    self->inner->ops->check(self->inner);
}

[[gnu::cold]] static void op_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct checked *self = checked_of(allocator);
    self->inner->ops->walk(self->inner, visit, context);
}

static const struct allocator_ops checked_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = op_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = op_statistics,
    .check = op_check,
    .walk = op_walk,
};

void checked_init(struct checked *self, struct allocator *inner, void *start, void *end)
{
    *self = (struct checked){ .allocator = { .ops = &checked_ops },
                              .inner = inner,
                              .start = (uintptr_t)start,
                              .end = (uintptr_t)end };
    self->until_check = checked_interval(self);
}
