// expect: discarded-qualifiers|discards .*qualifiers
/* A value is changed through get_mut, or through a cursor. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

int *f(struct wanted_map *map);
int *f(struct wanted_map *map)
{
#ifndef WRONG
    return wanted_map_get_mut(map, 1);
#else
    return wanted_map_get(map, 1);
#endif
}
