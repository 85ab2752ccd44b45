/*
 * contender: who is in the arena, all behind the interface of heap/allocator.h.
 *
 *     bump, linked_list, bucket     of the family; resizing is a new block, a copy and a free
 *     mine                          the five functions of mine.h, if there are any
 *     tlsf                          the reference for the instructions; not in the tables
 *
 *      ... margin | region, 768 KiB | margin ...       in the heap's memory, from linker script
 */
#pragma once

#include <heap/allocator.h>

enum { REGION_SIZE = 768 * 1024 };

size_t contender_count(void);
size_t contender_reference(void); /* its number: contender_count() */

/* Its name: letters, digits, _ and -. */
const char *contender_name(size_t number);

/* True for mine. */
bool contender_is_mine(size_t number);

char *contender_region(void);

/* What all of the region holds before a contender starts. */
enum { REGION_FILL = 0xc5 };

/*
 * Contender `number`, new, on a region that is filled. Mine is called
 *   FOR_GATE:    watched (guard.h), and whether it wrote beside the region is looked at;
 *   FOR_STRESS:  only the latter, for it is behind a lock; contender_inside is kept;
 *   FOR_COUNT:   plainly, and count.h is told to subtract what our own step in between costs.
 * Panics iff it says that it cannot start: to be called guarded.
 */
enum contender_use { FOR_GATE, FOR_STRESS, FOR_COUNT };
struct allocator *contender_start(size_t number, enum contender_use use);

/* For the stress: 1 + the index of the hart that is in mine now, 0: none. */
extern volatile size_t contender_inside;
