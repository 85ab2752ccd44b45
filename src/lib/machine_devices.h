/*
 * machine_devices: the parts of machine_read that have files of their own.
 */
#pragma once

#include <lib/machine.h>

/* Devices and reserved memory (machine_devices.c). */
void machine_read_devices(struct machine *machine, const struct dt *dt);

/* The modules below /chosen; they are reserved as well (machine_modules.c). */
void machine_read_modules(struct machine *machine, const struct dt *dt);

/* Note that the range is taken. False iff it is empty, or MACHINE_MAX_RESERVED are noted. */
bool machine_reserve(struct machine *machine, struct memory_range range);
