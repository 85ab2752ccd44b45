/*
 * mine: a solution of chapter 10. Free blocks are kept in lists by size, a bit says which lists
 * have one, neighbours are found through boundary tags, and what was never used is a bump.
 *
 *     first                                                              rest             end
 *     | size | payload ... | size | next | back | ... | size | size | payload ... |  untouched |
 *       used                 free                       ^
 *     the low bits of size: FREE, this block is free;   a free block's size once more, at its end:
 *     BELOW_FREE, the one below it is                   its upper neighbour finds its start
 *
 * A block begins 8 bytes before a multiple of 16, so its payload is aligned to 16. Sizes are
 * multiples of 16, header included, and 32 at least: a free block has its tags and two links. No
 * two free blocks lie side by side, and none just below the rest: they are joined at once.
 *
 * Where it falls short: a page that is aligned to a page has its header before it, so two of them
 * never lie side by side; and a list's blocks are taken last in, first out, not the best first.
 */
#include "bench/arena/mine.h"

#include <base/bits.h>

struct block {
    size_t size; /* header included; and the two bits */
    struct block *next, *back;
};
enum { FREE = 1, BELOW_FREE = 2, FLAGS = 3, GRAIN = 16, HEADER = 8, LEAST = 32 };

/* Lists 0 .. 63: blocks of exactly 16 * number bytes. From 64 on four for each doubling, up to 1
   MiB. Each is a ring with its head in it, so that who leaves needs not know which list it is. */
enum { EXACT = 64, LISTS = 104, SMALL = EXACT * GRAIN, SMALL_BIT = 10 };
static struct block lists[LISTS];
static uint64_t filled[2]; /* bit n: list n is not empty */
static uintptr_t first, rest, end;

const char *my_name(void)
{
    return "segregated";
}

static size_t size_of(const struct block *block)
{
    return block->size & ~(size_t)FLAGS;
}

static struct block *above(const struct block *block, size_t size)
{
    return (struct block *)((uintptr_t)block + size);
}

/* The block below, which is free: its size stands just before us. */
static struct block *below(const struct block *block)
{
    return (struct block *)((uintptr_t)block - ((const size_t *)block)[-1]);
}

/* [arena-lists] */
/* The list in which a block of this size is kept. */
static size_t list_of(size_t size)
{
    if (size < SMALL)
        return size / GRAIN;
    unsigned bit = highest_bit(size); /* 10 or more; the two bits below it choose among four */
    return EXACT + (bit - SMALL_BIT) * 4 + (size >> (bit - 2) & 3);
}

/* The first list whose blocks are all of this size or larger. */
static size_t list_for(size_t size)
{
    if (size < SMALL)
        return size / GRAIN;
    return list_of(size + ((size_t)1 << (highest_bit(size) - 2)) - 1);
}

/* The first list from number n on that has a block; LISTS: there is none. */
static size_t filled_from(size_t n)
{
    for (; n < LISTS; n = (n / 64 + 1) * 64) {
        uint64_t bits = filled[n / 64] >> n % 64;
        if (bits != 0)
            return n + lowest_bit(bits);
    }
    return LISTS;
}
/* [/arena-lists] */

/* `size` bytes are a free block from now on, and what lies above knows it. */
static void put(struct block *block, size_t size)
{
    size_t n = list_of(size);
    block->size = size | FREE;
    block->next = lists[n].next;
    block->back = &lists[n];
    lists[n].next->back = block;
    lists[n].next = block;
    filled[n / 64] |= UINT64_C(1) << n % 64;
    struct block *up = above(block, size);
    ((size_t *)up)[-1] = size;
    up->size |= BELOW_FREE;
}

/* Out of its list. */
static void leave(struct block *block)
{
    block->next->back = block->back;
    block->back->next = block->next;
    if (block->next == block->back) { /* only the head is left */
        size_t n = (size_t)(block->next - lists);
        filled[n / 64] &= ~(UINT64_C(1) << n % 64);
    }
}

bool my_init(void *start, size_t size)
{
    for (size_t n = 0; n < LISTS; n++)
        lists[n].next = lists[n].back = &lists[n];
    filled[0] = filled[1] = 0;
    first = rest = (uintptr_t)start + HEADER;
    end = (uintptr_t)start + size - HEADER;
    return true;
}

/* How far up a block at `address` must begin for its payload to be aligned: 0, or room for a free
   block. */
static size_t gap_at(uintptr_t address, size_t align)
{
    size_t gap = bytes_to_align(address + HEADER, align);
    return gap == GRAIN ? gap + align : gap;
}

/* A block of `size` bytes from the start of the rest; NULL: it does not fit. */
static void *cut_from_rest(size_t size, size_t align)
{
    size_t gap = gap_at(rest, align);
    if (gap + size > end - rest)
        return NULL;
    struct block *block = (struct block *)(rest + gap);
    block->size = size;
    if (gap != 0)
        put((struct block *)rest, gap);
    rest += gap + size;
    return (char *)block + HEADER;
}

/* A block of `size` bytes from a free one that has room for it. */
static void *cut(struct block *block, size_t size, size_t align)
{
    size_t whole = size_of(block), gap = gap_at((uintptr_t)block, align), flags = 0;
    leave(block);
    if (gap != 0) {
        struct block *moved = above(block, gap);
        moved->size = 0;
        put(block, gap);
        block = moved;
        whole -= gap;
        flags = BELOW_FREE;
    }
    if (whole - size >= LEAST) {
        put(above(block, size), whole - size);
        whole = size;
    } else {
        above(block, whole)->size &= ~(size_t)BELOW_FREE;
    }
    block->size = whole | flags;
    return (char *)block + HEADER;
}

/* In the lists whose blocks may be too small, or lie badly: the first that will do. */
static struct block *search(size_t size, size_t align)
{
    for (size_t n = filled_from(list_of(size)); n < LISTS; n = filled_from(n + 1))
        for (struct block *block = lists[n].next; block != &lists[n]; block = block->next)
            if (size_of(block) >= size + gap_at((uintptr_t)block, align))
                return block;
    return NULL;
}

/* [arena-alloc] */
void *my_alloc(size_t size, size_t align)
{
    if (size > end - first)
        return NULL;
    size_t needed = (size + HEADER + GRAIN - 1) / GRAIN * GRAIN;
    if (needed < LEAST)
        needed = LEAST;
    /* First a list where each block will do, then what was never used, and only then a search. */
    size_t n = filled_from(list_for(align > GRAIN ? needed + align + GRAIN : needed));
    if (n < LISTS)
        return cut(lists[n].next, needed, align);
    void *payload = cut_from_rest(needed, align);
    if (payload != NULL)
        return payload;
    struct block *block = search(needed, align);
    return block != NULL ? cut(block, needed, align) : NULL;
}
/* [/arena-alloc] */

/* [arena-free] */
void my_free(void *payload, size_t size, size_t align)
{
    (void)size, (void)align;
    struct block *block = (struct block *)((uintptr_t)payload - HEADER);
    size_t whole = size_of(block);
    if ((block->size & BELOW_FREE) != 0) {
        block = below(block);
        leave(block);
        whole += size_of(block);
    }
    struct block *up = above(block, whole);
    if ((uintptr_t)up == rest) {
        rest = (uintptr_t)block;
        return;
    }
    if ((up->size & FREE) != 0) {
        leave(up);
        whole += size_of(up);
    }
    put(block, whole);
}
/* [/arena-free] */

const char *my_check(void)
{
    bool below_free = false;
    uintptr_t at = first;
    while (at < rest) {
        const struct block *block = (const struct block *)at;
        size_t size = size_of(block);
        bool is_free = (block->size & FREE) != 0;
        if (size < LEAST || size > rest - at)
            return "a block has a size that it cannot have";
        if (below_free != ((block->size & BELOW_FREE) != 0))
            return "a block does not know whether the one below is free";
        if (below_free && is_free)
            return "two free blocks lie side by side";
        at += size;
        if (is_free && (at == rest || ((const size_t *)at)[-1] != size))
            return "a free block lies below the rest, or its two sizes differ";
        below_free = is_free;
    }
    return at == rest && rest <= end ? NULL : "the rest does not begin behind the last block";
}
