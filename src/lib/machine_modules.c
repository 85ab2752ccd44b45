/*
 * machine_modules: what lies in RAM for a guest. See struct machine_modules in lib/machine.h.
 *
 * QEMU writes, for each -device guest-loader:
 *
 *     /chosen/module@0x90000000 {
 *         compatible = "multiboot,module", "multiboot,kernel";      (or "multiboot,ramdisk")
 *         reg = <0x0 0x90000000 0x0 0x1400000>;
 *         bootargs = "...";                                         (a kernel's, where it has some)
 *     };
 *
 * The binding wants #address-cells and #size-cells in /chosen; QEMU leaves them out, and means
 * those of the root.
 */
#include <lib/memory.h>

#include "machine_devices.h"

/* The first of a kind counts; the memory of all is taken. */
static void read_module(struct machine *machine, struct dt_node node, struct memory_range range)
{
    const struct dt *dt = machine->tree;
    struct machine_modules *modules = &machine->modules;
    struct dt_property compatible = dt_property(dt, node, "compatible");
    if (!machine_reserve(machine, range))
        return; /* its memory may be used for something else: it is not there */
    if (dt_has_string(compatible, "multiboot,kernel") && modules->kernel.size == 0) {
        modules->kernel = range;
        const char *bootargs = dt_string(dt_property(dt, node, "bootargs"));
        if (bootargs != NULL)
            modules->bootargs = (struct machine_word){ bootargs, strlen(bootargs) };
    }
    if (dt_has_string(compatible, "multiboot,ramdisk") && modules->ramdisk.size == 0)
        modules->ramdisk = range;
}

void machine_read_modules(struct machine *machine, const struct dt *dt)
{
    struct dt_node chosen, node;
    if (!dt_find(dt, "/chosen", &chosen))
        return;
    bool has_cells = dt_property(dt, chosen, "#address-cells").data != NULL;
    struct dt_node cells = has_cells ? chosen : dt_root(dt);
    for (node = chosen; dt_next_child(dt, chosen, &node);) {
        struct memory_range range;
        if (dt_has_string(dt_property(dt, node, "compatible"), "multiboot,module") &&
            dt_reg(dt, cells, node, &range.start.value, &range.size))
            read_module(machine, node, range);
    }
}
