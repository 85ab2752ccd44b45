/* The host's fake of riscv/atomic.h: the same promises, in the compiler's own atomics. */
#pragma once

#include <base/types.h>
#include <riscv/hart.h>

static inline bool atomic_claim(struct hart **word)
{
    struct hart *free = NULL;
    return __atomic_compare_exchange_n(word, &free, this_hart(), false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static inline void atomic_disclaim(struct hart **word)
{
    __atomic_store_n(word, NULL, __ATOMIC_RELEASE);
}
