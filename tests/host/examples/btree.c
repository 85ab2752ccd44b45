/* The example of collections/btree.h. */
#include "example.h"

/* Example: */
// Once for each map; in front of the functions.
#define BTREE_NAME         device_map
#define BTREE_KEY          uint64_t
#define BTREE_VALUE        const char *
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

static enum error devices(struct allocator *allocator)
{
    struct device_map map = BTREE_INIT(allocator); // empty, allocates nothing
    enum error error = device_map_insert(&map, 0x10000000, "uart", NULL, NULL);
    if (error)
        return error; // the map is as it was
    device_map_insert_or_panic(&map, 0x0c000000, "plic");
    for (struct device_map_cursor c = device_map_first(&map); c.key; device_map_next(&c))
        ASSERT(*c.value != NULL); // in the order of the keys
    ASSERT(*device_map_lower_bound(&map, 0x0d000000).key == 0x10000000);
    ASSERT(device_map_remove(&map, 0x0c000000, NULL, NULL));
    device_map_free(&map);
    return OK;
}
/* End. */

static enum error example(struct allocator *allocator)
{
    return devices(allocator);
}
