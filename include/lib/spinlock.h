/*
 * spinlock: one holder, interrupts masked, and it knows who holds it.
 *
 *     holder == NULL       free
 *     holder == a hart     that hart has it, taken by the code at `site`
 *
 * Taking it is one compare-and-swap of NULL against this hart: the holder is known from the same
 * instant on, and a second take by the same hart, which would wait for itself for ever, is told
 * apart with certainty and panics.
 *
 * Interrupts are masked before the lock is taken and until it is released, so that a handler on
 * the same hart never finds it held.
 *
 * Waiting: whoever finds it held reads until it looks free, with growing pauses, then tries
 * again. That is not fair, and on purpose: a queue (a ticket lock) hands the lock to the hart
 * whose turn it is, even while an emulator or a hypervisor below has that hart descheduled, and
 * all others wait for it. The price: no bound on one hart's wait follows from the algorithm. In
 * its place stands a limit: after SPINLOCK_PATIENCE looks the wait panics and names the holder,
 * so that a lock that is never released does not hang in silence.
 *
 * Lock order: see docs/architecture.md. No code holds two locks today.
 */
#pragma once

#include <base/types.h>
#include <riscv/atomic.h>
#include <riscv/hart.h>

/* [struct-spinlock] */
struct spinlock {
    struct hart *holder; /* atomic; NULL: free */
    const void *site;    /* where the holder took it; written by the holder only */
};
/* [/struct-spinlock] */

#define SPINLOCK_INIT                                                                              \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

/* How many looks at a held lock before it is called lost; some seconds on any machine. The host
   tests build with less. */
#ifndef SPINLOCK_PATIENCE
#define SPINLOCK_PATIENCE (UINT64_C(1) << 30)
#endif

/*
 * Take the lock iff it is free. `site` is an address in the code that asks, for reports.
 * Context: interrupts masked. Cost: 5 instructions when it is free.
 */
[[nodiscard, gnu::always_inline]] static inline bool spinlock_try(struct spinlock *lock,
                                                                  const void *site)
{
    /* [lock-try] */
    if (!atomic_claim(&lock->holder))
        return false;
    lock->site = site;
    /* [/lock-try] */
    return true;
}

/* Give the lock back. Context: this hart holds it, interrupts still masked. Cost: 1. */
[[gnu::always_inline]] static inline void spinlock_release(struct spinlock *lock)
{
    /* [lock-release] */
    atomic_disclaim(&lock->holder);
    /* [/lock-release] */
}

/* Wait for the lock and take it. Panics iff this hart holds it already, or patience ends.
   Context: interrupts masked. */
void spinlock_wait(struct spinlock *lock, const void *site);

/* Mask interrupts and take the lock; returns what spinlock_unlock needs. */
[[nodiscard]] uint64_t spinlock_lock(struct spinlock *lock, const void *site);

/* Release the lock and bring interrupts back as they were. Panics iff this hart is not the
   holder. */
void spinlock_unlock(struct spinlock *lock, uint64_t interrupts);
