/*
 * hart_caches: see heap/hart_caches.h for the drawing.
 */
#include <base/assert.h>
#include <heap/hart_caches.h>

_Static_assert(sizeof(struct hart_cache) == 512, "a power of two");

/* Below every list: taken for no block since nothing is below it. */
static struct cached_block bottom;

static struct hart_caches *caches_of(struct allocator *self)
{
    return container_of(self, struct hart_caches, allocator);
}

static inline struct hart_cache *own_cache(struct hart_caches *self)
{
    char *base = (char *)self + hart_index() * sizeof(struct hart_cache);
    __asm__("" : "+r"(base)); /* one sum for all fields: GCC makes one for each of them */
    return (struct hart_cache *)(void *)(base + offsetof(struct hart_caches, caches));
}

static inline bool is_cached(size_t size, size_t align)
{
    return size <= HART_CACHES_LARGEST && align <= 16;
}

static inline size_t class_for(size_t size)
{
    return (size + 15) / 16;
}

/* The list for blocks of `size` bytes: cache->lists[class_for(size)], in two instructions less.
   With the barrier the distance from `self` to `lists` becomes a part of load and store. */
static inline struct cached_block **list_for(struct hart_cache *cache, size_t size)
{
    const size_t distance =
        offsetof(struct hart_caches, caches) + offsetof(struct hart_cache, lists);
    size_t offset = (size + 15) / 2 & ~(sizeof(struct cached_block *) - 1);
    char *base = (char *)cache->lists - distance + offset;
    __asm__("" : "+r"(base));
    return (struct cached_block **)(void *)(base + distance);
}

/* The upper `count` blocks of a list go back. Context: interrupts masked. */
static void give_back(struct hart_caches *self, struct cached_block **list, size_t class,
                      size_t count)
{
    for (; count > 0; count--) {
        struct cached_block *block = *list;
        *list = block->below;
        self->shared->ops->dealloc(self->shared, block, class * 16, 16);
    }
}

static void give_back_all(struct hart_caches *self, struct hart_cache *cache)
{
    for (size_t class = 1; class < HART_CACHES_CLASSES; class ++)
        give_back(self, &cache->lists[class], class, cache->lists[class]->depth);
}

void hart_caches_give_back(struct hart_caches *self)
{
    uint64_t interrupts = hart_mask_interrupts();
    give_back_all(self, own_cache(self));
    hart_restore_interrupts(interrupts);
}

/* The shared heap refused: what this hart hoards goes back, and the others are asked to. */
static void *try_again(struct hart_caches *self, size_t size, size_t align)
{
    hart_caches_give_back(self);
    for (size_t i = 0; i < HARTS_MAX; i++)
        __atomic_store_n(&self->caches[i].limit, 0, __ATOMIC_RELAXED);
    void *block = self->shared->ops->alloc(self->shared, size, align);
    if (block == NULL)
        return allocator_refuse(&self->allocator, self->shared->last_error);
    return block;
}

/* The list is empty: a block from the shared heap, and a batch for the list. The first batches are
   small, and each is as large as all before: who needs one block shall not hoard sixteen. */
[[gnu::noinline]] static void *fetch(struct hart_caches *self, size_t class)
{
    void *block = self->shared->ops->alloc(self->shared, class * 16, 16);
    if (unlikely(block == NULL))
        block = try_again(self, class * 16, 16);
    if (unlikely(block == NULL))
        return NULL;
    uint64_t interrupts = hart_mask_interrupts();
    struct hart_cache *cache = own_cache(self);
    struct cached_block **list = &cache->lists[class];
    size_t batch = cache->fetched < HART_CACHES_BATCH ? cache->fetched + 1 : HART_CACHES_BATCH;
    cache->taken++;
    cache->fetched++;
    for (size_t i = 1; i < batch; i++) {
        struct cached_block *spare = self->shared->ops->alloc(self->shared, class * 16, 16);
        if (spare == NULL)
            break;
        *spare = (struct cached_block){ *list, (*list)->depth + 1 };
        *list = spare;
        cache->fetched++;
    }
    hart_restore_interrupts(interrupts);
    return block;
}

[[gnu::noinline]] static void *alloc_shared(struct hart_caches *self, size_t size, size_t align)
{
    void *block = self->shared->ops->alloc(self->shared, size, align);
    return likely(block != NULL) ? block : try_again(self, size, align);
}

static void *op_alloc(struct allocator *allocator, size_t size, size_t align)
{
    struct hart_caches *self = caches_of(allocator);
    if (unlikely(!is_cached(size, align)))
        return alloc_shared(self, size, align);
    uint64_t interrupts = hart_mask_interrupts();
    struct hart_cache *cache = own_cache(self);
    struct cached_block **list = list_for(cache, size);
    struct cached_block *block = *list, *below = block->below;
    if (unlikely(below == NULL)) {
        hart_restore_interrupts(interrupts);
        return fetch(self, class_for(size));
    }
    *list = below;
    cache->taken++;
    hart_restore_interrupts(interrupts);
    return block;
}

/* Context of the next two: interrupts masked. */
static inline void push(struct cached_block **list, struct cached_block *block)
{
    struct cached_block *below = *list;
    *block = (struct cached_block){ below, below->depth + 1 };
    *list = block;
}

/* A full list gives half back; where others are in need, all lists give all. */
static void make_room(struct hart_caches *self, struct hart_cache *cache, size_t class)
{
    if (__atomic_exchange_n(&cache->limit, HART_CACHES_FULL, __ATOMIC_RELAXED) == 0)
        give_back_all(self, cache);
    else if (cache->lists[class]->depth == HART_CACHES_FULL)
        give_back(self, &cache->lists[class], class, HART_CACHES_FULL / 2);
}

[[gnu::noinline]] static void dealloc_other(struct hart_caches *self, void *block, size_t size,
                                            size_t align)
{
    if (!is_cached(size, align)) {
        self->shared->ops->dealloc(self->shared, block, size, align);
        return;
    }
    uint64_t interrupts = hart_mask_interrupts();
    struct hart_cache *cache = own_cache(self);
    if (block == cache->lists[class_for(size)])
        panic("dealloc of %p (%zu bytes): free already", block, size);
    make_room(self, cache, class_for(size));
    push(list_for(cache, size), block);
    hart_restore_interrupts(interrupts);
}

static void op_dealloc(struct allocator *allocator, void *block, size_t size, size_t align)
{
    struct hart_caches *self = caches_of(allocator);
    if (unlikely(!is_cached(size, align)))
        return dealloc_other(self, block, size, align);
    uint64_t interrupts = hart_mask_interrupts();
    struct hart_cache *cache = own_cache(self);
    struct cached_block **list = list_for(cache, size), *top = *list;
    if (unlikely(top->depth >= __atomic_load_n(&cache->limit, __ATOMIC_RELAXED)) ||
        unlikely(top == block)) {
        hart_restore_interrupts(interrupts);
        return dealloc_other(self, block, size, align);
    }
    push(list, block);
    hart_restore_interrupts(interrupts);
}

static void *op_realloc(struct allocator *allocator, void *block, size_t size, size_t align,
                        size_t new_size)
{
    struct hart_caches *self = caches_of(allocator);
    bool cached = is_cached(size, align), will_be = is_cached(new_size, align);
    if (cached && will_be && class_for(size) == class_for(new_size))
        return block;
    if (cached || will_be)
        return allocator_default_realloc(allocator, block, size, align, new_size);
    void *moved = self->shared->ops->realloc(self->shared, block, size, align, new_size);
    if (moved != NULL)
        return moved;
    hart_caches_give_back(self);
    moved = self->shared->ops->realloc(self->shared, block, size, align, new_size);
    return moved != NULL ? moved : allocator_refuse(allocator, self->shared->last_error);
}

/* Exact while no other hart allocates. Free blocks in the caches are not live, but may be in the
   peak. */
[[gnu::cold]] static struct heap_statistics op_statistics(struct allocator *allocator)
{
    struct hart_caches *self = caches_of(allocator);
    struct heap_statistics s = self->shared->ops->statistics(self->shared);
    size_t cached = 0, bytes = 0;
    for (size_t i = 0; i < HARTS_MAX; i++) {
        s.count += self->caches[i].taken - self->caches[i].fetched;
        for (size_t class = 1; class < HART_CACHES_CLASSES; class ++) {
            cached += self->caches[i].lists[class]->depth;
            bytes += self->caches[i].lists[class]->depth * class * 16;
        }
    }
    s.live -= cached;
    s.used_bytes -= bytes;
    s.left_bytes += bytes;
    s.failed = __atomic_load_n(&allocator->failed, __ATOMIC_RELAXED);
    return s;
}

[[gnu::cold]] static void op_check(struct allocator *allocator)
{
    struct hart_caches *self = caches_of(allocator);
    for (size_t class = 1; class < HART_CACHES_CLASSES; class ++) {
        const struct cached_block *block = own_cache(self)->lists[class];
        ASSERT_COMPARE(block->depth, <=, HART_CACHES_FULL);
        for (; block != &bottom; block = block->below)
            ASSERT_COMPARE(block->depth, ==, block->below->depth + 1);
    }
    self->shared->ops->check(self->shared);
}

/* The blocks in the caches are used, as the shared heap sees them. */
[[gnu::cold]] static void op_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct hart_caches *self = caches_of(allocator);
    self->shared->ops->walk(self->shared, visit, context);
}

/* Zeros and large copies are made outside the shared lock. */
static const struct allocator_ops hart_caches_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = op_statistics,
    .check = op_check,
    .walk = op_walk,
};

void hart_caches_init(struct hart_caches *self, struct allocator *shared)
{
    self->allocator = (struct allocator){ .ops = &hart_caches_ops };
    self->shared = shared;
    for (size_t i = 0; i < HARTS_MAX; i++) {
        struct hart_cache *cache = &self->caches[i];
        *cache = (struct hart_cache){ .limit = HART_CACHES_FULL };
        for (size_t class = 0; class < HART_CACHES_CLASSES; class ++)
            cache->lists[class] = &bottom;
    }
}
