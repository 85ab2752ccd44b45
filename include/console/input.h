/*
 * input: bytes that were typed, from whoever receives them to whoever reads.
 *
 *     device/uart.c, in its interrupt --> ring of 256 bytes --> console_read, in the monitor
 *
 * Where the ring is full the newest byte is dropped, and counted. Where no device fills it (no
 * UART in the device tree, or no PLIC), the firmware is asked instead (SBI legacy getchar).
 */
#pragma once

#include <base/types.h>

/* From now on `console_input_put` brings the bytes, and the firmware is not asked. */
void console_input_from_device(void);

/* A byte was typed. Context: any, also an interrupt. */
void console_input_put(char byte);

/* The oldest byte, into *byte. False iff there is none. Context: any. */
bool console_read(char *byte);

/* The same, and sleeps until there is one. Context: interrupts on, not in a trap. */
char console_read_wait(void);

/* How many bytes were dropped. */
size_t console_input_lost(void);
