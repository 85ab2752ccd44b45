/*
 * decode: which load or store a guest made to a device that is not there.
 *
 * A device that the hypervisor emulates is a hole in the guest's memory. A load or store to it
 * traps with the address, but not with what was to be done: how many bytes, from or to which
 * register, and where the next instruction begins. That stands in the instruction, and this chapter
 * reads it there:
 *
 *     htinst, as the hardware filled it in --> decode_transformed --+
 *                 or zero, and the hypervisor                       +--> struct access --> the
 * device fetches the instruction itself --------> decode_instruction --+
 *
 *     load     device gives a value --> access_extend ----> register `reg` of the guest
 *     store    register `reg` --------> access_truncate --> device takes a value
 *     both     sepc += length
 *
 * Where it falls short: it knows the integer loads and stores of RV64I, C and Zcb. Atomic, floating
 * point and vector accesses, and instructions of the hypervisor extension, are ACCESS_NONE: nobody
 * has device registers that need them, and the guest gets an access fault. The address is not
 * computed; it is in stval and htval. So an access that begins on a page of memory and ends on the
 * device's looks like one to the device's first byte: see transformed_offset.
 *
 * Locks: none. Context: any; it touches no memory but its own tables.
 * Sources: The RISC-V Instruction Set Manual, volume I (unprivileged, 20240411), cited as I, and
 * volume II (privileged, 20240411), cited as II.
 */
#pragma once

#include <base/types.h>

enum access_kind {
    ACCESS_NONE, /* no integer load or store */
    ACCESS_LOAD,
    ACCESS_STORE,
};

/* One load or store. All fields are 0 where it is ACCESS_NONE. It is aligned so that it is handled
   as one register, and returned in a0 (psABI, "Integer Calling Convention"). */
struct [[gnu::aligned(8)]] access
{
    enum access_kind kind : 8;
    uint8_t width;    /* bytes in memory: 1, 2, 4 or 8 */
    bool sign_extend; /* a load whose value is signed and narrower than the register */
    uint8_t reg;      /* rd of a load, rs2 of a store: 0 .. 31; x0 is a register too */
    uint32_t length;  /* bytes of the instruction: 2 or 4. The upper half of the register */
};

/*
 * The instruction `word`, as fetched: its low 16 bits count alone where they are a compressed one.
 * ACCESS_NONE iff it is no integer load or store, or a reserved encoding of one. Then the caller
 * lets the guest have an access fault.
 * Cost, with the call: a load 25 instructions, a store 29, a compressed one up to 40.
 */
struct access decode_instruction(uint32_t word);

/*
 * The trapping instruction of the CSR htinst, which hardware may write with a load or store whose
 * address is left out (II, "Transformed Instruction or Pseudoinstruction for mtinst or htinst").
 * ACCESS_NONE iff it says nothing about an integer load or store: it is 0, a pseudoinstruction (the
 * guest's page-table walk trapped, not the access), another instruction, or a value that no
 * specification defines yet. Where it is 0 the caller fetches the instruction itself.
 * Cost, with the call: a load 25 instructions, a store 29; 13 where it is 0.
 */
struct access decode_transformed(uint64_t htinst);

/*
 * How many bytes of the access lie before the address that faulted (II, same section, "Addr.
 * Offset"), for what decode_transformed could read: 0 .. 31. Other than 0 only where the access is
 * misaligned and its first bytes lie on another page; no device should ever see such a one.
 * A fetched instruction has no such field; there only its base register tells.
 */
static inline unsigned transformed_offset(uint64_t htinst)
{
    return htinst >> 15 & 31;
}

/* How far left a value of the access's width is to be moved to be at the upper end of a register.
 */
static inline unsigned access_shift(struct access access)
{
    return 64 - 8U * access.width;
}

/*
 * What a load writes to its register: the low `width` bytes of `raw`, sign- or zero-extended to 64
 * bits (I, "Load and Store Instructions" of RV64I). `access` is not ACCESS_NONE. Never fails.
 */
static inline uint64_t access_extend(struct access access, uint64_t raw)
{
    uint64_t upper = raw << access_shift(access);
    if (access.sign_extend)
        return (uint64_t)((int64_t)upper >> access_shift(access));
    return upper >> access_shift(access);
}

/* What a store sends: the low `width` bytes of its register, the rest 0. Else as access_extend. */
static inline uint64_t access_truncate(struct access access, uint64_t reg_value)
{
    return reg_value << access_shift(access) >> access_shift(access);
}
