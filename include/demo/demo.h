/*
 * demo: what the machine shows of itself. Each function prints one paragraph; everything that it
 * prints is computed at that moment. To show more: add a file to src/demo/ and a line in main.c.
 */
#pragma once

#include <base/types.h>
#include <heap/allocator.h>
/* [demo-machine] */
#include <lib/machine.h>
/* [/demo-machine] */

/* [demo-firmware] */
/* Which firmware, harts, memory and extensions: from the SBI and the device tree. */
void demo_machine(const struct machine *machine);
/* [/demo-firmware] */

/* Sections, stack and heap: start, end and size, from the symbols of hypervisor.ld. */
void demo_memory_map(void);

/* All harts answer a call; a timer fires. */
void demo_harts(void);

/* A vector of letters, then one of a thousand numbers that grows where it lies. */
void demo_vector(struct allocator *allocator);

/* A string that is appended to, formatted into, and split. */
void demo_string(struct allocator *allocator);

/* [demo-guest] */
/* A run queue, a timer queue, an address map, an interrupt list. */
void demo_collections(const struct machine *machine, struct allocator *allocator);

/* A guest of a few instructions, from its creation to its end; nothing of it is left. */
void demo_guest(const struct machine *machine);
/* [/demo-guest] */

/* One line of heap statistics; `when` says which moment it is. */
void demo_heap_statistics(struct allocator *allocator, const char *when);
