// expect: read-only|const-qualified
/* A key is not changed while it is in: its entry would not be found again. */
#include <base/types.h>

#define HASH_MAP_NAME            wanted_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

void f(struct wanted_map *map);
void f(struct wanted_map *map)
{
    struct wanted_map_cursor c = wanted_map_first(map);
#ifndef WRONG
    *c.value = 1;
#else
    *c.key = 1;
#endif
}
