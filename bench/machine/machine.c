/*
 * machine: what traps, timers, page tables and calls between harts cost, in instructions.
 * `./run.sh bench machine` boots it under -icount shift=0 with 1, 2, 4 and 8 harts.
 *
 * With several harts the counter counts what all of them execute: the rows of calls and
 * shootdowns are the work of the whole machine, the firmware's part in the interrupts included.
 */
#include "bench/measure.h"

#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <lib/format.h>
#include <lib/machine.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <riscv/hart.h>
#include <riscv/power.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <smp/shootdown.h>
#include <trap/timer.h>
#include <trap/trap.h>

enum { COUNT = 1000 };

static struct machine machine;
static struct dt tree;

static void start(const void *device_tree)
{
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

/* An ebreak of four bytes. */
static void step_over(struct frame *frame)
{
    frame->sepc += 4;
}

static void bench_trap(void)
{
    trap_handle(3, step_over);
    MEASURE("trap to a C handler and back", COUNT,
            __asm__ volatile(".option push\n.option norvc\nebreak\n.option pop" ::
                                 : "memory"));
}

/* The deadline has passed when interrupts are let through: what is counted is the interrupt, the
   timer's function, the next deadline, and the way back. */
static void bench_timer(void)
{
    static struct timer timer = { .function = timer_wakes };
    for (size_t i = 0; i < COUNT; i++) {
        uint64_t interrupts = hart_mask_interrupts();
        timer_start(&timer, 0);
        uint64_t before = instructions();
        csr_set(sstatus, SSTATUS_SIE);
        csr_clear(sstatus, SSTATUS_SIE);
        measure_samples[i] = instructions() - before - measure_overhead - 2;
        hart_restore_interrupts(interrupts);
        ASSERT(!timer_is_running(&timer));
    }
    measure_row("timer interrupt to its function and back", COUNT);
    MEASURE("timer started and cancelled", COUNT, timer_start(&timer, UINT64_MAX - 1);
            timer_cancel(&timer));
}

static void bench_map(void)
{
    const struct hva at = { UINT64_C(0x30'0000'0000) };
    const uint64_t small = PAGE_SIZE, large = pte_span(1);
    struct space *space = &host_space;
    uint64_t next = 0;
    ASSERT(space_map(space, at, (struct hpa){ 0 }, small, RIGHTS_RW) ==
           OK); /* the tables on the way */
    ASSERT(space_unmap(space, at, small) == OK);
    MEASURE("map a page of 4 KiB", 400,
            (void)(space_map(space, (struct hva){ at.value + next }, (struct hpa){ next }, small,
                             RIGHTS_RW) == OK);
            next += small);
    next = 0;
    MEASURE("unmap a page of 4 KiB", 400,
            (void)(space_unmap(space, (struct hva){ at.value + next }, small) == OK);
            next += small);
    next = large;
    MEASURE("map a page of 2 MiB", 400,
            (void)(space_map(space, (struct hva){ at.value + next }, (struct hpa){ next }, large,
                             RIGHTS_RW) == OK);
            next += large);
    next = large;
    MEASURE("unmap a page of 2 MiB", 400,
            (void)(space_unmap(space, (struct hva){ at.value + next }, large) == OK);
            next += large);
    space_prune(space, at, UINT64_C(1) << 31);
}

static void answer(void *argument)
{
    *(volatile uint64_t *)argument = 1;
}

static void bench_harts(void)
{
    char name[48];
    uint64_t word;
    unsigned long long harts = harts_known();
    const struct hva window = { UINT64_C(0x30'0000'0000) };
    if (harts == 2) {
        uint64_t before = instructions();
        for (size_t i = 0; i < COUNT; i++)
            ipi_run(1, answer, &word);
        measure_mean("call to another hart, and its answer", instructions() - before, COUNT);
    }
    uint64_t before = instructions();
    for (size_t i = 0; i < COUNT; i++)
        shootdown(window, PAGE_SIZE);
    uint64_t total = instructions() - before;
    (void)format_buffer(name, sizeof name, "shootdown of a page, %llu hart%s", harts,
                        harts == 1 ? "" : "s");
    measure_mean(name, total, COUNT);
}

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    (void)hart_id;
    console_init();
    console_printf("Booting hypervisor bench: machine\n");
    start(device_tree);
    measure_start();
    if (harts_known() == 1) {
        bench_trap();
        bench_timer();
        bench_map();
    }
    bench_harts();
    power_off(POWER_WELL);
}
