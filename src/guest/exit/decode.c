/*
 * decode: see guest/exit/decode.h. What is here is the compressed instructions: each is short for
 * one of the loads and stores of 32 bits, and becomes that one, as the hart does it for htinst
 * ("expand", in the specification's words), with bit 1 cleared and without its address.
 *
 * Read next: src/guest/exit/mmio.c, who asks.
 */
#include <guest/exit/decode.h>

/* funct3: the width, and ACCESS_UNSIGNED's bit. */
enum { HALF = 1, WORD = 2, DOUBLE = 3, UNSIGNED = 4 };

static const struct access none = { 0 };

/* The `count` bits of `word` from bit `low` up. */
static inline unsigned field(unsigned word, unsigned low, unsigned count)
{
    return word >> low & ((1U << count) - 1);
}

static struct access load(unsigned funct3, unsigned rd)
{
    return (struct access){ ACCESS_OPCODE_LOAD | funct3 << ACCESS_FUNCT3 | rd << ACCESS_RD };
}

static struct access store(unsigned funct3, unsigned rs2)
{
    return (struct access){ ACCESS_OPCODE_STORE | funct3 << ACCESS_FUNCT3 | rs2 << ACCESS_RS2 };
}

/* The eight registers that a field of three bits names, rd' and rs2' in bits 4:2 (I, "Compressed
   Instruction Formats"). */
static unsigned popular_reg(unsigned word)
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
static struct access compressed_narrow(unsigned word)
{
    if (field(word, 12, 1) != 0)
        return none;
    unsigned width = field(word, 10, 1);
    bool is_marked = width == HALF && field(word, 6, 1) != 0, is_store = field(word, 11, 1) != 0;
    if (is_store)
        return is_marked ? none : store(width, popular_reg(word));
    return load(is_marked ? width : width | UNSIGNED, popular_reg(word));
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
struct access decode_compressed(uint16_t word)
{
    unsigned quadrant = field(word, 0, 2), funct3 = field(word, 13, 3);
    if (quadrant == 0 && funct3 == 4)
        return compressed_narrow(word);
    if ((quadrant & 1) != 0 || (funct3 & 2) == 0)
        return none;
    unsigned width = (funct3 & 1) != 0 ? DOUBLE : WORD;
    bool is_store = (funct3 & 4) != 0;
    if (is_store)
        return store(width, quadrant == 0 ? popular_reg(word) : field(word, 2, 5));
    unsigned rd = quadrant == 0 ? popular_reg(word) : field(word, 7, 5);
    return rd == 0 ? none : load(width, rd); /* c.lwsp and c.ldsp to x0 are reserved */
}
