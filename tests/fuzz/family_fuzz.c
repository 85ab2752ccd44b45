/*
 * family_fuzz: sequences of operations, read from bytes that libFuzzer finds, on all allocators of
 * the family at once. Each has a region so large that all requests fit together whatever the order;
 * so every one that reuses memory must grant them all, and must agree with the others about what is
 * live. `make fuzz` searches; tests/host/test_fuzz_corpus.c replays what was found.
 *
 *     byte 0      operation (low 2 bits) and slot (the next 4)
 *     bytes 1, 2  size, 1 .. 4096
 *     byte 3      alignment, 1 .. 4096
 *
 * Source: LLVM, "libFuzzer: a library for coverage-guided fuzz testing".
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <heap/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

enum { SLOTS = 16, REGION = 1024 * 1024, MEMBERS = 8, LONGEST = 400 * 4 };

/* One allocator, and what it handed out for each slot. */
struct world {
    const struct family_member *member;
    union any_heap heap;
    unsigned char *blocks[SLOTS];
};

/* What all of them hold: NULL blocks only in worlds that cannot reuse. */
static struct slot {
    struct layout layout; /* size 0: nothing is live */
    uint8_t fill;
} slots[SLOTS];

static struct world worlds[MEMBERS];
static _Alignas(4096) unsigned char regions[MEMBERS][REGION];

static void require(bool condition, const struct world *world, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s: %s\n", world->member->name, what);
    abort();
}

static void check_block(const struct world *world, size_t i, size_t size)
{
    const unsigned char *block = world->blocks[i];
    for (size_t b = 0; block != NULL && b < size; b++)
        require(block[b] == slots[i].fill, world, "a block has changed");
}

static void fill_block(struct world *world, size_t i)
{
    if (world->blocks[i] != NULL)
        memset(world->blocks[i], slots[i].fill, slots[i].layout.size);
}

static void got_block(struct world *world, size_t i)
{
    const unsigned char *block = world->blocks[i];
    uintptr_t start = (uintptr_t)regions[world - worlds], address = (uintptr_t)block;
    require(block != NULL || !world->member->reuses, world, "refused though there is room");
    require(block == NULL || (address >= start && address + slots[i].layout.size <= start + REGION),
            world, "a block outside the region");
    require(address % slots[i].layout.align == 0, world, "a block that is not aligned");
}

static void do_alloc(struct world *world, size_t i, bool zeroed)
{
    struct allocator *a = &world->heap.allocator;
    unsigned char *block =
        zeroed ? allocator_alloc_zeroed(a, slots[i].layout) : allocator_alloc(a, slots[i].layout);
    world->blocks[i] = block;
    got_block(world, i);
    for (size_t b = 0; zeroed && block != NULL && b < slots[i].layout.size; b++)
        require(block[b] == 0, world, "zeroed memory is not zero");
    fill_block(world, i);
}

static void do_dealloc(struct world *world, size_t i)
{
    check_block(world, i, slots[i].layout.size);
    allocator_dealloc(&world->heap.allocator, world->blocks[i], slots[i].layout);
    world->blocks[i] = NULL;
}

static void do_realloc(struct world *world, size_t i, size_t new_size)
{
    unsigned char *block = world->blocks[i];
    struct slot before = slots[i];
    check_block(world, i, before.layout.size);
    if (block == NULL)
        return;
    unsigned char *moved =
        allocator_realloc(&world->heap.allocator, block, before.layout, new_size);
    require(moved != NULL || !world->member->reuses, world, "realloc refused though there is room");
    if (moved == NULL) { /* a bump: go on without the block */
        allocator_dealloc(&world->heap.allocator, block, before.layout);
        world->blocks[i] = NULL;
        return;
    }
    world->blocks[i] = moved;
    check_block(world, i, new_size < before.layout.size ? new_size : before.layout.size);
}

static size_t live_in(const struct world *world)
{
    size_t live = 0;
    for (size_t i = 0; i < SLOTS; i++)
        live += world->blocks[i] != NULL;
    return live;
}

static void each_world(void (*run)(struct world *world, size_t i, size_t value), size_t i,
                       size_t value)
{
    for (size_t w = 0; w < MEMBERS && worlds[w].member != NULL; w++) {
        run(&worlds[w], i, value);
        struct allocator *a = &worlds[w].heap.allocator;
        allocator_check(a);
        require(allocator_statistics(a).live == live_in(&worlds[w]), &worlds[w],
                "the number of live blocks is wrong");
    }
}

static void run_alloc(struct world *world, size_t i, size_t zeroed)
{
    do_alloc(world, i, zeroed != 0);
}

static void run_dealloc(struct world *world, size_t i, size_t unused)
{
    (void)unused;
    do_dealloc(world, i);
}

static void run_fill(struct world *world, size_t i, size_t unused)
{
    (void)unused;
    fill_block(world, i);
}

static void operation(const uint8_t *bytes)
{
    size_t i = bytes[0] >> 2 & 15;
    size_t size = 1 + (bytes[1] | (size_t)bytes[2] << 8) % 4096;
    struct slot *slot = &slots[i];
    if (slot->layout.size == 0) {
        slot->layout = (struct layout){ size, (size_t)1 << bytes[3] % 13 };
        slot->fill = bytes[3] ^ bytes[1];
        each_world(run_alloc, i, bytes[0] & 1);
    } else if ((bytes[0] & 2) != 0) {
        each_world(do_realloc, i, size);
        slot->layout.size = size;
        slot->fill++;
        each_world(run_fill, i, 0);
    } else {
        each_world(run_dealloc, i, 0);
        slot->layout.size = 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    memset(worlds, 0, sizeof worlds);
    memset(slots, 0, sizeof slots);
    size_t w = 0;
    for (size_t m = 0; m < family_size; m++) {
        if (!family[m].gives || w == MEMBERS)
            continue;
        worlds[w].member = &family[m];
        if (family[m].init(&worlds[w].heap, regions[w], regions[w] + REGION) != OK)
            abort();
        w++;
    }
    for (size_t at = 0; at + 4 <= length && at < LONGEST; at += 4)
        operation(data + at);
    for (size_t i = 0; i < SLOTS; i++)
        if (slots[i].layout.size != 0)
            each_world(run_dealloc, i, 0);
    for (w = 0; w < MEMBERS && worlds[w].member != NULL; w++)
        require(allocator_statistics(&worlds[w].heap.allocator).used_bytes == 0, &worlds[w],
                "bytes are used though nothing is live");
    return 0;
}
