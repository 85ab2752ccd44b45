// expect: ignoring return value
/* Out of memory cannot be ignored. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

enum error f(struct wanted_map *map);
enum error f(struct wanted_map *map)
{
#ifndef WRONG
    return wanted_map_insert(map, 1, 2, NULL, NULL);
#else
    wanted_map_insert(map, 1, 2, NULL, NULL);
    return OK;
#endif
}
