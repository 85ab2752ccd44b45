/* machine_start: see machine_start.h. */
#include "machine_start.h"

#include <base/assert.h>
#include <lib/machine.h>
#include <mmu/host.h>
#include <riscv/hart.h>
#include <riscv/power.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <trap/timer.h>

void machine_start(const void *device_tree)
{
    static struct machine machine;
    static struct dt tree;
    ASSERT(dt_open(&tree, device_tree, 1 << 20) == OK);
    machine_read(&machine, &tree);
    power_set_finisher(machine.finisher);
    ASSERT(host_start(&machine, device_tree, dt_size(&tree), 3) == OK);
    timer_init(machine.timebase_hz);
    ipi_init();
    timer_enable();
    ipi_enable();
    hart_enable_interrupts();
    ASSERT(harts_start(&machine) == OK);
}
