// expect: incompatible.pointer.types|incompatible pointer type
/* What is taken out goes into places of their types. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

bool f(struct wanted_map *map);
bool f(struct wanted_map *map)
{
    uint64_t key;
#ifndef WRONG
    int value;
#else
    long value;
#endif
    return wanted_map_remove(map, 1, &key, &value);
}
