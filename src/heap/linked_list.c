/*
 * linked_list: see heap/linked_list.h for the drawing.
 */
#include <base/assert.h>
#include <heap/linked_list.h>
#include <lib/memory.h>

#define GRAIN LINKED_LIST_GRAIN

_Static_assert(sizeof(struct linked_list_node) == GRAIN, "a node fits the smallest block");

static struct linked_list *list_of(struct allocator *self)
{
    return container_of(self, struct linked_list, allocator);
}

static inline struct linked_list_node *node_at(const struct linked_list *self, size_t grain)
{
    return (struct linked_list_node *)(self->base + grain * GRAIN);
}

static inline uint32_t grain_of(const struct linked_list *self, const void *place)
{
    return (uint32_t)((size_t)((const char *)place - self->base) / GRAIN);
}

/* Up to the next multiple of 16; a valid size does not wrap. */
static inline size_t round_up(size_t size)
{
    return (size + (GRAIN - 1)) & ~(size_t)(GRAIN - 1);
}

/* `what` is wrong with giving back `block`; say why, and end. */
[[gnu::noreturn, gnu::cold, gnu::noinline]] static void
reject(const struct linked_list *self, const void *block, size_t size, const char *what)
{
    panic("dealloc of %p (%zu bytes): %s; blocks of this heap lie from %p to %p", block, size, what,
          (void *)linked_list_first(self), (void *)linked_list_last(self));
}

/*
 * Put `size` bytes at `place` into the list, joined with what is free beside them. The map says
 * which free block comes after; a block that is free already, wholly or in part, is noticed.
 */
static inline void give(struct linked_list *self, char *place, size_t size)
{
    size_t offset = (size_t)(place - self->base);
    size_t limit = (size_t)self->tail * GRAIN;
    if (unlikely(offset - GRAIN >= limit - GRAIN || offset % GRAIN != 0))
        reject(self, place, size, "not a block of this heap");
    size_t grain = offset / GRAIN;
    size_t next_grain = bit_tree_next(&self->starts, grain);
    struct linked_list_node *next = node_at(self, next_grain);
    uint32_t previous_grain = next->previous;
    struct linked_list_node *previous = node_at(self, previous_grain);
    size_t previous_end = (size_t)previous_grain * GRAIN + previous->size;
    size_t end = offset + size;
    if (unlikely(end > next_grain * GRAIN || offset < previous_end))
        reject(self, place, size, "free already, wholly or in part");

    bool joins_previous = offset == previous_end && previous_grain != 0;
    bool joins_next = end == next_grain * GRAIN && next_grain != self->tail;
    struct linked_list_node *node = (struct linked_list_node *)place;
    if (joins_next) {
        size += next->size;
        next_grain = next->next;
        next = node_at(self, next_grain);
        if (joins_previous) {
            previous->size += size;
            previous->next = (uint32_t)next_grain;
            next->previous = previous_grain;
            bit_tree_remove(&self->starts, end / GRAIN);
            return;
        }
        bit_tree_move(&self->starts, end / GRAIN, grain);
    } else if (joins_previous) {
        previous->size += size;
        return;
    } else {
        bit_tree_add(&self->starts, grain);
    }
    *node = (struct linked_list_node){ (uint32_t)next_grain, previous_grain, size };
    previous->next = (uint32_t)grain;
    next->previous = (uint32_t)grain;
}

/* Take the first `size` bytes of the free block at `node` out of the list. */
static inline void take_front(struct linked_list *self, struct linked_list_node *node, size_t size)
{
    struct linked_list_node *next = node_at(self, node->next);
    struct linked_list_node *previous = node_at(self, node->previous);
    uint32_t grain = grain_of(self, node);
    size_t rest = node->size - size;
    if (rest == 0) {
        previous->next = node->next;
        next->previous = node->previous;
        bit_tree_remove(&self->starts, grain);
        return;
    }
    struct linked_list_node *after = (struct linked_list_node *)((char *)node + size);
    uint32_t after_grain = grain + (uint32_t)(size / GRAIN);
    *after = (struct linked_list_node){ node->next, node->previous, rest };
    previous->next = after_grain;
    next->previous = after_grain;
    bit_tree_move(&self->starts, grain, after_grain);
}

/* The first free block in which `size` bytes fit, aligned; NULL where there is none. */
static char *find_aligned(struct linked_list *self, size_t size, size_t align)
{
    struct linked_list_node *node = node_at(self, node_at(self, 0)->next);
    for (; node != node_at(self, self->tail); node = node_at(self, node->next)) {
        size_t padding = bytes_to_align((uintptr_t)node, align);
        if (padding <= node->size && size <= node->size - padding)
            return (char *)node + padding;
    }
    return NULL;
}

/* Alignments above 16: what lies before the block stays free, as a block of its own. */
static void *alloc_aligned(struct linked_list *self, size_t size, size_t align)
{
    char *place = find_aligned(self, size, align);
    if (place == NULL)
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    tally_take(&self->tally, size);
    if (bit_tree_has(&self->starts, grain_of(self, place))) {
        take_front(self, (struct linked_list_node *)place, size);
        return place;
    }
    /* Cut the free block in two: its front keeps its place in the list. */
    struct linked_list_node *node = (struct linked_list_node *)place;
    struct linked_list_node *front = node;
    uint32_t front_grain =
        node_at(self, bit_tree_next(&self->starts, grain_of(self, place)))->previous;
    front = node_at(self, front_grain);
    size_t padding = (size_t)(place - (char *)front);
    *node = (struct linked_list_node){ front->next, front_grain, front->size - padding };
    node_at(self, front->next)->previous = grain_of(self, place);
    front->next = grain_of(self, place);
    front->size = padding;
    bit_tree_add(&self->starts, grain_of(self, place));
    take_front(self, node, size);
    return place;
}

static void *op_alloc(struct allocator *allocator, struct layout layout)
{
    struct linked_list *self = list_of(allocator);
    size_t size = round_up(layout.size);
    if (unlikely(layout.align > GRAIN))
        return alloc_aligned(self, size, layout.align);
    /* The tail is larger than any request: the walk needs no test for the end. */
    struct linked_list_node *node = node_at(self, node_at(self, 0)->next);
    while (node->size < size)
        node = node_at(self, node->next);
    if (unlikely(node == node_at(self, self->tail)))
        return allocator_refuse(allocator, ERR_NO_MEMORY);
    take_front(self, node, size);
    tally_take(&self->tally, size);
    return node;
}

static void op_dealloc(struct allocator *allocator, void *block, struct layout layout)
{
    struct linked_list *self = list_of(allocator);
    size_t size = round_up(layout.size);
    give(self, block, size);
    tally_give(&self->tally, size);
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
    take_front(self, next, new_size - size);
    return true;
}

static void *op_realloc(struct allocator *allocator, void *block, struct layout layout,
                        size_t new_size)
{
    struct linked_list *self = list_of(allocator);
    size_t size = round_up(layout.size), new_rounded = round_up(new_size);
    size_t offset = (size_t)((char *)block - self->base);
    if (unlikely(offset - GRAIN >= (size_t)self->tail * GRAIN - GRAIN || offset % GRAIN != 0 ||
                 bit_tree_has(&self->starts, offset / GRAIN)))
        reject(self, block, size, "not a live block of this heap");
    if (new_rounded > size && !grow_in_place(self, block, size, new_rounded))
        return allocator_default_realloc(allocator, block, layout, new_size);
    if (new_rounded < size)
        give(self, (char *)block + new_rounded, size - new_rounded);
    tally_resize(&self->tally, size, new_rounded);
    return block;
}

static struct heap_statistics op_statistics(struct allocator *allocator)
{
    struct linked_list *self = list_of(allocator);
    return tally_statistics(&self->tally, allocator->failed, self->lent);
}

/* The list and the map say the same, blocks ascend, none touches the next, and the sums agree. */
static void op_check(struct allocator *allocator)
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
        previous_end = grain * GRAIN + node->size;
        ASSERT_COMPARE(previous_end, <=, self->tail * GRAIN);
        free_bytes += node->size;
        previous = grain;
    }
    ASSERT_COMPARE(node_at(self, self->tail)->previous, ==, previous);
    ASSERT_COMPARE(bit_tree_next(&self->starts, previous + 1), ==, self->tail);
    ASSERT_COMPARE(free_bytes + self->tally.used, ==, self->lent);
}

static void op_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct linked_list *self = list_of(allocator);
    uintptr_t at = linked_list_first(self);
    visit(context, (struct heap_span){ self->region, at - self->region, SPAN_OWN });
    for (uint32_t grain = node_at(self, 0)->next;; grain = node_at(self, grain)->next) {
        struct linked_list_node *node = node_at(self, grain);
        if ((uintptr_t)node > at)
            visit(context, (struct heap_span){ at, (uintptr_t)node - at, SPAN_USED });
        if (grain == self->tail)
            break;
        visit(context, (struct heap_span){ (uintptr_t)node, node->size, SPAN_FREE });
        at = (uintptr_t)node + node->size;
    }
    visit(context, (struct heap_span){ linked_list_last(self), GRAIN, SPAN_OWN });
}

static const struct allocator_ops linked_list_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = op_statistics,
    .check = op_check,
    .walk = op_walk,
};

uintptr_t linked_list_first(const struct linked_list *self)
{
    return (uintptr_t)node_at(self, 1);
}

uintptr_t linked_list_last(const struct linked_list *self)
{
    return (uintptr_t)node_at(self, self->tail);
}

void linked_list_lend(struct linked_list *self, uintptr_t start, size_t size)
{
    give(self, (char *)start, size);
    self->lent += size;
}

enum error linked_list_init_empty(struct linked_list *self, void *start, void *end)
{
    uintptr_t low = (uintptr_t)start, high = (uintptr_t)end & ~(uintptr_t)(GRAIN - 1);
    if (low == 0 || low > UINTPTR_MAX - GRAIN)
        return ERR_INVALID;
    low += bytes_to_align(low, GRAIN);
    if (low >= high || (high - low) / GRAIN > UINT32_MAX / 2)
        return ERR_INVALID;
    /* The map has a bit for each grain of the region, its own grains included: a few too many. */
    size_t grains = (high - low) / GRAIN;
    size_t maps = round_up(bit_tree_bytes(grains + 1)) / GRAIN;
    if (maps + 3 > grains) /* head, one block, tail */
        return ERR_INVALID;

    *self = (struct linked_list){
        .allocator = { .ops = &linked_list_ops },
        .base = (char *)low + maps * GRAIN,
        .tail = (uint32_t)(grains - maps - 1),
        .region = low,
    };
    bit_tree_init(&self->starts, (void *)low, grains + 1);
    *node_at(self, 0) = (struct linked_list_node){ self->tail, self->tail, 0 };
    *node_at(self, self->tail) = (struct linked_list_node){ 0, 0, SIZE_MAX };
    bit_tree_add(&self->starts, self->tail);
    return OK;
}

enum error linked_list_init(struct linked_list *self, void *start, void *end)
{
    enum error error = linked_list_init_empty(self, start, end);
    if (error)
        return error;
    uintptr_t first = linked_list_first(self);
    linked_list_lend(self, first, linked_list_last(self) - first);
    return OK;
}
