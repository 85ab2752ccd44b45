/*
 * main: the whole machine on one page, a table of contents of the boot.
 *
 * The third upcall: riscv/boot.S calls main with what the firmware said.
 */
#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <demo/demo.h>
#include <demo/fault.h>
#include <heap/heap.h>
#include <lib/machine.h>
#include <lib/memory.h>
#include <mmu/identity.h>
#include <riscv/csr.h>
#include <riscv/power.h>

void main(uint64_t hart_id, const void *device_tree);

/* The firmware does not say how large the tree is; its own header does, up to this. */
enum { DEVICE_TREE_MAX = 2 * 1024 * 1024 };

static struct machine machine;

static void read_machine(const void *device_tree)
{
    struct dt dt;
    enum error error = dt_open(&dt, device_tree, DEVICE_TREE_MAX);
    if (error)
        panic("the device tree at %p cannot be read: %s", device_tree, error_name(error));
    machine_read(&machine, &dt);
    if (machine.finisher.value != 0)
        power_set_finisher(machine.finisher);
}

/* The boot arguments heap=NAME and checked=no; without them a checked bump. */
static void start_heap(void)
{
    struct machine_word name = machine_bootarg(&machine, "heap");
    struct machine_word checked = machine_bootarg(&machine, "checked");
    struct heap_choice choice = { "bump", 4, true };
    if (name.text != NULL)
        choice.name = name.text, choice.length = name.length;
    if (checked.length == 2 && memcmp(checked.text, "no", 2) == 0)
        choice.checked = false;
    enum error error = heap_init_as(choice, __heap, __heap_end);
    if (error)
        panic("no heap \"%.*s\" from %p to %p: %s", (int)choice.length, choice.name, (void *)__heap,
              (void *)__heap_end, error_name(error));
}

/* Nobody may keep a block when the machine goes. */
static void end_heap(void)
{
    if (heap_leaks() != 0)
        panic("the demo leaks; the report above says what");
    demo_heap_statistics(heap_default(), "after");
}

/* For bench/: how many instructions the demo took. Exact under QEMU's -icount, else a guess. */
static void report_instructions(uint64_t since)
{
    if (machine_bootarg(&machine, "count").text != NULL)
        console_printf("Instructions from main to power-off: %llu\n",
                       (unsigned long long)(csr_read(instret) - since));
}

void main(uint64_t hart_id, const void *device_tree)
{
    uint64_t start = csr_read(instret);
    console_init();
    console_printf("Booting hypervisor... (hart %llu)\n", (unsigned long long)hart_id);
    read_machine(device_tree);
    demo_machine(&machine);

    if (identity_map() != OK)
        console_printf("This hart has no Sv39: no guard below the stack, code can be written\n");
    demo_memory_map();

    start_heap();
    demo_heap_statistics(heap_default(), "before");
    struct machine_word fault = machine_bootarg(&machine, "fault");
    if (fault.text != NULL)
        demo_fault(fault.text, fault.length);
    demo_vector(heap_default());
    demo_string(heap_default());
    end_heap();

    report_instructions(start);
    console_printf("All done: powering off\n");
    power_off(POWER_WELL);
}
