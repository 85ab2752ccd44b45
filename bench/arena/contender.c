/*
 * contender: see contender.h.
 */
#include "contender.h"

#include "../heap/count.h"
#include "../measure.h"
#include "guard.h"
#include "mine.h"

#include <base/assert.h>
#include <base/image.h>
#include <heap/family.h>
#include <lib/memory.h>
#include <riscv/hart.h>

enum { MARGIN = 256, MARGIN_FILL = 0x5c, FROM_HEAP = 16 * 1024 * 1024, NAME_MAX = 11 };

volatile size_t contender_inside;

static const char *const built_in[] = { "bump", "linked_list", "bucket" };
static const char reference[] = "tlsf";

bool contender_is_mine(size_t number)
{
    return number == ARRAY_LENGTH(built_in) && my_name() != NULL;
}

size_t contender_count(void)
{
    return ARRAY_LENGTH(built_in) + (my_name() != NULL);
}

size_t contender_reference(void)
{
    return contender_count();
}

static bool may_be_in_a_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* As it is told us, but what would break a table or a file of comma-separated values
   is "_"; and not the name of another one. */
static const char *own_name(void)
{
    static char name[NAME_MAX + 1];
    const char *given = my_name();
    size_t i = 0;
    for (; i < NAME_MAX && given[i] != 0; i++)
        name[i] = may_be_in_a_name(given[i]) ? given[i] : '_';
    name[i] = 0;
    return i == 0 || family_find(name, i) != NULL ? "mine" : name;
}

const char *contender_name(size_t number)
{
    if (contender_is_mine(number))
        return own_name();
    return number == contender_reference() ? reference : built_in[number];
}

/* Far inside of the heap's memory, where nothing else lies: who writes before its start or behind
   its end hurts nobody. */
char *contender_region(void)
{
    return __heap + FROM_HEAP;
}

/* --- Mine: the five functions behind the interface ---------------------------------------------*/

/* Through pointers, so that what this step costs can be found, with functions that return at once.
 */
static struct {
    void *(*alloc)(size_t size, size_t align);
    void (*free)(void *block, size_t size, size_t align);
} functions;

static struct {
    struct allocator allocator;
    size_t live;
} mine;

static void look_at_margins(void)
{
    const char *region = contender_region();
    for (size_t i = 0; i < MARGIN; i++) {
        if (region[REGION_SIZE + i] != MARGIN_FILL)
            panic("it wrote behind the region, %zu bytes from its end", i);
        if (region[-1 - (ptrdiff_t)i] != MARGIN_FILL)
            panic("it wrote before the region, %zu bytes from its start", i + 1);
    }
}

static void *shared_alloc(struct allocator *self, size_t size, size_t align)
{
    contender_inside = 1 + hart_index();
    void *block = functions.alloc(size, align);
    contender_inside = 0;
    look_at_margins();
    if (block == NULL)
        return allocator_refuse(self, ERR_NO_MEMORY);
    mine.live++;
    return block;
}

static void shared_dealloc(struct allocator *self, void *block, size_t size, size_t align)
{
    (void)self;
    contender_inside = 1 + hart_index();
    functions.free(block, size, align);
    contender_inside = 0;
    look_at_margins();
    mine.live--;
}

static void shared_check(struct allocator *self)
{
    (void)self;
    contender_inside = 1 + hart_index();
    const char *words = my_check();
    contender_inside = 0;
    if (words != NULL)
        panic("its own check says: %s", words);
}

static void *watched_alloc(struct allocator *self, size_t size, size_t align)
{
    guard_watch();
    void *block = shared_alloc(self, size, align);
    guard_rest();
    return block;
}

static void watched_dealloc(struct allocator *self, void *block, size_t size, size_t align)
{
    guard_watch();
    shared_dealloc(self, block, size, align);
    guard_rest();
}

static void watched_check(struct allocator *self)
{
    guard_watch();
    shared_check(self);
    guard_rest();
}

static void *plain_alloc(struct allocator *self, size_t size, size_t align)
{
    (void)self;
    return functions.alloc(size, align);
}

static void plain_dealloc(struct allocator *self, void *block, size_t size, size_t align)
{
    (void)self;
    functions.free(block, size, align);
}

static struct heap_statistics mine_statistics(struct allocator *self)
{
    (void)self;
    return (struct heap_statistics){ .live = mine.live };
}

static const struct allocator_ops mine_ops[] = {
    [FOR_GATE] = { .alloc = watched_alloc,
                   .dealloc = watched_dealloc,
                   .realloc = allocator_default_realloc,
                   .statistics = mine_statistics,
                   .check = watched_check },
    [FOR_STRESS] = { .alloc = shared_alloc,
                     .dealloc = shared_dealloc,
                     .realloc = allocator_default_realloc,
                     .statistics = mine_statistics,
                     .check = shared_check },
    [FOR_COUNT] = { .alloc = plain_alloc,
                    .dealloc = plain_dealloc,
                    .realloc = (void *(*)(struct allocator *, void *, size_t, size_t,
                                          size_t))count_return },
};

static void calibrate_for_mine(void)
{
    functions.alloc = (void *(*)(size_t, size_t))count_return;
    functions.free = (void (*)(void *, size_t, size_t))count_return;
    count_calibrate_through(&mine.allocator);
}

static struct allocator *start_mine(enum contender_use use)
{
    mine.allocator = (struct allocator){ .ops = &mine_ops[use] };
    mine.live = 0;
    if (use == FOR_COUNT)
        calibrate_for_mine();
    functions.alloc = my_alloc;
    functions.free = my_free;
    if (use == FOR_GATE)
        guard_watch();
    if (!my_init(contender_region(), REGION_SIZE))
        panic("my_init says that %d bytes are too few", REGION_SIZE);
    guard_rest();
    look_at_margins();
    return &mine.allocator;
}

/* --- The family's ------------------------------------------------------------------------------*/

static struct allocator *start_built_in(const char *name, enum contender_use use)
{
    static union any_heap heap;
    static struct allocator_ops ops;
    char *region = contender_region();
    memset(&heap, 0, sizeof heap);
    ASSERT(family_find(name, strlen(name))->init(&heap, region, region + REGION_SIZE) == OK);
    ops = *heap.allocator.ops;
    ops.realloc = allocator_default_realloc;
    heap.allocator.ops = &ops;
    if (use == FOR_COUNT)
        count_calibrate();
    return &heap.allocator;
}

struct allocator *contender_start(size_t number, enum contender_use use)
{
    char *region = contender_region();
    memset(region - MARGIN, MARGIN_FILL, MARGIN);
    memset(region, REGION_FILL, REGION_SIZE);
    memset(region + REGION_SIZE, MARGIN_FILL, MARGIN);
    return contender_is_mine(number) ? start_mine(use)
                                     : start_built_in(contender_name(number), use);
}
