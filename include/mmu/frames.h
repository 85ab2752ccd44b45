/*
 * frames: the RAM that is nobody's yet, in pages of 4 KiB.
 *
 *     | firmware | image, stack, heap |   frames ...            | device tree |
 *                                     ^ the largest hole that the machine leaves
 *
 * A frame is a block of 4,096 bytes, aligned to as many, of heap/bitmap.h behind a lock; larger
 * runs and alignments may be asked for too. All of it is mapped to itself, so the pointer that one
 * gets is the physical address. Page tables, stacks, a heap elsewhere, and the memory of guests
 * come from here.
 */
#pragma once

#include <heap/allocator.h>
#include <lib/machine.h>

/* Take `range`, which is RAM that nobody uses. Once. Fails iff it has no room for one page beside
   the maps (ERR_INVALID). Cost: clears the maps, a page for each 64 MiB. */
enum error frames_init(struct memory_range range);

/* The allocator. Any hart, also in a trap. */
struct allocator *frames_default(void);

/* What one asks it for: a page. */
#define FRAME ((struct layout){ 4096, 4096 })
