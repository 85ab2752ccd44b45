/*
 * Damage: each rule that an allocator's check knows is broken once, behind its back, and the check
 * must say so. A check that nobody has seen fail proves nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/panic.h"

#include <heap/family.h>

enum { REGION = 256 * 1024, BLOCKS = 8 };
static _Alignas(4096) unsigned char region[REGION];
static union any_heap heap;
static const struct layout layout = { 3000, 8 };
static char *blocks[BLOCKS];

/* Eight blocks, of which every other one is given back; sound so far. */
static void start(const char *name)
{
    memset(&heap, 0, sizeof heap);
    memset(region, 0, sizeof region);
    assert_int_equal(family_find(name, strlen(name))->init(&heap, region, region + REGION), OK);
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i] = allocator_alloc(&heap.allocator, layout);
    for (size_t i = 0; i < BLOCKS; i += 2)
        allocator_dealloc(&heap.allocator, blocks[i], layout);
    allocator_check(&heap.allocator);
}

/* Change one number behind the allocator's back; the check must name the rule; then heal it. */
#define BREAK(place, value, words)                                                                 \
    do {                                                                                           \
        const typeof(place) whole = (place);                                                       \
        (place) = (value);                                                                         \
        EXPECT_PANIC(words, (allocator_check(&heap.allocator), 0));                                \
        (place) = whole;                                                                           \
        allocator_check(&heap.allocator);                                                          \
    } while (0)

static void bump(void **state)
{
    (void)state;
    start("bump");
    struct bump *b = &heap.bump;
    BREAK(b->next, b->start - 1, "self->start <= self->next");
    BREAK(b->next, b->end + 1, "self->next <= self->end");
    BREAK(b->high_water, b->end + 1, "self->high_water <= self->end");
    BREAK(b->freed, b->count + 1, "self->freed <= self->count");
    BREAK(b->freed, b->count, "self->next == self->start");
}

static void linked_list(void **state)
{
    (void)state;
    start("linked_list");
    struct linked_list *l = &heap.linked_list;
    struct linked_list_node *node = (struct linked_list_node *)(void *)blocks[2];
    struct linked_list_node *tail =
        (struct linked_list_node *)(void *)(l->base + l->tail * LINKED_LIST_GRAIN);
    BREAK(node->next, l->tail + 1, "grain < self->tail");
    BREAK(node->previous, node->previous + 1, "node->previous == previous");
    BREAK(node->size, node->size + 1, "node->size % GRAIN == 0");
    BREAK(node->size, 0, "node->size != 0");
    BREAK(node->size, (size_t)(blocks[4] - blocks[2]), "grain * GRAIN > previous_end");
    BREAK(node->size, (size_t)1 << 40, "node->size / GRAIN <= self->bounds");
    BREAK(l->bounds[0], 1, "node->size / GRAIN <= self->bounds");
    BREAK(node->next, node->next + 1, "assertion failed");
    BREAK(tail->previous, 1, "node_at(self, self->tail)->previous == previous");
    BREAK(l->allocator.tally.used, l->allocator.tally.used + 16,
          "free_bytes + allocator->tally.used == self->lent");
    size_t between = ((size_t)(blocks[2] - l->base) / LINKED_LIST_GRAIN) + 1;
    bit_tree_add(&l->starts, between);
    EXPECT_PANIC("bit_tree_next(&self->starts, previous + 1) == grain",
                 (allocator_check(&heap.allocator), 0));
    bit_tree_remove(&l->starts, between);
    l->starts.level[1][0] ^= 1;
    EXPECT_PANIC("bit tree", (allocator_check(&heap.allocator), 0));
}

static void bucket(void **state)
{
    (void)state;
    start("bucket");
    struct bucket *b = &heap.bucket;
    struct bucket_block *free_block = (struct bucket_block *)(void *)blocks[0];
    BREAK(b->low, b->top + 16, "self->low <= self->top");
    BREAK(b->allocator.tally.freed, b->allocator.tally.count + 1,
          "tally.freed <= allocator->tally.count");
    BREAK(free_block->next, (void *)(region - 64), "< self->extent");
    BREAK(free_block->next, (void *)(blocks[1] + 4), "== 0");
    BREAK(free_block->next, free_block, "<= left"); /* a ring */
    BREAK(b->heads[0], (void *)(blocks[1] + 4), "== 0");
}

static void bitmap(void **state)
{
    (void)state;
    start("bitmap");
    struct bitmap *b = &heap.bitmap;
    BREAK(b->allocator.tally.used, b->allocator.tally.used + 1, "+ allocator->tally.used ==");
    BREAK(b->pages, b->pages - 1, "< self->pages");
    uint32_t word = b->links[0].next;
    BREAK(b->words[0], 1, ">= lead(self)");
    BREAK(b->links[0].next, 0, "self->links[0].previous == previous");
    BREAK(b->links[0].next, UINT32_MAX, "word <= self->pages / 64");
    BREAK(b->links[0].previous, 0, "self->links[0].previous == previous");
    BREAK(b->links[word].previous, word, "self->links[word].previous == previous");
    BREAK(b->links[word].next, word, "self->links[word].previous == previous"); /* a ring */
}

static void tlsf(void **state)
{
    (void)state;
    start("tlsf");
    struct tlsf *t = &heap.tlsf;
    size_t *header = (size_t *)(void *)(blocks[2] - 8); /* a free block's */
    size_t *used = (size_t *)(void *)(blocks[3] - 8);   /* and that of the next one, which is not */
    size_t *links = (size_t *)(void *)blocks[2];
    size_t *last = (size_t *)(void *)(blocks[3] - 16); /* the free block's last word */
    size_t *end = (size_t *)t->last;
    BREAK(*header, 16 | 1, "size_of(block) >= SMALLEST");
    BREAK(*header, *header + 8, "size_of(block) % GRAIN == 0");
    BREAK(*header, (size_t)1 << 40, "size_of(block) <=");
    BREAK(*header, *header | 2, "(block->header & LOW_FREE) != 0 == low_free");
    BREAK(*header, *header & ~(size_t)1, "assertion failed");
    BREAK(*used, *used | 1, "!low_free");
    BREAK(*last, *last + 16, "[-1] == size_of(block)");
    BREAK(*end, 0, "(self->last->header & LOW_FREE) != 0");
    BREAK(t->allocator.tally.used, t->allocator.tally.used + 16, "used == allocator->tally.used");
    BREAK(t->full_lists[0], t->full_lists[0] | 1, "self->lists[list] != NULL");
    BREAK(t->full_words, t->full_words ^ 1, "self->full_lists[list / 64] != 0");
    BREAK(links[0], (uintptr_t)region - 64, ">= (uintptr_t)self->first");
    BREAK(links[0], (uintptr_t)t->last, "< (uintptr_t)self->last");
    BREAK(links[0], (uintptr_t)blocks[4], "% GRAIN == HEADER");
    BREAK(links[1], 16, "== (uintptr_t)previous");
    BREAK(links[0], (uintptr_t)(blocks[3] - 8), "assertion failed"); /* not of this list */
}

/* A link that is followed by alloc or dealloc is looked at first: break link `link` of `block`,
   which is free, and do something with its list. */
static void follow(size_t block, size_t link, bool allocate, size_t neighbour)
{
    start("tlsf");
    ((size_t *)(void *)blocks[block])[link] = (uintptr_t)region - 64;
    struct allocator *a = &heap.allocator;
    if (allocate)
        EXPECT_PANIC("free list damaged",
                     allocator_alloc(a, (struct layout){ 2900, neighbour })); /* an alignment */
    else
        EXPECT_PANIC("free list damaged", (allocator_dealloc(a, blocks[neighbour], layout), 0));
}

static void tlsf_looks_before_it_follows_a_link(void **state)
{
    (void)state;
    follow(6, 0, true, 8); /* the first of its list: it was given back last */
    follow(6, 0, true, 64);
    follow(2, 0, false, 3); /* in the middle of the list, by its neighbours */
    follow(2, 0, false, 1);
    follow(2, 1, false, 1);
    follow(6, 0, false, 5);
}

/* The edges of what can be given back. */
static void what_is_no_block(void **state)
{
    (void)state;
    start("bitmap");
    struct allocator *a = &heap.allocator;
    const struct layout page = { 4096, 4096 }, run = { 3 * 4096, 4096 };
    char *last = (char *)heap.bitmap.base + (heap.bitmap.pages - 1) * 4096;
    EXPECT_PANIC("not a block of this heap", (allocator_dealloc(a, region, page), 0));
    EXPECT_PANIC("not a block of this heap", (allocator_dealloc(a, last + 4096, page), 0));
    EXPECT_PANIC("not a block of this heap", (allocator_dealloc(a, last, run), 0));
    EXPECT_PANIC("not a block of this heap", (allocator_dealloc(a, region, run), 0));
    EXPECT_PANIC("not a block of this heap", (allocator_dealloc(a, blocks[1] + 16, run), 0));
    EXPECT_PANIC("free already", (allocator_dealloc(a, blocks[1], run), 0));
    EXPECT_PANIC("free already", allocator_realloc(a, blocks[0], page, 8192));
    EXPECT_PANIC("not a block of this heap", allocator_realloc(a, blocks[1] + 16, page, 8192));
    start("tlsf");
    EXPECT_PANIC("but the block has",
                 (allocator_dealloc(a, blocks[1], (struct layout){ 1000, 8 }), 0));
    EXPECT_PANIC("not a block of this heap", allocator_realloc(a, region - 16, layout, 1));
    EXPECT_PANIC("not a block of this heap", allocator_realloc(a, region + REGION, layout, 1));
    EXPECT_PANIC("not a block of this heap", allocator_realloc(a, blocks[1] + 1, layout, 1));
    EXPECT_PANIC("free already", allocator_realloc(a, blocks[2], layout, 1));
    start("linked_list");
    EXPECT_PANIC("not a block of this heap", allocator_realloc(a, region - 16, layout, 1));
    EXPECT_PANIC("not a block of this heap", allocator_realloc(a, blocks[1] + 1, layout, 1));
    EXPECT_PANIC("free already", allocator_realloc(a, blocks[2], layout, 1));
    EXPECT_PANIC("free already", allocator_realloc(a, blocks[1], (struct layout){ 6100, 8 }, 100));
    EXPECT_PANIC("free already",
                 (linked_list_lend(&heap.linked_list, (uintptr_t)blocks[2], 16), 0));
    EXPECT_PANIC("free already", (allocator_dealloc(a, blocks[2] + 16, layout), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bump),
        cmocka_unit_test(linked_list),
        cmocka_unit_test(bucket),
        cmocka_unit_test(bitmap),
        cmocka_unit_test(tlsf),
        cmocka_unit_test(tlsf_looks_before_it_follows_a_link),
        cmocka_unit_test(what_is_no_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
