/*
 * memory: the monitor's commands about memory: map, heap, peek, poke.
 */
#include <console/console.h>
#include <heap/heap.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <trap/probe.h>

#include "commands.h"

static void print_translation(uint64_t address)
{
    char place[160];
    struct leaf leaf;
    console_printf("0x%llx is %s\n", (unsigned long long)address,
                   host_describe(address, place, sizeof place));
    if (!space_find(&host_space, (struct hva){ address }, &leaf))
        return;
    uint64_t physical = leaf.to.value + (address - leaf.from.value);
    console_printf("  a page of %llu KiB, %s, at physical address 0x%llx\n",
                   (unsigned long long)leaf.size >> 10, rights_name(leaf.rights),
                   (unsigned long long)physical);
}

static void run_map(const struct words *words, const char *line)
{
    (void)line;
    uint64_t address;
    if (words->count == 2) {
        if (command_number(words, 1, &address))
            print_translation(address);
        return;
    }
    host_print_map();
}
const struct command command_map = { "map", "[ADDRESS]", "what is mapped; what lies at an address",
                                     0,     1,           run_map };

static void run_heap(const struct words *words, const char *line)
{
    (void)words, (void)line;
    struct heap_statistics frames = allocator_statistics(frames_default());
    heap_report();
    console_printf("Frames: %zu KiB used, %zu KiB left\n", frames.used_bytes >> 10,
                   frames.left_bytes >> 10);
}
const struct command command_heap = { "heap", "", "blocks, fragmentation, frames", 0, 0, run_heap };

/* What a width of access is called; 0 for a number that is none. */
static unsigned width_of(const struct words *words, size_t index, unsigned otherwise)
{
    uint64_t width;
    if (words->count <= index)
        return otherwise;
    if (!command_number(words, index, &width))
        return 0;
    if (width == 1 || width == 2 || width == 4 || width == 8)
        return (unsigned)width;
    console_printf("a width is 1, 2, 4 or 8 bytes\n");
    return 0;
}

static void print_fault(const char *what, uint64_t address, unsigned width)
{
    char place[160];
    if (address % width != 0)
        console_printf("0x%llx is no multiple of %u\n", (unsigned long long)address, width);
    else
        console_printf("0x%llx cannot be %s: it is %s\n", (unsigned long long)address, what,
                       host_describe(address, place, sizeof place));
}

static void run_peek(const struct words *words, const char *line)
{
    enum { MOST = 4096, ROW = 16 };
    (void)line;
    uint64_t address, bytes = 64, value;
    if (!command_number(words, 1, &address) ||
        (words->count > 2 && !command_number(words, 2, &bytes)))
        return;
    unsigned width = width_of(words, 3, address % 8 == 0 ? 8 : 1);
    if (width == 0)
        return;
    if (bytes > MOST)
        console_printf("%d bytes are shown at most\n", MOST);
    for (uint64_t done = 0; done < bytes && done < MOST; done += width) {
        uint64_t at = address + done;
        if (!probe_read(at, width, &value)) {
            console_printf("%s", done % ROW == 0 ? "" : "\n");
            print_fault("read", at, width);
            return;
        }
        if (done % ROW == 0)
            console_printf("0x%016llx ", (unsigned long long)at);
        console_printf(" %0*llx%s", (int)(2 * width), (unsigned long long)value,
                       done % ROW + width == ROW || done + width >= bytes ? "\n" : "");
    }
}
const struct command command_peek = {
    "peek", "ADDRESS [BYTES [WIDTH]]", "show memory, in hex", 1, 3, run_peek
};

static void run_poke(const struct words *words, const char *line)
{
    (void)line;
    uint64_t address, value;
    if (!command_number(words, 1, &address) || !command_number(words, 2, &value))
        return;
    unsigned width = width_of(words, 3, 8);
    if (width != 0 && !probe_write(address, width, value))
        print_fault("written", address, width);
}
const struct command command_poke = {
    "poke", "ADDRESS VALUE [WIDTH]", "write memory: know what you do", 2, 3, run_poke
};
