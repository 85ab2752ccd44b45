/*
 * machine: what Bumpvisor wants to know of the machine that it runs on, from the device tree.
 *
 * What the tree does not say is absent, not an error: counts are 0, strings NULL. Strings lie in
 * the tree's blob and live as long as it does.
 *
 * Source: Devicetree Specification 0.4, sections 3.4 (memory), 3.6 (chosen), 3.8 (cpu); Linux's
 * bindings riscv/cpus.yaml (riscv,isa and riscv,isa-extensions).
 */
#pragma once

#include <base/types.h>
#include <lib/dt.h>

enum { MACHINE_MAX_HARTS = 64, MACHINE_MAX_RESERVED = 16 };

/* A piece of the address space; size 0: there is none. */
struct memory_range {
    struct hpa start;
    uint64_t size; /* in bytes */
};

/* A piece of a string: `length` bytes, no NUL. */
struct machine_word {
    const char *text; /* NULL iff there is none */
    size_t length;
};

/*
 * What was put into RAM for a guest before we were started, by QEMU's
 *
 *     -device guest-loader,addr=0x90000000,kernel=FILE,bootargs="words for the guest"
 *     -device guest-loader,addr=0xa0000000,initrd=FILE
 *
 * as nodes below /chosen. All modules count as reserved; described is the first of each kind.
 * Source: QEMU, "Guest Loader" (docs/system/guest-loader.rst); Xen, "Device tree bindings for
 * multiboot", which it follows.
 */
struct machine_modules {
    struct memory_range kernel;
    struct memory_range ramdisk;
    struct machine_word bootargs; /* the kernel's */
};

struct machine {
    const char *model;                 /* of the root */
    size_t hart_count;                 /* enabled harts; may exceed MACHINE_MAX_HARTS */
    uint64_t harts[MACHINE_MAX_HARTS]; /* the ids of the first of them */
    uint64_t timebase_hz;              /* ticks of the time CSR in a second */
    struct memory_range memory;        /* the first range of RAM */
    struct memory_range
        reserved[MACHINE_MAX_RESERVED]; /* what is taken of it: by the firmware ... */
    size_t reserved_count;              /* ... for an initrd, and for modules */
    struct machine_modules modules;     /* a guest, to be run */
    struct memory_range uart;           /* a 16550's registers, and its line into the PLIC */
    uint32_t uart_interrupt;
    struct memory_range plic;    /* the platform's interrupt controller */
    struct dt_node plic_node;    /* and its node */
    struct hpa finisher;         /* the test finisher's register (riscv/power.h); 0: none */
    const char *isa;             /* "rv64imafdch_zicsr..." of the first hart */
    struct dt_property isa_list; /* the newer form: a list of extension names */
    const char *bootargs;        /* words for us: /chosen, bootargs */
    const struct dt *tree;       /* all the rest */
};

/* Fill `machine` from the tree, which outlives it. Cannot fail. Cost: a few walks of the tree. */
void machine_read(struct machine *machine, const struct dt *dt);

/*
 * The largest piece of RAM that overlaps neither what is reserved nor the `count` ranges at
 * `used`. Size 0 iff there is none.
 */
struct memory_range machine_largest_hole(const struct machine *machine,
                                         const struct memory_range *used, size_t count);

/* The name of the device whose registers contain `address`, as "serial@10000000"; NULL iff the
   tree has none. Cost: a walk of the tree. */
const char *machine_device_at(const struct machine *machine, struct hpa address);

/*
 * Which context of the PLIC is the supervisor's external interrupt of hart `hart_id`. False iff
 * the tree does not say. Source: Linux's binding interrupt-controller/sifive,plic-1.0.0: the n-th
 * pair of "interrupts-extended", hart's controller and cause, is context n.
 */
bool machine_plic_context(const struct machine *machine, uint64_t hart_id, uint32_t *context);

/* True iff the machine names the extension, in lower case: "h", "sstc". Source: RISC-V ISA
   Manual, Volume I, "ISA Extension Naming Conventions". */
bool machine_has_extension(const struct machine *machine, const char *extension);

/* The value of the word `key=value` in bootargs; words are parted by spaces. The first counts. */
struct machine_word machine_bootarg(const struct machine *machine, const char *key);

/* True iff there is such a word and its value is `value`. */
bool machine_bootarg_is(const struct machine *machine, const char *key, const char *value);

/* The value of such a word that is a number, decimal or hexadecimal behind 0x. False, and *number
   as it was, iff there is none, or it is no number of 64 bits. */
bool machine_bootarg_number(const struct machine *machine, const char *key, uint64_t *number);
