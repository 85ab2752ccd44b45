/*
 * spinlock: the slow side. See lib/spinlock.h for the theory.
 */
#include <base/assert.h>
#include <lib/spinlock.h>

/*
 * How long a hart stays away from a lock that it saw held, in PAUSE instructions. Every look takes
 * the lock's cache line from the holder, who needs it for the release and, more often than not, for
 * the next take: so the first pause is long at once. Measured with 4 harts on 2 host cores (bench/,
 * contention): beginning with 1, an addition under the lock costs 4 to 9 atomic additions; with
 * 16, 3 to 5; with 128, 2.4 to 3.7; with 1000, 1.7 to 2.5.
 */
enum { PAUSE_FIRST = 1000, PAUSE_LONGEST = 4000 };

[[gnu::noreturn, gnu::cold]] static void
report(const struct spinlock *lock, const struct hart *holder, const char *what, const void *site)
{
    panic("%s: lock %p is held by hart %llu, taken at %p; wanted by hart %llu at %p", what,
          (const void *)lock, (unsigned long long)holder->id, lock->site,
          (unsigned long long)this_hart()->id, site);
}

void spinlock_wait(struct spinlock *lock, const void *site)
{
    struct hart *seen = this_hart();
    /* [lock-wait] */
    uint64_t pause = PAUSE_FIRST;
    for (uint64_t looks = 0; looks < SPINLOCK_PATIENCE; looks += pause) {
        struct hart *holder = __atomic_load_n(&lock->holder, __ATOMIC_RELAXED);
        if (holder == this_hart())
            report(lock, holder, "second take of a lock by the same hart", site);
        if (holder == NULL && spinlock_try(lock, site))
            return;
        seen = holder != NULL ? holder : seen;
        for (uint64_t i = 0; i < pause; i++)
            hart_relax();
        if (pause < PAUSE_LONGEST)
            pause *= 2;
    }
    /* [/lock-wait] */
    /* Held all the time, or always taken by others first: the last holder that was seen. */
    report(lock, seen, "waited too long for a lock", site);
}

uint64_t spinlock_lock(struct spinlock *lock, const void *site)
{
    uint64_t interrupts = hart_mask_interrupts();
    /* [lock-take] */
    if (unlikely(!spinlock_try(lock, site)))
        spinlock_wait(lock, site);
    /* [/lock-take] */
    return interrupts;
}

void spinlock_unlock(struct spinlock *lock, uint64_t interrupts)
{
    /* [lock-owner] */
    struct hart *holder = __atomic_load_n(&lock->holder, __ATOMIC_RELAXED);
    if (unlikely(holder != this_hart()))
        panic("unlock of lock %p by hart %llu, which does not hold it", (void *)lock,
              (unsigned long long)this_hart()->id);
    /* [/lock-owner] */
    spinlock_release(lock);
    hart_restore_interrupts(interrupts);
}
