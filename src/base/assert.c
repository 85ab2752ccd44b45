/*
 * assert: the words of a failed assertion. See base/assert.h.
 */
#include <base/assert.h>

void assert_failed(const char *condition, const char *place)
{
    panic("assertion failed: %s (%s)", condition, place);
}

void assert_compare_failed(const char *condition, const char *place, uint64_t left, uint64_t right)
{
    panic("assertion failed: %s (0x%llx and 0x%llx) (%s)", condition, (unsigned long long)left,
          (unsigned long long)right, place);
}
