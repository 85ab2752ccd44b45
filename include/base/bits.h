/*
 * bits: the arithmetic that everyone needs and that is wrong so often.
 */
#pragma once

#include <base/types.h>

/* True iff `x` is 1, 2, 4, 8, ...; zero is no power of two. */
static inline bool is_power_of_two(uint64_t x)
{
    return x != 0 && (x & (x - 1)) == 0;
}

/*
 * How many bytes to add to `address` to make it a multiple of `align`: 0 .. align - 1.
 * Never wraps, for any address: it is -address modulo align. `align` is a power of two.
 */
/* [bytes-to-align] */
static inline uint64_t bytes_to_align(uint64_t address, uint64_t align)
{
    return -address & (align - 1);
}
/* [/bytes-to-align] */

/* See lowest_bit and highest_bit. */
#define BITS_DE_BRUIJN UINT64_C(0x03f79d71b4cb0a89)
extern const unsigned char bits_lowest_table[64];
extern const unsigned char bits_highest_table[256];

/*
 * The number of the lowest set bit of `x`, which is not 0: 0 .. 63. Cost: 9 instructions.
 * RV64GC has no instruction for it, and the compiler's own substitute is a call that loops. Here
 * x & -x leaves one bit, and a de Bruijn number times that bit has a different value in its top
 * six bits for each (Leiserson, Prokop, Randall: "Using de Bruijn Sequences to Index a 1 in a
 * Computer Word", 1998).
 */
[[gnu::always_inline]] static inline unsigned lowest_bit(uint64_t x)
{
    return bits_lowest_table[(x & -x) * BITS_DE_BRUIJN >> 58];
}

/*
 * The number of the highest set bit of `x`, which is not 0: 0 .. 63. Cost: at most 15
 * instructions, fewest for small numbers: a byte is looked up in a table.
 */
[[gnu::always_inline]] static inline unsigned highest_bit(uint64_t x)
{
    unsigned shift = 0;
    if (x >> 32 != 0) {
        shift = 32;
        x >>= 32;
    }
    if (x >> 16 != 0) {
        shift += 16;
        x >>= 16;
    }
    if (x >> 8 != 0) {
        shift += 8;
        x >>= 8;
    }
    return shift + bits_highest_table[x];
}
