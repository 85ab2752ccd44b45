/*
 * nobody: stands where mine.c would, for an arena with the built-in allocators alone.
 */
#include "mine.h"

const char *my_name(void)
{
    return NULL;
}

bool my_init(void *start, size_t size)
{
    (void)start, (void)size;
    return false;
}

void *my_alloc(size_t size, size_t align)
{
    (void)size, (void)align;
    return NULL;
}

void my_free(void *block, size_t size, size_t align)
{
    (void)block, (void)size, (void)align;
}

const char *my_check(void)
{
    return NULL;
}
