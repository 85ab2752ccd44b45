/*
 * exercise6: a lock of one word, 0 or 1, and of two instructions. Something is missing in both.
 * Keep the names and the parameters of take and give: the check looks at them.
 */
#include <exercise6.h>

/* [lock] */
static inline void take(uint32_t *word)
{
    uint32_t before;
    do {
        __asm__ volatile("amoswap.w %0, %1, (%2)" : "=&r"(before) : "r"(1), "r"(word));
    } while (before != 0);
}

static inline void give(uint32_t *word)
{
    __asm__ volatile("sw zero, (%0)" : : "r"(word));
}
/* [/lock] */

static uint32_t lock; /* 0: free */
uint64_t exercise6_sum;

/* [add] */
void exercise6_add(int rounds)
{
    for (int i = 0; i < rounds; i++) {
        take(&lock);
        exercise6_sum++;
        give(&lock);
    }
}
/* [/add] */
