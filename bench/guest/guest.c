/*
 * guest: what an exit costs, in instructions, as the guest itself counts them. `./run.sh bench
 * guest` boots it under -icount shift=0, with one hart: with
 * several, what the firmware waits for its other harts is counted too, and that is QEMU's turns.
 */
#include "bench/machine_start.h"
#include "bench/measure.h"

#include <base/assert.h>
#include <console/console.h>
#include <guest/boot/guest.h>
#include <guest/exit/exit.h>
#include <guest/run/run.h>
#include <riscv/power.h>
#include <riscv/sbi.h>
#include <trap/timer.h>

enum { COUNT = 1000 };
#define RESULTS UINT64_C(0x80300000)

#define GUEST(name)                                                                                \
    extern const uint8_t name[], name##_end[];                                                     \
    _Static_assert(1, "a semicolon")

GUEST(guest_nothing);
GUEST(guest_null_call);
GUEST(guest_uart_read);
GUEST(guest_uart_write);
GUEST(guest_ipi_self);
GUEST(guest_timer);
GUEST(guest_fence);

static uint64_t overhead; /* of what the guests do around the operation */

/* Run it, and print its row; `name` NULL: only note what "nothing" costs. */
static void run(const char *name, const uint8_t *code, const uint8_t *end)
{
    struct vm *vm;
    ASSERT(vm_create((struct vm_wish){ .memory_bytes = 4 << 20, .vcpus = 1, .levels = 3 }, run_kick,
                     &vm) == OK);
    struct gpa entry = { GUEST_RAM_BASE + GUEST_LARGE_PAGE };
    ASSERT(guest_write(&vm->memory, entry, code, (uint64_t)(end - code)) == OK);
    vm->vcpus[0].start_pc = entry.value;
    run_start(&vm->vcpus[0]);
    run_vms(&vm, 1);
    ASSERT(vm->end == VM_POWER_OFF);
    ASSERT(guest_read(&vm->memory, (struct gpa){ RESULTS }, measure_samples,
                      COUNT * sizeof measure_samples[0]) == OK);
    vm_destroy(vm);
    if (name == NULL) {
        overhead = measure_samples[COUNT / 2] - 1; /* less the nop */
        return;
    }
    for (size_t i = 0; i < COUNT; i++)
        measure_samples[i] -= overhead;
    measure_row(name, COUNT);
}

#define RUN(name, guest) run((name), guest, guest##_end)

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    (void)hart_id;
    console_init();
    console_printf("Booting hypervisor bench: guest\n");
    machine_start(device_tree);
    exit_init();
    measure_start();
    RUN(NULL, guest_nothing);
    MEASURE("the firmware's own null call", COUNT, (void)sbi_call(SBI_EXT_BASE, 0, 0, 0, 0));
    RUN("null SBI call, guest to guest", guest_null_call);
    RUN("UART read, guest to guest", guest_uart_read);
    RUN("UART write, guest to guest", guest_uart_write);
    RUN("IPI to itself", guest_ipi_self);
    if (vcpu_has_sstc)
        RUN("timer interrupt to the guest", guest_timer);
    MEASURE("the firmware's own remote fence", COUNT,
            (void)(sbi_remote_fence(SBI_SFENCE_VMA, UINT64_C(1) << this_hart()->id, 0, 0x1000,
                                    0x1000, 0) == OK));
    RUN("remote fence, guest to guest", guest_fence);
    power_off(POWER_WELL);
}
