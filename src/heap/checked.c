/*
 * checked: see heap/checked.h for the drawing. Looking at blocks is here; the operations follow.
 */
#include <base/assert.h>
#include <heap/checked.h>
#include <lib/memory.h>
#include <riscv/hart.h>

_Static_assert(sizeof(struct checked_header) == 64, "so that 16-byte alignment costs nothing more");

enum { CANARY = 0xc5, CANARY_SMALLEST = 8 };

#define SEAL_LIVE  UINT64_C(0x6c69766562c9a7e1) /* odd secrets, far apart in many bits */
#define SEAL_FREED UINT64_C(0x93d1e5f00d3b5847)

static struct checked *checked_of(struct allocator *self)
{
    return container_of(self, struct checked, allocator);
}

void *checked_payload(struct checked_header *header)
{
    return header + 1;
}

/* --- What a block looks like -------------------------------------------------------------------
 */

static uint64_t seal_of(const struct checked_header *header, uint64_t secret)
{
    return secret ^ (uintptr_t)header ^ header->size << 20 ^ header->align << 7;
}

/* The inner block: header and payload, aligned as asked, and a canary up to a multiple of 8. */
static struct layout inner_layout(size_t size, size_t align)
{
    align = align < 16 ? 16 : align;
    size_t lead = align < sizeof(struct checked_header) ? sizeof(struct checked_header) : align;
    size_t whole = (lead + size + CANARY_SMALLEST + 7) & ~(size_t)7;
    return (struct layout){ whole, align };
}

/* From the payload to the start of the inner block. */
static size_t lead_of(size_t align)
{
    return align < sizeof(struct checked_header) ? sizeof(struct checked_header) : align;
}

static size_t canary_length(const struct checked_header *header)
{
    struct layout inner = inner_layout(header->size, header->align);
    return inner.size - lead_of(header->align) - header->size;
}

/* The first byte of `size` at `place` that is not `fill`, or `size`. */
static size_t first_other(const unsigned char *place, size_t size, unsigned char fill)
{
    const uint64_t fills = fill * UINT64_C(0x0101010101010101);
    size_t i = 0;
    for (; i < size && (uintptr_t)(place + i) % 8 != 0; i++)
        if (place[i] != fill)
            return i;
    const uint64_t *words = (const uint64_t *)(const void *)(place + i);
    for (; i + 32 <= size; i += 32, words += 4) /* four words at a look */
        if (((words[0] ^ fills) | (words[1] ^ fills) | (words[2] ^ fills) | (words[3] ^ fills)) !=
            0)
            break;
    for (; i + 8 <= size && *words == fills; i += 8)
        words++;
    for (; i < size; i++)
        if (place[i] != fill)
            return i;
    return size;
}

static void seal_block(struct checked_header *header)
{
    header->seal = seal_of(header, SEAL_LIVE);
    memset((char *)checked_payload(header) + header->size, CANARY, canary_length(header));
}

/* --- Saying it ---------------------------------------------------------------------------------
 */

/* One line: what, where, both sizes, all three places, and on which hart. */
[[gnu::noreturn, gnu::cold]] static void misuse(const struct checked_header *header,
                                                struct layout asked, const void *caller,
                                                const char *what)
{
    panic("heap misuse: %s: block %p of %zu bytes aligned to %zu (asked: %zu, %zu), number %llu, "
          "allocated by %p, freed by %p, noticed for %p on hart %llu",
          what, (const void *)(header + 1), header->size, header->align, asked.size, asked.align,
          (unsigned long long)header->number, header->allocated_by, header->freed_by, caller,
          (unsigned long long)this_hart()->id);
}

/* No seal before `payload`: a damaged header, a place inside a block, or no block at all. */
[[gnu::noreturn, gnu::cold]] static void no_block(const struct checked *self, const void *payload,
                                                  struct layout asked, const void *caller)
{
    const char *place = payload;
    for (struct checked_header *h = self->live.newest; h != NULL; h = h->older) {
        const char *start = checked_payload(h);
        if (place == start)
            misuse(h, asked, caller, "underflow: the header before the block is damaged");
        if (place > start && place < start + h->size)
            misuse(h, asked, caller, "interior pointer: it points into this block");
    }
    panic(
        "heap misuse: foreign pointer: %p (%zu bytes aligned to %zu) is no block of the heap from "
        "%p to %p, or was given back long ago; noticed for %p on hart %llu",
        payload, asked.size, asked.align, (void *)self->start, (void *)self->end, caller,
        (unsigned long long)this_hart()->id);
}

static void check_canary(const struct checked_header *header, struct layout asked,
                         const void *caller)
{
    const unsigned char *canary = (const unsigned char *)(header + 1) + header->size;
    if (first_other(canary, canary_length(header), CANARY) != canary_length(header))
        misuse(header, asked, caller, "overflow: bytes behind the block were written");
}

static void check_freed(const struct checked_header *header, const void *caller)
{
    const struct layout own = { header->size, header->align };
    if (header->seal != seal_of(header, SEAL_FREED))
        misuse(header, own, caller, "write after free: the header was written");
    if (first_other((const unsigned char *)(header + 1), header->size, CHECKED_FREED) !=
        header->size)
        misuse(header, own, caller, "write after free");
    check_canary(header, own, caller);
}

/* The header of a live block that is given back or resized with `asked`; or panics. */
static struct checked_header *live_header(const struct checked *self, void *payload,
                                          struct layout asked, const void *caller)
{
    struct checked_header *header = (struct checked_header *)payload - 1;
    uintptr_t address = (uintptr_t)payload;
    if (address % 16 != 0 || address < self->start + sizeof *header || address >= self->end)
        no_block(self, payload, asked, caller);
    if (unlikely(header->seal != seal_of(header, SEAL_LIVE))) {
        if (header->seal == seal_of(header, SEAL_FREED))
            misuse(header, asked, caller, "double free");
        no_block(self, payload, asked, caller);
    }
    if (unlikely(header->size != asked.size))
        misuse(header, asked, caller, "wrong size");
    if (unlikely(header->align != asked.align))
        misuse(header, asked, caller, "wrong alignment");
    check_canary(header, asked, caller);
    return header;
}

/* --- Lists -------------------------------------------------------------------------------------
 */

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

/* --- The operations ----------------------------------------------------------------------------
 */

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
    check_freed(header, caller);
    take_out(&self->quarantine, header);
    struct layout inner = inner_layout(header->size, header->align);
    header->seal = 0;
    char *start = (char *)checked_payload(header) - lead_of(header->align);
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
    struct layout inner = inner_layout(layout.size, layout.align);
    if (inner.size < layout.size || !layout_is_valid(inner))
        return allocator_refuse(&self->allocator, ERR_OVERFLOW);
    char *start = inner_alloc(self, inner);
    if (start == NULL)
        return allocator_refuse(&self->allocator, self->inner->last_error);
    struct checked_header *header =
        (struct checked_header *)(void *)(start + lead_of(layout.align)) - 1;
    *header = (struct checked_header){
        .size = layout.size, .align = layout.align, .allocated_by = caller, .number = ++self->count
    };
    seal_block(header);
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
    struct checked_header *header = live_header(self, payload, layout, caller);
    take_out(&self->live, header);
    memset(payload, CHECKED_FREED, layout.size);
    header->freed_by = caller;
    header->seal = seal_of(header, SEAL_FREED);
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
    struct checked_header *header = live_header(self, payload, layout, caller);
    size_t lead = lead_of(layout.align);
    struct layout old_inner = inner_layout(layout.size, layout.align);
    struct layout new_inner = inner_layout(new_size, layout.align);
    if (new_inner.size < new_size || !layout_is_valid(new_inner))
        return allocator_refuse(allocator, ERR_OVERFLOW);

    take_out(&self->live, header); /* its neighbours' links would not follow a move */
    char *old = (char *)payload - lead;
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
    seal_block(header);
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
    for (struct checked_header *h = self->live.newest; h != NULL; h = h->older, count++) {
        struct layout own = { h->size, h->align };
        if (h->seal != seal_of(h, SEAL_LIVE))
            misuse(h, own, caller, "underflow: the header before the block is damaged");
        check_canary(h, own, caller);
    }
    ASSERT_COMPARE(count, ==, self->live.count);
    for (struct checked_header *h = self->quarantine.newest; h != NULL; h = h->older)
        check_freed(h, caller);
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
