/*
 * trap: who deals with which of our own traps. The second upcall: trap.S, two floors down, calls
 * trap().
 *
 *     scause                  slot            handler
 *     exception n             n               trap_handle(n, handler)
 *     interrupt n             32 + n          trap_handle_interrupt(n, handler)
 *
 * A handler is entered into a table, once, by whoever knows the cause: mmu/fault.c page faults,
 * trap/timer.c the timer, smp/ipi.c the calls of other harts, device/plic.c the devices. What has
 * no handler goes to trap_unhandled, which reports it and ends the machine.
 *
 * A handler runs on the trap stack of its hart, with interrupts masked. It may take locks (all
 * locks mask interrupts, so it finds none of its own hart held), allocate, and print; it may not
 * wait for another hart that waits for it. An exception inside it ends the machine.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>
#include <riscv/frame.h>

/* Deals with `frame`, whose sepc, and registers but s0 to s11, it may change; or hands it on to
   trap_unhandled. */
typedef void trap_handler(struct frame *frame);

/* Who deals with exception or interrupt `code`, on all harts. Panics iff it is taken, or is 32 or
   more. Context: set-up. */
void trap_handle(unsigned code, trap_handler *handler);
void trap_handle_interrupt(unsigned code, trap_handler *handler);

/* From trap.S. Returns where the cause is dealt with. Context: the trap stack, interrupts masked.
   Cost: see bench/. */
void trap(struct frame *frame);

/* A trap while trap() ran: one line, and the end. Context: the nested stack. */
[[gnu::noreturn]] void trap_nested(uint64_t scause, uint64_t sepc, uint64_t stval);

/* Report the trap in words of one's own, and end the machine. */
[[gnu::noreturn, gnu::cold, gnu::format(printf, 2, 3)]] void trap_panic(const struct frame *frame,
                                                                        const char *format, ...);

/* For a trap that nobody deals with: where its instruction is one of trap/probe.h, go on as that
   one does; else report it, and end the machine. */
void trap_unhandled(struct frame *frame);

/* True iff the instruction that faulted is one of trap/probe.h: then the frame goes on where that
   one continues after a fault. For the handlers of faults. */
bool trap_fix(struct frame *frame);
