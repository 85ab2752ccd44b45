/*
 * vplic: the platform-level interrupt controller of a guest: which device's line becomes the
 * external interrupt of which vCPU. (device/plic.h drives the real one.)
 *
 *     vplic_set_level(10, true)                                    set_line(owner, 3, true)
 *          |                                                            ^
 *          v                                                            |
 *       level[10] --> gateway --> pending[10] --> enabled for context 3, and
 *                        ^            |           priority[10] > threshold[3]
 *                        |            v
 *                     complete <-- claimed[10]
 *
 * The gateway lets one request of a source through, then none until it is completed. A source
 * whose level is still high at that moment pends again; one whose level falls while it pends stays
 * pending, for a request cannot be taken back. So at any time a high level is pending or claimed.
 *
 * One context for each vCPU, its supervisor's external interrupt: context n is vCPU n. A guest's
 * device tree must say so (Linux: interrupts-extended lists each vCPU's interrupt 9 once).
 *
 * What a guest does wrong has no effect: an offset without a register, a width that is not 4 bytes
 * or not aligned, and a source or context that is not there are read as 0, and written to nothing.
 * Priorities and thresholds are 0 .. 7; of a number that is written the lowest three bits count.
 *
 * How the best source is found: bit n of pending, enabled and above[p] are source n, above[p] being
 * those whose priority is greater than p. The lowest bit of pending & enabled & above[0] is a
 * first winner; if it has priority p, the next comes from pending & enabled & above[p], later in
 * the numbers or not. Each winner beats the last, so there are seven at most, whatever number of
 * sources; words without a pending source are not looked at. Equal priorities: the lowest number
 * wins.
 *
 * Shortcomings: levels only, no edges or messages; 19 KiB for every guest, however few sources.
 *
 * Locks: its own, held while set_line is called; see there.
 * Source: RISC-V Platform-Level Interrupt Controller Specification 1.0.0: "Memory Map", "Interrupt
 * Priorities", "Interrupt Gateways", "Interrupt Claim Process", "Interrupt Completion".
 */
#pragma once

#include <guest/device/device.h>
#include <lib/spinlock.h>

enum {
    VPLIC_SOURCES_MAX = 1023, /* 1 .. 1023; there is no source 0 */
    VPLIC_CONTEXTS_MAX = 64,
    VPLIC_PRIORITY_MAX = 7,
    VPLIC_WORDS = (VPLIC_SOURCES_MAX + 1) / 64,
    VPLIC_SIZE = 0x400'0000, /* of its registers, in bytes */
};

struct vplic_context {
    uint64_t enabled[VPLIC_WORDS];
    uint64_t threshold;
};

struct vplic {
    struct device device;
    struct spinlock lock;
    void (*set_line)(void *owner, unsigned context, bool high);
    void *owner;
    uint64_t sources, contexts;
    uint64_t lines; /* bit c: the line of context c is high */

    /* One bit for each source: source n is bit n % 64 of word n / 64. */
    uint64_t level[VPLIC_WORDS], pending[VPLIC_WORDS], claimed[VPLIC_WORDS];
    uint64_t above[VPLIC_PRIORITY_MAX + 1][VPLIC_WORDS]; /* [p]: its priority is greater than p */
    uint64_t busy;                                       /* bit w: pending[w] is not 0 */

    uint8_t priority[VPLIC_SOURCES_MAX + 1];
    uint64_t targets[VPLIC_SOURCES_MAX + 1]; /* bit c: the source is enabled for context c */
    struct vplic_context context[VPLIC_CONTEXTS_MAX];
};

/*
 * Make a controller of `sources` sources, 1 .. 1023, and `contexts` contexts, 1 .. 64, with its
 * registers at `base`. All is zero: priorities, enables, thresholds, levels, lines.
 *
 * `set_line(owner, context, high)` is called whenever a context's line changes, and only then. It
 * is called with this controller's lock held and interrupts masked, so that the calls come in the
 * order of the changes: it must not call the controller, and should do no more than note the line
 * and wake the vCPU.
 *
 * Panics iff a number is out of its range.
 */
void vplic_init(struct vplic *vplic, struct gpa base, unsigned sources, unsigned contexts,
                void (*set_line)(void *owner, unsigned context, bool high), void *owner);

/* A device's line is high or low now. A source that is not there has no effect. Context: any hart,
   also in an interrupt. Cost: a step for each context that the source is enabled for. */
void vplic_set_level(struct vplic *vplic, unsigned source, bool high);

/* Panics iff the state is not as drawn above. For tests. Cost: every source, every context. */
void vplic_check(struct vplic *vplic);
