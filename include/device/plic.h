/*
 * plic: the platform-level interrupt controller: which device wants what, one at a time.
 *
 *     device's line n --> priority[n] > threshold[context]?  enabled[context] bit n?
 *                           --> external interrupt of the hart that has the context
 *     handler:  claim: which line? --> its function --> complete
 *
 * A context is an interrupt of a hart; ours is the supervisor's external one of the first hart,
 * to which all devices go. Shortcoming: other harts get none, so a busy device is a busy hart 0.
 *
 * Source: RISC-V Platform-Level Interrupt Controller Specification 1.0.0, "Memory Map"; Linux's
 * binding interrupt-controller/sifive,plic-1.0.0.
 */
#pragma once

#include <base/error.h>
#include <lib/machine.h>

enum { PLIC_LINES = 96 };

/*
 * Set up the controller that `machine` names, for this hart; all lines are off. Once, after
 * host_start. Fails iff the tree names none, or no context for this hart (ERR_NOT_FOUND).
 */
enum error plic_init(const struct machine *machine);

/* Have `function(argument)` called when the line 1 .. PLIC_LINES - 1 is up, in the interrupt. It
   makes the device lower the line. Panics iff the line is taken, or there is no such line. */
void plic_handle(uint32_t line, void (*function)(void *argument), void *argument);

/* How often a line was up that has no function; there should be none. */
uint64_t plic_strays(void);
