/*
 * memory_map: where the linker script put everything. Rights as mmu/host.h gives them.
 */
#include <base/image.h>
#include <console/console.h>
#include <demo/demo.h>
#include <heap/heap.h>
#include <mmu/host.h>

static void row(const char *name, const char *rights, const char *start, const char *end)
{
    console_printf("  %-8s %-4s 0x%08llx - 0x%08llx  %9zu bytes\n", name, rights,
                   (unsigned long long)(uintptr_t)start, (unsigned long long)(uintptr_t)end,
                   (size_t)(end - start));
}

void demo_memory_map(void)
{
    console_printf("Memory map:\n");
    row(".text", "R-X", __text_start, __text_end);
    row(".rodata", "R--", __rodata_start, __rodata_end);
    row(".data", "RW-", __data_start, __data_end);
    row(".bss", "RW-", __bss_start, __bss_end);
    row("guard", "---", __stack_guard, __stack_bottom);
    row("stack", "RW-", __stack_bottom, __stack_top);
    row("heap", "RW-", heap_bounds().start, heap_bounds().end);
    host_print_summary();
}
