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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"

#include <lib/dt_writer.h>
#include <lib/machine.h>

static void *read_tree(const char *dts, struct machine *machine)
{
    size_t size;
    static struct dt dt; /* the machine looks into it later */
    void *blob = tree_compile(dts, &size);
    assert_int_equal(dt_open(&dt, blob, size), OK);
    assert_int_equal(dt_size(&dt), size);
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
    void *blob = read_tree("virt.dts", &machine);
    assert_string_equal(machine.model, "riscv-virtio,test");
    assert_int_equal(machine.hart_count, 2); /* the disabled one does not count */
    assert_int_equal(machine.harts[0], 3);
    assert_int_equal(machine.harts[1], 7);
    assert_int_equal(machine.timebase_hz, 10'000'000);
    assert_int_equal(machine.memory.start.value, 0x80000000);
    assert_int_equal(machine.memory.size, 0x1'4000'0000);
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
    void *blob = read_tree("bare.dts", &machine);
    assert_null(machine.model);
    assert_int_equal(machine.hart_count, 1); /* a reg by the defaults: 2 cells and 1 */
    assert_null(machine.isa);
    assert_int_equal(machine.timebase_hz, 0);
    assert_int_equal(machine.memory.size, 0);
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

static void devices_and_their_names(void **state)
{
    (void)state;
    struct machine machine;
    uint32_t context = 99;
    void *blob = read_tree("virt.dts", &machine);
    assert_int_equal(machine.uart.start.value, 0x10000000);
    assert_int_equal(machine.uart.size, 0x100);
    assert_int_equal(machine.uart_interrupt, 10);
    assert_int_equal(machine.plic.start.value, 0xc000000);
    assert_int_equal(machine.plic.size, 0x600000);
    assert_true(machine_plic_context(&machine, 3, &context));
    assert_int_equal(context, 1);
    assert_true(machine_plic_context(&machine, 7, &context));
    assert_int_equal(context, 3);
    assert_false(machine_plic_context(&machine, 0, &context)); /* has no controller */
    assert_false(machine_plic_context(&machine, 9, &context)); /* is no hart */
    assert_int_equal(context, 3);

    assert_string_equal(machine_device_at(&machine, (struct hpa){ 0x10000000 }), "serial@10000000");
    assert_string_equal(machine_device_at(&machine, (struct hpa){ 0x100000ff }), "serial@10000000");
    assert_null(machine_device_at(&machine, (struct hpa){ 0x10000100 }));
    assert_null(machine_device_at(&machine, (struct hpa){ 0x0fffffff }));
    assert_string_equal(machine_device_at(&machine, (struct hpa){ 0xc5fffff }), "plic@c000000");
    free(blob);
}

static void a_machine_without_devices(void **state)
{
    (void)state;
    struct machine machine;
    uint32_t context;
    void *blob = read_tree("bare.dts", &machine);
    assert_int_equal(machine.uart.size, 0);
    assert_int_equal(machine.plic.size, 0);
    assert_int_equal(machine.reserved_count, 0);
    assert_false(machine_plic_context(&machine, 0, &context));
    assert_null(machine_device_at(&machine, (struct hpa){ 0 }));
    free(blob);
}

static void assert_range(struct memory_range range, uint64_t start, uint64_t size)
{
    assert_int_equal(range.start.value, start);
    assert_int_equal(range.size, size);
}

static void the_largest_hole(void **state)
{
    (void)state;
    struct machine machine;
    void *blob = read_tree("virt.dts", &machine);
    assert_int_equal(machine.reserved_count, 2);
    assert_range(machine.reserved[0], 0x80000000, 0x80000);
    assert_range(machine.reserved[1], 0x84000000, 0x800000);
    assert_range(machine_largest_hole(&machine, NULL, 0), 0x84800000, 0x1'3b80'0000);

    const struct memory_range used[] = {
        { { 0x80080000 }, 0x80000 },       /* touches the firmware */
        { { 0x90000000 }, 0x1000 },        /* parts the large hole */
        { { 0x91000000 }, 0x2'0000'0000 }, /* and takes its end, and more than there is */
    };
    assert_range(machine_largest_hole(&machine, used, 2), 0x90001000, 0x1'2fff'f000);
    assert_range(machine_largest_hole(&machine, used, 3), 0x84800000, 0xb800000);
    const struct memory_range all[] = { { { 0x80000000 }, 0x1'4000'0000 } };
    assert_int_equal(machine_largest_hole(&machine, all, 1).size, 0);
    machine.memory.size = 0;
    assert_int_equal(machine_largest_hole(&machine, NULL, 0).size, 0);
    free(blob);
}

static void words_that_are_numbers(void **state)
{
    (void)state;
    struct machine machine = { .bootargs = "a=12 b=0x444444440000 c= d=x heap=tlsf" };
    uint64_t number = 7;
    assert_true(machine_bootarg_number(&machine, "a", &number));
    assert_int_equal(number, 12);
    assert_true(machine_bootarg_number(&machine, "b", &number));
    assert_int_equal(number, 0x444444440000);
    assert_false(machine_bootarg_number(&machine, "c", &number));
    assert_false(machine_bootarg_number(&machine, "d", &number));
    assert_false(machine_bootarg_number(&machine, "e", &number));
    assert_int_equal(number, 0x444444440000);
    assert_true(machine_bootarg_is(&machine, "heap", "tlsf"));
    assert_false(machine_bootarg_is(&machine, "heap", "tls"));
    assert_false(machine_bootarg_is(&machine, "e", ""));
}

static void a_guest_in_modules(void **state)
{
    (void)state;
    struct machine machine;
    void *blob = read_tree("modules.dts", &machine);
    const struct machine_modules *modules = &machine.modules;
    assert_range(modules->kernel, 0x90000000, 0x1400001);
    assert_range(modules->ramdisk, 0xa0000000, 0x2345);
    assert_word(modules->bootargs, "console=ttyS0 quiet");
    assert_word(machine_bootarg(&machine, "ours"), "1");
    assert_int_equal(machine.reserved_count, 4); /* every module with a place */
    /* No byte of them is in the hole that the frames come from. */
    assert_range(machine_largest_hole(&machine, NULL, 0), 0xa0002345, 0x1fffdcbb);
    const struct memory_range used[] = { { { 0xa0002345 }, 0x1fffdcbb } };
    assert_range(machine_largest_hole(&machine, used, 1), 0x80000000, 0x10000000);
    free(blob);

    blob = read_tree("virt.dts", &machine); /* none */
    assert_int_equal(modules->kernel.size, 0);
    assert_int_equal(modules->ramdisk.size, 0);
    assert_null(modules->bootargs.text);
    free(blob);
}

/* More than can be kept out of the pool: a module that is not reserved is not there either. */
static void more_modules_than_can_be_reserved(void **state)
{
    (void)state;
    static uint8_t blob[1 << 14] __attribute__((aligned(8)));
    char name[32];
    struct dt_writer tree;
    struct machine machine;
    struct dt dt;
    size_t size;
    dt_writer_init(&tree, blob, sizeof blob);
    dt_writer_begin_node(&tree, "");
    dt_writer_u32(&tree, "#address-cells", 1);
    dt_writer_u32(&tree, "#size-cells", 1);
    dt_writer_begin_node(&tree, "chosen");
    for (uint32_t i = 0; i <= MACHINE_MAX_RESERVED; i++) {
        bool last = i == MACHINE_MAX_RESERVED;
        snprintf(name, sizeof name, "module@%x", i + 1);
        dt_writer_begin_node(&tree, name);
        dt_writer_bytes(&tree, "compatible",
                        last ? "multiboot,module\0multiboot,kernel" : "multiboot,module",
                        last ? 34 : 17);
        dt_writer_cells(&tree, "reg", (const uint32_t[]){ i + 1, 1 }, 2);
        dt_writer_end_node(&tree);
    }
    dt_writer_end_node(&tree);
    dt_writer_end_node(&tree);
    assert_int_equal(dt_writer_finish(&tree, &size), OK);
    assert_int_equal(dt_open(&dt, blob, size), OK);
    machine_read(&machine, &dt);
    assert_int_equal(machine.reserved_count, MACHINE_MAX_RESERVED);
    assert_int_equal(machine.modules.kernel.size, 0);
}

/* The real thing: QEMU writes the nodes itself. */
static void modules_of_qemu(void **state)
{
    (void)state;
    char name[] = "/tmp/bumpvisor-modules-XXXXXX", command[640];
    int file = mkstemp(name);
    assert_true(file >= 0);
    close(file);
    snprintf(command, sizeof command,
             "qemu-system-riscv64 -M virt,dumpdtb=%s -m 1G -display none -append ours=1 "
             "-kernel tests/host/data/bare.dts "
             "-device guest-loader,addr=0x90000000,kernel=tests/host/data/virt.dts,"
             "bootargs='console=ttyS0 root=/dev/vda' "
             "-device guest-loader,addr=0x98000000,initrd=tests/host/data/bare.dts >/dev/null 2>&1",
             name);
    assert_int_equal(system(command), 0);
    static uint8_t blob[1 << 21] __attribute__((aligned(8)));
    FILE *tree = fopen(name, "rb");
    assert_non_null(tree);
    size_t size = fread(blob, 1, sizeof blob, tree);
    fclose(tree);
    unlink(name);
    struct dt dt;
    struct machine machine;
    struct stat kernel, ramdisk;
    assert_int_equal(stat("tests/host/data/virt.dts", &kernel), 0);
    assert_int_equal(stat("tests/host/data/bare.dts", &ramdisk), 0);
    assert_int_equal(dt_open(&dt, blob, size), OK);
    machine_read(&machine, &dt);
    assert_range(machine.modules.kernel, 0x90000000, (uint64_t)kernel.st_size);
    assert_range(machine.modules.ramdisk, 0x98000000, (uint64_t)ramdisk.st_size);
    assert_word(machine.modules.bootargs, "console=ttyS0 root=/dev/vda");
    assert_word(machine_bootarg(&machine, "ours"), "1");
}

/* A tree may be well-formed and lie: whatever it says, reading ends, and finds nothing or little.
 */
static void hostile_trees_are_survived(void **state)
{
    (void)state;
    struct machine machine;
    uint32_t context = 99;
    void *blob = read_tree("hostile.dts", &machine);
    assert_int_equal(machine.memory.size, 0); /* no cells, no memory */
    assert_int_equal(machine.hart_count, 2);
    assert_true(machine_plic_context(&machine, 0, &context)); /* phandles in a circle */
    assert_int_equal(context, 0);
    assert_false(machine_plic_context(&machine, 1, &context)); /* M-mode, and half a pair */
    assert_int_equal(machine.uart.size, 0); /* a reg of three cells where four are due */
    assert_range(machine.modules.kernel, 0x90000000, 0x1000);
    assert_int_equal(machine_largest_hole(&machine, NULL, 0).size, 0);
    free(blob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_that_has_it_all),
        cmocka_unit_test(a_tree_that_has_nothing),
        cmocka_unit_test(short_isa_strings),
        cmocka_unit_test(devices_and_their_names),
        cmocka_unit_test(a_machine_without_devices),
        cmocka_unit_test(the_largest_hole),
        cmocka_unit_test(words_that_are_numbers),
        cmocka_unit_test(a_guest_in_modules),
        cmocka_unit_test(more_modules_than_can_be_reserved),
        cmocka_unit_test(modules_of_qemu),
        cmocka_unit_test(hostile_trees_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
