/*
 * The arena's gate: it passes every allocator of the family that deserves it, and names the
 * operation for those that do not. An allocator that is wrong on purpose is one operation of a
 * sound one, exchanged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/arena/arena.h"

#include <heap/family.h>

enum { REGION = 1024 * 1024 };
static _Alignas(4096) unsigned char region[REGION + 4096];
static union any_heap heap;
static struct arena_block blocks[ARENA_BLOCKS];

static struct allocator *start(const char *name, size_t size)
{
    memset(&heap, 0, sizeof heap);
    assert_int_equal(family_find(name, strlen(name))->init(&heap, region, region + size), OK);
    return &heap.allocator;
}

static struct arena_result gate(const struct arena_trace *trace, struct allocator *a, size_t size)
{
    return arena_gate(trace, a, region, region + size, blocks);
}

/* bump gives a block's memory out again only when all are back: it must run out where a trace goes
   on and on with something live. */
static bool needs_reuse(const char *trace)
{
    static const char *const traces[] = { "pages", "mix", "larson" };
    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++)
        if (strcmp(trace, traces[i]) == 0)
            return true;
    return false;
}

static void the_family_passes_every_trace(void **state)
{
    (void)state;
    assert_int_equal(arena_trace_count, 11);
    for (size_t m = 0; m < family_size; m++)
        for (size_t t = 0; family[m].gives && t < arena_trace_count; t++) {
            /* A page for each block is what the bitmap is about; it is given more room. */
            bool pages = strcmp(family[m].name, "bitmap") == 0;
            static _Alignas(4096) unsigned char large[4 * REGION];
            memset(&heap, 0, sizeof heap);
            unsigned char *from = pages ? large : region;
            bool should = family[m].reuses || !needs_reuse(arena_traces[t].name);
            size_t size = pages ? sizeof large : (size_t)(should ? REGION : REGION / 2);
            assert_int_equal(family[m].init(&heap, from, from + size), OK);
            struct arena_result result =
                arena_gate(&arena_traces[t], &heap.allocator, from, from + size, blocks);
            if (result.passed != should)
                fail_msg("%s: %s", family[m].name, result.words);
            if (!should)
                assert_non_null(strstr(result.words, "is refused: out of memory"));
        }
}

static struct allocator_ops wrong;
static const struct allocator_ops *right;
static size_t calls;

/* A sound tlsf, with its operations copied so that one can be exchanged. */
static struct allocator *spoilt(void)
{
    struct allocator *a = start("tlsf", REGION);
    right = a->ops;
    wrong = *a->ops;
    a->ops = &wrong;
    calls = 0;
    return a;
}

/* The words begin with `words`, and end with `end`: what lies between may depend on addresses. */
static void fails_with_end(struct allocator *a, const char *text, const char *words,
                           const char *end)
{
    const struct arena_trace trace = { "bad", text };
    struct arena_result result = gate(&trace, a, REGION);
    assert_false(result.passed);
    size_t length = strlen(result.words);
    if (strncmp(result.words, words, strlen(words)) != 0 || length < strlen(end) ||
        strcmp(result.words + length - strlen(end), end) != 0)
        fail_msg("\"%s\", not \"%s ... %s\"", result.words, words, end);
}

static void fails_with(struct allocator *a, const char *text, const char *words)
{
    fails_with_end(a, text, words, "");
}

static void *alloc_twice_the_same(struct allocator *a, size_t size, size_t align)
{
    static void *last;
    return ++calls % 2 == 1 ? (last = right->alloc(a, size, align)) : last;
}

static void *alloc_misaligned(struct allocator *a, size_t size, size_t align)
{
    return (char *)right->alloc(a, size + align, align) + align / 2;
}

/* Only the third time it is the first once more: the allocator itself is sound. */
static void *alloc_third_is_first(struct allocator *a, size_t size, size_t align)
{
    static void *first;
    if (++calls == 3)
        return first;
    void *block = right->alloc(a, size, align);
    if (calls == 1)
        first = block;
    return block;
}

/* Ten blocks, each of which ends in the next. */
static void *alloc_too_short(struct allocator *a, size_t size, size_t align)
{
    (void)align;
    return calls == 10 ? allocator_refuse(a, ERR_NO_MEMORY) : region + calls++ * (size - 64);
}

static void *alloc_without_end(struct allocator *a, size_t size, size_t align)
{
    (void)a, (void)size, (void)align;
    return region;
}

static void *alloc_outside(struct allocator *a, size_t size, size_t align)
{
    (void)a, (void)size, (void)align;
    return region + REGION - 16;
}

static void *alloc_and_scribble(struct allocator *a, size_t size, size_t align)
{
    static unsigned char *last;
    if (last != NULL)
        last[3] ^= 1;
    return last = right->alloc(a, size, align);
}

static void *realloc_without_copy(struct allocator *a, void *block, size_t size, size_t align,
                                  size_t new_size)
{
    void *moved = right->alloc(a, new_size, align);
    memset(moved, 0, new_size);
    right->dealloc(a, block, size, align);
    return moved;
}

static void *realloc_onto_another(struct allocator *a, void *block, size_t size, size_t align,
                                  size_t new_size)
{
    (void)a, (void)size, (void)align, (void)new_size;
    return (char *)block + 16;
}

static void *realloc_refuses(struct allocator *a, void *block, size_t size, size_t align,
                             size_t new_size)
{
    (void)block, (void)size, (void)align, (void)new_size;
    return allocator_refuse(a, ERR_NO_MEMORY);
}

static size_t checks;

static void count_check(struct allocator *a)
{
    checks++;
    right->check(a);
}

static bool full;

static void *alloc_never_again(struct allocator *a, size_t size, size_t align)
{
    void *block = full ? NULL : right->alloc(a, size, align);
    full |= block == NULL;
    return block;
}

static void lose(struct allocator *a, void *block, size_t size, size_t align)
{
    (void)a, (void)block, (void)size, (void)align;
}

static void a_wrong_allocator_is_told_which_operation(void **state)
{
    (void)state;
    struct allocator *a = spoilt();
    wrong.alloc = alloc_twice_the_same;
    fails_with(a, "# overlap\na 1 100 8\na 3 100 8\n", "bad op 2: block 3 overlaps block 1");
    a = spoilt();
    wrong.alloc = alloc_misaligned;
    fails_with_end(a, "a 1 100 64\n", "bad op 1: block 1 at 0x", " is not aligned to 64");
    a = spoilt();
    wrong.alloc = alloc_outside;
    fails_with_end(a, "a 1 17 8\n", "bad op 1: block 1 at 0x", " lies outside the region");
    a = spoilt();
    wrong.alloc = alloc_and_scribble;
    fails_with(a, "a 1 100 8\na 2 100 8\nf 2\nf 1\n",
               "bad op 4: block 1 has changed at byte 3 of 100");
    a = spoilt();
    wrong.realloc = realloc_without_copy;
    fails_with(a, "a 1 100 8\nr 1 200\n", "bad op 2: block 1 has changed at byte 0 of 100");
    a = spoilt();
    wrong.alloc = alloc_never_again;
    full = false;
    fails_with_end(a, "x 1000 8\n", "bad op 1: ", " blocks of 1000 bytes fitted, and then only 0");
    a = spoilt();
    wrong.dealloc = lose;
    fails_with_end(a, "x 1000 8\n", "bad op 1: ", " blocks of 1000 bytes fitted, and then only 0");
    a = spoilt();
    wrong.dealloc = lose;
    fails_with(a, "a 1 100 8\nf 1\n", "bad op 2: 1 blocks are live at the end");
    a = spoilt();
    wrong.realloc = realloc_onto_another;
    fails_with(a, "a 1 16 8\na 2 100 8\na 3 100 8\nr 2 100\n",
               "bad op 4: block 2 overlaps block 3");
    a = spoilt();
    wrong.realloc = realloc_refuses;
    fails_with(a, "a 1 16 8\nr 1 20\n", "bad op 2: block 1 cannot become 20 bytes: out of memory");
    fails_with(start("dummy", REGION), "a 1 100 8\n",
               "bad op 1: block 1 of 100 bytes is refused: out of memory");
}

/* While the heap is being filled, too: as words, before the allocator gets such a block back. */
static void a_fill_is_looked_at(void **state)
{
    (void)state;
    struct allocator *a = spoilt();
    wrong.alloc = alloc_third_is_first;
    fails_with(a, "x 1000 8\n", "bad op 1: block 4096, of a fill, has changed at its start");
    a = spoilt();
    wrong.alloc = alloc_too_short;
    fails_with(a, "x 1000 8\n", "bad op 1: block 4104, of a fill, has changed at byte 936 of 1000");
    a = spoilt();
    wrong.alloc = alloc_without_end;
    fails_with(a, "x 1000 8\n", "bad op 1: 1049 blocks of 1000 bytes do not fit the region");
    a = spoilt();
    wrong.alloc = alloc_outside;
    fails_with_end(a, "x 1000 8\n", "bad op 1: block 4096 at 0x", " lies outside the region");
    a = spoilt();
    wrong.alloc = alloc_third_is_first;
    fails_with(a, "a 5 100 8\na 6 100 8\nx 100 8\n", "bad op 3: block 4096 overlaps block 5");
}

/* What other harts have live is not looked at; and who leaves in the middle finds the operation. */
static void a_shared_allocator_may_have_more_blocks(void **state)
{
    (void)state;
    const struct arena_trace trace = { "shared", "a 1 100 8\na 2 8 8\nf 1\n" };
    struct arena_result result;
    for (int shared = 0; shared < 2; shared++) {
        struct allocator *a = start("tlsf", REGION);
        assert_non_null(allocator_alloc(a, (struct layout){ 8, 8 }));
        arena_gate_into(&result, &trace, a, region, region + REGION, blocks, shared != 0);
        assert_int_equal(result.passed, shared);
        assert_int_equal(result.op, 3);
    }
}

/* Every 64 operations, and at the end. */
static void the_allocators_own_check_is_called(void **state)
{
    (void)state;
    char text[2000];
    size_t length = 0;
    for (int i = 0; i < 130; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "a %d 8 8\n", i);
    const struct arena_trace trace = { "checked", text };
    struct allocator *a = spoilt();
    wrong.check = count_check;
    checks = 0;
    struct arena_result result = gate(&trace, a, REGION);
    assert_true(result.passed);
    assert_string_equal(result.words, "checked: 130 operations");
    assert_int_equal(checks, 3);
}

static void a_trace_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "b 1\n",
        "a 1 100\n",
        "a 1 100 8 9\n",
        "f\n",
        "f x\n",
        "a  1 100 8\n",
        "f 4096\n",
        "a 1 99999999999999999999 8\n",
        "r 1\n",
        "f 1",
        " f 1\n",
        "x 5\n",
        /* what no allocator could grant */
        "a 1 0 8\n",
        "a 1 8 3\n",
        "a 1 8 0\n",
        "a 1 9223372036854775808 8\n",
        "r 0 0\n",
        "x 0 8\n",
        "x 15 8\n",
        "x 64 4\n",
        "x 64 24\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "# first\na 0 8 8\n%s", lines[i]);
        fails_with(start("tlsf", REGION), text, "bad op 2: line 3 of the trace cannot be read");
    }
    fails_with(start("tlsf", REGION), "a 0 8 8\na 0 8 8\n",
               "bad op 2: the trace allocates block 0");
    fails_with(start("tlsf", REGION), "f 7\n",
               "bad op 1: the trace frees block 7, which is not live");
    fails_with(start("tlsf", REGION), "r 7 1\n", "bad op 1: the trace resizes block 7");
    const struct arena_trace empty = { "empty", "# nothing\n\n#" };
    assert_true(gate(&empty, start("tlsf", REGION), REGION).passed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_family_passes_every_trace),
        cmocka_unit_test(a_wrong_allocator_is_told_which_operation),
        cmocka_unit_test(a_fill_is_looked_at),
        cmocka_unit_test(a_shared_allocator_may_have_more_blocks),
        cmocka_unit_test(the_allocators_own_check_is_called),
        cmocka_unit_test(a_trace_that_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
