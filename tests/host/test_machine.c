/*
 * What we want to know of the machine: from a tree that has it all, from one that has none of it
 * in the right form, and the words that run.sh hands down.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"

#include <lib/machine.h>

static void *read(const char *dts, struct machine *machine)
{
    size_t size;
    struct dt dt;
    void *blob = tree_compile(dts, &size);
    assert_int_equal(dt_open(&dt, blob, size), OK);
    machine_read(machine, &dt);
    return blob;
}

static void assert_word(struct machine_word word, const char *expected)
{
    assert_non_null(word.text);
    assert_int_equal(word.length, strlen(expected));
    assert_memory_equal(word.text, expected, word.length);
}

static void a_tree_that_has_it_all(void **state)
{
    (void)state;
    struct machine machine;
    void *blob = read("virt.dts", &machine);
    assert_string_equal(machine.model, "riscv-virtio,test");
    assert_int_equal(machine.hart_count, 2); /* the disabled one does not count */
    assert_int_equal(machine.harts[0], 3);
    assert_int_equal(machine.harts[1], 7);
    assert_int_equal(machine.timebase_hz, 10'000'000);
    assert_int_equal(machine.memory_start.value, 0x80000000);
    assert_int_equal(machine.memory_size, 0x1'4000'0000);
    assert_int_equal(machine.finisher.value, 0x100000);
    static const char *const there[] = { "h", "f", "i", "zicsr", "sstc", "svpbmt", "c" };
    for (size_t i = 0; i < ARRAY_LENGTH(there); i++)
        assert_true(machine_has_extension(&machine, there[i]));
    static const char *const absent[] = {
        "v", "ss", "sst", "rv", "zics", "", "hz", "_", "imafdch"
    };
    for (size_t i = 0; i < ARRAY_LENGTH(absent); i++)
        assert_false(machine_has_extension(&machine, absent[i]));

    assert_word(machine_bootarg(&machine, "heap"), "bump");
    assert_word(machine_bootarg(&machine, "fault"), "load"); /* the first counts */
    assert_word(machine_bootarg(&machine, "empty"), "");
    assert_word(machine_bootarg(&machine, "last"), "1");
    assert_null(machine_bootarg(&machine, "x").text);
    assert_null(machine_bootarg(&machine, "faul").text);
    assert_null(machine_bootarg(&machine, "bump").text);
    free(blob);
}

static void a_tree_that_has_nothing(void **state)
{
    (void)state;
    struct machine machine;
    void *blob = read("bare.dts", &machine);
    assert_null(machine.model);
    assert_int_equal(machine.hart_count, 1); /* a reg by the defaults: 2 cells and 1 */
    assert_null(machine.isa);
    assert_int_equal(machine.timebase_hz, 0);
    assert_int_equal(machine.memory_size, 0);
    assert_int_equal(machine.finisher.value, 0); /* not on a bus that we know */
    assert_null(machine.bootargs);
    assert_false(machine_has_extension(&machine, "i"));
    assert_null(machine_bootarg(&machine, "heap").text);
    free(blob);
}

static void short_isa_strings(void **state)
{
    (void)state;
    struct machine machine = { .isa = "rv" };
    assert_false(machine_has_extension(&machine, "r"));
    machine.isa = "rv64";
    assert_false(machine_has_extension(&machine, "4"));
    machine.isa = "rv64i_";
    assert_true(machine_has_extension(&machine, "i"));
    assert_false(machine_has_extension(&machine, "zicsr"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_that_has_it_all),
        cmocka_unit_test(a_tree_that_has_nothing),
        cmocka_unit_test(short_isa_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
