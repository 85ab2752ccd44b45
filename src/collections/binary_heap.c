/*
 * binary_heap: the one part that is the same for all types. The rest is a template:
 * collections/binary_heap.h.
 */
#include <base/assert.h>

[[gnu::noreturn, gnu::cold]] void binary_heap_panic_empty(void);

void binary_heap_panic_empty(void)
{
    panic("replace the top of an empty heap (asked by %p)", __builtin_return_address(0));
}
