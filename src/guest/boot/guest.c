/*
 * guest: see guest/boot/guest.h.
 */
#include <base/assert.h>
#include <console/console.h>
#include <guest/boot/guest.h>
#include <guest/boot/report.h>
#include <guest/exit/exit.h>
#include <guest/load/guest_tree.h>
#include <guest/load/image.h>
#include <guest/run/run.h>
#include <lib/memory.h>
#include <mmu/frames.h>
#include <trap/probe.h>
#include <trap/timer.h>

enum { ISA_MAX = 256 };

/* Extensions that need nothing of us but that the hart has them. */
static const char *const passed_on[] = { "zicsr", "zifencei", "zihintpause", "zba",
                                         "zbb",   "zbc",      "zbs",         "zawrs" };

/* The guest's harts: what ours have, less what is ours alone, and what would need a state that is
   not switched (vectors). */
static void describe_isa(const struct machine *machine, char *isa)
{
    size_t used = format_buffer(isa, ISA_MAX, "rv64");
    for (const char *letter = "imafdc"; *letter != '\0'; letter++) {
        const char name[] = { *letter, '\0' };
        if (machine_has_extension(machine, name))
            isa[used++] = *letter;
    }
    isa[used] = '\0';
    for (size_t i = 0; i < ARRAY_LENGTH(passed_on); i++)
        if (machine_has_extension(machine, passed_on[i]))
            used += format_buffer(isa + used, ISA_MAX - used, "_%s", passed_on[i]);
    if (timer_has_sstc()) /* whatever the machine's tree says: the guest would believe ours */
        (void)format_buffer(isa + used, ISA_MAX - used, "_sstc");
}

/* Not for secrets: the clock, stirred (Steele, Lea, Flood, "Fast splittable pseudorandom number
   generators", 2014: splitmix64). */
static void fill_seed(uint8_t *seed)
{
    uint64_t state = timer_now() ^ csr_read(cycle) << 32;
    for (size_t i = 0; i < GUEST_RNG_SEED_SIZE; i += sizeof state) {
        uint64_t z = state += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        z ^= z >> 31;
        memcpy(seed + i, &z, sizeof z);
    }
}

static enum error write_tree(const struct machine *machine, const struct guest_wish *wish,
                             const struct image_plan *plan, void *buffer, size_t size,
                             size_t *total)
{
    char isa[ISA_MAX];
    describe_isa(machine, isa);
    struct guest_tree tree = {
        .memory = { { GUEST_RAM_BASE }, wish->memory_bytes },
        .vcpus = (uint32_t)wish->vcpus,
        .isa = isa,
        .mmu_type = "riscv,sv39", /* at least; a kernel that wants more tries it */
        .timebase_hz = (uint32_t)machine->timebase_hz,
        .bootargs = { wish->bootargs, wish->bootargs_bytes },
        .initrd = plan->initrd,
        .plic = { { { GUEST_PLIC_BASE }, GUEST_PLIC_SIZE }, GUEST_PLIC_SOURCES },
        .uart = { { { GUEST_UART_BASE }, GUEST_UART_SIZE }, GUEST_UART_IRQ, GUEST_UART_HZ },
    };
    if (wish->has_uart) { /* its registers; its interrupt stays ours, so the guest polls them */
        tree.uart.interrupt = 0;
        tree.plic.registers.size = 0;
        tree.plic.sources = 0;
    }
    fill_seed(tree.rng_seed);
    return guest_tree_write(&tree, buffer, size, total);
}

/* Image, tree and initrd into the guest's RAM. */
static enum error load(struct vm *vm, const struct machine *machine, const struct guest_wish *wish,
                       const struct image_plan *plan)
{
    enum error error = OK;
    for (size_t i = 0; i < plan->count && error == OK; i++)
        error =
            guest_write(&vm->memory, plan->pieces[i].start, wish->image + plan->pieces[i].offset,
                        plan->pieces[i].file_bytes); /* the rest is zero */
    if (error == OK && plan->initrd.size != 0)
        error = guest_write(&vm->memory, plan->initrd.start, wish->initrd, wish->initrd_bytes);
    if (error != OK)
        return error;
    const struct layout layout = { GUEST_TREE_MAX, PAGE_SIZE };
    void *buffer = allocator_alloc(frames_default(), layout);
    if (buffer == NULL)
        return ERR_NO_MEMORY;
    size_t total = 0;
    error = write_tree(machine, wish, plan, buffer, layout.size, &total);
    if (error == OK)
        error = guest_write(&vm->memory, plan->tree.start, buffer, total);
    allocator_dealloc(frames_default(), buffer, layout);
    return error;
}

/* The machine's UART where the guest expects one: a page of registers in its second stage, which is
   found before the bus is asked. */
static enum error give_uart(struct vm *vm, const struct machine *machine)
{
    if (machine->uart.size == 0)
        return ERR_NOT_FOUND;
    vm->takes_input = false; /* what is typed it reads itself */
    /* Linux asks 75 times what it may count: three times as often as it exits for all else. */
    vm->has_pmu = false;
    struct hpa page = { machine->uart.start.value & ~(PAGE_SIZE - 1) };
    return space_map(&vm->memory.space, (struct hva){ GUEST_UART_BASE }, page, PAGE_SIZE,
                     RIGHTS_RW);
}

static enum error make_plan(const struct guest_wish *wish, struct image_plan *plan)
{
    struct image_place place = {
        .ram = { { GUEST_RAM_BASE }, wish->memory_bytes },
        .tree_bytes = GUEST_TREE_MAX,
        .initrd_bytes = wish->initrd_bytes,
    };
    struct image_verdict verdict = image_make_plan(wish->image, wish->image_bytes, &place, plan);
    if (verdict.error != OK)
        console_printf("vm %u: the image is refused: %s\n", wish->number, verdict.why);
    return verdict.error;
}

/* From nothing to its end, once. */
static enum error run_once(const struct machine *machine, const struct guest_wish *wish,
                           const struct image_plan *plan, enum vm_end *end)
{
    struct vm *vm;
    enum error error = vm_create((struct vm_wish){ .number = wish->number,
                                                   .memory_bytes = wish->memory_bytes,
                                                   .vcpus = wish->vcpus,
                                                   .levels = wish->levels },
                                 run_kick, &vm);
    if (error) {
        console_printf(
            "vm %u: %llu bytes of memory for %zu vCPUs: %s; %zu bytes of frames are left: "
            "start with more RAM (--memory=1G)\n",
            wish->number, (unsigned long long)wish->memory_bytes, wish->vcpus, error_name(error),
            allocator_statistics(frames_default()).left_bytes);
        return error;
    }
    error = wish->has_uart ? give_uart(vm, machine) : OK;
    if (error == OK)
        error = load(vm, machine, wish, plan);
    if (error == OK) {
        vm->vcpus[0].start_pc = plan->entry.value;
        vm->vcpus[0].start_argument = plan->tree.start.value;
        run_start(&vm->vcpus[0]);
        run_vms(&vm, 1);
        *end = vm->end;
        if (!wish->quiet || vm->end == VM_STOPPED)
            report_end(vm);
        if (!wish->quiet)
            report_exits(vm);
    }
    vm_destroy(vm);
    return error;
}

enum error guest_run(const struct machine *machine, const struct guest_wish *wish, enum vm_end *end)
{
    static struct image_plan plan;
    if (!probe_hgatp(0)) {
        console_printf(
            "vm %u: this hart has no hypervisor extension: start QEMU with -cpu rv64,h=on\n",
            wish->number);
        return ERR_NOT_SUPPORTED;
    }
    exit_init();
    enum error error = make_plan(wish, &plan);
    do {
        if (error == OK)
            error = run_once(machine, wish, &plan, end);
    } while (error == OK && *end == VM_REBOOT);
    return error;
}

/* hello.S */
extern const uint8_t hello_guest[], hello_guest_end[];

struct guest_wish guest_wish_hello(void)
{
    return (struct guest_wish){
        .image = hello_guest,
        .image_bytes = (size_t)(hello_guest_end - hello_guest),
        .bootargs = "",
        .vcpus = 1,
        .memory_bytes = UINT64_C(8) << 20,
        .levels = 3,
    };
}

struct guest_wish guest_wish_from(const struct machine *machine)
{
    const struct machine_modules *modules = &machine->modules;
    struct guest_wish wish = {
        .number = 1,
        .image = (const uint8_t *)(uintptr_t)modules->kernel.start.value,
        .image_bytes = modules->kernel.size,
        .initrd = (const uint8_t *)(uintptr_t)modules->ramdisk.start.value,
        .initrd_bytes = modules->ramdisk.size,
        .bootargs = modules->bootargs.text != NULL ? modules->bootargs.text : "",
        .bootargs_bytes = modules->bootargs.length,
        .vcpus = 1,
        .memory_bytes = UINT64_C(512) << 20,
        .levels = 3,
        .has_uart = machine_bootarg_is(machine, "passthrough", "uart"),
    };
    uint64_t number;
    if (machine_bootarg_number(machine, "vcpus", &number))
        wish.vcpus = number;
    if (machine_bootarg_number(machine, "guest-memory", &number))
        wish.memory_bytes = number;
    if (machine_bootarg_number(machine, "guest-levels", &number))
        wish.levels = (unsigned)number;
    return wish;
}
