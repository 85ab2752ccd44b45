/*
 * The decoder of device accesses against the specification's drawings, under sanitizers. Every
 * 32-bit word is tried by test_decode_all.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "instructions.h"
#include "random.h"

static void check_instruction(uint32_t word)
{
    check_access("instruction", word, tell_instruction(word), expected_access(word));
}

static void check_transformed(uint32_t word)
{
    check_access("transformed", word, tell_htinst(word), expected_transformed(word));
}

/* Whatever follows a compressed instruction in memory must not matter. */
static void every_16_bit_word(void **state)
{
    (void)state;
    unsigned count[3] = { 0 };
    for (uint32_t word = 0; word < 0x10000; word++) {
        check_instruction(word);
        check_instruction(word | 0xffff0000);
        check_instruction(word | (uint32_t)random64() << 16);
        if ((word & 3) != 3)
            count[tell_instruction(word).kind]++;
    }
    /* By the bits that are free: c.lw, c.ld; c.lwsp, c.ldsp with 31 registers; c.lbu; c.lh, c.lhu.
       c.sw, c.sd; c.swsp, c.sdsp; c.sb; c.sh. */
    assert_int_equal(count[ACCESS_LOAD], 2 * 2048 + 2 * 31 * 64 + 256 + 2 * 128);
    assert_int_equal(count[ACCESS_STORE], 2 * 2048 + 2 * 2048 + 256 + 128);
}

/* Loads, stores and words of all kinds. */
static void words_of_32_bits(void **state)
{
    (void)state;
    uint64_t cases = number_from("BUMPVISOR_CASES", 100'000);
    random_start(27);
    for (uint64_t i = 0; i < cases; i++) {
        uint32_t word = (uint32_t)(random64() >> 32), others = word & ~0x7fU;
        check_instruction(word);
        check_instruction(others | 0x03);
        check_instruction(others | 0x23);
        check_transformed(word);
        check_transformed(others | 0x01);
        check_transformed(others | 0x21);
    }
}

/* As GNU's assembler writes them (Zcb: by hand), so that not only drawings say what is right. */
static void known_words(void **state)
{
    (void)state;
    static const struct {
        uint32_t word;
        struct told access;
    } known[] = {
        { 0xfff5c003, { ACCESS_LOAD, 1, false, 0, 4 } },   /* lbu x0, -1(a1) */
        { 0x0005bf83, { ACCESS_LOAD, 8, false, 31, 4 } },  /* ld t6, 0(a1) */
        { 0x7ff2e983, { ACCESS_LOAD, 4, false, 19, 4 } },  /* lwu s3, 2047(t0) */
        { 0x7e229fa3, { ACCESS_STORE, 2, false, 2, 4 } },  /* sh sp, 2047(t0) */
        { 0xfea5bc23, { ACCESS_STORE, 8, false, 10, 4 } }, /* sd a0, -8(a1) */
        { 0x41c8, { ACCESS_LOAD, 4, true, 10, 2 } },       /* c.lw a0, 4(a1) */
        { 0xe588, { ACCESS_STORE, 8, false, 10, 2 } },     /* c.sd a0, 8(a1) */
        { 0x60a2, { ACCESS_LOAD, 8, false, 1, 2 } },       /* c.ldsp ra, 8(sp) */
        { 0xc002, { ACCESS_STORE, 4, false, 0, 2 } },      /* c.swsp x0, 0(sp) */
        { 0xffee, { ACCESS_STORE, 8, false, 27, 2 } },     /* c.sdsp s11, 504(sp) */
        { 0x81c8, { ACCESS_LOAD, 1, false, 10, 2 } },      /* c.lbu a0, 1(a1) */
        { 0x85e8, { ACCESS_LOAD, 2, true, 10, 2 } },       /* c.lh a0, 2(a1) */
        { 0x85a8, { ACCESS_LOAD, 2, false, 10, 2 } },      /* c.lhu a0, 2(a1) */
        { 0x89e8, { ACCESS_STORE, 1, false, 10, 2 } },     /* c.sb a0, 3(a1) */
        { 0x8da8, { ACCESS_STORE, 2, false, 10, 2 } },     /* c.sh a0, 2(a1) */
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        check_access("instruction", known[i].word, tell_instruction(known[i].word),
                     known[i].access);
}

/* What touches memory in other ways, is reserved, or does not touch it. */
static void others_are_none(void **state)
{
    (void)state;
    static const uint32_t others[] = {
        0x1005a52f, 0x18c5b52f, 0x00c5a52f, /* lr.w, sc.d, amoadd.w */
        0x0005a507, 0x00a5a027,             /* flw, fsw */
        0x2188,     0xa188,                 /* c.fld, c.fsd */
        0x2502,     0xa02a,                 /* c.fldsp, c.fsdsp */
        0x02058087, 0x0205f0a7,             /* vle8.v, vse64.v */
        0x6805c573, 0x6ea5c073,             /* hlv.w, hsv.d */
        0x0015e013, 0x0045a00f,             /* prefetch.r, cbo.zero */
        0x0ff0000f, 0x00000073, 0x00000013, /* fence, ecall, nop */
        0x0028,     0x0001,     0x0000,     /* c.addi4spn, c.nop, the illegal instruction */
        0x4002,     0x6002,                 /* c.lwsp, c.ldsp to x0 */
        0x8de8,     0x9188,                 /* Zcb: reserved beside c.sh, and with bit 12 */
        0x0005f503, 0x00a5c023, 0x00a5f023, /* a load with funct3 111; a store with 100 and 111 */
        0xffffffff,
    };
    static const struct told none;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        check_access("instruction", others[i], tell_instruction(others[i]), none);
        if ((others[i] & 3) != 3)
            continue;
        /* As hardware may write it, compressed or not: rs1 replaced by the offset, here 0. */
        uint32_t transformed = others[i] & ~(31U << 15);
        check_access("transformed", transformed, tell_htinst(transformed), none);
        check_access("transformed", transformed, tell_htinst(transformed & ~2U), none);
    }
}

static size_t named(const char *name)
{
    size_t i = 0;
    while (strcmp(instructions[i].name, name) != 0)
        i++;
    return i;
}

/* The privileged specification's three steps, of the instruction `i` with register `reg`: expand,
   transform (rs1 becomes the offset, the immediate 0), and clear bit 1 of a compressed one. */
static uint32_t transform(size_t i, uint32_t reg, uint32_t offset)
{
    const char *equivalent = instructions[i].equivalent;
    struct shape shape = shape_of(instructions[equivalent != NULL ? named(equivalent) : i].drawing);
    uint32_t word = shape.match | put(reg, shape.reg) | put(offset, shape.base);
    return equivalent != NULL ? word & ~2U : word;
}

/* Every instruction with every register: what htinst tells is what the instruction tells. */
static void transformed_as_fetched(void **state)
{
    (void)state;
    for (size_t i = 0; i < INSTRUCTIONS; i++) {
        struct shape shape = shape_of(instructions[i].drawing);
        uint32_t free = ~shape.mask & (shape.bits == 16 ? 0xffff : 0xffffffff);
        for (uint32_t n = shape.zero_reg_reserved; n <= take(~0U, shape.reg); n++) {
            uint32_t fetched =
                shape.match | put(n, shape.reg) | ((uint32_t)random64() & free & ~shape.reg);
            struct told access = tell_instruction(fetched);
            uint32_t reg = n + (shape.reg_is_popular ? 8 : 0);
            assert_int_equal(access.kind, instructions[i].kind);
            assert_int_equal(access.reg, reg);
            for (uint32_t offset = 0; offset < 32; offset++) {
                uint64_t htinst = transform(i, reg, offset);
                check_access(instructions[i].name, htinst, tell_htinst(htinst), access);
                assert_int_equal(access_offset((struct access){ htinst }), offset);
                /* For a future standard. */
                for (unsigned bit = 32; bit < 64; bit++)
                    assert_int_equal(tell_htinst(htinst | UINT64_C(1) << bit).kind, ACCESS_NONE);
                /* Bits 1:0 are neither 11 nor 01. */
                assert_int_equal(tell_htinst(htinst & ~UINT64_C(1)).kind, ACCESS_NONE);
            }
        }
    }
}

static void htinst_that_says_nothing(void **state)
{
    (void)state;
    static const uint64_t nothing[] = { 0, 0x2000, 0x2020, 0x3000, 0x3020, 2, UINT64_MAX };
    static const struct told none;
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        check_access("htinst", nothing[i], tell_htinst(nothing[i]), none);
}

/* Byte by byte, which is slow and clear. */
static void values(void **state)
{
    (void)state;
    static const uint32_t loads[] = { 0x00058503, 0x00059503, 0x0005a503, 0x0005b503,
                                      0x0005c503, 0x0005d503, 0x0005e503 }; /* lb to lwu */
    for (unsigned round = 0; round < 100'000; round++) {
        size_t which = round % 7;
        unsigned width = 1U << which % 4;
        uint64_t value = random64() ^ random64() >> below(64);
        uint64_t low = 0, high = 0;
        for (unsigned byte = 0; byte < 8; byte++) {
            if (byte < width)
                low |= (value >> 8 * byte & 0xff) << 8 * byte;
            else if (which < 4 && (value >> (8 * width - 1) & 1) != 0)
                high |= UINT64_C(0xff) << 8 * byte;
        }
        assert_int_equal(access_extend(decode_instruction(loads[which]), low), low | high);
    }
    struct access lb = decode_instruction(0x00058503), lbu = decode_instruction(0x0005c503);
    assert_int_equal(access_extend(lb, 0x80), UINT64_C(0xffffffffffffff80));
    assert_int_equal(access_extend(lb, 0x7f), 0x7f);
    assert_int_equal(access_extend(lbu, 0x80), 0x80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_16_bit_word),
        cmocka_unit_test(words_of_32_bits),
        cmocka_unit_test(known_words),
        cmocka_unit_test(others_are_none),
        cmocka_unit_test(transformed_as_fetched),
        cmocka_unit_test(htinst_that_says_nothing),
        cmocka_unit_test(values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
