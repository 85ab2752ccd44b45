/*
 * random: the random numbers of the host tests, the same in every run; how many cases and from
 * which seed, the environment may say (BUMPVISOR_CASES, BUMPVISOR_SEED), as ./run.sh soak does.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static uint64_t random_state = 1; /* never 0 */

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016). */
static inline uint64_t random64(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

/* 0 .. limit - 1; 0 where limit is 0. The upper bits are the better ones. */
static inline size_t below(size_t limit)
{
    return limit == 0 ? 0 : (size_t)(random64() >> 20) % limit;
}

/* The number in the environment variable `name`, or `otherwise`. */
static inline uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

/* Start again from the seed of the environment, or from `otherwise`; returns it. */
static inline uint64_t random_start(uint64_t otherwise)
{
    uint64_t seed = number_from("BUMPVISOR_SEED", otherwise);
    random_state = seed * 2 + 1;
    return seed;
}
