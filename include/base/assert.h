/*
 * assert: our own mistakes end the machine with words, always, in every build.
 *
 * panic() is the first of the three upcalls (panic, trap, main): declared on the lowest floor so
 * that everyone may call it, defined on the console's floor, which can speak. On the host the
 * tests define it.
 *
 * One condition per assertion. Where two numbers are compared, the forms below print both.
 */
#pragma once

#include <base/types.h>

/*
 * Print what happened, then registers, backtrace and hart, and end the machine; the command that
 * started it exits non-zero. Never returns, also when it is called inside itself.
 * Context: any. Takes no lock, allocates nothing.
 */
[[gnu::noreturn, gnu::format(printf, 1, 2), gnu::cold]] void panic(const char *format, ...);

/* Fails iff `condition` is false. */
#define ASSERT(condition)                                                                          \
    do {                                                                                           \
        if (unlikely(!(condition)))                                                                \
            panic("assertion failed: %s (%s:%d)", #condition, __FILE__, __LINE__);                 \
    } while (0)

/* Fails iff `left OP right` is false; prints both sides, as unsigned numbers. */
#define ASSERT_COMPARE(left, OP, right)                                                            \
    do {                                                                                           \
        const uint64_t assert_left = (uint64_t)(left);                                             \
        const uint64_t assert_right = (uint64_t)(right);                                           \
        if (unlikely(!(assert_left OP assert_right)))                                              \
            panic("assertion failed: %s %s %s (0x%llx and 0x%llx) (%s:%d)", #left, #OP, #right,    \
                  (unsigned long long)assert_left, (unsigned long long)assert_right, __FILE__,     \
                  __LINE__);                                                                       \
    } while (0)
