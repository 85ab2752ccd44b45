/*
 * host: the hypervisor's own address space, which all harts share.
 *
 *     0                     page 0: never mapped, so that NULL + offset is a fault
 *     0x00100000 ...        devices, each by need, RW
 *     0x80000000            the firmware: not mapped
 *     0x80200000            the image: .text R-X, .rodata R, .data .bss stack heap RW, and gaps
 *     behind it             frames, RW; the device tree, R
 *     STACKS_BASE           the harts' stacks, with their guards (mmu/stacks.h)
 *     anywhere else         nothing, unless host_map_heap was asked for it
 *
 * What is RAM or a device is mapped to itself, in the largest pages that alignment allows. Every
 * piece has a name, for the map that the monitor prints and for the report of a fault.
 *
 * Who changes the space holds no lock but its own: mapping is done by the first hart while it
 * boots. Later changes go through smp/shootdown.h, which tells all harts.
 *
 * Read next: src/mmu/fault.c, what a page fault says.
 */
#pragma once

#include <lib/machine.h>
#include <mmu/space.h>

/* The space itself. */
extern struct space host_space;

/* A piece of it that has a name. */
struct region {
    const char *name;
    uint64_t start, end; /* the first address, and one past the last */
    enum rights rights;
};

/* How many levels: 3 for Sv39; or, where the heap is to lie higher, as many as that takes. */
unsigned host_levels(uint64_t highest_address);

/*
 * Build the space and switch this hart to it: frames, image, devices that `machine` names. Once,
 * by the first hart; `machine` stays. `device_tree` is where its blob lies, `size` its bytes.
 * Fails iff the hart does not offer so many levels (ERR_NOT_SUPPORTED): then nothing is
 * translated, and there are no guards. Panics iff there is no RAM for the tables.
 */
enum error host_start(const struct machine *machine, const void *device_tree, uint64_t size,
                      unsigned levels);

/* Map a device's registers to themselves, whole pages. Panics iff they overlap something. */
void host_map_device(const char *name, struct memory_range registers);

/* Map `size` bytes from `start` on to frames, for a heap there. Fails as map_range does. */
enum error host_map_heap(uint64_t start, uint64_t size);

/* The regions, in no order. */
extern struct region host_regions[];
extern size_t host_region_count;

/* The region that contains the address; else those next to it, each NULL iff there is none. */
struct neighbours {
    const struct region *in, *below, *above;
};
struct neighbours host_find(uint64_t address);

/* A place in words, into `buffer`: "in .rodata (R--)", "NULL + 8", "in the gap between ...".
   Returns buffer. */
const char *host_describe(uint64_t address, char *buffer, size_t size);

/* One line: the format, how many tables and pages of each size, and the audit (mmu/space.h), which
   panics where it finds a mistake. And the same below a line for each region. */
void host_print_summary(void);
void host_print_map(void);

/* How many page faults were no mistake: another hart had just mapped the page. */
extern uint64_t host_spurious_faults;
