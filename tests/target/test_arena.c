/*
 * The arena's traces on the target, through every allocator of the family, with all that the gate
 * looks at.
 */
// smp: 1
// boot: heap=bump,checked=no
#include "tap.h"

#include "bench/arena/arena.h"

#include <heap/family.h>
#include <heap/heap.h>
#include <lib/memory.h>

enum { REGION = 4 * 1024 * 1024 };

static struct arena_block blocks[ARENA_BLOCKS];

static void pass_all_traces(const char *name)
{
    const struct layout whole = { REGION, 4096 };
    char *region = heap_alloc(whole);
    CHECK(region != NULL);
    for (size_t t = 0; t < arena_trace_count; t++) {
        static union any_heap heap;
        memset(&heap, 0, sizeof heap);
        CHECK(family_find(name, strlen(name))->init(&heap, region, region + REGION) == OK);
        struct arena_result result =
            arena_gate(&arena_traces[t], &heap.allocator, region, region + REGION, blocks);
        console_printf("# %s\n", result.words);
        CHECK(result.passed);
    }
    heap_dealloc(region, whole);
}

static void bump_passes(void)
{
    pass_all_traces("bump");
}

static void linked_list_passes(void)
{
    pass_all_traces("linked_list");
}

static void bucket_passes(void)
{
    pass_all_traces("bucket");
}

static void bitmap_passes(void)
{
    pass_all_traces("bitmap");
}

static void tlsf_passes(void)
{
    pass_all_traces("tlsf");
}

/* Each of the above by its name, so that a log says who failed; an allocator that is added to the
   family needs its own. */
static void nobody_is_left_out(void)
{
    size_t giving = 0;
    for (size_t m = 0; m < family_size; m++)
        giving += family[m].gives;
    CHECK_EQUAL(giving, 5);
    CHECK_EQUAL(arena_trace_count, 11);
}

static const struct test tests[] = {
    TEST(bump_passes),   TEST(linked_list_passes), TEST(bucket_passes),
    TEST(bitmap_passes), TEST(tlsf_passes),        TEST(nobody_is_left_out),
};
TEST_IMAGE("arena", tests)
