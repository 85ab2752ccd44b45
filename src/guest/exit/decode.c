/*
 * decode: see guest/exit/decode.h.
 *
 * RV64I has eleven integer loads and stores; they are the rows of one table. Every compressed form
 * is short for one of them, so it is decoded to a row and a register too. In a row all is there but
 * the register. Inside this file an access is one number, so that the register is put in with an
 * or; field by field gcc takes it apart and puts it together again, for twice the instructions.
 *
 * Read next: who asks, and what a device answers.
 */
#include <guest/exit/decode.h>

/* I, "RV32/64G Instruction Set Listings": the opcodes, bits 6:0. */
enum { OPCODE_BITS = 0x7f, OPCODE_LOAD = 0x03, OPCODE_STORE = 0x23 };

/* The same: of loads and stores funct3, bits 14:12, is the power of two that is the width. A load
   with UNSIGNED besides is extended with zeros. */
enum { BYTE, HALF, WORD, DOUBLE, UNSIGNED };

/* An access, and the number that its bytes make. */
union packed {
    struct access access;
    uint64_t bits;
};
_Static_assert(sizeof(union packed) == sizeof(uint64_t), "the number is all of the access");
enum {
    REG_SHIFT = 8 * offsetof(struct access, reg),
    LENGTH_SHIFT = 8 * offsetof(struct access, length),
};

/* By funct3, as compressed instructions. What is not here is 0, which is ACCESS_NONE: reserved. */
enum { LOADS, STORES };
static const union packed rows[2][8] = {
    [LOADS] = {
        [BYTE] = { { .kind = ACCESS_LOAD, .width = 1, .length = 2, .sign_extend = true } },
        [HALF] = { { .kind = ACCESS_LOAD, .width = 2, .length = 2, .sign_extend = true } },
        [WORD] = { { .kind = ACCESS_LOAD, .width = 4, .length = 2, .sign_extend = true } },
        [DOUBLE] = { { .kind = ACCESS_LOAD, .width = 8, .length = 2 } },
        [BYTE | UNSIGNED] = { { .kind = ACCESS_LOAD, .width = 1, .length = 2 } },
        [HALF | UNSIGNED] = { { .kind = ACCESS_LOAD, .width = 2, .length = 2 } },
        [WORD | UNSIGNED] = { { .kind = ACCESS_LOAD, .width = 4, .length = 2 } },
    },
    [STORES] = {
        [BYTE] = { { .kind = ACCESS_STORE, .width = 1, .length = 2 } },
        [HALF] = { { .kind = ACCESS_STORE, .width = 2, .length = 2 } },
        [WORD] = { { .kind = ACCESS_STORE, .width = 4, .length = 2 } },
        [DOUBLE] = { { .kind = ACCESS_STORE, .width = 8, .length = 2 } },
    },
};

/* The `count` bits of `word` from bit `low` up. */
static inline unsigned field(uint64_t word, unsigned low, unsigned count)
{
    return (unsigned)(word >> low) & ((1U << count) - 1);
}

/* A row, with its register, and `longer` bytes more of instruction; 0 iff it is reserved. */
static inline uint64_t from_row(union packed row, unsigned reg, unsigned longer)
{
    if (row.bits == 0)
        return 0;
    return (row.bits | (uint64_t)reg << REG_SHIFT) + ((uint64_t)longer << LENGTH_SHIFT);
}

/*
 * I, "RV32/64G Instruction Set Listings", I-type and S-type:
 *
 *      31       25 24  20 19  15 14  12 11       7 6      0
 *     |     imm[11:0]    | rs1  |funct3|    rd    | opcode |   load
 *     | imm[11:5] | rs2  | rs1  |funct3| imm[4:0] | opcode |   store
 */
static inline uint64_t load(uint64_t word, unsigned longer)
{
    return from_row(rows[LOADS][field(word, 12, 3)], field(word, 7, 5), longer);
}

static inline uint64_t store(uint64_t word, unsigned longer)
{
    return from_row(rows[STORES][field(word, 12, 3)], field(word, 20, 5), longer);
}

/* The eight registers that a field of three bits names, rd' and rs2' in bits 4:2 (I, "Compressed
   Instruction Formats"). */
static unsigned popular_reg(uint32_t word)
{
    return 8 + field(word, 2, 3);
}

/*
 * I, "Zcb", the loads and stores: what quadrant 0 has under funct3 100.
 *
 *      15  13  12  11  10 9   7   6     5   4   2 1  0
 *     |  100  | 0 |  00  | rs1'| uimm[0|1] | rd'  | 00 |   c.lbu
 *     |  100  | 0 |  01  | rs1'|  0 |uimm1 | rd'  | 00 |   c.lhu, and c.lh where bit 6 is 1
 *     |  100  | 0 |  10  | rs1'| uimm[0|1] | rs2' | 00 |   c.sb
 *     |  100  | 0 |  11  | rs1'|  0 |uimm1 | rs2' | 00 |   c.sh; reserved where bit 6 is 1
 */
static uint64_t compressed_narrow(uint32_t word)
{
    if (field(word, 12, 1) != 0)
        return 0;
    unsigned width = field(word, 10, 1);
    bool is_marked = width == HALF && field(word, 6, 1) != 0;
    if (field(word, 11, 1) == STORES)
        return is_marked ? 0 : from_row(rows[STORES][width], popular_reg(word), 0);
    return from_row(rows[LOADS][is_marked ? width : width | UNSIGNED], popular_reg(word), 0);
}

/*
 * I, "RVC Instruction Set Listings", quadrants 0 and 2 (bits 1:0), by funct3 (bits 15:13):
 *
 *                 000   001    010    011    100    101     110    111
 *     quadrant 0   .   c.fld  c.lw   c.ld    Zcb   c.fsd   c.sw   c.sd
 *     quadrant 2   .  c.fldsp c.lwsp c.ldsp   .   c.fsdsp c.swsp c.sdsp
 *
 * So of funct3 the middle bit says that it is for us, the upper one that it is a store, the lower
 * one that it is a doubleword. Quadrant 1 has no loads and stores, and 3 is not compressed.
 */
static uint64_t compressed(uint32_t word)
{
    unsigned quadrant = field(word, 0, 2), funct3 = field(word, 13, 3);
    if (quadrant == 0 && funct3 == 4)
        return compressed_narrow(word);
    if ((quadrant & 1) != 0 || (funct3 & 2) == 0)
        return 0;
    unsigned direction = funct3 >> 2;
    unsigned reg = quadrant == 0        ? popular_reg(word)
                   : direction == LOADS ? field(word, 7, 5)
                                        : field(word, 2, 5);
    if (reg == 0 && direction == LOADS)
        return 0; /* c.lwsp and c.ldsp to x0 are reserved */
    return from_row(rows[direction][funct3 & 1 ? DOUBLE : WORD], reg, 0);
}

/*
 * The two opcodes end in 11, as all instructions longer than 16 bits do (I, "Expanded
 * Instruction-Length Encoding"), so whether it is a compressed one need not be asked first.
 */
struct access decode_instruction(uint32_t word)
{
    union packed packed;
    switch (word & OPCODE_BITS) {
    case OPCODE_LOAD:
        packed.bits = load(word, 2);
        break;
    case OPCODE_STORE:
        packed.bits = store(word, 2);
        break;
    default:
        packed.bits = compressed(word);
    }
    return packed.access;
}

/*
 * Of a compressed instruction bit 1 is 0. Bit 0 is 0 in zero and in pseudoinstructions, and 1 in
 * both opcodes. Bits 63:32 are for a future standard: software must see that they are 0.
 */
struct access decode_transformed(uint64_t htinst)
{
    union packed packed = { .bits = 0 };
    if (htinst >> 32 == 0) {
        switch ((htinst | 2) & OPCODE_BITS) {
        case OPCODE_LOAD:
            packed.bits = load(htinst, htinst & 2);
            break;
        case OPCODE_STORE:
            packed.bits = store(htinst, htinst & 2);
        }
    }
    return packed.access;
}
