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
#include <device/plic.h>
#include <device/uart.h>
#include <guest/boot/guest.h>
#include <heap/heap.h>
#include <lib/machine.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <monitor/monitor.h>
#include <riscv/csr.h>
#include <riscv/power.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <trap/timer.h>

void main(uint64_t hart_id, const void *device_tree);

/* The firmware does not say how large the tree is; its own header does, up to this. */
enum { DEVICE_TREE_MAX = 2 * 1024 * 1024 };

static struct machine machine;
static struct dt tree;

static void read_machine(const void *device_tree)
{
    enum error error = dt_open(&tree, device_tree, DEVICE_TREE_MAX);
    if (error)
        panic("the device tree at %p cannot be read: %s", device_tree, error_name(error));
    machine_read(&machine, &tree);
    if (machine.finisher.value != 0)
        power_set_finisher(machine.finisher);
}

#define HEAP_SIZE ((uint64_t)(__heap_end - __heap))

/* The boot argument heap-at=ADDRESS: the heap at an address of its own; 0: in place. */
static uint64_t heap_address(void)
{
    uint64_t address = 0;
    if (machine_bootarg(&machine, "heap-at").text != NULL &&
        (!machine_bootarg_number(&machine, "heap-at", &address) || address % PAGE_SIZE != 0 ||
         address == 0 || address > space_limit(LEVELS_MAX) - HEAP_SIZE))
        panic("heap-at takes a multiple of 4096 below 2^56, as in 0x444444440000");
    return address;
}

/* The boot argument paging=3|4|5 asks for so many levels; else as few as reach every address. */
static void start_space(const void *device_tree)
{
    uint64_t levels = host_levels(heap_address() + HEAP_SIZE);
    if (machine_bootarg_number(&machine, "paging", &levels) &&
        (levels < host_levels(heap_address() + HEAP_SIZE) || levels > LEVELS_MAX))
        panic("paging takes 3, 4 or 5 levels, and as many as heap-at needs");
    if (host_start(&machine, device_tree, dt_size(&tree), (unsigned)levels) != OK)
        panic("this hart has no Sv%u; choose another with --paging, or a lower --heap-at",
              9 * (unsigned)levels + 12);
}

/* The heap's memory: in place, or frames mapped to an address of its own. */
static char *heap_memory(void)
{
    uint64_t address = heap_address();
    if (address == 0)
        return __heap;
    enum error error = host_map_heap(address, HEAP_SIZE);
    if (error)
        panic("a heap of %llu bytes at 0x%llx: %s; %zu bytes of frames are left: start with more "
              "RAM (--memory=512M)",
              (unsigned long long)HEAP_SIZE, (unsigned long long)address, error_name(error),
              allocator_statistics(frames_default()).left_bytes);
    return (char *)(uintptr_t)address;
}

/* The boot arguments heap=NAME and checked=no; without them a checked bump. */
static void start_heap(void)
{
    char *start = heap_memory();
    struct machine_word name = machine_bootarg(&machine, "heap");
    struct heap_choice choice = { "bump", 4, !machine_bootarg_is(&machine, "checked", "no") };
    if (name.text != NULL)
        choice.name = name.text, choice.length = name.length;
    enum error error = heap_init_as(choice, start, start + HEAP_SIZE);
    if (error)
        panic("no heap \"%.*s\" from %p to %p: %s", (int)choice.length, choice.name, (void *)start,
              (void *)(start + HEAP_SIZE), error_name(error));
}

/* Timers and calls between harts, then all harts, then devices. */
static void start_interrupts(void)
{
    if (machine.timebase_hz == 0)
        panic("the device tree names no timebase-frequency: no clock");
    timer_init(machine.timebase_hz);
    ipi_init();
    timer_enable();
    ipi_enable();
    hart_enable_interrupts();
    enum error error = harts_start(&machine);
    if (error)
        panic("of %zu harts %llu run: %s", machine.hart_count, (unsigned long long)harts_known(),
              error_name(error));
    if (machine_bootarg_is(&machine, "passthrough", "uart"))
        return; /* its registers will be a guest's */
    if (plic_init(&machine) != OK || uart_init(&machine) != OK)
        console_printf("No UART by interrupt: what is typed comes from the firmware\n");
}

/* Nobody may keep a block when the machine goes. */
static void end_heap(void)
{
    if (heap_leaks() != 0)
        panic("the demo leaks; the report above says what");
    demo_heap_statistics(heap_default(), "after");
}

/* For bench/: how many instructions it took. Exact under QEMU's -icount, else a guess. */
static void report_instructions(uint64_t since, const char *what)
{
    if (machine_bootarg(&machine, "count").text != NULL)
        console_printf("Instructions from main to %s: %llu\n", what,
                       (unsigned long long)(csr_read(instret) - since));
}

/* The guest that the loader put into RAM, or the one that is in the image. */
[[gnu::noreturn]] static void run_guest(struct guest_wish wish)
{
    if (wish.image_bytes == 0)
        panic("there is no guest: QEMU's -device guest-loader,addr=...,kernel=... brings one");
    console_printf("vm %u: an image of %zu bytes, %zu vCPU%s, %llu MiB\n", wish.number,
                   wish.image_bytes, wish.vcpus, wish.vcpus == 1 ? "" : "s",
                   (unsigned long long)wish.memory_bytes >> 20);
    enum vm_end end = VM_RUNS;
    enum error error = guest_run(&machine, &wish, &end);
    power_off(error == OK && end == VM_POWER_OFF ? POWER_WELL : POWER_GUEST);
}

static void demo(uint64_t start)
{
    demo_machine(&machine);
    demo_memory_map();
    demo_harts();
    demo_heap_statistics(heap_default(), "before");
    struct machine_word fault = machine_bootarg(&machine, "fault");
    if (fault.text != NULL)
        demo_fault(fault.text, fault.length);
    demo_vector(heap_default());
    demo_string(heap_default());
    demo_collections(&machine, heap_default());
    demo_guest(&machine);
    end_heap();
    report_instructions(start, "power-off");
    console_printf("All done: powering off\n");
    power_off(POWER_WELL);
}

void main(uint64_t hart_id, const void *device_tree)
{
    uint64_t start = csr_read(instret);
    console_init();
    console_printf("Booting hypervisor... (hart %llu)\n", (unsigned long long)hart_id);
    read_machine(device_tree);
    start_space(device_tree);
    start_heap();
    start_interrupts();
    if (machine_bootarg_is(&machine, "run", "guest"))
        run_guest(guest_wish_from(&machine));
    if (machine_bootarg_is(&machine, "run", "hello"))
        run_guest(guest_wish_hello());
    if (!machine_bootarg_is(&machine, "run", "shell"))
        demo(start);
    report_instructions(start, "shell");
    console_printf("%llu hart%s, %llu MiB; help shows the commands\n",
                   (unsigned long long)harts_known(), harts_known() == 1 ? "" : "s",
                   (unsigned long long)machine.memory.size >> 20);
    monitor_run();
}
