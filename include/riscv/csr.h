/*
 * csr: control and status registers of the supervisor level, by name.
 *
 * Numbers and bits: The RISC-V Instruction Set Manual, Volume II (Privileged), "Supervisor-Level
 * ISA", section "Supervisor CSRs". A CSR's name is part of the instruction, so these are macros.
 */
#pragma once

#include <base/types.h>

#define csr_read(name)                                                                             \
    ({                                                                                             \
        uint64_t csr_value;                                                                        \
        __asm__ volatile("csrr %0, " #name : "=r"(csr_value)::"memory");                           \
        csr_value;                                                                                 \
    })
#define csr_write(name, value)                                                                     \
    __asm__ volatile("csrw " #name ", %0" ::"r"((uint64_t)(value)) : "memory")

#define csr_set(name, bits)                                                                        \
    __asm__ volatile("csrs " #name ", %0" ::"r"((uint64_t)(bits)) : "memory")
#define csr_clear(name, bits)                                                                      \
    __asm__ volatile("csrc " #name ", %0" ::"r"((uint64_t)(bits)) : "memory")

/* stimecmp by its number, for assemblers that do not know Sstc ("Sstc" extension, 1.0.0). */
#define CSR_STIMECMP 0x14d

/* sstatus.SIE, bit 1: this hart takes supervisor interrupts. */
#define SSTATUS_SIE 2

/* sie and sip: the supervisor's software, timer and external interrupt. Their bits, and, less the
   top bit, their codes in scause. */
enum { INTERRUPT_SOFTWARE = 1, INTERRUPT_TIMER = 5, INTERRUPT_EXTERNAL = 9 };

/* scause, bit 63: an interrupt rather than an exception. */
#define SCAUSE_INTERRUPT (UINT64_C(1) << 63)
