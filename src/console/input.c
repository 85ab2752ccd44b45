/*
 * input: see console/input.h.
 */
#include <console/input.h>
#include <lib/spinlock.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>

enum { SIZE = 256 }; /* a power of two: positions count on for ever, and wrap well */

static struct spinlock lock = SPINLOCK_INIT;
static char ring[SIZE];
static uint32_t put, taken; /* positions; put - taken bytes are in the ring */
static size_t lost;
static bool from_device;

void console_input_from_device(void)
{
    from_device = true;
}

void console_input_put(char byte)
{
    uint64_t interrupts = spinlock_lock(&lock, __builtin_return_address(0));
    if (put - taken < SIZE)
        ring[put++ % SIZE] = byte;
    else
        lost++;
    spinlock_unlock(&lock, interrupts);
}

bool console_read(char *byte)
{
    if (!from_device)
        return sbi_legacy_getchar(byte);
    uint64_t interrupts = spinlock_lock(&lock, __builtin_return_address(0));
    bool any = put != taken;
    if (any)
        *byte = ring[taken++ % SIZE];
    spinlock_unlock(&lock, interrupts);
    return any;
}

char console_read_wait(void)
{
    char byte;
    for (;;) {
        /* Masked between the look and the wfi: a byte that comes in between ends the wfi. */
        uint64_t interrupts = hart_mask_interrupts();
        bool any = console_read(&byte);
        if (!any && from_device)
            hart_wait_for_interrupt();
        hart_restore_interrupts(interrupts);
        if (any)
            return byte;
        hart_relax();
    }
}

size_t console_input_lost(void)
{
    return lost;
}
