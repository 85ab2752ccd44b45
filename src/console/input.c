/*
 * input: see console/input.h.
 */
#include <console/input.h>
#include <lib/spinlock.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>

enum { SIZE = 256 }; /* a power of two: positions count on for ever, and wrap well */

static struct spinlock lock = SPINLOCK_INIT;
static const struct input_device *device; /* NULL: the firmware */
static char ring[SIZE];
static uint32_t put, taken; /* positions; put - taken bytes are in the ring */
static bool paused;         /* the ring was full: the device is not listened to */

/* Take what the device has, as far as there is room. Context: locked. */
static void fill(void)
{
    while (put - taken < SIZE && device->next(&ring[put % SIZE]))
        put++;
    bool full = put - taken == SIZE;
    if (full != paused) {
        paused = full;
        device->listen(!full);
    }
}

void console_input_ready(void)
{
    uint64_t interrupts = spinlock_lock(&lock, __builtin_return_address(0));
    fill();
    spinlock_unlock(&lock, interrupts);
}

void console_input_from(const struct input_device *that_device)
{
    device = that_device;
    device->listen(true);
    console_input_ready(); /* what came before */
}

bool console_read(char *byte)
{
    if (device == NULL)
        return sbi_legacy_getchar(byte);
    uint64_t interrupts = spinlock_lock(&lock, __builtin_return_address(0));
    bool any = put != taken;
    if (any)
        *byte = ring[taken++ % SIZE];
    if (paused && put - taken <= SIZE / 2)
        fill();
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
        if (!any && device != NULL)
            hart_wait_for_interrupt();
        hart_restore_interrupts(interrupts);
        if (any)
            return byte;
        hart_relax();
    }
}
