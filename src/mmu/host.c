/*
 * host: building the hypervisor's own space. See mmu/host.h.
 */
#include <base/assert.h>
#include <base/image.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <mmu/stacks.h>
#include <riscv/csr.h>

#include "fault.h"

struct space host_space;
enum { REGIONS_MAX = 24 };
struct region host_regions[REGIONS_MAX];
size_t host_region_count;

static void name_region(const char *name, uint64_t start, uint64_t end, enum rights rights)
{
    ASSERT_COMPARE(host_region_count, <, REGIONS_MAX);
    host_regions[host_region_count++] = (struct region){ name, start, end, rights };
}

static uint64_t page_up(uint64_t address)
{
    return (address + (PAGE_SIZE - 1)) & ~(PAGE_SIZE - 1);
}

/* Map the pages from `start` up to `end` to themselves. */
static void map(const char *name, uint64_t start, uint64_t end, enum rights rights)
{
    enum error error = space_map(&host_space, (struct hva){ start }, (struct hpa){ start },
                                 page_up(end) - start, rights);
    if (error)
        panic("%s cannot be mapped to 0x%llx - 0x%llx: %s", name, (unsigned long long)start,
              (unsigned long long)end, error_name(error));
}

static void map_named(const char *name, uint64_t start, uint64_t end, enum rights rights)
{
    map(name, start, end, rights);
    name_region(name, start, end, rights);
}

static void map_image(void)
{
    map_named(".text", (uintptr_t)__text_start, (uintptr_t)__text_end, RIGHTS_RX);
    map_named(".rodata", (uintptr_t)__rodata_start, (uintptr_t)__rodata_end, RIGHTS_R);
    /* One follows the other without a gap: they share a page, and rights. */
    map(".data", (uintptr_t)__data_start, (uintptr_t)__bss_end, RIGHTS_RW);
    name_region(".data", (uintptr_t)__data_start, (uintptr_t)__data_end, RIGHTS_RW);
    name_region(".bss", (uintptr_t)__bss_start, (uintptr_t)__bss_end, RIGHTS_RW);
    name_region("the guard page below the stack", (uintptr_t)__stack_guard,
                (uintptr_t)__stack_bottom, RIGHTS_NONE);
    map_named("the stack", (uintptr_t)__stack_bottom, (uintptr_t)__stack_top, RIGHTS_RW);
    map_named("the heap", (uintptr_t)__heap, (uintptr_t)__heap_end, RIGHTS_RW);
}

/* The frames: the largest hole, from a multiple of 2 MiB on, so that large pages map it. */
static struct memory_range find_frames(const struct machine *machine, struct memory_range tree)
{
    const struct memory_range used[] = {
        { { machine->memory.start.value },
          (uintptr_t)__image_end - machine->memory.start.value }, /* firmware and image */
        tree,
    };
    struct memory_range hole = machine_largest_hole(machine, used, ARRAY_LENGTH(used));
    uint64_t skipped = -hole.start.value & (pte_span(1) - 1);
    if (hole.size <= skipped)
        panic("no RAM is left for page tables: %llu MiB are too few; start with more "
              "(--memory=256M)",
              (unsigned long long)machine->memory.size >> 20);
    return (struct memory_range){ { hole.start.value + skipped },
                                  (hole.size - skipped) & ~(PAGE_SIZE - 1) };
}

unsigned host_levels(uint64_t highest_address)
{
    unsigned levels = 3;
    while (levels < LEVELS_MAX && highest_address >= space_limit(levels))
        levels++;
    return levels;
}

void host_map_device(const char *name, struct memory_range registers)
{
    if (registers.size == 0)
        return;
    uint64_t start = registers.start.value & ~(PAGE_SIZE - 1);
    uint64_t end = page_up(registers.start.value + registers.size);
    map_named(name, start, end, RIGHTS_RW);
    __asm__ volatile("sfence.vma" ::: "memory");
}

enum error host_map_heap(uint64_t start, uint64_t size)
{
    enum error error =
        map_range(&host_space, (struct hva){ start }, size, frames_default(), RIGHTS_RW);
    if (error)
        return error;
    __asm__ volatile("sfence.vma" ::: "memory");
    name_region("the mapped heap", start, start + size, RIGHTS_RW);
    return OK;
}

/* A write of a mode that the hart does not have changes nothing (Privileged Specification,
   "satp"): read back to know. The fences make the tables count from here on. */
static bool switch_to(const struct space *space)
{
    uint64_t wanted = space_satp(space);
    __asm__ volatile("sfence.vma" ::: "memory");
    csr_write(satp, wanted);
    __asm__ volatile("sfence.vma" ::: "memory");
    return csr_read(satp) == wanted;
}

/* What the loader put into RAM for a guest: to be read. */
static void map_module(const char *name, struct memory_range range)
{
    if (range.size == 0)
        return;
    uint64_t start = range.start.value & ~(PAGE_SIZE - 1),
             end = page_up(range.start.value + range.size);
    if (start < (uintptr_t)__heap_end && end > (uintptr_t)__text_start)
        panic("%s lies from 0x%llx on, where the hypervisor is: load it behind 0x%llx", name,
              (unsigned long long)range.start.value, (unsigned long long)(uintptr_t)__heap_end);
    map_named(name, start, end, RIGHTS_R);
}

enum error host_start(const struct machine *machine, const void *device_tree, uint64_t size,
                      unsigned levels)
{
    uint64_t tree_start = (uintptr_t)device_tree & ~(PAGE_SIZE - 1);
    struct memory_range tree = { { tree_start },
                                 page_up((uintptr_t)device_tree + size) - tree_start };
    struct memory_range range = find_frames(machine, tree);
    uint64_t range_end = range.start.value + range.size;
    enum error error = frames_init(range);
    if (error == OK)
        error = space_init(&host_space, frames_default(), levels);
    if (error)
        panic("no frames from 0x%llx to 0x%llx: %s", (unsigned long long)range.start.value,
              (unsigned long long)range_end, error_name(error));
    map_image();
    map_named("the frames", range.start.value, range_end, RIGHTS_RW);
    map_named("the device tree", tree.start.value, tree.start.value + tree.size, RIGHTS_R);
    map_module("the guest's kernel", machine->modules.kernel);
    map_module("the guest's ramdisk", machine->modules.ramdisk);
    host_map_device(
        "the finisher",
        (struct memory_range){ machine->finisher, machine->finisher.value != 0 ? PAGE_SIZE : 0 });
    if (!switch_to(&host_space))
        return ERR_NOT_SUPPORTED;
    error = stacks_map(&host_space, this_hart(), true);
    if (error)
        panic("no frames for a stack: %s", error_name(error));
    __asm__ volatile("sfence.vma" ::: "memory");
    name_region("the stacks", STACKS_BASE, STACKS_BASE + HARTS_MAX * STACKS_SLOT, RIGHTS_RW);
    fault_handlers(machine);
    return OK;
}

struct neighbours host_find(uint64_t address)
{
    struct neighbours found = { 0 };
    for (size_t i = 0; i < host_region_count; i++) {
        const struct region *region = &host_regions[i];
        if (address - region->start < region->end - region->start)
            found.in = region;
        else if (region->end <= address && (found.below == NULL || region->end > found.below->end))
            found.below = region;
        else if (region->start > address &&
                 (found.above == NULL || region->start < found.above->start))
            found.above = region;
    }
    return found;
}
