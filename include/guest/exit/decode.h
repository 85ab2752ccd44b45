/*
 * decode: which load or store a guest made to a device that is not there.
 *
 * A device that the hypervisor emulates is a hole in the guest's memory. A load or store to it
 * traps with the address, but not with what was to be done: how many bytes, from or to which
 * register, and where the next instruction begins. That stands in the instruction. The hart may
 * have written it to htinst; else the hypervisor reads it where the guest did. So there are three
 * forms of it, and one is enough:
 *
 *     htinst is not 0 ------------------------------------------+
 *     fetched, 32 bits: differs only in fields that we ignore --+--> struct access: as in htinst
 *     fetched, 16 bits: decode_compressed makes that of it -----+
 *
 *      31       25 24  20 19  15 14  12 11       7 6     2   1   0
 *     |           |      |      |funct3|    rd    | 00000 | b | 1 |   load, to rd
 *     |           | rs2  |      |funct3|          | 01000 | b | 1 |   store, of rs2
 *                                                  b is 0 iff the instruction has 16 bits
 *
 * What is asked of an access is a field of it, taken where it is needed:
 *
 *     load     device gives a value --> access_extend --> register access_rd of the guest
 *     store    register access_rs2 --> device takes a value
 *     both     sepc += access_length
 *
 * Where it falls short: it knows the integer loads and stores of RV64I, C and Zcb. Atomic, floating
 * point and vector accesses, and instructions of the hypervisor extension, are ACCESS_NONE: nobody
 * has device registers that need them, and the guest gets an access fault. The address is not
 * computed; it is in stval and htval. So an access that begins on a page of memory and ends on the
 * device's looks like one to the device's first byte: see access_offset.
 *
 * Locks: none. Context: any; it touches no memory.
 * Sources: The RISC-V Instruction Set Manual, volume I (unprivileged, 20240411), cited as I, and
 * volume II (privileged, 20240411), cited as II.
 * Read next: src/guest/exit/decode.c, src/guest/exit/mmio.c.
 */
#pragma once

#include <base/types.h>

enum access_kind {
    ACCESS_NONE, /* no integer load or store */
    ACCESS_LOAD,
    ACCESS_STORE,
};

/*
 * What htinst holds where it is not 0, whatever that is: a load or store whose address is left out,
 * a pseudoinstruction (the guest's page-table walk trapped, not the access), another instruction,
 * or what no specification defines yet (II, "Transformed Instruction or Pseudoinstruction for
 * mtinst or htinst"). access_kind tells which; for the rest it must be a load or a store.
 */
struct access {
    uint64_t word;
};

/* I, "RV32/64G Instruction Set Listings": the two opcodes without bit 1; where funct3 begins, of
   which two bits are the width, as a power of two, and one says that a load is extended with zeros;
   and where the registers begin. */
enum {
    ACCESS_OPCODE = 0x7d,
    ACCESS_OPCODE_LOAD = 0x01,
    ACCESS_OPCODE_STORE = 0x21,
    ACCESS_FUNCT3 = 12,
    ACCESS_WIDTH = 3 << ACCESS_FUNCT3,
    ACCESS_UNSIGNED = 1 << (ACCESS_FUNCT3 + 2),
    ACCESS_RD = 7,
    ACCESS_RS2 = 20,
};

/* The 16 bits of `word`, as htinst has them; ACCESS_NONE iff they are no integer load or store, or
   a reserved encoding of one. Cost, with the call: about 40 instructions. */
struct access decode_compressed(uint16_t word);

/* The instruction `word`, as fetched: its low 16 bits count alone where they are a compressed one,
   which bits 1:0 tell (I, "Expanded Instruction-Length Encoding"). */
static inline struct access decode_instruction(uint32_t word)
{
    return (word & 3) == 3 ? (struct access){ word } : decode_compressed((uint16_t)word);
}

/* Bits 63:32 are for a future standard: software must see that they are 0. There are seven loads
   and four stores. */
static inline enum access_kind access_kind(struct access access)
{
    uint64_t funct3 = access.word >> ACCESS_FUNCT3 & 7;
    if (access.word >> 32 != 0)
        return ACCESS_NONE;
    switch (access.word & ACCESS_OPCODE) {
    case ACCESS_OPCODE_LOAD:
        return funct3 != 7 ? ACCESS_LOAD : ACCESS_NONE;
    case ACCESS_OPCODE_STORE:
        return funct3 < 4 ? ACCESS_STORE : ACCESS_NONE;
    default:
        return ACCESS_NONE;
    }
}

/* Bytes in memory: 1, 2, 4 or 8. */
static inline unsigned access_width(struct access access)
{
    return 1U << (access.word >> ACCESS_FUNCT3 & 3);
}

/* Where a load goes, and where a store comes from: 0 .. 31; x0 is a register too. */
static inline uint64_t access_rd(struct access access)
{
    return access.word >> ACCESS_RD & 31;
}

static inline uint64_t access_rs2(struct access access)
{
    return access.word >> ACCESS_RS2 & 31;
}

/* Bytes of the instruction: 2 or 4. */
static inline unsigned access_length(struct access access)
{
    return 2 + (access.word & 2);
}

/*
 * How many bytes of the access lie before the address that faulted (II, same section, "Addr.
 * Offset"): 0 .. 31. Other than 0 only where the access is misaligned and its first bytes lie on
 * another page. mmio.c does not ask: it would be paid for at each exit, and whom a guest misleads
 * so is its own device. Only where it is from htinst: a fetched instruction has its base register
 * there.
 */
static inline unsigned access_offset(struct access access)
{
    return access.word >> 15 & 31;
}

/*
 * What a load writes to its register: `value`, which is zero above the width, as a device gives it
 * (guest/device/device.h); sign-extended where the load is signed (I, "Load and Store
 * Instructions" of RV64I). Never fails.
 */
static inline uint64_t access_extend(struct access access, uint64_t value)
{
    if ((access.word & ACCESS_UNSIGNED) != 0)
        return value;
    switch (access.word & ACCESS_WIDTH) {
    case 0 << ACCESS_FUNCT3:
        return (uint64_t)(int8_t)value;
    case 1 << ACCESS_FUNCT3:
        return (uint64_t)(int16_t)value;
    case 2 << ACCESS_FUNCT3:
        return (uint64_t)(int32_t)value;
    default:
        return value;
    }
}
