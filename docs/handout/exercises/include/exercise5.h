/*
 * exercise5: whole pages from a bump.
 */
#pragma once

#include <heap/bump.h>

enum { PAGE = 4096 };

/* [contract] */
/*
 * Whole pages for `size` bytes, from `heap`: as many as are needed, the first at a multiple of
 * 4096. What `heap` hands out next begins behind the last of them.
 * NULL iff size is 0 or there is no room; then heap->next and heap->count are as they were.
 */
void *exercise5_pages(struct bump *heap, size_t size);
/* [/contract] */
