/* tap: see tap.h. The main of every test image. */
#include "tap.h"

#include <base/assert.h>
#include <base/image.h>
#include <heap/heap.h>
#include <lib/machine.h>
#include <mmu/host.h>
#include <riscv/power.h>

uint64_t test_hart_id, test_device_tree;
static bool failed;

void tap_check(bool passed, const char *file, int line, const char *what)
{
    if (passed)
        return;
    __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
    console_printf("# %s:%d: not true: %s\n", file, line, what);
}

void tap_check_equal(uint64_t left, uint64_t right, const char *file, int line, const char *what)
{
    if (left == right)
        return;
    __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
    console_printf("# %s:%d: not true: %s (0x%llx and 0x%llx)\n", file, line, what,
                   (unsigned long long)left, (unsigned long long)right);
}

struct machine test_machine;
static struct dt tree;

static void start_space(const void *device_tree)
{
    if (dt_open(&tree, device_tree, 1 << 20) != OK)
        panic("the device tree cannot be read");
    machine_read(&test_machine, &tree);
    uint64_t levels = 3;
    (void)machine_bootarg_number(&test_machine, "paging", &levels);
    if (host_start(&test_machine, device_tree, dt_size(&tree), (unsigned)levels) != OK)
        panic("no Sv39");
}

/* As the demo: the boot arguments heap=NAME and checked=no, without them a checked bump. */
static void start_heap(void)
{
    struct machine_word name = machine_bootarg(&test_machine, "heap");
    struct heap_choice choice = { "bump", 4,
                                  machine_bootarg(&test_machine, "checked").text == NULL };
    if (name.text != NULL)
        choice.name = name.text, choice.length = name.length;
    if (heap_init_as(choice, __heap, __heap_end) != OK)
        panic("the heap of hypervisor.ld was refused, or its name");
}

void main(uint64_t hart_id, uint64_t device_tree);
void main(uint64_t hart_id, uint64_t device_tree)
{
    test_hart_id = hart_id;
    test_device_tree = device_tree;
    console_init();
    console_printf("Booting hypervisor test: %s\n", test_image_name);
    start_space((const void *)device_tree);
    start_heap();

    size_t failures = 0;
    console_printf("1..%zu\n", test_count);
    for (size_t i = 0; i < test_count; i++) {
        failed = false;
        struct heap_statistics before = heap_statistics();
        test_list[i].run();
        CHECK_EQUAL(heap_statistics().live, before.live); /* every test gives back what it took */
        allocator_check(heap_default());
        console_printf("%s %zu - %s\n", failed ? "not ok" : "ok", i + 1, test_list[i].name);
        failures += failed;
    }
    if (heap_leaks() != 0)
        panic("the tests leak");
    power_off(failures == 0 ? POWER_WELL : POWER_TEST_FAILED);
}
