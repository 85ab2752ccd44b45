// expect: must not be of size zero
/* Keys of no size are refused; gnu2x has them. */
#include <base/types.h>

struct wanted {
#ifndef WRONG
    int a;
#endif
};

#define HASH_MAP_NAME            wanted_set
#define HASH_MAP_KEY             struct wanted
#define HASH_MAP_HASH(seed, key) hash_bytes((seed), (key), sizeof *(key))
#define HASH_MAP_EQUAL(a, b)     ((a) == (b))
#include <collections/hash_map.h>

size_t f(const struct wanted_set *set);
size_t f(const struct wanted_set *set)
{
    return wanted_set_len(set);
}
