/*
 * exit: what the guest is answered, by the cause of its exit.
 *
 *     cause (scause)                    answer                                   file
 *     10 ecall                          the SBI                                  sbi/vsbi.c
 *     20, 21, 23 guest page fault       a device, or an access fault             exit/mmio.c
 *     22 virtual instruction            wfi, wrs.nto: the hart goes to others;   exit/exit.c
 *                                       a counter that it has taken: its value   cpu/counters.c
 *                                       the rest is an illegal instruction
 *     2 illegal instruction             the first use of floating point; else
 *                                       it is the guest's
 *     1, 4, 5, 6, 7                     the guest's
 *     interrupts                        the host's: out of the guest, and taken
 *
 * Everything else cannot be, and ends the guest.
 *
 * Shortcomings: atomics and floating point on a device are access faults; so is every access to one
 * where the hart leaves htval zero, which the specification allows.
 */
#pragma once

#include <guest/cpu/vcpu.h>

/* Enter the handlers. Once, before the first guest. */
void exit_init(void);

/* A guest page fault on a load or a store. Cost: see bench/. */
enum vcpu_next exit_mmio(struct vcpu *vcpu);

/* The name of an exit slot, for reports. */
const char *exit_name(unsigned slot);
