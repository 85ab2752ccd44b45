/*
 * The host's fake of riscv/hart.h: a thread is a hart, and interrupts are a flag of it.
 * It is found first because the host's include path names its folder first.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>

enum { HARTS_MAX = 64 };

struct hart {
    uint64_t id;
    uint64_t index;
    bool in_trap;
    bool interrupts_masked;
};

extern _Thread_local struct hart fake_hart;

static inline struct hart *this_hart(void)
{
    return &fake_hart;
}

static inline uint64_t hart_index(void)
{
    return fake_hart.index;
}

static inline bool hart_in_trap(void)
{
    return fake_hart.in_trap;
}

static inline const void *leaf_return_address(void)
{
    return __builtin_return_address(0);
}

static inline uint64_t hart_mask_interrupts(void)
{
    bool before = fake_hart.interrupts_masked;
    fake_hart.interrupts_masked = true;
    return before;
}

static inline void hart_restore_interrupts(uint64_t before)
{
    fake_hart.interrupts_masked = before != 0;
}

void hart_relax(void);
