/*
 * guest_tree: see guest/load/guest_tree.h. One function for each node, in the order of the tree.
 */
#include <guest/load/guest_tree.h>
#include <lib/dt_writer.h>
#include <lib/format.h>

enum { SUPERVISOR_EXTERNAL = 9 }; /* Privileged Specification, "scause" */

/* The PLIC's registers [PLIC 1.0.0, "Memory Map"]. */
enum {
    PLIC_CONTEXTS = 0x200000,
    PLIC_CONTEXT_SIZE = 0x1000,
    PLIC_SOURCES_MAX = 1023,
};

/* A vCPU's interrupt controller, and the PLIC after them all; 0 is no phandle. */
static uint32_t vcpu_phandle(uint32_t vcpu)
{
    return 1 + vcpu;
}

static uint32_t plic_phandle(const struct guest_tree *guest)
{
    return vcpu_phandle(guest->vcpus);
}

/* --- The isa string: "rv64imac_zicsr_sstc" ---------------------------------------------------- */

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/*
 * The next extension of *rest, which is behind "rv64": a letter, or a name of several characters.
 * Such a name stands behind an underscore, or begins with s, x or z, and takes all that follows up
 * to the next underscore (ISA Manual, Volume I, "ISA Extension Naming Conventions").
 * Length 0, and *rest is as it was: it is the end, or no name follows.
 */
static struct str_view next_extension(const char **rest)
{
    const char *start = **rest == '_' ? *rest + 1 : *rest;
    bool is_long = start != *rest || *start == 's' || *start == 'x' || *start == 'z';
    size_t length = is_letter(*start) ? 1 : 0;
    while (length != 0 && is_long &&
           (is_letter(start[length]) || (start[length] >= '0' && start[length] <= '9')))
        length++;
    if (length != 0)
        *rest = start + length;
    return (struct str_view){ start, length };
}

static bool isa_is_valid(const char *isa)
{
    if (isa == NULL || !str_starts_with(str_view_from_cstr(isa), SV("rv64i")))
        return false;
    isa += 4;
    for (struct str_view name; (name = next_extension(&isa)).len != 0;)
        if (str_equal(name, SV("g")))
            return false;
    return *isa == '\0';
}

/* --- The nodes -------------------------------------------------------------------------------- */

static void put_cells(struct dt_writer *tree, uint32_t address_cells, uint32_t size_cells)
{
    dt_writer_u32(tree, "#address-cells", address_cells);
    dt_writer_u32(tree, "#size-cells", size_cells);
}

static void put_reg(struct dt_writer *tree, struct guest_range range)
{
    dt_writer_begin_property(tree, "reg");
    dt_writer_add_u64(tree, range.start.value);
    dt_writer_add_u64(tree, range.size);
    dt_writer_end_property(tree);
}

static void put_chosen(struct dt_writer *tree, const struct guest_tree *guest)
{
    dt_writer_begin_node(tree, "chosen");
    dt_writer_begin_property(tree, "bootargs");
    dt_writer_add_text(tree, guest->bootargs.data, guest->bootargs.len);
    dt_writer_end_property(tree);
    if (guest->uart.registers.size != 0) {
        char path[sizeof "/soc/serial@" + 16];
        (void)format_buffer(path, sizeof path, "/soc/serial@%llx",
                            (unsigned long long)guest->uart.registers.start.value);
        dt_writer_string(tree, "stdout-path", path);
    }
    if (guest->initrd.size != 0) {
        dt_writer_u64(tree, "linux,initrd-start", guest->initrd.start.value);
        dt_writer_u64(tree, "linux,initrd-end", guest->initrd.start.value + guest->initrd.size);
    }
    dt_writer_bytes(tree, "rng-seed", guest->rng_seed, sizeof guest->rng_seed);
    dt_writer_end_node(tree);
}

static void put_isa(struct dt_writer *tree, const char *isa)
{
    dt_writer_string(tree, "riscv,isa", isa);
    dt_writer_string(tree, "riscv,isa-base", "rv64i");
    dt_writer_begin_property(tree, "riscv,isa-extensions");
    isa += 4;
    for (struct str_view name; (name = next_extension(&isa)).len != 0;)
        dt_writer_add_text(tree, name.data, name.len);
    dt_writer_end_property(tree);
}

static void put_vcpu(struct dt_writer *tree, const struct guest_tree *guest, uint32_t vcpu)
{
    dt_writer_begin_unit(tree, "cpu", vcpu);
    dt_writer_string(tree, "device_type", "cpu");
    dt_writer_u32(tree, "reg", vcpu);
    dt_writer_string(tree, "status", "okay");
    dt_writer_string(tree, "compatible", "riscv");
    put_isa(tree, guest->isa);
    dt_writer_string(tree, "mmu-type", guest->mmu_type);
    dt_writer_begin_node(tree, "interrupt-controller");
    dt_writer_string(tree, "compatible", "riscv,cpu-intc");
    dt_writer_empty(tree, "interrupt-controller");
    dt_writer_u32(tree, "#address-cells", 0);
    dt_writer_u32(tree, "#interrupt-cells", 1);
    dt_writer_u32(tree, "phandle", vcpu_phandle(vcpu));
    dt_writer_end_node(tree);
    dt_writer_end_node(tree);
}

static void put_cpus(struct dt_writer *tree, const struct guest_tree *guest)
{
    dt_writer_begin_node(tree, "cpus");
    put_cells(tree, 1, 0);
    dt_writer_u32(tree, "timebase-frequency", guest->timebase_hz);
    for (uint32_t vcpu = 0; vcpu < guest->vcpus; vcpu++)
        put_vcpu(tree, guest, vcpu);
    dt_writer_end_node(tree);
}

static void put_memory(struct dt_writer *tree, const struct guest_tree *guest)
{
    dt_writer_begin_unit(tree, "memory", guest->memory.start.value);
    dt_writer_string(tree, "device_type", "memory");
    put_reg(tree, guest->memory);
    dt_writer_end_node(tree);
}

static void put_plic(struct dt_writer *tree, const struct guest_tree *guest)
{
    static const char *const compatible[] = { "sifive,plic-1.0.0", "riscv,plic0" };
    if (guest->plic.registers.size == 0)
        return;
    dt_writer_begin_unit(tree, "plic", guest->plic.registers.start.value);
    dt_writer_strings(tree, "compatible", compatible, ARRAY_LENGTH(compatible));
    put_reg(tree, guest->plic.registers);
    dt_writer_empty(tree, "interrupt-controller");
    dt_writer_u32(tree, "#address-cells", 0);
    dt_writer_u32(tree, "#interrupt-cells", 1);
    dt_writer_begin_property(tree, "interrupts-extended"); /* context n: S-mode of vCPU n */
    for (uint32_t vcpu = 0; vcpu < guest->vcpus; vcpu++) {
        dt_writer_add_cell(tree, vcpu_phandle(vcpu));
        dt_writer_add_cell(tree, SUPERVISOR_EXTERNAL);
    }
    dt_writer_end_property(tree);
    dt_writer_u32(tree, "riscv,ndev", guest->plic.sources);
    dt_writer_u32(tree, "phandle", plic_phandle(guest));
    dt_writer_end_node(tree);
}

static void put_uart(struct dt_writer *tree, const struct guest_tree *guest)
{
    if (guest->uart.registers.size == 0)
        return;
    dt_writer_begin_unit(tree, "serial", guest->uart.registers.start.value);
    dt_writer_string(tree, "compatible", "ns16550a");
    put_reg(tree, guest->uart.registers);
    dt_writer_u32(tree, "clock-frequency", guest->uart.clock_hz);
    if (guest->uart.interrupt != 0) {
        dt_writer_u32(tree, "interrupts", guest->uart.interrupt);
        dt_writer_u32(tree, "interrupt-parent", plic_phandle(guest));
    }
    dt_writer_end_node(tree);
}

static void put_soc(struct dt_writer *tree, const struct guest_tree *guest)
{
    dt_writer_begin_node(tree, "soc");
    put_cells(tree, 2, 2);
    dt_writer_string(tree, "compatible", "simple-bus");
    dt_writer_empty(tree, "ranges"); /* its addresses are the machine's */
    put_plic(tree, guest);
    put_uart(tree, guest);
    dt_writer_end_node(tree);
}

/* --- The whole -------------------------------------------------------------------------------- */

static bool end_fits(struct guest_range range)
{
    return range_in(range.start.value, range.size, UINT64_MAX);
}

static bool memory_is_valid(const struct guest_tree *guest)
{
    struct guest_range ram = guest->memory;
    struct guest_range uart = guest->uart.registers, plic = guest->plic.registers;
    return end_fits(ram) && end_fits(uart) && end_fits(plic) && ram.size != 0 &&
           (guest->initrd.size == 0 || guest_range_within(guest->initrd, ram)) &&
           !guest_ranges_overlap(ram, uart) && !guest_ranges_overlap(ram, plic) &&
           !guest_ranges_overlap(uart, plic);
}

static bool interrupts_are_valid(const struct guest_tree *guest)
{
    if (guest->plic.registers.size == 0)
        return guest->plic.sources == 0 && guest->uart.interrupt == 0;
    uint64_t contexts_end = PLIC_CONTEXTS + (uint64_t)guest->vcpus * PLIC_CONTEXT_SIZE;
    return guest->plic.registers.size >= contexts_end && guest->plic.sources >= 1 &&
           guest->plic.sources <= PLIC_SOURCES_MAX &&
           (guest->uart.registers.size == 0 ||
            (guest->uart.interrupt >= 1 && guest->uart.interrupt <= guest->plic.sources));
}

static bool is_valid(const struct guest_tree *guest)
{
    return guest->vcpus >= 1 && guest->vcpus <= GUEST_VCPUS_MAX && memory_is_valid(guest) &&
           interrupts_are_valid(guest) && isa_is_valid(guest->isa) && guest->mmu_type != NULL &&
           !str_find_byte(guest->bootargs, '\0', NULL);
}

enum error guest_tree_write(const struct guest_tree *guest, void *buffer, size_t size,
                            size_t *total)
{
    static const char *const compatible[] = { "bumpvisor,guest", "riscv-virtio" };
    if (!is_valid(guest))
        return ERR_INVALID;
    struct dt_writer tree;
    dt_writer_init(&tree, buffer, size);
    dt_writer_begin_node(&tree, "");
    put_cells(&tree, 2, 2);
    dt_writer_strings(&tree, "compatible", compatible, ARRAY_LENGTH(compatible));
    dt_writer_string(&tree, "model", "bumpvisor,guest");
    put_chosen(&tree, guest);
    put_cpus(&tree, guest);
    put_memory(&tree, guest);
    put_soc(&tree, guest);
    dt_writer_end_node(&tree);
    return dt_writer_finish(&tree, total);
}
