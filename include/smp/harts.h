/*
 * harts: all harts of the machine, started, given work, stopped.
 *
 *     harts_start(machine)          every hart that the device tree names sleeps in an idle loop
 *     harts_run(2, job, argument)   job(argument) on hart 2, on its own stack, interrupts on
 *     harts_wait(2)                 until it is through
 *     harts_stop(2)                 off, through the firmware; harts_restart(2) brings it back
 *
 * Harts have two numbers: the firmware's id, which may be anything, and our index, from 0 on in
 * the order of the device tree, but that the hart that booted is 0. The functions here take the
 * index. Limit: HARTS_MAX harts are used, the others are left to the firmware, and said.
 *
 * Each has three stacks with guards (mmu/stacks.h) and a struct hart on a frame of its own, found
 * through tp. An idle hart sleeps in wfi; calls of other harts (smp/ipi.h) and its timers wake it.
 *
 * Context: interrupts on. A hart is given its next job by one other at a time. Source: SBI
 * specification 2.0, chapter 9 (HSM).
 */
#pragma once

#include <base/error.h>
#include <lib/machine.h>
#include <riscv/hart.h>

/*
 * Start all harts but this one, and wait until each idles. Once, by the first hart, after
 * host_start, timer_init and ipi_init. Fails iff there are too few frames (ERR_NO_MEMORY), the
 * firmware refuses one (ERR_INVALID, ERR_IO, ...), or has no HSM (ERR_NOT_SUPPORTED) where there is
 * more than one: those before it run. Panics iff one does not arrive within ten seconds.
 */
enum error harts_start(const struct machine *machine);

/* How many harts have an index: all that were started, and this one. */
uint64_t harts_known(void);

/* The hart with this index, which is less than harts_known(). */
struct hart *harts_at(uint64_t index);
uint64_t harts_id(uint64_t index);

/* The largest id of all of them. */
uint64_t harts_highest_id(void);

/* True iff it runs: it was started and not stopped. */
bool harts_runs(uint64_t index);

/* Have the idle hart call job(argument), which may take as long as it likes. Panics iff the hart
   does not run, is this one, or has not finished its last job. */
void harts_run(uint64_t index, void (*job)(void *argument), void *argument);

/* Sleep until its job is done. Nothing to wait for: returns at once. For who gave it the job. */
void harts_wait(uint64_t index);

/* True iff it has a job. */
bool harts_is_busy(uint64_t index);

/* Turn an idle hart off, and wait until it is. Fails iff it does not run, is this one or is busy
   (ERR_STATE). Its timers do not fire any more. */
enum error harts_stop(uint64_t index);

/* Start it again. Fails iff it runs (ERR_STATE), or the firmware refuses. */
enum error harts_restart(uint64_t index);
