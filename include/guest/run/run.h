/*
 * run: harts for vCPUs.
 *
 *     run_vms(...) -> every hart of the machine:  +--> take the first of the queue
 *                                                  |    vcpu_load, vcpu_run ... until
 *                                                  |       its turn is over, and others wait
 *                                                  |       it waits for an interrupt (wfi)
 *                                                  |       it is stopped
 *                                                  +--- vcpu_put; back into the queue, or not
 *
 * Where there are enough harts for all vCPUs, each keeps its own, and sleeps on it: wfi does not
 * trap, and nothing of this runs. Where there are fewer, wfi traps and gives the hart away, and a
 * turn takes 10 ms at most. A hart without a vCPU sleeps too.
 *
 * A vCPU that waits is woken by a request (an interrupt for it), or by its deadline, which is
 * watched by whoever has a hart: an idle one sleeps until the earliest, a busy one ends its turn
 * for it. So no vCPU, and no hart, ever waits spinning for another.
 *
 * Locks: one, for the queue and the flag `blocked` of all vCPUs; inside of those of a guest's
 * devices. And one around the way of what is typed, outside of them.
 */
#pragma once

#include <guest/vm/vm.h>

/* Run the guests' vCPUs, of which those were started that run_start was called for, on all harts
   until all guests are over; returns when no hart runs any. What is typed goes to the first of
   them. Context: the first hart, interrupts on. */
void run_vms(struct vm *const *vms, size_t count);

/* The stopped vCPU is to begin at vcpu->start_pc with vcpu->start_argument. Any context. */
void run_start(struct vcpu *vcpu);

/* For vm_create: its requests have changed. Any context; may be called with a device's lock held.
 */
void run_kick(struct vcpu *vcpu);

/* How many times a hart took up a vCPU. For reports. */
extern uint64_t run_turns;
