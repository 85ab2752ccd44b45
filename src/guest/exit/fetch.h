/*
 * fetch: read an instruction as the guest would.
 */
#pragma once

#include <guest/cpu/vcpu.h>

/* HLVX.WU and HLVX.HU, which read as the guest would fetch (Privileged Specification, "Hypervisor
   Virtual-Machine Load and Store Instructions"), into *word. False iff the guest could not: another
   vCPU may have taken the page away. A row of __fixups (trap/probe.h) says where to go on then. */
#define FETCH(name, select, type)                                                                  \
    static inline bool name(uint64_t address, type *word)                                          \
    {                                                                                              \
        uint64_t value, done = 0;                                                                  \
        __asm__ volatile(".pushsection .fixups, \"a\"\n.balign 8\n.dword 1f, 2f\n.popsection\n"    \
                         "1: .insn r 0x73, 4, " select ", %0, %2, x3\n"                            \
                         "li %1, 1\n"                                                              \
                         "2:"                                                                      \
                         : "=&r"(value), "+r"(done)                                                \
                         : "r"(address)                                                            \
                         : "memory");                                                              \
        *word = (type)value;                                                                       \
        return done != 0;                                                                          \
    }
FETCH(guest_fetch_word, "0x34", uint32_t)
FETCH(guest_fetch_half, "0x32", uint16_t)

/* The instruction at the guest's pc, into *word. False iff it cannot be read any more. The CSRs of
   the exit are lost then, and only then. */
static inline bool guest_fetch(const struct vcpu *vcpu, uint32_t *word)
{
    uint64_t pc = vcpu->frame.sepc;
    if (pc % 4 == 0)
        return guest_fetch_word(pc, word);
    uint16_t low, high = 0;
    if (!guest_fetch_half(pc, &low) || ((low & 3) == 3 && !guest_fetch_half(pc + 2, &high)))
        return false;
    *word = (uint32_t)high << 16 | low;
    return true;
}
