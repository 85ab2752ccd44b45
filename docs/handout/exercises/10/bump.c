/*
 * bump: the first milestone of chapter 10. Passes what never needs a block's memory again while
 * another one lives, and fails the rest: that is what the chapter is about.
 */
#include "bench/arena/mine.h"

/* [arena-bump] */
#include <base/bits.h>

static uintptr_t start, next, end; /* free: from next up to end */
static size_t live;

bool my_init(void *region, size_t size)
{
    start = next = (uintptr_t)region;
    end = start + size;
    live = 0;
    return true;
}

void *my_alloc(size_t size, size_t align)
{
    uintptr_t block = next + bytes_to_align(next, align);
    if (block > end || size > end - block)
        return NULL;
    next = block + size;
    live++;
    return (void *)block;
}

void my_free(void *block, size_t size, size_t align)
{
    (void)block, (void)size, (void)align;
    if (--live == 0)
        next = start;
}
/* [/arena-bump] */

const char *my_name(void)
{
    return "my_bump";
}

const char *my_check(void)
{
    return next >= start && next <= end ? NULL : "next lies outside of the region";
}
