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

/* sstatus.SIE, bit 1: this hart takes supervisor interrupts. */
#define SSTATUS_SIE 2

/* scause, bit 63: an interrupt rather than an exception. */
#define SCAUSE_INTERRUPT (UINT64_C(1) << 63)
