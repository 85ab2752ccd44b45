/* The allocator that forgives nothing. See fake/test_allocator.h. */
#include "test_allocator.h"

#include <base/assert.h>
#include <stdlib.h>
#include <string.h>

#define NEW_BYTE  0xa5 /* what a block is full of when it is handed out */
#define DEAD_BYTE 0xdd /* ... and when it has been given back */

#define MOST_BYTES (size_t)(1 << 30) /* a block larger than that is refused */

struct test_block {
    struct test_block *next;
    void *block; /* what was handed out: one alignment behind `base` */
    void *base;  /* what malloc's family knows */
    struct layout layout;
};

static struct test_allocator *self_of(struct allocator *allocator)
{
    return container_of(allocator, struct test_allocator, allocator);
}

/* The link that points to the record of `block`, or the end of its list. */
static struct test_block **find(struct test_allocator *self, const void *block)
{
    uintptr_t key = (uintptr_t)block;
    key ^= key >> 17;
    struct test_block **link = &self->buckets[(key ^ key >> 7) % TEST_ALLOCATOR_BUCKETS];
    while (*link != NULL && (*link)->block != block)
        link = &(*link)->next;
    return link;
}

/* Count a request; true iff it is one that was told to fail. */
static bool is_told_to_fail(struct test_allocator *self)
{
    self->requests++;
    if (self->fail_after == SIZE_MAX)
        return false;
    if (self->fail_after > 0) {
        self->fail_after--;
        return false;
    }
    if (!self->fail_for_good)
        self->fail_after = SIZE_MAX;
    return true;
}

/* A block at an odd multiple of its alignment, whose end is the end of malloc's. */
static void *grant(struct test_allocator *self, struct layout layout)
{
    struct test_block *record = malloc(sizeof *record);
    size_t step = 2 * layout.align > sizeof(void *) ? 2 * layout.align : sizeof(void *);
    if (record == NULL || layout.size > MOST_BYTES ||
        posix_memalign(&record->base, step, layout.align + layout.size) != 0) {
        free(record);
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    }
    record->block = (char *)record->base + layout.align;
    record->layout = layout;
    memset(record->base, DEAD_BYTE, layout.align);
    memset(record->block, NEW_BYTE, layout.size);
    struct test_block **link = find(self, record->block);
    record->next = NULL;
    *link = record;

    self->granted++;
    self->live_blocks++;
    self->live_bytes += layout.size;
    if (self->live_blocks > self->peak_blocks)
        self->peak_blocks = self->live_blocks;
    if (self->live_bytes > self->peak_bytes)
        self->peak_bytes = self->live_bytes;
    return record->block;
}

/* The record of a block that comes back; panics unless it is live and has this layout. */
static struct test_block **claim(struct test_allocator *self, void *block, struct layout layout)
{
    struct test_block **link = find(self, block);
    if (*link == NULL)
        panic("test allocator: %p is no live block of this allocator", block);
    struct layout own = (*link)->layout;
    if (own.size != layout.size || own.align != layout.align)
        panic("test allocator: %p was handed out as %zu bytes aligned to %zu, came back as %zu "
              "bytes aligned to %zu",
              block, own.size, own.align, layout.size, layout.align);
    for (size_t i = 0; i < own.align; i++)
        if (((unsigned char *)(*link)->base)[i] != DEAD_BYTE)
            panic("test allocator: the byte %zu in front of %p was written", own.align - i, block);
    return link;
}

static void take_back(struct test_allocator *self, struct test_block **link)
{
    struct test_block *record = *link;
    *link = record->next;
    self->live_blocks--;
    self->live_bytes -= record->layout.size;
    memset(record->block, DEAD_BYTE, record->layout.size);
    free(record->base);
    free(record);
}

static void *test_alloc(struct allocator *allocator, size_t size, size_t align)
{
    struct test_allocator *self = self_of(allocator);
    if (is_told_to_fail(self))
        return allocator_refuse(allocator, ERR_NO_MEMORY);
    return grant(self, (struct layout){ size, align });
}

static void test_dealloc(struct allocator *allocator, void *block, size_t size, size_t align)
{
    struct test_allocator *self = self_of(allocator);
    take_back(self, claim(self, block, (struct layout){ size, align }));
}

static void *test_realloc(struct allocator *allocator, void *block, size_t size, size_t align,
                          size_t new_size)
{
    struct test_allocator *self = self_of(allocator);
    (void)claim(self, block, (struct layout){ size, align });
    if (is_told_to_fail(self))
        return allocator_refuse(allocator, ERR_NO_MEMORY);
    void *moved = grant(self, (struct layout){ new_size, align });
    if (moved == NULL)
        return NULL;
    memcpy(moved, block, new_size < size ? new_size : size);
    take_back(self, find(self, block));
    return moved;
}

static struct heap_statistics test_statistics(struct allocator *allocator)
{
    struct test_allocator *self = self_of(allocator);
    return (struct heap_statistics){
        .live = self->live_blocks,
        .peak = self->peak_blocks,
        .count = self->granted,
        .failed = allocator->failed,
        .used_bytes = self->live_bytes,
        .high_water_bytes = self->peak_bytes,
        .left_bytes = PTRDIFF_MAX - self->live_bytes,
    };
}

static void test_check(struct allocator *allocator)
{
    struct test_allocator *self = self_of(allocator);
    size_t blocks = 0, bytes = 0;
    for (size_t i = 0; i < TEST_ALLOCATOR_BUCKETS; i++) {
        for (struct test_block *b = self->buckets[i]; b != NULL; b = b->next) {
            (void)claim(self, b->block, b->layout);
            blocks++;
            bytes += b->layout.size;
        }
    }
    ASSERT_COMPARE(blocks, ==, self->live_blocks);
    ASSERT_COMPARE(bytes, ==, self->live_bytes);
}

void test_allocator_init(struct test_allocator *self)
{
    static const struct allocator_ops ops = {
        .alloc = test_alloc,
        .dealloc = test_dealloc,
        .alloc_zeroed = allocator_default_alloc_zeroed,
        .realloc = test_realloc,
        .statistics = test_statistics,
        .check = test_check,
    };
    *self = (struct test_allocator){ .allocator = { .ops = &ops }, .fail_after = SIZE_MAX };
}

void test_allocator_fail_at(struct test_allocator *self, size_t n)
{
    self->fail_after = n - 1; /* 0: SIZE_MAX, none */
    self->fail_for_good = false;
}

void test_allocator_fail_from(struct test_allocator *self, size_t n)
{
    self->fail_after = n - 1;
    self->fail_for_good = true;
}

void test_allocator_check_empty(const struct test_allocator *self)
{
    if (self->live_blocks != 0)
        panic("test allocator: %zu blocks, %zu bytes, were not given back", self->live_blocks,
              self->live_bytes);
}
