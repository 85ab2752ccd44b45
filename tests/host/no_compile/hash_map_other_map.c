// expect: incompatible.pointer.types|incompatible pointer type
/* Maps of the same types, but with another hash, are other maps. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

#define HASH_MAP_NAME            other_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_bytes((seed), (key), sizeof *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

enum error f(struct wanted_map *map, struct wanted_map *same, struct other_map *other);
enum error f(struct wanted_map *map, struct wanted_map *same, struct other_map *other)
{
    (void)same, (void)other;
#ifndef WRONG
    return wanted_map_clone(map, same);
#else
    return wanted_map_clone(map, other);
#endif
}
