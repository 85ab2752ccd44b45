/*
 * trap: what our own traps mean. The second upcall: trap.S, two floors down, calls trap().
 *
 * Today every trap is the end: interrupts are off, and an exception is our own mistake.
 */
#pragma once

#include <riscv/frame.h>

/* Decode and report; never returns. Context: the trap stack, interrupts masked. */
[[gnu::noreturn]] void trap(const struct frame *frame);

/* A trap while trap() ran: one line, and the end. Context: the nested stack. */
[[gnu::noreturn]] void trap_nested(uint64_t scause, uint64_t sepc, uint64_t stval);
