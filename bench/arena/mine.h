/*
 * mine: the five functions that you write to enter the arena. bench/arena/template.c has them,
 * empty, with the first milestone; copy that file to arena/mine.c and fill it.
 *
 *     ./run.sh arena mine
 *
 * Nobody calls your allocator from two harts at once: the arena has a lock around it. Use any
 * header of include/ that you like; ASSERT of base/assert.h ends the trace with your words,
 * console_printf of console/console.h prints.
 */
#pragma once

#include <base/types.h>

/* What the tables and the leaderboard call you: letters, digits, "_" and "-", 11 at most. */
const char *my_name(void);

/*
 * From now on you manage the `size` bytes from `start` on, which is a multiple of 4096. They hold
 * anything. Forget all that was before: this is called before every trace. Returns false iff that
 * is too little.
 */
bool my_init(void *start, size_t size);

/*
 * A block of `size` bytes (1 or more) at a multiple of `align` (a power of two, up to 16384);
 * nobody else's until it is given back. NULL iff there is no room.
 */
void *my_alloc(size_t size, size_t align);

/* `block` is given back, with the size and the alignment that it was asked for with: you need not
   note them. */
void my_free(void *block, size_t size, size_t align);

/* Look at your own structures. NULL: all is well; else words that say what is not. Called after
   every 64th operation and at the end of a trace; never counted. */
const char *my_check(void);
