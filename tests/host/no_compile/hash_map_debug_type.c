// expect: incompatible.(function.)?pointer.types|incompatible pointer type
/* A printer takes what it prints. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

void f(struct wanted_map *map, struct format_sink *sink);
void f(struct wanted_map *map, struct format_sink *sink)
{
#ifndef WRONG
    wanted_map_debug(map, sink, "map", debug_u64, debug_int);
#else
    wanted_map_debug(map, sink, "map", debug_int, debug_int);
#endif
}
