// expect: int-conversion|incompatible pointer to integer|makes integer from pointer
/* A pointer to a key is no key. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

bool f(const struct wanted_map *map, uint64_t *key);
bool f(const struct wanted_map *map, uint64_t *key)
{
#ifndef WRONG
    return wanted_map_contains(map, *key);
#else
    return wanted_map_contains(map, key);
#endif
}
