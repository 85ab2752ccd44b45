/*
 * btree: the one part that is the same for all types. The rest is a template: collections/btree.h.
 */
#include <base/assert.h>

[[gnu::noreturn, gnu::cold]] void btree_panic_stale(size_t len);

void btree_panic_stale(size_t len)
{
    panic("a cursor is older than the last change of its tree, which has %zu entries now (asked by "
          "%p)",
          len, __builtin_return_address(0));
}
