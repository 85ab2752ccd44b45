/*
 * machine_devices: the devices and the reserved memory of the device tree. See lib/machine.h.
 *
 * A device stands at the root or in a bus below it, "/soc", whose addresses are the machine's
 * own; others are not looked at.
 */
#include <lib/machine.h>
#include <lib/memory.h>

#include "machine_devices.h"

/* A walk over the nodes that may be devices, each with its parent. */
struct walk {
    struct dt_node node, parent;
    struct dt_node top; /* the child of the root that the walk is in */
};

static struct walk walk_start(const struct dt *dt)
{
    return (struct walk){ .node = dt_root(dt) };
}

static bool walk_next(const struct dt *dt, struct walk *walk)
{
    while (dt_next(dt, &walk->node)) {
        if (walk->node.depth == 1)
            walk->top = walk->node;
        walk->parent = walk->node.depth == 1 ? dt_root(dt) : walk->top;
        const char *bus = dt_name(dt, walk->top);
        if (walk->node.depth == 1 ||
            (walk->node.depth == 2 && strlen(bus) == 3 && memcmp(bus, "soc", 3) == 0))
            return true;
    }
    return false;
}

static bool registers_of(const struct dt *dt, const struct walk *walk, struct memory_range *range)
{
    return dt_reg(dt, walk->parent, walk->node, &range->start.value, &range->size);
}

bool machine_reserve(struct machine *machine, struct memory_range range)
{
    if (machine->reserved_count == MACHINE_MAX_RESERVED || range.size == 0)
        return false;
    machine->reserved[machine->reserved_count++] = range;
    return true;
}

/* Devicetree Specification 0.4, section 3.5; Linux's binding of /chosen for the initrd. */
static void read_reserved(struct machine *machine, const struct dt *dt)
{
    struct dt_node parent, node;
    if (dt_find(dt, "/reserved-memory", &parent)) {
        for (node = parent; dt_next_child(dt, parent, &node);) {
            struct memory_range range;
            if (dt_reg(dt, parent, node, &range.start.value, &range.size))
                (void)machine_reserve(machine, range);
        }
    }
    uint64_t start, end;
    if (dt_find(dt, "/chosen", &node) &&
        dt_cells(dt_property(dt, node, "linux,initrd-start"), 0, 2, &start) &&
        dt_cells(dt_property(dt, node, "linux,initrd-end"), 0, 2, &end) && end > start)
        (void)machine_reserve(machine, (struct memory_range){ { start }, end - start });
}

static void found_finisher(struct machine *machine, struct dt_node node, struct memory_range range)
{
    (void)node;
    machine->finisher = range.start;
}

static void found_plic(struct machine *machine, struct dt_node node, struct memory_range range)
{
    machine->plic = range;
    machine->plic_node = node;
}

static void found_uart(struct machine *machine, struct dt_node node, struct memory_range range)
{
    uint64_t line = 0;
    (void)dt_cells(dt_property(machine->tree, node, "interrupts"), 0, 1, &line);
    machine->uart = range;
    machine->uart_interrupt = (uint32_t)line;
}

/* What we look for. To find another device: a row, and a function. */
static const struct {
    const char *compatible;
    void (*found)(struct machine *machine, struct dt_node node, struct memory_range range);
} wanted[] = {
    { "sifive,test0", found_finisher },
    { "sifive,plic-1.0.0", found_plic },
    { "ns16550a", found_uart },
};

void machine_read_devices(struct machine *machine, const struct dt *dt)
{
    bool done[ARRAY_LENGTH(wanted)] = { false }; /* the first of each counts */
    read_reserved(machine, dt);
    for (struct walk walk = walk_start(dt); walk_next(dt, &walk);) {
        struct dt_property compatible = dt_property(dt, walk.node, "compatible");
        struct memory_range range;
        for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
            if (done[i] || !dt_has_string(compatible, wanted[i].compatible) ||
                !registers_of(dt, &walk, &range))
                continue;
            done[i] = true;
            wanted[i].found(machine, walk.node, range);
        }
    }
}

const char *machine_device_at(const struct machine *machine, struct hpa address)
{
    for (struct walk walk = walk_start(machine->tree); walk_next(machine->tree, &walk);) {
        struct memory_range range;
        if (registers_of(machine->tree, &walk, &range) &&
            address.value - range.start.value < range.size)
            return dt_name(machine->tree, walk.node);
    }
    return NULL;
}

/* The phandle of the interrupt controller in the node of this hart. */
static bool hart_controller(const struct dt *dt, uint64_t hart_id, uint64_t *phandle)
{
    struct dt_node cpus, cpu, child;
    if (!dt_find(dt, "/cpus", &cpus))
        return false;
    for (cpu = cpus; dt_next_child(dt, cpus, &cpu);) {
        uint64_t id, unused;
        if (!dt_has_string(dt_property(dt, cpu, "device_type"), "cpu") ||
            !dt_reg(dt, cpus, cpu, &id, &unused) || id != hart_id)
            continue;
        for (child = cpu; dt_next_child(dt, cpu, &child);)
            if (dt_cells(dt_property(dt, child, "phandle"), 0, 1, phandle))
                return true;
    }
    return false;
}

bool machine_plic_context(const struct machine *machine, uint64_t hart_id, uint32_t *context)
{
    enum { SUPERVISOR_EXTERNAL = 9 };
    const struct dt *dt = machine->tree;
    uint64_t ours, phandle, cause;
    if (machine->plic.size == 0 || !hart_controller(dt, hart_id, &ours))
        return false;
    struct dt_property pairs = dt_property(dt, machine->plic_node, "interrupts-extended");
    for (uint32_t i = 0; dt_cells(pairs, (size_t)2 * i, 1, &phandle) &&
                         dt_cells(pairs, (size_t)2 * i + 1, 1, &cause);
         i++)
        if (phandle == ours && cause == SUPERVISOR_EXTERNAL) {
            *context = i;
            return true;
        }
    return false;
}

/* From `start` on: the nearest byte that is taken, or the end of RAM; 0 bytes where start is. */
static uint64_t free_from(uint64_t start, uint64_t end, const struct memory_range *used,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (start - used[i].start.value < used[i].size)
            return 0;
        if (used[i].start.value > start && used[i].start.value < end)
            end = used[i].start.value;
    }
    return end > start ? end - start : 0;
}

/* The i-th place where a hole may begin: where RAM does, or where something that is taken ends. */
static uint64_t candidate(const struct machine *machine, const struct memory_range *used,
                          size_t count, size_t i)
{
    if (i == 0)
        return machine->memory.start.value;
    struct memory_range before = i <= count ? used[i - 1] : machine->reserved[i - 1 - count];
    return before.start.value + before.size;
}

struct memory_range machine_largest_hole(const struct machine *machine,
                                         const struct memory_range *used, size_t count)
{
    struct memory_range best = { .size = 0 };
    uint64_t first = machine->memory.start.value, end = first + machine->memory.size;
    for (size_t i = 0; i <= count + machine->reserved_count; i++) {
        uint64_t start = candidate(machine, used, count, i);
        if (start < first || start >= end)
            continue;
        uint64_t size = free_from(start, end, used, count);
        if (size != 0)
            size = free_from(start, start + size, machine->reserved, machine->reserved_count);
        if (size > best.size)
            best = (struct memory_range){ { start }, size };
    }
    return best;
}
