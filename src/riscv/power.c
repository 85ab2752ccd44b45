/*
 * power: the three ways to end, best first. See riscv/power.h.
 */
#include <riscv/hart.h>
#include <riscv/power.h>
#include <riscv/sbi.h>

/* QEMU hw/riscv/virt.c, virt_memmap[VIRT_TEST]; right there even before the device tree is read. */
static struct hpa finisher = { 0x100000 };

/* How long the finisher may take, in ticks of the time CSR: ten seconds on QEMU's virt machine. */
#define FINISHER_TICKS UINT64_C(100'000'000)

void power_set_finisher(struct hpa address)
{
    finisher = address;
}

void power_off(enum power_code code)
{
    /* QEMU hw/misc/sifive_test.c: 0x3333 in the low half ends QEMU with the high half as code.
       It ends a while after the store, and a shutdown in the meantime would make the code 0. */
    if (finisher.value != 0) {
        *(volatile uint32_t *)finisher.value = (uint32_t)code << 16 | 0x3333;
        const uint64_t end = csr_read(time) + FINISHER_TICKS;
        for (uint64_t now = csr_read(time); now < end; now = csr_read(time))
            hart_relax();
    }
    sbi_shutdown();
    hart_halt();
}

void power_reboot(void)
{
    sbi_reboot();
    power_off(POWER_PANIC);
}
