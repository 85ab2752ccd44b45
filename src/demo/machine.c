/*
 * machine: what we run on, as the firmware and the device tree tell it.
 */
#include <console/console.h>
#include <demo/demo.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>

static void firmware(void)
{
    struct sbi_firmware f = sbi_firmware();
    console_printf("Firmware: %s %llu.%llu, SBI %llu.%llu, console by %s\n",
                   sbi_firmware_name(f.implementation), (unsigned long long)f.version >> 16,
                   (unsigned long long)f.version & 0xffff,
                   (unsigned long long)f.specification_major,
                   (unsigned long long)f.specification_minor, console_backend());
}

void demo_machine(const struct machine *machine)
{
    firmware();
    console_printf("Machine: %s, %zu hart%s", machine->model ? machine->model : "unnamed",
                   machine->hart_count, machine->hart_count == 1 ? "" : "s");
    console_printf(" (this is hart %llu), %llu MiB of RAM at 0x%llx\n",
                   (unsigned long long)this_hart()->id,
                   (unsigned long long)machine->memory.size >> 20,
                   (unsigned long long)machine->memory.start.value);

    static const char *const extensions[] = { "h", "f", "d", "v", "sstc", "svpbmt", "svinval" };
    console_printf("Extensions that the device tree names:");
    for (size_t i = 0; i < ARRAY_LENGTH(extensions); i++)
        if (machine_has_extension(machine, extensions[i]))
            console_printf(" %s", extensions[i]);
    console_printf("%s\n", machine_has_extension(machine, "h")
                               ? ""
                               : " (no h: this machine cannot run guests)");
}
