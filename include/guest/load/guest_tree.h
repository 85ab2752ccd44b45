/*
 * guest_tree: the device tree that a guest gets, the whole of what it knows about its machine.
 *
 *     /  #address-cells 2, #size-cells 2, compatible "bumpvisor,guest" "riscv-virtio", model
 *     +- chosen    bootargs, stdout-path, linux,initrd-start and -end, rng-seed
 *     +- cpus      timebase-frequency
 *     |  +- cpu@0 ...      reg (the hart id), riscv,isa and its two newer forms, mmu-type
 *     |     +- interrupt-controller    the vCPU's own: phandle 1 + its number
 *     +- memory@80000000
 *     +- soc       a simple-bus with the addresses of the machine
 *        +- plic@c000000      interrupts-extended: one context for each vCPU
 *        +- serial@10000000   ns16550a
 *
 * Contexts of the PLIC. On a machine each hart has two, M-mode's external interrupt (cause 11) and
 * S-mode's (cause 9). A guest has no M-mode, so here interrupts-extended has one pair for each
 * vCPU, <controller of vCPU n, 9>, and context n is S-mode of vCPU n. The binding allows it (the
 * position in the list is the context), and Linux reads it so. A device that models this PLIC has
 * its enable bits for vCPU n at 0x2000 + 0x80 * n, threshold and claim at 0x200000 + 0x1000 * n.
 *
 * Shortcomings: no PCI, no virtio, no clock, one piece of RAM. Extensions that need properties
 * of their own (zicbom's block size) are named, not described: leave them out of `isa`. A single
 * letter g is not taken: the newer form has no name for it.
 *
 * Source: Devicetree Specification 0.4, chapter 3; Linux's bindings riscv/cpus.yaml,
 * riscv/extensions.yaml, interrupt-controller/sifive,plic-1.0.0.yaml, serial/8250.yaml; RISC-V
 * PLIC Specification 1.0.0, "Memory Map". Read next: lib/dt_writer.h, guest/load/layout.h.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>
#include <collections/str_view.h>
#include <guest/load/layout.h>

enum { GUEST_RNG_SEED_SIZE = 64 };

/* What the guest is told. Strings are the caller's, and needed during guest_tree_write only. */
struct guest_tree {
    struct guest_range memory;
    uint32_t vcpus;           /* 1 to 64; vCPU n has hart id n */
    const char *isa;          /* "rv64imac_zicsr_sstc": lower case, as in riscv,isa */
    const char *mmu_type;     /* "riscv,sv39" */
    uint32_t timebase_hz;     /* ticks of the time CSR in a second */
    struct str_view bootargs; /* without a NUL */
    struct guest_range initrd;
    uint8_t rng_seed[GUEST_RNG_SEED_SIZE]; /* random bytes, for this guest only */
    struct {
        struct guest_range
            registers;    /* size 0: the guest has none, nor has its UART an interrupt */
        uint32_t sources; /* interrupts 1 to sources; at most 1023 */
    } plic;
    struct {
        struct guest_range registers; /* size 0: the guest has no UART */
        uint32_t interrupt;           /* at the PLIC; without one 0 */
        uint32_t clock_hz;            /* of the divisor's input */
    } uart;
};

/*
 * Write the tree into the `size` bytes at `buffer`, from a multiple of 8 on; *total is how many
 * bytes it takes.
 * Fails, and *total is as it was, with ERR_NO_MEMORY iff the buffer is too small, with ERR_INVALID
 * iff the description is not of the form above: a number outside its bounds; bootargs with a NUL;
 * an isa that is not rv64i, letters other than g, and names of lower-case letters and digits behind
 * underscores; a range whose end wraps; RAM that is empty, or in which
 * the initrd does not lie; registers that overlap RAM or each other; a PLIC too small for its
 * contexts; an interrupt of the UART that the PLIC does not have. Takes no lock, allocates nothing.
 * Cost: linear in the tree; each vCPU takes about 400 bytes and twice its isa.
 */
enum error guest_tree_write(const struct guest_tree *guest, void *buffer, size_t size,
                            size_t *total);
