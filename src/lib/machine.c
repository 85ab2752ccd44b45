/*
 * machine: see lib/machine.h.
 */
#include <lib/machine.h>
#include <lib/memory.h>
#include <lib/number.h>

#include "machine_devices.h"

/* A hart counts unless its status says otherwise (Devicetree Specification, 2.3.4). */
static bool is_enabled(const struct dt *dt, struct dt_node node)
{
    struct dt_property status = dt_property(dt, node, "status");
    return status.data == NULL || dt_has_string(status, "okay") || dt_has_string(status, "ok");
}

static void read_harts(struct machine *machine, const struct dt *dt)
{
    struct dt_node cpus, node;
    if (!dt_find(dt, "/cpus", &cpus))
        return;
    (void)dt_cells(dt_property(dt, cpus, "timebase-frequency"), 0, 1, &machine->timebase_hz);
    for (node = cpus; dt_next_child(dt, cpus, &node);) {
        uint64_t id, unused;
        if (!dt_has_string(dt_property(dt, node, "device_type"), "cpu") || !is_enabled(dt, node) ||
            !dt_reg(dt, cpus, node, &id, &unused))
            continue;
        if (machine->hart_count == 0) {
            machine->isa = dt_string(dt_property(dt, node, "riscv,isa"));
            machine->isa_list = dt_property(dt, node, "riscv,isa-extensions");
        }
        if (machine->hart_count < MACHINE_MAX_HARTS)
            machine->harts[machine->hart_count] = id;
        machine->hart_count++;
    }
}

static void read_memory(struct machine *machine, const struct dt *dt)
{
    struct dt_node root = dt_root(dt), node = root;
    while (dt_next_child(dt, root, &node))
        if (dt_has_string(dt_property(dt, node, "device_type"), "memory") &&
            dt_reg(dt, root, node, &machine->memory.start.value, &machine->memory.size))
            return;
}

void machine_read(struct machine *machine, const struct dt *dt)
{
    struct dt_node chosen;
    *machine =
        (struct machine){ .model = dt_string(dt_property(dt, dt_root(dt), "model")), .tree = dt };
    read_harts(machine, dt);
    read_memory(machine, dt);
    machine_read_devices(machine, dt);
    machine_read_modules(machine, dt);
    if (dt_find(dt, "/chosen", &chosen))
        machine->bootargs = dt_string(dt_property(dt, chosen, "bootargs"));
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
           dt_has_string(machine->isa_list, extension);
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

bool machine_bootarg_is(const struct machine *machine, const char *key, const char *value)
{
    struct machine_word word = machine_bootarg(machine, key);
    return word.text != NULL && is_word(word.text, word.length, value);
}

bool machine_bootarg_number(const struct machine *machine, const char *key, uint64_t *number)
{
    struct machine_word word = machine_bootarg(machine, key);
    return word.text != NULL && number_parse(word.text, word.length, number);
}
