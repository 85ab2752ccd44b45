// expect: too many arguments
/* A set has no values. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_set
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

void f(struct wanted_set *set);
void f(struct wanted_set *set)
{
#ifndef WRONG
    wanted_set_insert_or_panic(set, 1);
#else
    wanted_set_insert_or_panic(set, 1, 2);
#endif
}
