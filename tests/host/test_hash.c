/*
 * The hash functions: against numbers that other programs computed, and against those who look for
 * keys that fall on one place.
 */
#include "vec_fixture.h"
#include "random.h"

#define HASH_MAP_NAME            number_set
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

/* SipHash-1-3 of 0, 1, ... n - 1 under the key 00 01 ... 0f. Three programs agree on them: a few
   lines of Python after the paper (which with 2-4 give its appendix A, a129ca6149be45e5), CPython's
   own hash of bytes, and `openssl mac -macopt c-rounds:1 -macopt d-rounds:3 SIPHASH` (3.0). */
static const uint64_t siphash_1_3[] = {
    UINT64_C(0xabac0158050fc4dc), UINT64_C(0xc9f49bf37d57ca93), UINT64_C(0x82cb9b024dc7d44d),
    UINT64_C(0x8bf80ab8e7ddf7fb), UINT64_C(0xcf75576088d38328), UINT64_C(0xdef9d52f49533b67),
    UINT64_C(0xc50d2b50c59f22a7), UINT64_C(0xd3927d989bb11140), UINT64_C(0x369095118d299a8e),
    UINT64_C(0x25a48eb36c063de4), UINT64_C(0x79de85ee92ff097f), UINT64_C(0x70c118c1f94dc352),
    UINT64_C(0x78a384b157b4d9a2), UINT64_C(0x306f760c1229ffa7), UINT64_C(0x605aa111c0f95d34),
    UINT64_C(0xd320d86d2a519956), UINT64_C(0xcc4fdd1a7d908b66), UINT64_C(0x9cf2689063dbd80c),
    UINT64_C(0x8ffc389cb473e63e), UINT64_C(0xf21f9de58d297d1c), UINT64_C(0xc0dc2f46a6cce040),
    UINT64_C(0xb992abfe2b45f844), UINT64_C(0x7ffe7b9ba320872e), UINT64_C(0x525a0e7fdae6c123),
    UINT64_C(0xf464aeb267349c8c), UINT64_C(0x45cd5928705b0979), UINT64_C(0x3a3e35e3ca9913a5),
    UINT64_C(0xa91dc74e4ade3b35), UINT64_C(0xfb0bed02ef6cd00d), UINT64_C(0x88d93cb44ab1e1f4),
    UINT64_C(0x540f11d643c5e663), UINT64_C(0x2370dd1f8c21d1bc), UINT64_C(0x81157b6c16a7b60d),
    UINT64_C(0x4d54b9e57a8ff9bf), UINT64_C(0x759f12781f2a753e), UINT64_C(0xcea1a3bebf186b91),
    UINT64_C(0x2cf508d3ada26206), UINT64_C(0xb6101c2da3c33057), UINT64_C(0xb3f47496ae3a36a1),
    UINT64_C(0x626b57547b108392), UINT64_C(0xc1d2363299e41531), UINT64_C(0x667cc1923f1ad944),
    UINT64_C(0x65704ffec8138825), UINT64_C(0x24f280d1c28949a6), UINT64_C(0xc2ca1cedfaf8876b),
    UINT64_C(0xc2164bfc9f042196), UINT64_C(0xa16e9c9368b1d623), UINT64_C(0x49fb169c8b5114fd),
    UINT64_C(0x9f3143f8df074c46), UINT64_C(0xc6fdaf2412cc86b3), UINT64_C(0x7eaf49d10a52098f),
    UINT64_C(0x1cf313559d292f9a), UINT64_C(0xc44a30dda2f41f12), UINT64_C(0x36fae98943a71ed0),
    UINT64_C(0x318fb34c73f0bce6), UINT64_C(0xa27abf3670a7e980), UINT64_C(0xb4bcc0db243c6d75),
    UINT64_C(0x23f8d852fdb71513), UINT64_C(0x8f035f4da67d8a08), UINT64_C(0xd89cd0e5b7e8f148),
    UINT64_C(0xf6f4e6bcf7a644ee), UINT64_C(0xaec59ad80f1837f2), UINT64_C(0xc3b2f6154b6694e0),
    UINT64_C(0x9d199062b7bbb3a8),
};

static void siphash_is_that_of_others(void **state)
{
    (void)state;
    static const uint64_t key[2] = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
    static _Alignas(8) unsigned char bytes[80];
    for (size_t offset = 0; offset < 8; offset++) { /* also where words are not aligned */
        for (size_t n = 0; n < ARRAY_LENGTH(siphash_1_3); n++) {
            memset(bytes, 0xff, sizeof bytes);
            for (size_t i = 0; i < n; i++)
                bytes[offset + i] = (unsigned char)i;
            assert_int_equal(hash_siphash(key, &bytes[offset], n), siphash_1_3[n]);
        }
    }
    assert_int_equal(hash_siphash(key, NULL, 0), siphash_1_3[0]);
}

/* Computed by a few lines of Python from the comments in collections/hash.h. */
static void the_same_on_every_machine(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, value, hash;
    } known[] = {
        { UINT64_C(0x0), UINT64_C(0x0), UINT64_C(0x33f587d1ea88f122) },
        { UINT64_C(0x0), UINT64_C(0x1), UINT64_C(0xd2e27ac746b850d1) },
        { UINT64_C(0x1), UINT64_C(0x80200000), UINT64_C(0x23372162988997f2) },
        { UINT64_C(0x2a), UINT64_C(0xffffffffffffffff), UINT64_C(0x38629688739ad3e1) },
        { UINT64_C(0xffffffffffffffff), UINT64_C(0x123456789abcdef), UINT64_C(0x78de396788ec6837) },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++)
        assert_int_equal(hash_u64(hash_seed(known[i].seed), known[i].value), known[i].hash);
    struct str_view text = SV("interrupt-controller");
    assert_int_equal(hash_str_view(hash_seed(7), text), UINT64_C(0x7827905677847f06));
    assert_int_not_equal(hash_str_view(hash_seed(8), text), hash_str_view(hash_seed(7), text));
}

/* Of 4,096 times in which one bit of the value, or of the seed, turns, each bit of the hash turns
 * in about half. */
static void every_bit_counts(void **state)
{
    (void)state;
    enum { TIMES = 4096 };
    random_start(3);
    for (unsigned in = 0; in < 128; in++) { /* 64 bits of the value, 64 of the seed */
        unsigned turned[64] = { 0 };
        for (int i = 0; i < TIMES; i++) {
            uint64_t value = random64(), seed = random64();
            uint64_t difference = hash_u64(hash_seed(seed), value);
            if (in < 64)
                value ^= UINT64_C(1) << in;
            else
                seed ^= UINT64_C(1) << (in - 64);
            difference ^= hash_u64(hash_seed(seed), value);
            for (unsigned out = 0; out < 64; out++)
                turned[out] += (unsigned)(difference >> out & 1);
        }
        for (unsigned out = 0; out < 64; out++)
            assert_in_range(turned[out], TIMES * 2 / 5, TIMES * 3 / 5);
    }
}

static uint64_t reversed(uint64_t x)
{
    uint64_t result = 0;
    for (int i = 0; i < 64; i++, x >>= 1)
        result = result << 1 | (x & 1);
    return result;
}

/* What an enemy, or the machine by itself, would try: member i of a sequence, of which there is one
   for each `shift` from 0 to 63. */
static uint64_t random_keys(uint64_t i, unsigned shift)
{
    (void)i, (void)shift;
    return random64();
}
static uint64_t multiples_of_powers_of_two(uint64_t i, unsigned shift)
{
    return i << shift;
}
static uint64_t addresses(uint64_t i, unsigned shift)
{
    return UINT64_C(0x80200000) + (i << shift % 48);
}
static uint64_t high_bits_first(uint64_t i, unsigned shift)
{
    return reversed(i) >> shift;
}
static uint64_t complements(uint64_t i, unsigned shift)
{
    return ~(i << shift);
}
static uint64_t the_same_bits_twice(uint64_t i, unsigned shift)
{
    return i | i << shift;
}
static uint64_t two_fields(uint64_t i, unsigned shift)
{
    return (i & 0x7f) << shift | i >> 7 << (shift + 29) % 64;
}
static uint64_t multiples_of_the_constant(uint64_t i, unsigned shift)
{
    return i * HASH_GOLDEN << shift % 32;
}
/* The inverse of the constant: i * this * HASH_GOLDEN is i again. */
static uint64_t undone_by_the_constant(uint64_t i, unsigned shift)
{
    uint64_t inverse = HASH_GOLDEN; /* of three bits; each step of Newton's doubles them */
    for (int bits = 3; bits < 64; bits *= 2)
        inverse *= 2 - inverse * HASH_GOLDEN;
    assert_int_equal(inverse * HASH_GOLDEN, 1);
    return (i << shift) * inverse;
}
static uint64_t squares(uint64_t i, unsigned shift)
{
    return i * i * (2 * shift + 1);
}

/* A table as full as can be, 14,336 of 16,384 slots, on each of which the sequence might pile up.
   In 12,800 such tables of random keys the longest search for one was 60 slots, in half of them 26.
 */
static void no_sequence_piles_up(void **state)
{
    (void)state;
    enum { N = 14336, LONGEST = 64, MEAN = 30 };
    static uint64_t (*const sequences[])(uint64_t, unsigned) = {
        random_keys,
        multiples_of_powers_of_two,
        addresses,
        high_bits_first,
        complements,
        the_same_bits_twice,
        two_fields,
        multiples_of_the_constant,
        undone_by_the_constant,
        squares,
    };
    uint64_t seeds = number_from("BUMPVISOR_CASES", 0) / 40000 + 8;
    random_start(4);
    struct number_set set;
    assert_int_equal(number_set_with_capacity(&set, &heap.allocator, 0, N), OK);
    for (size_t s = 0; s < ARRAY_LENGTH(sequences); s++) {
        size_t sum = 0, worst = 0;
        for (unsigned shift = 0; shift < 64; shift++) {
            for (uint64_t seed = 0; seed < seeds; seed++) {
                set.table.seed = hash_seed(seed); /* the set is empty */
                for (uint64_t i = 0; i < N; i++) {
                    number_set_insert_or_panic(&set, sequences[s](i, shift));
                    if (i == N / 16) /* where they do pile up, the rest would take for ever */
                        assert_true(hash_table_longest_probe(&set.table) <= LONGEST);
                }
                size_t longest = hash_table_longest_probe(&set.table);
                sum += longest;
                if (longest > worst)
                    worst = longest;
                number_set_clear(&set);
            }
        }
        printf("# sequence %zu: longest probe %zu, on average %zu\n", s, worst, sum / (64 * seeds));
        assert_true(worst <= LONGEST + seeds / 10); /* the more tables, the worse the worst */
        assert_true(sum <= MEAN * 64 * seeds);
    }
    assert_int_equal(number_set_capacity(&set), N); /* each was as full as it could be */
    number_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(siphash_is_that_of_others),
        TEST(the_same_on_every_machine),
        TEST(every_bit_counts),
        TEST(no_sequence_piles_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
