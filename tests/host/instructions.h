/*
 * instructions: the loads and stores of RV64I, C and Zcb as the specification's listings draw them,
 * bit 31 or 15 first, and what each of them does; and a slow decoder that compares one by one.
 *
 *     r  the register that is loaded or stored; three of them: x8 .. x15
 *     n  the same, and 0 is reserved
 *     s  the base register     i  the immediate
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guest/exit/decode.h>

static const struct instruction {
    const char *name, *drawing, *equivalent; /* of a compressed one: the 32-bit one that it is */
    enum access_kind kind;
    unsigned width;
    bool sign_extend;
} instructions[] = {
    { "lb", "iiiiiiiiiiii sssss 000 rrrrr 0000011", NULL, ACCESS_LOAD, 1, true },
    { "lh", "iiiiiiiiiiii sssss 001 rrrrr 0000011", NULL, ACCESS_LOAD, 2, true },
    { "lw", "iiiiiiiiiiii sssss 010 rrrrr 0000011", NULL, ACCESS_LOAD, 4, true },
    { "ld", "iiiiiiiiiiii sssss 011 rrrrr 0000011", NULL, ACCESS_LOAD, 8, false },
    { "lbu", "iiiiiiiiiiii sssss 100 rrrrr 0000011", NULL, ACCESS_LOAD, 1, false },
    { "lhu", "iiiiiiiiiiii sssss 101 rrrrr 0000011", NULL, ACCESS_LOAD, 2, false },
    { "lwu", "iiiiiiiiiiii sssss 110 rrrrr 0000011", NULL, ACCESS_LOAD, 4, false },
    { "sb", "iiiiiii rrrrr sssss 000 iiiii 0100011", NULL, ACCESS_STORE, 1, false },
    { "sh", "iiiiiii rrrrr sssss 001 iiiii 0100011", NULL, ACCESS_STORE, 2, false },
    { "sw", "iiiiiii rrrrr sssss 010 iiiii 0100011", NULL, ACCESS_STORE, 4, false },
    { "sd", "iiiiiii rrrrr sssss 011 iiiii 0100011", NULL, ACCESS_STORE, 8, false },
    { "c.lw", "010 iii sss ii rrr 00", "lw", ACCESS_LOAD, 4, true },
    { "c.ld", "011 iii sss ii rrr 00", "ld", ACCESS_LOAD, 8, false },
    { "c.sw", "110 iii sss ii rrr 00", "sw", ACCESS_STORE, 4, false },
    { "c.sd", "111 iii sss ii rrr 00", "sd", ACCESS_STORE, 8, false },
    { "c.lwsp", "010 i nnnnn iiiii 10", "lw", ACCESS_LOAD, 4, true },
    { "c.ldsp", "011 i nnnnn iiiii 10", "ld", ACCESS_LOAD, 8, false },
    { "c.swsp", "110 iiiiii rrrrr 10", "sw", ACCESS_STORE, 4, false },
    { "c.sdsp", "111 iiiiii rrrrr 10", "sd", ACCESS_STORE, 8, false },
    { "c.lbu", "100 000 sss ii rrr 00", "lbu", ACCESS_LOAD, 1, false },
    { "c.lhu", "100 001 sss 0i rrr 00", "lhu", ACCESS_LOAD, 2, false },
    { "c.lh", "100 001 sss 1i rrr 00", "lh", ACCESS_LOAD, 2, true },
    { "c.sb", "100 010 sss ii rrr 00", "sb", ACCESS_STORE, 1, false },
    { "c.sh", "100 011 sss 0i rrr 00", "sh", ACCESS_STORE, 2, false },
};
enum { INSTRUCTIONS = sizeof instructions / sizeof instructions[0] };

/* All that an access tells; all 0 where it is ACCESS_NONE. */
struct told {
    uint8_t kind; /* enum access_kind */
    uint8_t width;
    bool sign_extend;
    uint8_t reg;
    uint8_t length;
};

/* By what it makes of a value whose top bit is 1. */
static inline bool extends_sign(struct access access)
{
    uint64_t value = UINT64_MAX >> (64 - 8 * access_width(access));
    return access_extend(access, value) != value;
}

static inline struct told tell(struct access access)
{
    enum access_kind kind = access_kind(access);
    if (kind == ACCESS_NONE)
        return (struct told){ 0 };
    bool is_load = kind == ACCESS_LOAD;
    return (struct told){ (uint8_t)kind, (uint8_t)access_width(access),
                          is_load && extends_sign(access),
                          (uint8_t)(is_load ? access_rd(access) : access_rs2(access)),
                          (uint8_t)access_length(access) };
}

static inline struct told tell_instruction(uint32_t word)
{
    return tell(decode_instruction(word));
}

static inline struct told tell_htinst(uint64_t htinst)
{
    return tell((struct access){ htinst });
}

/* A drawing as numbers. */
struct shape {
    unsigned bits;          /* 16 or 32 */
    uint32_t mask, match;   /* the bits that are drawn as 0 and 1 */
    uint32_t reg;           /* the bits of the register */
    uint32_t base;          /* the bits of the base register; 0 where it is sp */
    bool reg_is_popular;    /* three bits: 8 is to be added */
    bool zero_reg_reserved; /* drawn as n */
};

static inline struct shape shape_of(const char *drawing)
{
    struct shape shape = { 0 };
    for (const char *c = drawing; *c != '\0'; c++) {
        if (*c == ' ')
            continue;
        shape.bits++;
        shape.mask = shape.mask << 1 | (*c == '0' || *c == '1');
        shape.match = shape.match << 1 | (*c == '1');
        shape.reg = shape.reg << 1 | (*c == 'r' || *c == 'n');
        shape.base = shape.base << 1 | (*c == 's');
        if (*c == 'n')
            shape.zero_reg_reserved = true;
    }
    shape.reg_is_popular = __builtin_popcount(shape.reg) == 3;
    return shape;
}

/* What stands in the bits `mask` of `word`; and `value` put there. */
static inline uint32_t take(uint32_t word, uint32_t mask)
{
    return (word & mask) >> __builtin_ctz(mask);
}

static inline uint32_t put(uint32_t value, uint32_t mask)
{
    return value << __builtin_ctz(mask) & mask;
}

/* The access that instruction `i` makes if `word` is one; false iff it is none. */
static inline bool is_instruction(size_t i, const struct shape *shape, uint32_t word,
                                  struct told *access)
{
    if (shape->bits == 16)
        word &= 0xffff;
    if ((word & shape->mask) != shape->match)
        return false;
    uint32_t reg = take(word, shape->reg) + (shape->reg_is_popular ? 8 : 0);
    if (reg == 0 && shape->zero_reg_reserved)
        return false;
    access->kind = (uint8_t)instructions[i].kind;
    access->width = (uint8_t)instructions[i].width;
    access->sign_extend = instructions[i].sign_extend;
    access->reg = (uint8_t)reg;
    access->length = (uint8_t)(shape->bits / 8);
    return true;
}

/* What decode_instruction is to say of `word`. Ends the test where two instructions fit. */
static inline struct told expected_access(uint32_t word)
{
    static struct shape shapes[INSTRUCTIONS];
    if (shapes[0].bits == 0)
        for (size_t i = 0; i < INSTRUCTIONS; i++)
            shapes[i] = shape_of(instructions[i].drawing);
    struct told access = { 0 };
    unsigned found = 0;
    for (size_t i = 0; i < INSTRUCTIONS; i++)
        found += is_instruction(i, &shapes[i], word, &access);
    if (found > 1) {
        fprintf(stderr, "%u instructions are %#x\n", found, word);
        abort();
    }
    return access;
}

/* The same of a value of htinst whose upper half is 0. */
static inline struct told expected_transformed(uint32_t word)
{
    struct told access = { 0 };
    if ((word & 1) != 0)
        access = expected_access(word | 2);
    if (access.kind != ACCESS_NONE && (word & 2) == 0)
        access.length = 2;
    return access;
}

/* All fields as one number, which is quick to compare; 0 where they are 0. */
static inline uint64_t number_of(struct told access)
{
    uint64_t number = 0;
    memcpy(&number, &access, sizeof access);
    return number;
}
_Static_assert(sizeof(struct told) == 5, "it is all fields, and nothing between them");

/* Ends the test with both iff they differ. */
static inline void check_access(const char *what, uint64_t word, struct told is,
                                struct told expected)
{
    if (number_of(is) != number_of(expected)) {
        const struct told *each[] = { &is, &expected };
        for (size_t i = 0; i < 2; i++)
            fprintf(stderr, "%s %#llx %s kind %d width %d signed %d reg %d length %d\n", what,
                    (unsigned long long)word, i == 0 ? "is" : "and should be", each[i]->kind,
                    each[i]->width, each[i]->sign_extend, each[i]->reg, each[i]->length);
        fail();
    }
}
