/*
 * All 2^32 words, as instructions and as htinst, against the specification's drawings. So that it
 * takes seconds it is compiled with -O2 and without sanitizers (see the Makefile), and the drawings
 * are asked once for what repeats: of a compressed instruction the upper half does not matter, and
 * the opcode of any other tells which drawings it may be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "instructions.h"

enum { WORDS_16 = 1 << 16, OPCODES = 128 };

static uint64_t of_low_half[WORDS_16]; /* the access of each compressed instruction */
static bool is_drawn[OPCODES];         /* whether any drawing of 32 bits has this opcode */

static void ask_the_drawings(void)
{
    for (uint32_t word = 0; word < WORDS_16; word++)
        if ((word & 3) != 3)
            of_low_half[word] = number_of(expected_access(word));
    for (size_t i = 0; i < INSTRUCTIONS; i++) {
        struct shape shape = shape_of(instructions[i].drawing);
        if (shape.bits == 32) {
            assert_int_equal(shape.mask & 0x7f, 0x7f);
            is_drawn[shape.match & 0x7f] = true;
        }
    }
}

static void every_word_as_instruction(void **state)
{
    (void)state;
    uint64_t count = 0, found[3] = { 0 };
    for (uint64_t i = 0; i <= UINT32_MAX; i++, count++) {
        uint32_t word = (uint32_t)i;
        struct told is = tell_instruction(word);
        if (is_drawn[word & 0x7f]) {
            check_access("instruction", word, is, expected_access(word));
            found[is.kind]++;
        } else if (number_of(is) != of_low_half[word & 0xffff]) {
            check_access("instruction", word, is, expected_access(word));
            fail_msg("%#x: the table of this test is wrong", word);
        }
    }
    assert_int_equal(count, UINT64_C(1) << 32);
    /* Of 32 bits seven of the eight funct3 are loads, and four are stores; opcode and funct3 leave
       22 bits free. */
    assert_int_equal(found[ACCESS_NONE], 5 * (UINT64_C(1) << 22));
    assert_int_equal(found[ACCESS_LOAD], 7 * (UINT64_C(1) << 22));
    assert_int_equal(found[ACCESS_STORE], 4 * (UINT64_C(1) << 22));
}

static void every_word_as_htinst(void **state)
{
    (void)state;
    uint64_t count = 0;
    for (uint64_t i = 0; i <= UINT32_MAX; i++, count++) {
        uint32_t word = (uint32_t)i;
        struct told is = tell_htinst(word);
        if (is_drawn[(word | 2) & 0x7f] || number_of(is) != 0)
            check_access("transformed", word, is, expected_transformed(word));
    }
    assert_int_equal(count, UINT64_C(1) << 32);
}

int main(void)
{
    ask_the_drawings();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_as_instruction),
        cmocka_unit_test(every_word_as_htinst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
