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

enum { MACHINE_MAX_HARTS = 64 };

struct machine {
    const char *model;                 /* of the root */
    size_t hart_count;                 /* enabled harts; may exceed MACHINE_MAX_HARTS */
    uint64_t harts[MACHINE_MAX_HARTS]; /* the ids of the first of them */
    uint64_t timebase_hz;              /* ticks of the time CSR in a second */
    struct hpa memory_start;           /* the first range of RAM, and its size in bytes */
    uint64_t memory_size;
    struct hpa finisher;         /* the test finisher's register (riscv/power.h); 0: none */
    const char *isa;             /* "rv64imafdch_zicsr..." of the first hart */
    struct dt_property isa_list; /* the newer form: a list of extension names */
    const char *bootargs;        /* words for us: /chosen, bootargs */
};

/* Fill `machine` from the tree. Cannot fail. Cost: a few walks of the tree. */
void machine_read(struct machine *machine, const struct dt *dt);

/* True iff the machine names the extension, in lower case: "h", "sstc". Source: RISC-V ISA
   Manual, Volume I, "ISA Extension Naming Conventions". */
bool machine_has_extension(const struct machine *machine, const char *extension);

/* A piece of a string: `length` bytes, no NUL. */
struct machine_word {
    const char *text; /* NULL iff there is none */
    size_t length;
};

/* The value of the word `key=value` in bootargs; words are parted by spaces. The first counts. */
struct machine_word machine_bootarg(const struct machine *machine, const char *key);
