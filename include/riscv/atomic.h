/*
 * atomic: claim a word for this hart, and let it go.
 *
 * A claim is one compare-and-swap of NULL against this hart's struct hart, with LR and SC
 * (RISC-V ISA Manual, Volume I, chapter "A", sections on LR/SC and on the constrained loop
 * that is guaranteed to make progress). The compiler's own form costs three to five
 * instructions more, for a result in a register that nobody needs: here success and failure are
 * two places in the code.
 */
#pragma once

#include <base/types.h>
#include <riscv/hart.h>

/* [claim] */
/* True iff `*word` was NULL and is this hart now. Acquires: what follows stays behind it. */
[[gnu::always_inline]] static inline bool atomic_claim(struct hart **word)
{
    __asm__ goto("1: lr.d.aq t1, (%0)\n"
                 "   bnez    t1, %l[held]\n"
                 "   sc.d    t1, tp, (%0)\n"
                 "   bnez    t1, 1b\n"
                 :
                 : "r"(word)
                 : "t1", "memory"
                 : held);
    return true;
held:
    return false;
}
/* [/claim] */

/* [disclaim] */
/* Make a claimed word NULL again. Releases: what came before stays before it. */
[[gnu::always_inline]] static inline void atomic_disclaim(struct hart **word)
{
    __asm__ volatile("amoswap.d.rl zero, zero, (%0)" ::"r"(word) : "memory");
}
/* [/disclaim] */
