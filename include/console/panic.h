/*
 * panic: the last words of the machine.
 *
 * panic() itself is declared in base/assert.h, for every floor. Here is the form for a trap,
 * which has the registers of the code that failed.
 *
 * The report has a fixed form, which tools/symbolize reads: it starts with `PANIC on hart`, ends
 * with `END OF PANIC`, and code addresses stand in it as 0x and 16 digits.
 */
#pragma once

#include <riscv/frame.h>

/*
 * Report `frame` and the backtrace from it, and end the machine with POWER_PANIC. `has_cause`:
 * scause, stval and sstatus of the frame are those of a trap. The first hart to come here
 * reports and interrupts all others, which halt, now or when they next unmask interrupts or want
 * to print; a second time on the same hart ends at once. Context: any.
 */
[[gnu::noreturn, gnu::cold, gnu::format(printf, 3, 0)]] void
panic_report(const struct frame *frame, bool has_cause, const char *format, va_list arguments);

/* True iff a panic is being reported: a hart that is interrupted then stops for good. */
bool panic_is_reporting(void);

/* The name of a trap's cause: "illegal instruction". Never NULL. Source: RISC-V Privileged
   Specification, table "Supervisor cause register (scause) values after trap". */
const char *panic_cause_name(uint64_t scause);
