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
static inline uint64_t bytes_to_align(uint64_t address, uint64_t align)
{
    return -address & (align - 1);
}
