/*
 * fault: what a page fault or an access fault of the hypervisor itself means.
 */
#pragma once

#include <lib/machine.h>

/* From now on such a trap is reported with the name of the place; `machine` names devices. */
void fault_handlers(const struct machine *machine);
