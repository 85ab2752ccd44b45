/*
 * The guest's device tree: random machines, read back by libfdt, by our own reader and by dtc;
 * buffers of every smaller size; descriptions that are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libfdt.h>

#include "random.h"

#include <guest/load/guest_tree.h>
#include <lib/machine.h>

#define ISA "rv64imafdc_zicsr_zifencei_sstc"

static struct guest_tree example(void)
{
    struct guest_tree guest = {
        .memory = { { GUEST_RAM_BASE }, 0x2000'0000 },
        .vcpus = 2,
        .isa = ISA,
        .mmu_type = "riscv,sv39",
        .timebase_hz = 10'000'000,
        .bootargs = SV("console=ttyS0 root=/dev/vda"),
        .initrd = { { 0x9f00'0000 }, 0xff'1234 },
        .plic = { { { GUEST_PLIC_BASE }, GUEST_PLIC_SIZE }, GUEST_PLIC_SOURCES },
        .uart = { { { GUEST_UART_BASE }, GUEST_UART_SIZE }, GUEST_UART_IRQ, GUEST_UART_HZ },
    };
    for (size_t i = 0; i < sizeof guest.rng_seed; i++)
        guest.rng_seed[i] = (uint8_t)(0xc0 + i);
    return guest;
}

/* --- What libfdt finds ------------------------------------------------------------------------ */

static const void *blob;

static int node_at(const char *path)
{
    int node = fdt_path_offset(blob, path);
    if (node < 0)
        fail_msg("no node %s", path);
    return node;
}

static const uint8_t *value_of(const char *path, const char *name, size_t size)
{
    int length = -1;
    const void *value = fdt_getprop(blob, node_at(path), name, &length);
    if (value == NULL || length != (int)size)
        fail_msg("%s/%s: %d bytes, not %zu", path, name, length, size);
    return value;
}

static uint64_t cell(const uint8_t *value, size_t i)
{
    return fdt32_ld((const fdt32_t *)value + i);
}

static uint64_t wide(const uint8_t *value, size_t i)
{
    return fdt64_ld((const fdt64_t *)(value + 4 * i));
}

static void assert_cell(const char *path, const char *name, uint64_t expected)
{
    assert_int_equal(cell(value_of(path, name, 4), 0), expected);
}

/* The value is this text, with its NUL; a list is a text with NULs within. */
static void assert_text(const char *path, const char *name, const char *text, size_t size)
{
    assert_memory_equal(value_of(path, name, size), text, size);
}
#define ASSERT_TEXT(path, name, literal) assert_text(path, name, literal, sizeof(literal))

static void assert_absent(const char *path, const char *name)
{
    assert_null(fdt_getprop(blob, node_at(path), name, NULL));
}

static void assert_reg(const char *path, struct guest_range range)
{
    const uint8_t *reg = value_of(path, "reg", 16);
    assert_int_equal(wide(reg, 0), range.start.value);
    assert_int_equal(wide(reg, 2), range.size);
}

static void check_vcpu(const struct guest_tree *guest, uint32_t n)
{
    char cpu[64], controller[96];
    snprintf(cpu, sizeof cpu, "/cpus/cpu@%x", n);
    snprintf(controller, sizeof controller, "%s/interrupt-controller", cpu);
    assert_cell(cpu, "reg", n);
    ASSERT_TEXT(cpu, "device_type", "cpu");
    ASSERT_TEXT(cpu, "status", "okay");
    ASSERT_TEXT(cpu, "compatible", "riscv");
    assert_text(cpu, "riscv,isa", guest->isa, strlen(guest->isa) + 1);
    ASSERT_TEXT(cpu, "riscv,isa-base", "rv64i");
    assert_text(cpu, "mmu-type", guest->mmu_type, strlen(guest->mmu_type) + 1);
    ASSERT_TEXT(controller, "compatible", "riscv,cpu-intc");
    value_of(controller, "interrupt-controller", 0);
    assert_cell(controller, "#interrupt-cells", 1);
    uint32_t phandle = (uint32_t)cell(value_of(controller, "phandle", 4), 0);
    assert_int_equal(fdt_node_offset_by_phandle(blob, phandle), node_at(controller));
    /* context n of the PLIC is S-mode of vCPU n */
    char plic[64];
    snprintf(plic, sizeof plic, "/soc/plic@%llx",
             (unsigned long long)guest->plic.registers.start.value);
    const uint8_t *contexts = value_of(plic, "interrupts-extended", (size_t)guest->vcpus * 8);
    assert_int_equal(cell(contexts, 2 * n), phandle);
    assert_int_equal(cell(contexts, 2 * n + 1), 9);
}

static void check_devices(const struct guest_tree *guest)
{
    char plic[64], uart[64];
    snprintf(plic, sizeof plic, "/soc/plic@%llx",
             (unsigned long long)guest->plic.registers.start.value);
    snprintf(uart, sizeof uart, "/soc/serial@%llx",
             (unsigned long long)guest->uart.registers.start.value);
    ASSERT_TEXT("/soc", "compatible", "simple-bus");
    value_of("/soc", "ranges", 0);
    assert_reg(plic, guest->plic.registers);
    ASSERT_TEXT(plic, "compatible", "sifive,plic-1.0.0\0riscv,plic0");
    assert_cell(plic, "riscv,ndev", guest->plic.sources);
    assert_cell(plic, "#interrupt-cells", 1);
    value_of(plic, "interrupt-controller", 0);
    if (guest->uart.registers.size == 0) {
        assert_true(fdt_path_offset(blob, uart) < 0);
        assert_absent("/chosen", "stdout-path");
        return;
    }
    assert_text("/chosen", "stdout-path", uart, strlen(uart) + 1);
    assert_reg(uart, guest->uart.registers);
    ASSERT_TEXT(uart, "compatible", "ns16550a");
    assert_cell(uart, "clock-frequency", guest->uart.clock_hz);
    assert_cell(uart, "interrupts", guest->uart.interrupt);
    assert_absent(uart, "reg-shift");
    uint32_t parent = (uint32_t)cell(value_of(uart, "interrupt-parent", 4), 0);
    assert_int_equal(fdt_node_offset_by_phandle(blob, parent), node_at(plic));
}

static void check_chosen(const struct guest_tree *guest)
{
    const uint8_t *bootargs = value_of("/chosen", "bootargs", guest->bootargs.len + 1);
    if (guest->bootargs.len != 0)
        assert_memory_equal(bootargs, guest->bootargs.data, guest->bootargs.len);
    assert_int_equal(bootargs[guest->bootargs.len], 0);
    assert_memory_equal(value_of("/chosen", "rng-seed", 64), guest->rng_seed, 64);
    if (guest->initrd.size == 0) {
        assert_absent("/chosen", "linux,initrd-start");
        assert_absent("/chosen", "linux,initrd-end");
    } else {
        uint64_t start = guest->initrd.start.value;
        assert_int_equal(wide(value_of("/chosen", "linux,initrd-start", 8), 0), start);
        assert_int_equal(wide(value_of("/chosen", "linux,initrd-end", 8), 0),
                         start + guest->initrd.size);
    }
}

/* The reader that we have for ourselves takes it for a machine as well. */
static void check_as_machine(const struct guest_tree *guest, size_t size)
{
    struct dt dt;
    struct machine machine;
    assert_int_equal(dt_open(&dt, blob, size), OK);
    machine_read(&machine, &dt);
    assert_int_equal(machine.hart_count, guest->vcpus);
    assert_int_equal(machine.timebase_hz, guest->timebase_hz);
    assert_int_equal(machine.memory.start.value, guest->memory.start.value);
    assert_int_equal(machine.memory.size, guest->memory.size);
    assert_int_equal(machine.uart.size, guest->uart.registers.size);
    assert_int_equal(machine.plic.start.value, guest->plic.registers.start.value);
    assert_int_equal(machine.reserved_count, guest->initrd.size != 0);
    for (uint32_t n = 0; n < guest->vcpus; n++) {
        uint32_t context = 99;
        assert_int_equal(machine.harts[n], n);
        assert_true(machine_plic_context(&machine, n, &context));
        assert_int_equal(context, n);
    }
}

static void check(const struct guest_tree *guest, size_t size)
{
    assert_int_equal(fdt_check_full(blob, size), 0);
    assert_int_equal(fdt_totalsize(blob), size);
    assert_cell("/", "#address-cells", 2);
    assert_cell("/", "#size-cells", 2);
    ASSERT_TEXT("/", "compatible", "bumpvisor,guest\0riscv-virtio");
    ASSERT_TEXT("/", "model", "bumpvisor,guest");
    assert_cell("/cpus", "timebase-frequency", guest->timebase_hz);
    char memory[64];
    snprintf(memory, sizeof memory, "/memory@%llx", (unsigned long long)guest->memory.start.value);
    ASSERT_TEXT(memory, "device_type", "memory");
    assert_reg(memory, guest->memory);
    for (uint32_t n = 0; n < guest->vcpus; n++)
        check_vcpu(guest, n);
    check_devices(guest);
    check_chosen(guest);
    check_as_machine(guest, size);
}

/* Without a PLIC there is no node of one, and a UART that is polled. */
static void a_machine_without_a_plic(void **state)
{
    (void)state;
    struct guest_tree guest = example();
    guest.plic.registers.size = 0;
    guest.plic.sources = guest.uart.interrupt = 0;
    void *room = malloc(GUEST_TREE_MAX);
    size_t size = 0;
    assert_int_equal(guest_tree_write(&guest, room, GUEST_TREE_MAX, &size), OK);
    blob = room;
    assert_int_equal(fdt_check_full(blob, size), 0);
    assert_true(fdt_path_offset(blob, "/soc/plic@c000000") < 0);
    ASSERT_TEXT("/soc/serial@10000000", "compatible", "ns16550a");
    assert_absent("/soc/serial@10000000", "interrupts");
    assert_absent("/soc/serial@10000000", "interrupt-parent");
    free(room);
}

/* --- Machines --------------------------------------------------------------------------------- */

static void random_machines_are_read_back(void **state)
{
    (void)state;
    static const char *const isas[] = { "rv64i", ISA, "rv64imac_sstc", "rv64imafdcvh_zba_zbb" };
    static const char *const mmus[] = { "riscv,sv39", "riscv,sv48", "riscv,sv57", "riscv,none" };
    static char words[300];
    uint64_t seed = random_start(20'251'122);
    size_t count = number_from("BUMPVISOR_CASES", 0) / 100 + 200;
    for (size_t n = 0; n < count; n++) {
        struct guest_tree guest = example();
        guest.vcpus = 1 + (uint32_t)below(GUEST_VCPUS_MAX);
        guest.isa = isas[below(ARRAY_LENGTH(isas))];
        guest.mmu_type = mmus[below(ARRAY_LENGTH(mmus))];
        guest.timebase_hz = (uint32_t)random64();
        guest.memory.start.value += below(1'000'000) * 4096;
        guest.memory.size = 1 + (random64() >> (2 + below(40)));
        guest.initrd.size = below(2) * (1 + below((size_t)guest.memory.size));
        guest.initrd.start.value =
            guest.memory.start.value + below((size_t)(guest.memory.size - guest.initrd.size) + 1);
        guest.plic.sources = 1 + (uint32_t)below(1023);
        guest.uart.registers.size = below(2) * GUEST_UART_SIZE;
        guest.uart.registers.start.value += below(1000) * 4096;
        guest.uart.interrupt = 1 + (uint32_t)below(guest.plic.sources);
        guest.uart.clock_hz = (uint32_t)random64();
        for (size_t i = 0; i < sizeof words; i++)
            words[i] = (char)(' ' + below(95));
        guest.bootargs = (struct str_view){ words, below(sizeof words) };
        for (size_t i = 0; i < sizeof guest.rng_seed; i++)
            guest.rng_seed[i] = (uint8_t)random64();

        void *room = malloc(GUEST_TREE_MAX);
        size_t size = 0;
        assert_int_equal(guest_tree_write(&guest, room, GUEST_TREE_MAX, &size), OK);
        blob = room;
        check(&guest, size);
        free(room);
    }
    printf("# %zu machines, seed %llu\n", count, (unsigned long long)seed);
}

static void extensions_are_parted(void **state)
{
    (void)state;
    static const struct {
        const char *isa, *list; /* the list with a NUL after each */
        size_t size;
    } cases[] = {
        { "rv64i", "i", 2 },
        { "rv64imac", "i\0m\0a\0c", 8 },
        { "rv64ih_zicsr", "i\0h\0zicsr", 10 },
        { "rv64imac_zicsr_sstc", "i\0m\0a\0c\0zicsr\0sstc", 19 },
        { "rv64imsstc_zve64x", "i\0m\0sstc\0zve64x", 16 }, /* the first needs no underscore */
        { "rv64izicsr", "i\0zicsr", 8 },
        { "rv64i_m_xfoo1", "i\0m\0xfoo1", 10 },
    };
    static uint8_t room[8192];
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct guest_tree guest = example();
        size_t size;
        guest.isa = cases[i].isa;
        assert_int_equal(guest_tree_write(&guest, room, sizeof room, &size), OK);
        blob = room;
        assert_text("/cpus/cpu@1", "riscv,isa-extensions", cases[i].list, cases[i].size);
    }
}

static void the_largest_machine_fits_into_its_room(void **state)
{
    (void)state;
    static char isa[1001] = "rv64imac";
    while (strlen(isa) < 1000)
        strcat(isa, strlen(isa) % 8 == 0 ? "_" : "z");
    struct guest_tree guest = example();
    guest.isa = isa;
    guest.vcpus = GUEST_VCPUS_MAX;
    void *room = malloc(GUEST_TREE_MAX);
    size_t size = 0;
    assert_int_equal(guest_tree_write(&guest, room, GUEST_TREE_MAX, &size), OK);
    printf("# 64 vCPUs, 1000 characters of isa: %zu bytes\n", size);
    free(room);
}

static void every_smaller_buffer_fails(void **state)
{
    (void)state;
    struct guest_tree guest = example();
    size_t size = 0, refused = 0;
    static uint8_t large[8192];
    assert_int_equal(guest_tree_write(&guest, large, sizeof large, &size), OK);
    for (size_t room = 0; room <= size; room++) {
        uint8_t *exact = malloc(room == 0 ? 1 : room); /* the sanitizer sees a byte too far */
        size_t written = 77;
        enum error error = guest_tree_write(&guest, exact, room, &written);
        assert_int_equal(error, room < size ? ERR_NO_MEMORY : OK);
        assert_int_equal(written, room < size ? 77 : size);
        refused += error != OK;
        if (error == OK)
            assert_memory_equal(exact, large, size);
        free(exact);
    }
    printf("# %zu smaller buffers are refused\n", refused);
    assert_int_equal(refused, size);
}

/* dtc reads it, and has nothing to remark on it. */
static void dtc_has_no_warning(void **state)
{
    (void)state;
    static uint8_t room[1 << 16];
    static const uint32_t vcpus[] = { 1, 3, GUEST_VCPUS_MAX };
    for (size_t i = 0; i < ARRAY_LENGTH(vcpus); i++) {
        struct guest_tree guest = example();
        guest.vcpus = vcpus[i];
        size_t size = 0;
        assert_int_equal(guest_tree_write(&guest, room, sizeof room, &size), OK);
        char name[] = "/tmp/bumpvisor-tree-XXXXXX", command[128], line[256] = "";
        int file = mkstemp(name);
        assert_true(file >= 0 && write(file, room, size) == (ssize_t)size);
        close(file);
        snprintf(command, sizeof command, "dtc -I dtb -O dts -o /dev/null %s 2>&1", name);
        FILE *pipe = popen(command, "r");
        assert_non_null(pipe);
        bool said = fgets(line, sizeof line, pipe) != NULL;
        int status = pclose(pipe);
        unlink(name);
        if (said || status != 0)
            fail_msg("dtc, status %d: %s", status, line);
    }
}

/* --- Descriptions that are refused ------------------------------------------------------------ */

static enum error write_to_room(const struct guest_tree *guest)
{
    static uint8_t room[1 << 16];
    size_t size = 77;
    enum error error = guest_tree_write(guest, room, sizeof room, &size);
    assert_true((error == OK) == (size != 77));
    return error;
}
/* The example with one change. */
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        struct guest_tree guest = example();                                                       \
        change;                                                                                    \
        if (write_to_room(&guest) != ERR_INVALID)                                                  \
            fail_msg("taken: %s", #change);                                                        \
    } while (0)
#define TAKEN(change)                                                                              \
    do {                                                                                           \
        struct guest_tree guest = example();                                                       \
        change;                                                                                    \
        if (write_to_room(&guest) != OK)                                                           \
            fail_msg("refused: %s", #change);                                                      \
    } while (0)

static void numbers_out_of_bounds_are_refused(void **state)
{
    (void)state;
    REFUSED(guest.vcpus = 0);
    REFUSED(guest.vcpus = 65);
    TAKEN(guest.vcpus = 64);
    REFUSED(guest.mmu_type = NULL);
    REFUSED(guest.bootargs = SV("a\0b"));
    TAKEN(guest.bootargs = (struct str_view){ 0 });
    REFUSED(guest.plic.sources = 0);
    REFUSED(guest.plic.sources = 1024);
    REFUSED(guest.plic.sources = 9);
    TAKEN(guest.plic.sources = 10);
    REFUSED(guest.uart.interrupt = 0);
    REFUSED(guest.plic.registers.size = 0); /* and yet it has sources, and interrupts the UART */
    REFUSED(guest.plic.registers.size = 0; guest.plic.sources = 0);
    TAKEN(guest.plic.registers.size = 0; guest.plic.sources = 0; guest.uart.interrupt = 0);
    REFUSED(guest.plic.registers.size = 0x201fff);
    TAKEN(guest.plic.registers.size = 0x202000); /* two contexts */
    static const char *const isas[] = { NULL,        "",          "rv64",       "rv32imac",
                                        "rv64e",     "rv64imacg", "rv64i_",     "rv64i__zba",
                                        "rv64iM",    "rv64i2",    "rv64i_2a",   "rv64i_zba ",
                                        "rv64i zba", "rv64i_Zba", "rv64i_zba_", "rv64i-zba" };
    for (size_t i = 0; i < ARRAY_LENGTH(isas); i++)
        REFUSED(guest.isa = isas[i]);
}

static void places_that_cannot_be_are_refused(void **state)
{
    (void)state;
    REFUSED(guest.memory.size = 0);
    REFUSED(guest.memory.size = UINT64_MAX);
    REFUSED(guest.memory = ((struct guest_range){ { UINT64_MAX - 4095 }, 8192 }));
    REFUSED(guest.memory.start.value = GUEST_UART_BASE);
    REFUSED(guest.memory.start.value = GUEST_PLIC_BASE + GUEST_PLIC_SIZE - 1);
    for (int i = 0; i < 2; i++) { /* little RAM, of which one byte is a register */
        uint64_t size = i == 0 ? 4096 : 4095;
        enum error error = i == 0 ? ERR_INVALID : OK;
        struct guest_tree guest = example();
        guest.initrd.size = 0;
        guest.memory = (struct guest_range){ { GUEST_PLIC_BASE - 4095 }, size };
        assert_int_equal(write_to_room(&guest), error);
        guest.memory = (struct guest_range){ { GUEST_UART_BASE - 4095 }, size };
        assert_int_equal(write_to_room(&guest), error);
    }
    REFUSED(guest.initrd.start.value = GUEST_RAM_BASE - 1);
    REFUSED(guest.initrd.start.value = 0xa000'0000);
    REFUSED(guest.initrd.size = 0x100'0001); /* a byte too far */
    REFUSED(guest.initrd.size = UINT64_MAX);
    TAKEN(guest.initrd.size = 0x100'0000);
    REFUSED(guest.uart.registers.start.value = GUEST_PLIC_BASE);
    REFUSED(guest.uart.registers.start.value = GUEST_PLIC_BASE - 0xff);
    TAKEN(guest.uart.registers.start.value = GUEST_PLIC_BASE - 0x100);
    REFUSED(guest.uart.registers.start.value = GUEST_RAM_BASE + 0x1000);
    REFUSED(guest.uart.registers.start.value = UINT64_MAX - 0x10);
    REFUSED(guest.plic.registers.start.value = UINT64_MAX - 0x10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_without_a_plic),
        cmocka_unit_test(random_machines_are_read_back),
        cmocka_unit_test(extensions_are_parted),
        cmocka_unit_test(the_largest_machine_fits_into_its_room),
        cmocka_unit_test(every_smaller_buffer_fails),
        cmocka_unit_test(dtc_has_no_warning),
        cmocka_unit_test(numbers_out_of_bounds_are_refused),
        cmocka_unit_test(places_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
