/*
 * mine: my allocator. With this file as arena/mine.c fill the five functions, and see
 *
 *     ./run.sh arena mine
 *
 * First milestone, short1: keep the next free byte and the end of the region; alloc rounds next
 * up to the alignment, checks that the block fits, and moves next behind it. That is a bump: some
 * traces pass at once. Then see which ones do not, and why.
 *
 * bench/arena/mine.h says exactly what each function must do. bench/arena/traces/ has the short
 * traces: "a 3 100 16" allocates block 3, 100 bytes aligned to 16; "r 3 250" wants it at 250 bytes
 * (the arena asks you for the new block, copies, and gives the old one back); "f 3" frees it.
 */
#include "bench/arena/mine.h"

/* What you know of your region goes here, and is set by my_init. There is no malloc behind you:
   notes about free blocks lie in the free blocks themselves. */

/* What the tables and the leaderboard call you. */
const char *my_name(void)
{
    return "mine";
}

/* `size` bytes from `start` on are yours. Called before every trace: forget the last one. */
bool my_init(void *start, size_t size)
{
    (void)start;
    (void)size;
    return true;
}

/* A block of `size` bytes whose address is a multiple of `align`, a power of two. NULL iff there is
   no room: the trace "exhaustion" asks until you say so. */
void *my_alloc(size_t size, size_t align)
{
    (void)size;
    (void)align;
    return NULL;
}

/* The block is yours again, with the size and alignment it was asked for with. */
void my_free(void *block, size_t size, size_t align)
{
    (void)block;
    (void)size;
    (void)align;
}

/* NULL: all is well. Else words: "next lies behind the end". Write one early, it finds the mistake
   where it is made. */
const char *my_check(void)
{
    return NULL;
}
