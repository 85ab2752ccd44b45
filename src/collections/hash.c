/*
 * hash: SipHash-1-3, a keyed hash that resists those who look for collisions.
 *
 * J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, section 2.
 * Four words of state take the message in, eight bytes at a time, and are stirred by additions,
 * rotations and exclusive-ors only:
 *
 *     key -> v0 v1 v2 v3        for each word m:  v3 ^= m, 1 round, v0 ^= m
 *                               at the end:       v2 ^= 0xff, 3 rounds, v0 ^ v1 ^ v2 ^ v3
 *
 * The last word is what is left of the message, 0 to 7 bytes, below the message's length modulo
 * 256: so that no message is another one with zeroes behind it.
 *
 * 1-3 are the rounds per word and at the end. The paper proposes 2-4; its author holds 1-3 to be
 * enough for tables, of which no result is published, and that is what is wanted here.
 *
 * Shortcoming: a hart need not read a misaligned word, so text that begins at an odd address is put
 * together byte by byte.
 */
#include <collections/hash.h>

struct state {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

/* SipRound: figure 2.1 of the paper. */
static inline void stir(struct state *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 = rotate_left(s->v2, 32);
}

static inline void take_in(struct state *s, uint64_t word)
{
    s->v3 ^= word;
    stir(s);
    s->v0 ^= word;
}

/* `count` bytes, 8 at most, as a little-endian number. */
static inline uint64_t read_bytes(const unsigned char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bytes[i] << 8 * i;
    return word;
}

uint64_t hash_siphash(const uint64_t key[2], const void *bytes, size_t len)
{
    /* The text "somepseudorandomlygeneratedbytes", big-endian: the constants of the paper. */
    struct state s = { key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                       key[0] ^ UINT64_C(0x6c7967656e657261),
                       key[1] ^ UINT64_C(0x7465646279746573) };
    const unsigned char *next = bytes;
    size_t words = len / 8, rest = len % 8;
    bool is_aligned = (uintptr_t)next % 8 == 0;
    for (size_t i = 0; i < words; i++, next += 8) {
        uint64_t word;
        if (is_aligned)
            __builtin_memcpy(&word, __builtin_assume_aligned(next, 8), 8);
        else
            word = read_bytes(next, 8);
        take_in(&s, word);
    }
    take_in(&s, (uint64_t)len << 56 | read_bytes(next, rest));
    s.v2 ^= 0xff;
    stir(&s);
    stir(&s);
    stir(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t len)
{
    const uint64_t key[2] = { seed, hash_u64(seed, HASH_PI) };
    return hash_siphash(key, bytes, len);
}
