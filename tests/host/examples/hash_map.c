/* The example of collections/hash_map.h. */
#include "example.h"

#include <collections/str_view.h>

#define HASH_MAP_NAME            hart_map
#define HASH_MAP_KEY             struct str_view
#define HASH_MAP_VALUE           uint64_t
#define HASH_MAP_HASH(seed, key) hash_str_view((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     str_equal(*(a), *(b))
#include <collections/hash_map.h>

static enum error example(struct allocator *allocator)
{
    const uint64_t seed = 42;
    /* Example: */
    struct hart_map map;
    hart_map_init(&map, allocator, seed); // empty, allocates nothing
    enum error error = hart_map_insert(&map, SV("cpu@0"), 10, NULL, NULL);
    if (error)
        return error;                                // map is as it was
    hart_map_insert_or_panic(&map, SV("cpu@1"), 11); // for set-up code

    uint64_t *value = hart_map_get_mut(&map, SV("cpu@0"));
    if (value != NULL) // NULL: there is none
        *value += 90;
    for (struct hart_map_cursor c = hart_map_first(&map); c.key != NULL; hart_map_next(&c))
        ASSERT(*c.value == 100 || *c.value == 11);
    ASSERT(hart_map_remove(&map, SV("cpu@1"), NULL, NULL));
    hart_map_free(&map);
    /* End. */
    return OK;
}
