/*
 * power: the three ways to end, best first. See riscv/power.h.
 */
#include <riscv/hart.h>
#include <riscv/power.h>
#include <riscv/sbi.h>

/* QEMU hw/riscv/virt.c, virt_memmap[VIRT_TEST]; right there even before the device tree is read. */
static struct hpa finisher = { 0x100000 };

void power_set_finisher(struct hpa address)
{
    finisher = address;
}

void power_off(enum power_code code)
{
    /* QEMU hw/misc/sifive_test.c: 0x3333 in the low half ends QEMU with the high half as code. */
    if (finisher.value != 0)
        *(volatile uint32_t *)finisher.value = (uint32_t)code << 16 | 0x3333;
    sbi_shutdown();
    hart_halt();
}
