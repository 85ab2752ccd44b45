/*
 * hash: from a key and a seed to 64 bits that look like chance, for collections/hash_map.h.
 *
 *     #define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))          integers, addresses
 *     #define HASH_MAP_HASH(seed, key) hash_str_view((seed), *(key))     text
 *
 * A table is fast while its keys fall on different slots. Where everybody knows the function,
 * somebody can look for keys that all fall on one: a guest that chooses its identifiers could make
 * each look-up of the host take as long as it likes (Crosby, Wallach: "Denial of Service via
 * Algorithmic Complexity Attacks", USENIX Security 2003). So each function here takes a seed, 64
 * bits that whoever chooses the keys must not know: which keys collide is another question for
 * every seed.
 *
 *     hash_u64        two multiplications. A mixer, not a cipher: keys that are chosen without
 *                     knowledge of the seed collide as rarely as chance would have it, but who
 *                     sees the results themselves may compute the seed
 *     hash_siphash    SipHash-1-3, made to resist also those who see results. For text, and for
 *                     integers of an enemy who can measure how long a look-up takes
 *
 * Where a seed comes from is the caller's affair: the property rng-seed of the device tree's
 * /chosen, or the time counter where nobody is to be feared. The same seed gives the same results
 * in every run and on every machine.
 *
 * Context: any. No lock, no state, no memory.
 *
 * Read next: src/collections/hash.c (SipHash), collections/hash_map.h.
 */
#pragma once

#include <collections/str_view.h>

/* Digits of the golden ratio and of pi: odd numbers in whose choice there is no secret. */
#define HASH_GOLDEN UINT64_C(0x9e3779b97f4a7c15)
#define HASH_PI     UINT64_C(0x243f6a8885a308d3)

/*
 * Both halves of the product, one over the other. Every bit of `a` reaches some bit of the result
 * from below through the low half, and from above through the high one: two multiplications and
 * no shift. Not one to one.
 */
[[gnu::always_inline]] static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * A seed as the functions below want it: odd, since they multiply by it, and of many bits, though
 * it was made of a small number such as 1. A map does this to its seed when it is made. Of 64 bits
 * 63 are left: for each seed there is one other that gives the same.
 */
static inline uint64_t hash_seed(uint64_t seed)
{
    seed += HASH_PI; /* each step is one to one, and none leaves 0 as it was */
    seed = (seed ^ seed >> 32) * HASH_GOLDEN;
    seed = (seed ^ seed >> 32) * HASH_PI;
    return (seed ^ seed >> 32) | 1;
}

/* Of a number. The first fold tears its bits apart, the second multiplies by what the enemy does
   not know. `seed` is one of hash_seed. Cost: 8 instructions and a constant. */
[[gnu::always_inline]] static inline uint64_t hash_u64(uint64_t seed, uint64_t value)
{
    return hash_fold(hash_fold(value ^ seed, HASH_GOLDEN), seed);
}

/* SipHash-1-3 of `len` bytes under a key of 128 bits; `bytes` may be NULL where len is 0. O(len).
 */
uint64_t hash_siphash(const uint64_t key[2], const void *bytes, size_t len);

/* The same under a key made of `seed`; and of a text's bytes. */
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t len);

static inline uint64_t hash_str_view(uint64_t seed, struct str_view text)
{
    return hash_bytes(seed, text.data, text.len);
}
