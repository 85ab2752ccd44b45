/*
 * machine_devices: the devices and the reserved memory of the device tree. See lib/machine.h.
 *
 * A device stands at the root or in a bus below it, "/soc", whose addresses are the machine's
 * own; others are not looked at.
 */
#include <lib/machine.h>

#include "machine_devices.h"

/* The node that `node` is a child of: the root, or the bus. False iff it is deeper. */
static bool parent_of(const struct dt *dt, struct dt_node node, struct dt_node *parent)
{
    *parent = dt_root(dt);
    return node.depth == 1 || (node.depth == 2 && dt_find(dt, "/soc", parent));
}

static bool registers_of(const struct dt *dt, struct dt_node node, struct memory_range *range)
{
    struct dt_node parent;
    return parent_of(dt, node, &parent) &&
           dt_reg(dt, parent, node, &range->start.value, &range->size);
}

/* The first device that is compatible with `name`. */
static bool find_device(const struct dt *dt, const char *name, struct dt_node *node,
                        struct memory_range *range)
{
    *node = (struct dt_node){ .offset = UINT32_MAX };
    while (dt_next_compatible(dt, name, node))
        if (registers_of(dt, *node, range))
            return true;
    return false;
}

static void reserve(struct machine *machine, struct memory_range range)
{
    if (machine->reserved_count < MACHINE_MAX_RESERVED && range.size != 0)
        machine->reserved[machine->reserved_count++] = range;
}

/* Devicetree Specification 0.4, section 3.5; Linux's binding of /chosen for the initrd. */
static void read_reserved(struct machine *machine, const struct dt *dt)
{
    struct dt_node parent, node;
    if (dt_find(dt, "/reserved-memory", &parent)) {
        for (node = parent; dt_next_child(dt, parent, &node);) {
            struct memory_range range;
            if (dt_reg(dt, parent, node, &range.start.value, &range.size))
                reserve(machine, range);
        }
    }
    uint64_t start, end;
    if (dt_find(dt, "/chosen", &node) &&
        dt_cells(dt_property(dt, node, "linux,initrd-start"), 0, 2, &start) &&
        dt_cells(dt_property(dt, node, "linux,initrd-end"), 0, 2, &end) && end > start)
        reserve(machine, (struct memory_range){ { start }, end - start });
}

void machine_read_devices(struct machine *machine, const struct dt *dt)
{
    struct dt_node node;
    struct memory_range range;
    read_reserved(machine, dt);
    if (find_device(dt, "sifive,test0", &node, &range))
        machine->finisher = range.start;
    if (find_device(dt, "sifive,plic-1.0.0", &node, &range))
        machine->plic = range;
    if (find_device(dt, "ns16550a", &node, &range)) {
        uint64_t line = 0;
        machine->uart = range;
        (void)dt_cells(dt_property(dt, node, "interrupts"), 0, 1, &line);
        machine->uart_interrupt = (uint32_t)line;
    }
}

const char *machine_device_at(const struct machine *machine, struct hpa address)
{
    struct dt_node node = dt_root(machine->tree);
    while (dt_next(machine->tree, &node)) {
        struct memory_range range;
        if (registers_of(machine->tree, node, &range) &&
            address.value - range.start.value < range.size)
            return dt_name(machine->tree, node);
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
    struct dt_node plic;
    struct memory_range range;
    uint64_t wanted, phandle, cause;
    if (!find_device(dt, "sifive,plic-1.0.0", &plic, &range) ||
        !hart_controller(dt, hart_id, &wanted))
        return false;
    struct dt_property pairs = dt_property(dt, plic, "interrupts-extended");
    for (uint32_t i = 0;
         dt_cells(pairs, 2 * i, 1, &phandle) && dt_cells(pairs, 2 * i + 1, 1, &cause); i++)
        if (phandle == wanted && cause == SUPERVISOR_EXTERNAL) {
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

struct memory_range machine_largest_hole(const struct machine *machine,
                                         const struct memory_range *used, size_t count)
{
    struct memory_range best = { .size = 0 };
    uint64_t first = machine->memory.start.value, end = first + machine->memory.size;
    size_t candidates = 1 + count + machine->reserved_count;
    for (size_t i = 0; i < candidates; i++) {
        /* A hole begins where RAM does, or where something that is taken ends. */
        const struct memory_range *before = i == 0       ? NULL
                                            : i <= count ? &used[i - 1]
                                                         : &machine->reserved[i - 1 - count];
        uint64_t start = before == NULL ? first : before->start.value + before->size;
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
