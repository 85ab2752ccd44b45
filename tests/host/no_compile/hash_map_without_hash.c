// expect: define HASH_MAP_NAME, HASH_MAP_KEY, HASH_MAP_HASH
/* No hash is guessed: of a struct with gaps, or of a pointer, it would be the wrong one. */
#include <base/types.h>

#define HASH_MAP_NAME wanted_map
#define HASH_MAP_KEY  uint64_t
#ifndef WRONG
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#endif
#define HASH_MAP_EQUAL(a, b) (*(a) == *(b))
#include <collections/hash_map.h>

bool f(const struct wanted_map *map);
bool f(const struct wanted_map *map)
{
    return wanted_map_contains(map, 1);
}
