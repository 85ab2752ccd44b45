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

/* Where an assertion stands; a string. */
#define ASSERT_PLACE       __FILE__ ":" ASSERT_TEXT(__LINE__)
#define ASSERT_TEXT(line)  ASSERT_TEXT_(line)
#define ASSERT_TEXT_(line) #line

/* What the two below call; small at each place, for there are many. */
[[gnu::noreturn, gnu::cold]] void assert_failed(const char *condition, const char *place);
[[gnu::noreturn, gnu::cold]] void assert_compare_failed(const char *condition, const char *place,
                                                        uint64_t left, uint64_t right);

/* Fails iff `condition` is false. */
#define ASSERT(condition)                                                                          \
    do {                                                                                           \
        if (unlikely(!(condition)))                                                                \
            assert_failed(#condition, ASSERT_PLACE);                                               \
    } while (0)

/* Fails iff `left OP right` is false; prints both sides, as unsigned numbers. */
#define ASSERT_COMPARE(left, OP, right)                                                            \
    do {                                                                                           \
        const uint64_t assert_left = (uint64_t)(left);                                             \
        const uint64_t assert_right = (uint64_t)(right);                                           \
        if (unlikely(!(assert_left OP assert_right)))                                              \
            assert_compare_failed(#left " " #OP " " #right, ASSERT_PLACE, assert_left,             \
                                  assert_right);                                                   \
    } while (0)
