/*
 * uart: bytes that are typed, from a 16550, by interrupt. Text out goes through the firmware, which
 * drives the same chip: the two halves of it have nothing to do with each other.
 *
 * Source: National Semiconductor PC16550D data sheet, section 8 ("Registers").
 */
#pragma once

#include <base/error.h>
#include <lib/machine.h>

/*
 * Receive through the UART that `machine` names, into console/input.h. Once, after plic_init.
 * Fails iff the tree names none, or no line of it (ERR_NOT_FOUND).
 */
enum error uart_init(const struct machine *machine);
