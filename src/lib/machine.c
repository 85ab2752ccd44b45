/*
 * machine: see lib/machine.h.
 */
#include <lib/machine.h>
#include <lib/memory.h>

/* A hart counts unless its status says otherwise (Devicetree Specification, 2.3.4). */
static bool is_enabled(const struct fdt *fdt, struct fdt_node node)
{
    struct fdt_property status = fdt_property(fdt, node, "status");
    return status.data == NULL || fdt_has_string(status, "okay") || fdt_has_string(status, "ok");
}

static void read_harts(struct machine *machine, const struct fdt *fdt)
{
    struct fdt_node cpus, node;
    if (!fdt_find(fdt, "/cpus", &cpus))
        return;
    (void)fdt_cells(fdt_property(fdt, cpus, "timebase-frequency"), 0, 1, &machine->timebase_hz);
    for (node = cpus; fdt_next_child(fdt, cpus, &node);) {
        uint64_t id, unused;
        if (!fdt_has_string(fdt_property(fdt, node, "device_type"), "cpu") ||
            !is_enabled(fdt, node) || !fdt_reg(fdt, cpus, node, &id, &unused))
            continue;
        if (machine->hart_count == 0) {
            machine->isa = fdt_string(fdt_property(fdt, node, "riscv,isa"));
            machine->isa_list = fdt_property(fdt, node, "riscv,isa-extensions");
        }
        if (machine->hart_count < MACHINE_MAX_HARTS)
            machine->harts[machine->hart_count] = id;
        machine->hart_count++;
    }
}

static void read_memory(struct machine *machine, const struct fdt *fdt)
{
    struct fdt_node root = fdt_root(fdt), node = root;
    while (fdt_next_child(fdt, root, &node))
        if (fdt_has_string(fdt_property(fdt, node, "device_type"), "memory") &&
            fdt_reg(fdt, root, node, &machine->memory_start.value, &machine->memory_size))
            return;
}

/* The finisher stands at the root or in a bus below it whose addresses are the machine's. */
static void read_finisher(struct machine *machine, const struct fdt *fdt)
{
    struct fdt_node node = { .offset = UINT32_MAX }, bus;
    uint64_t unused;
    if (!fdt_next_compatible(fdt, "sifive,test0", &node))
        return;
    bus = fdt_root(fdt);
    if (node.depth == 2 && !fdt_find(fdt, "/soc", &bus))
        return;
    (void)fdt_reg(fdt, bus, node, &machine->finisher.value, &unused);
}

void machine_read(struct machine *machine, const struct fdt *fdt)
{
    struct fdt_node chosen;
    *machine = (struct machine){ .model = fdt_string(fdt_property(fdt, fdt_root(fdt), "model")) };
    read_harts(machine, fdt);
    read_memory(machine, fdt);
    read_finisher(machine, fdt);
    if (fdt_find(fdt, "/chosen", &chosen))
        machine->bootargs = fdt_string(fdt_property(fdt, chosen, "bootargs"));
}

/* True iff the `length` bytes at `text` are the string `word`. */
static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static size_t length_up_to(const char *text, char stop)
{
    size_t length = 0;
    while (text[length] != '\0' && text[length] != stop)
        length++;
    return length;
}

/* In "rv64imafdch_zicsr_sstc": single letters up to the first _, names between underscores. */
static bool isa_names(const char *isa, const char *extension)
{
    if (strlen(isa) < 4)
        return false;
    isa += 4; /* rv64 */
    size_t length = length_up_to(isa, '_');
    for (size_t i = 0; i < length; i++)
        if (is_word(isa + i, 1, extension))
            return true;
    for (isa += length; *isa == '_'; isa += length) {
        isa++;
        length = length_up_to(isa, '_');
        if (is_word(isa, length, extension))
            return true;
    }
    return false;
}

bool machine_has_extension(const struct machine *machine, const char *extension)
{
    return (machine->isa != NULL && isa_names(machine->isa, extension)) ||
           fdt_has_string(machine->isa_list, extension);
}

struct machine_word machine_bootarg(const struct machine *machine, const char *key)
{
    const char *at = machine->bootargs != NULL ? machine->bootargs : "";
    while (*at != '\0') {
        size_t length = length_up_to(at, ' ');
        size_t name = length_up_to(at, '=');
        if (name < length && is_word(at, name, key))
            return (struct machine_word){ at + name + 1, length - name - 1 };
        at += length;
        if (*at == ' ')
            at++;
    }
    return (struct machine_word){ 0 };
}
