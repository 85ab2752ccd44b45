/*
 * linked_list: see heap/linked_list.h for the drawing.
 */
#include <base/assert.h>
#include <heap/linked_list.h>
#include <lib/memory.h>

#include "linked_list_node.h"

/* A node's links, once all is known: grains fit 32 bits. */
static inline void set_node(struct linked_list_node *node, size_t next, size_t previous,
                            size_t size)
{
    node->next = (uint32_t)next;
    node->previous = (uint32_t)previous;
    node->size = size;
}

/* A free block of `size` bytes starts at `grain`, or became that large. */
static inline void raise_bound(struct linked_list *self, size_t grain, size_t size)
{
    uint32_t *bound = &self->bounds[grain / STRETCH];
    if (*bound < size / GRAIN)
        *bound = (uint32_t)(size / GRAIN);
}

/* Giving back `block` is a mistake: say which, and end. Called last of all, so that the caller's
   caller is in the backtrace. */
REACHED_BY_JUMP static void reject(const struct linked_list *self, const void *block, size_t size)
{
    uintptr_t first = linked_list_first(self), last = linked_list_last(self);
    bool inside = (uintptr_t)block >= first && (uintptr_t)block < last;
    panic("dealloc of %p (%zu bytes): %s; blocks of this heap lie from %p to %p", block, size,
          inside && (uintptr_t)block % GRAIN == 0 ? "free already, wholly or in part"
                                                  : "not a block of this heap",
          (void *)first, (void *)last);
}

/*
 * The four ways to end below are functions of their own, reached by a jump: no registers need be
 * saved for them. They are told all that is known already, which is what fits eight registers.
 */

/* Both neighbours are free: the one before becomes all three. */
[[gnu::noinline]] static void join_both(struct linked_list *self, struct linked_list_node *previous,
                                        size_t previous_grain, size_t size,
                                        const struct linked_list_node *old, size_t old_grain)
{
    struct linked_list_node *next = node_at(self, old->next);
    size += previous->size + old->size;
    previous->size = size;
    previous->next = old->next;
    next->previous = (uint32_t)previous_grain;
    raise_bound(self, previous_grain, size);
    bit_tree_remove(&self->starts, old_grain);
}

/* The free block after `place` begins there now. */
[[gnu::noinline]] static void join_next(struct linked_list *self, struct linked_list_node *place,
                                        size_t grain, size_t size,
                                        const struct linked_list_node *old, size_t old_grain,
                                        size_t previous_grain)
{
    struct linked_list_node *next = node_at(self, old->next);
    size += old->size;
    set_node(place, old->next, previous_grain, size);
    node_at(self, previous_grain)->next = (uint32_t)grain;
    next->previous = (uint32_t)grain;
    raise_bound(self, grain, size);
    bit_tree_move(&self->starts, old_grain, grain);
}

/* The same where that was the first free block of all: before it is the head, grain 0. */
[[gnu::noinline]] static void join_first(struct linked_list *self, struct linked_list_node *place,
                                         size_t grain, size_t size,
                                         const struct linked_list_node *old, size_t old_grain)
{
    struct linked_list_node *next = node_at(self, old->next);
    size += old->size;
    set_node(place, old->next, 0, size);
    node_at(self, 0)->next = (uint32_t)grain;
    next->previous = (uint32_t)grain;
    raise_bound(self, grain, size);
    bit_tree_move(&self->starts, old_grain, grain);
}

/* Nothing free is beside it: a block of its own, between two others. */
[[gnu::noinline]] static void insert(struct linked_list *self, struct linked_list_node *place,
                                     size_t grain, size_t size, struct linked_list_node *next,
                                     size_t next_grain, struct linked_list_node *previous,
                                     size_t previous_grain)
{
    set_node(place, next_grain, previous_grain, size);
    previous->next = (uint32_t)grain;
    next->previous = (uint32_t)grain;
    raise_bound(self, grain, size);
    bit_tree_add(&self->starts, grain);
}

/*
 * Put `size` bytes at `place` into the list, joined with what is free beside them. The map says
 * which free block comes after; but not where that is the first of all, as for a block that is
 * given back soon after it was taken. Panics iff `place` is no place of ours, or is free already,
 * wholly or in part. (Head and tail lie a grain away from the nearest block: nothing joins them.)
 */
[[gnu::always_inline]] static inline void give(struct linked_list *self, char *place, size_t size)
{
    struct linked_list_node *node = (struct linked_list_node *)(void *)place,
                            *head = node_at(self, 0);
    size_t offset = (size_t)(place - self->base), grain = offset / GRAIN;
    char *end = place + size;
    if (unlikely(offset - GRAIN >= self->span || offset % GRAIN != 0))
        return reject(self, place, size);
    size_t next_grain = head->next;
    struct linked_list_node *next = node_at(self, next_grain);
    if (end == (char *)next)
        return join_first(self, node, grain, size, next, next_grain);
    next_grain = bit_tree_next(&self->starts, grain);
    next = node_at(self, next_grain);
    size_t previous_grain = next->previous;
    struct linked_list_node *previous = node_at(self, previous_grain);
    char *previous_end = (char *)previous + previous->size;
    if (unlikely(end > (char *)next || place < previous_end))
        return reject(self, place, size);
    if (end == (char *)next) {
        if (place == previous_end)
            return join_both(self, previous, previous_grain, size, next, next_grain);
        return join_next(self, node, grain, size, next, next_grain, previous_grain);
    }
    if (place != previous_end)
        return insert(self, node, grain, size, next, next_grain, previous, previous_grain);
    previous->size += size;
    raise_bound(self, previous_grain, previous->size);
}

/* The same, for who is not in a hurry. */
[[gnu::noinline]] static void give_slowly(struct linked_list *self, char *place, size_t size)
{
    give(self, place, size);
}

/* Take the first `size` bytes of the free block at `node` out of the list. */
[[gnu::always_inline]] static inline void take_front(struct linked_list *self,
                                                     struct linked_list_node *node, size_t size)
{
    size_t next_grain = node->next, previous_grain = node->previous, grain = grain_of(self, node);
    struct linked_list_node *next = node_at(self, next_grain);
    struct linked_list_node *previous = node_at(self, previous_grain);
    size_t rest = node->size - size;
    if (rest == 0) {
        previous->next = (uint32_t)next_grain;
        next->previous = (uint32_t)previous_grain;
        bit_tree_remove(&self->starts, grain);
        return;
    }
    size_t after_grain = grain + size / GRAIN;
    set_node(node_at(self, after_grain), next_grain, previous_grain, rest);
    previous->next = (uint32_t)after_grain;
    next->previous = (uint32_t)after_grain;
    bit_tree_move(&self->starts, grain, after_grain);
    raise_bound(self, after_grain, rest); /* it may start in the next stretch now */
}

/* The same, for who is not in a hurry. */
[[gnu::noinline, gnu::cold]] static void
take_front_slowly(struct linked_list *self, struct linked_list_node *node, size_t size)
{
    take_front(self, node, size);
}

/*
 * The first free block of at least `size` bytes, at most `span`; the tail where there is none.
 * `align` above 16: the first in which an aligned one fits. Stretches whose bound is too low are
 * leapt over.
 */
[[gnu::always_inline]] static inline struct linked_list_node *find(const struct linked_list *self,
                                                                   size_t size, size_t align)
{
    for (size_t stretch = 0;; stretch++) {
        while (self->bounds[stretch] < size / GRAIN)
            stretch++;
        size_t grain = bit_tree_next(&self->starts, stretch * STRETCH);
        struct linked_list_node *node = node_at(self, grain);
        struct linked_list_node *end = node_at(self, (stretch + 1) * STRETCH);
        size_t largest = 0;
        for (; node < end; node = node_at(self, node->next)) {
            if (node->size >= size) {
                if (align <= GRAIN || node->size == TAIL_SIZE)
                    return node;
                if (node->size - size >= bytes_to_align((uintptr_t)node, align))
                    return node;
            }
            if (node->size > largest)
                largest = node->size;
        }
        self->bounds[stretch] = (uint32_t)(largest / GRAIN);
    }
}

/* Alignments above 16: what lies before the block stays free, as a block of its own. Also sizes
   that cannot fit, and which a bound cannot express. */
[[gnu::noinline]] static void *alloc_aligned(struct linked_list *self, size_t size, size_t align)
{
    struct linked_list_node *front = size <= self->span ? find(self, size, align) : NULL;
    if (front == NULL || front->size == TAIL_SIZE)
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    tally_take(&self->allocator.tally, size);
    size_t padding = bytes_to_align((uintptr_t)front, align);
    struct linked_list_node *node = (struct linked_list_node *)(void *)((char *)front + padding);
    if (padding != 0) { /* cut the free block in two: its front keeps its place in the list */
        size_t grain = grain_of(self, node);
        struct linked_list_node *next = node_at(self, front->next);
        set_node(node, front->next, next->previous, front->size - padding);
        next->previous = (uint32_t)grain;
        front->next = (uint32_t)grain;
        front->size = padding;
        bit_tree_add(&self->starts, grain);
    }
    take_front_slowly(self, node, size);
    return node;
}

/* The first free block is too small, or just large enough, or its rest is far from its start. */
[[gnu::noinline]] static void *alloc_other(struct linked_list *self, size_t size)
{
    if (unlikely(size > self->span))
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    struct linked_list_node *node = node_at(self, node_at(self, 0)->next);
    if (node->size < size)
        node = find(self, size, 1);
    if (unlikely(node->size == TAIL_SIZE))
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    take_front(self, node, size);
    tally_take(&self->allocator.tally, size);
    return node;
}

/*
 * The usual small request: the first free block has room for it, and the rest's bit is in the same
 * word of the map. The bound of the stretch need not change then, and nothing lies before the block
 * in the list. One comparison says that there is a rest: 0, a difference below 0, and the tail's
 * are all larger, less one, than all that can be free.
 */
static void *op_alloc(struct allocator *allocator, size_t bytes, size_t align)
{
    struct linked_list *self = list_of(allocator);
    size_t size = round_up(bytes);
    if (unlikely(align > GRAIN))
        return alloc_aligned(self, size, align);
    struct linked_list_node *head = node_at(self, 0);
    size_t grain = head->next, rest_grain = grain + size / GRAIN;
    struct linked_list_node *node = node_at(self, grain), *next = node_at(self, node->next);
    size_t rest = node->size - size;
    if (rest - 1 >= self->span || grain / 64 != rest_grain / 64)
        return alloc_other(self, size);
    tally_take(&self->allocator.tally, size);
    set_node(node_at(self, rest_grain), node->next, 0, rest);
    head->next = (uint32_t)rest_grain;
    next->previous = (uint32_t)rest_grain;
    bit_tree_move(&self->starts, grain, rest_grain);
    return node;
}

static void op_dealloc(struct allocator *allocator, void *block, size_t bytes, size_t align)
{
    (void)align;
    struct linked_list *self = list_of(allocator);
    size_t size = round_up(bytes);
    tally_give(&self->allocator.tally, size);
    give(self, block, size);
}

/* Grow into the free block that follows at once, if there is one and it is large enough. */
static bool grow_in_place(struct linked_list *self, char *block, size_t size, size_t new_size)
{
    size_t end = grain_of(self, block + size);
    if (end >= self->tail || !bit_tree_has(&self->starts, end))
        return false;
    struct linked_list_node *next = node_at(self, end);
    if (next->size < new_size - size)
        return false;
    take_front_slowly(self, next, new_size - size);
    return true;
}

static void *op_realloc(struct allocator *allocator, void *block, size_t bytes, size_t align,
                        size_t new_bytes)
{
    struct linked_list *self = list_of(allocator);
    size_t size = round_up(bytes), new_size = round_up(new_bytes);
    size_t offset = (size_t)((char *)block - self->base);
    if (unlikely(offset - GRAIN >= self->span || offset % GRAIN != 0 ||
                 bit_tree_has(&self->starts, offset / GRAIN)))
        reject(self, block, size);
    if (new_size > size && !grow_in_place(self, block, size, new_size))
        return allocator_default_realloc(allocator, block, bytes, align, new_bytes);
    if (new_size < size)
        give_slowly(self, (char *)block + new_size, size - new_size);
    tally_resize(&self->allocator.tally, size, new_size);
    return block;
}

static const struct allocator_ops linked_list_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = linked_list_statistics,
    .check = linked_list_check,
    .walk = linked_list_walk,
};

uintptr_t linked_list_first(const struct linked_list *self)
{
    return (uintptr_t)node_at(self, 1);
}

uintptr_t linked_list_last(const struct linked_list *self)
{
    return (uintptr_t)node_at(self, self->tail - 1);
}

size_t linked_list_free_at(const struct linked_list *self, uintptr_t address)
{
    size_t grain = grain_of(self, (const void *)address);
    if (grain >= self->tail || !bit_tree_has(&self->starts, grain))
        return 0;
    return node_at(self, grain)->size;
}

void linked_list_lend(struct linked_list *self, uintptr_t start, size_t size)
{
    give_slowly(self, (char *)start, size);
    self->lent += size;
}

[[gnu::cold]] enum error linked_list_init_empty(struct linked_list *self, void *start, void *end)
{
    uintptr_t low = (uintptr_t)start, high = (uintptr_t)end & ~(uintptr_t)(GRAIN - 1);
    if (low == 0 || low > UINTPTR_MAX - GRAIN)
        return ERR_INVALID;
    low += bytes_to_align(low, GRAIN);
    if (low >= high || (high - low) / GRAIN > UINT32_MAX / 2)
        return ERR_INVALID;
    /* Maps for each grain of the region, the maps' own included: a little too large. */
    size_t grains = (high - low) / GRAIN;
    size_t tree = round_up(bit_tree_bytes(grains + 1));
    size_t bounds = round_up((grains / STRETCH + 1) * sizeof(uint32_t));
    size_t maps = (tree + bounds) / GRAIN;
    if (maps + 4 > grains) /* head, one block, a gap, tail */
        return ERR_INVALID;

    *self = (struct linked_list){
        .allocator = { .ops = &linked_list_ops },
        .base = (char *)low + maps * GRAIN,
        .tail = (uint32_t)(grains - maps - 1),
        .span = (grains - maps - 3) * GRAIN,
        .bounds = (uint32_t *)(void *)((char *)low + tree),
        .region = low,
    };
    memset(self->bounds, 0, bounds);
    self->bounds[self->tail / STRETCH] = UINT32_MAX; /* the tail: every walk ends there */
    bit_tree_init(&self->starts, (void *)low, grains + 1);
    *node_at(self, 0) = (struct linked_list_node){ self->tail, self->tail, 0 };
    *node_at(self, self->tail) = (struct linked_list_node){ 0, 0, TAIL_SIZE };
    bit_tree_add(&self->starts, self->tail);
    return OK;
}

[[gnu::cold]] enum error linked_list_init(struct linked_list *self, void *start, void *end)
{
    enum error error = linked_list_init_empty(self, start, end);
    if (error)
        return error;
    uintptr_t first = linked_list_first(self);
    linked_list_lend(self, first, linked_list_last(self) - first);
    return OK;
}
