/*
 * report: see guest/boot/report.h.
 */
#include <console/console.h>
#include <guest/boot/report.h>
#include <guest/exit/exit.h>
#include <guest/run/run.h>
#include <guest/sbi/vsbi.h>

void report_end(const struct vm *vm)
{
    static const char *const ends[] = { [VM_RUNS] = "still runs",
                                        [VM_POWER_OFF] = "power-off",
                                        [VM_REBOOT] = "reboot",
                                        [VM_FAILED] = "failed",
                                        [VM_STOPPED] = "stopped" };
    console_printf("vm %u: %s: %s (vCPU %llu, pc 0x%llx", vm->number, ends[vm->end], vm->why,
                   (unsigned long long)vm->by, (unsigned long long)vm->sepc);
    if (vm->gpa.value != 0)
        console_printf(", gpa 0x%llx", (unsigned long long)vm->gpa.value);
    console_printf(")\n");
}

static void report_calls(const struct vm *vm)
{
    for (size_t extension = 0; extension <= vsbi_extension_count; extension++)
        for (size_t function = 0; function < 8; function++) {
            uint64_t count = 0;
            for (size_t i = 0; i < vm->vcpu_count; i++)
                count += vm->vcpus[i].sbi_calls[extension][function];
            if (count != 0)
                console_printf("  %8llu  SBI %s, function %zu\n", (unsigned long long)count,
                               extension < vsbi_extension_count ? vsbi_extensions[extension]->name
                                                                : "of no extension",
                               function);
        }
}

void report_exits(const struct vm *vm)
{
    uint64_t total = 0, counts[TRAP_CAUSES] = { 0 };
    for (size_t i = 0; i < vm->vcpu_count; i++)
        for (unsigned slot = 0; slot < TRAP_CAUSES; slot++) {
            counts[slot] += vm->vcpus[i].exits[slot];
            total += vm->vcpus[i].exits[slot];
        }
    console_printf("vm %u: %llu exits, %llu turns on harts\n", vm->number,
                   (unsigned long long)total, (unsigned long long)run_turns);
    for (unsigned slot = 0; slot < TRAP_CAUSES; slot++)
        if (counts[slot] != 0)
            console_printf("  %8llu  %s\n", (unsigned long long)counts[slot], exit_name(slot));
    report_calls(vm);
}
