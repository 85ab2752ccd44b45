/*
 * stacks: for each hart three stacks, and below each a page that is never mapped.
 *
 *     STACKS_BASE + index * STACKS_SLOT
 *       +0                                          128 KiB
 *        | guard | stack, 64 KiB | guard | trap stack, 16 KiB | guard | nested, 8 KiB | nothing |
 *
 * They lie at addresses of their own, not where their frames are, so that every stack has its
 * guard and an address says whose stack it is. The first hart keeps the stack of hypervisor.ld,
 * and takes the two others here once it can.
 */
#pragma once

#include <base/error.h>
#include <mmu/space.h>
#include <riscv/hart.h>

/* 128 GiB: above any RAM, and within reach of the smallest format, Sv39. */
#define STACKS_BASE UINT64_C(0x20'0000'0000)
#define STACKS_SLOT UINT64_C(0x2'0000)

/* Map the stacks of the hart with this index and enter them into `hart`; without a stack of its
   own where `has_stack` is true. Fails, and changes nothing, iff there are too few frames
   (ERR_NO_MEMORY). Index: less than HARTS_MAX. */
enum error stacks_map(struct space *space, struct hart *hart, bool has_stack);

/* What lies at an address in the slots. */
struct stack_place {
    uint64_t index;   /* the hart's */
    const char *name; /* "stack", "trap stack", "nested stack", and "" behind the last */
    bool guard;       /* the guard below it rather than the stack */
};

/* False iff the address is in no slot. */
bool stacks_find(struct hva address, struct stack_place *place);
