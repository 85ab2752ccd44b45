/*
 * input: bytes that were typed, from whoever receives them to whoever reads.
 *
 *     device/uart.c, in its interrupt --> ring of 256 bytes --> console_read, in the monitor
 *
 * Nothing is lost: where the ring is full the device is told not to interrupt any more, keeps what
 * it has, and its sender waits; when half of the ring is free again it is listened to again. Where
 * there is no device (no UART in the device tree, or no PLIC), the firmware is asked instead (SBI
 * legacy getchar).
 */
#pragma once

#include <base/types.h>

/* What a device can do. Both are called with the ring's lock held, and print nothing. */
struct input_device {
    bool (*next)(char *byte);    /* the oldest byte that it has; false iff it has none */
    void (*listen)(bool wanted); /* interrupt when there is one, or do not */
};

/* From now on the bytes come from `device`, which stays. It is listened to. Once. */
void console_input_from(const struct input_device *device);

/* The device has bytes. Context: its interrupt. */
void console_input_ready(void);

/* The oldest byte, into *byte. False iff there is none. Context: any. */
bool console_read(char *byte);

/* The same, and sleeps until there is one. Context: interrupts on, not in a trap. */
char console_read_wait(void);
