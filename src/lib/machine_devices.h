/*
 * machine_devices: the half of machine_read that looks for devices and reserved memory.
 */
#pragma once

#include <lib/machine.h>

void machine_read_devices(struct machine *machine, const struct dt *dt);
