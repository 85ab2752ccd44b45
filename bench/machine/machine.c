/*
 * machine: what traps, timers, page tables, the decoder of device accesses and calls between harts
 * cost, in instructions.
 * `./run.sh bench machine` boots it under -icount shift=0 with 1, 2, 4 and 8 harts.
 *
 * With several harts the counter counts what all of them execute: the rows of calls and
 * shootdowns are the work of the whole machine, the firmware's part in the interrupts included.
 */
#include "bench/machine_start.h"
#include "bench/measure.h"

#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <guest/exit/decode.h>
#include <guest/device/vplic.h>
#include <guest/device/vuart.h>
#include <lib/format.h>
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

/* One row for each way through it: what an instruction is, its kind, and the call, if there is one.
 */
static void bench_decode(void)
{
    static const struct {
        const char *name;
        uint32_t word;
    } fetched[] = {
        { "decode a load", 0x0045a503 },           /* lw a0, 4(a1) */
        { "decode a store", 0x00a5a223 },          /* sw a0, 4(a1) */
        { "decode a compressed load", 0x41c8 },    /* c.lw a0, 4(a1) */
        { "decode a compressed store", 0xc1c8 },   /* c.sw a0, 4(a1) */
        { "decode a load through sp", 0x4512 },    /* c.lwsp a0, 4(sp) */
        { "decode a load of Zcb", 0x85e8 },        /* c.lh a0, 2(a1) */
        { "decode what is no access", 0x00000013 } /* nop */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fetched); i++) {
        uint32_t word = fetched[i].word;
        enum access_kind kind;
        MEASURE(fetched[i].name, COUNT, OPAQUE(word); kind = access_kind(decode_instruction(word));
                OPAQUE(kind));
    }
    struct access access = { 0x00000503 }; /* lb a0, 0(a1), as htinst has it */
    uint64_t value = 0x80;
    MEASURE("extend what was loaded", COUNT, OPAQUE(access); value = access_extend(access, value);
            OPAQUE(value));
}

static struct vplic vplic;
static struct vuart vuart;
static struct bus bus;

static void put_nowhere(void *owner, uint8_t byte)
{
    (void)owner;
    (void)byte;
}

static void set_vuart_line(void *owner, bool high)
{
    (void)owner;
    vplic_set_level(&vplic, 10, high);
}

static void set_vcpu_line(void *owner, unsigned context, bool high)
{
    (void)owner;
    (void)context;
    (void)high;
}

static uint64_t guest_load(uint64_t address, unsigned width_bytes)
{
    uint64_t value = 0;
    struct device *device = bus_find(&bus, (struct gpa){ address });
    ASSERT(device->read(device, address - device->base.value, width_bytes, &value));
    return value;
}

static void guest_store(uint64_t address, unsigned width_bytes, uint64_t value)
{
    struct device *device = bus_find(&bus, (struct gpa){ address });
    ASSERT(device->write(device, address - device->base.value, width_bytes, value));
}

/* What an access of a guest costs behind the exit: the bus, the device, and the check of the
   answer. 95 sources, of which one is used, and 4 vCPUs. */
static void bench_devices(void)
{
    const uint64_t uart = 0x1000'0000, plic = 0xc00'0000, claim = plic + 0x20'0004;
    vuart_init(&vuart, (struct gpa){ uart }, put_nowhere, set_vuart_line, NULL);
    vplic_init(&vplic, (struct gpa){ plic }, 95, 4, set_vcpu_line, NULL);
    ASSERT(bus_add(&bus, &vuart.device) == OK);
    ASSERT(bus_add(&bus, &vplic.device) == OK);
    guest_store(plic + 4 * 10, 4, 1);
    guest_store(plic + 0x2000, 4, 1 << 10);

    MEASURE("guest reads LSR", COUNT, guest_load(uart + 5, 1));
    MEASURE("guest writes THR, no interrupt to raise", COUNT, guest_store(uart, 1, 'x'));
    guest_store(uart + 1, 1, 2); /* THR is empty: the line is high */
    MEASURE("guest claims, and completes: pends again", COUNT,
            guest_store(claim, 4, guest_load(claim, 4)));
    MEASURE("guest reads IIR, writes THR: line down, and up", COUNT, guest_load(uart + 2, 1);
            guest_store(uart, 1, 'x'));
    MEASURE("the next byte of the same burst", COUNT, guest_store(uart, 1, 'x'));
    guest_store(uart + 1, 1, 0);
    guest_store(claim, 4, guest_load(claim, 4)); /* the request that could not be taken back */
    MEASURE("device's line up, claimed, down, completed", COUNT, vplic_set_level(&vplic, 10, true);
            uint64_t source = guest_load(claim, 4); vplic_set_level(&vplic, 10, false);
            guest_store(claim, 4, source));
    guest_store(uart + 1, 1, 1);
    MEASURE("byte received, line up; read by the guest, line down", COUNT,
            ASSERT(vuart_receive(&vuart, 'x'));
            guest_load(uart, 1));
    vplic_check(&vplic);
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
    machine_start(device_tree);
    measure_start();
    if (harts_known() == 1) {
        bench_trap();
        bench_timer();
        bench_map();
        bench_decode();
        bench_devices();
    }
    bench_harts();
    power_off(POWER_WELL);
}
