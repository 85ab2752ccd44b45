/* watch: an unpleasant allocator; see watch.h. It has two places, of which a block takes one. */
#include <lib/memory.h>
#include <watch.h>

enum { PLACES = 2, PLACE_BYTES = 32 * 1024, SPOILED = 0x5a };

static char places[PLACES][PLACE_BYTES] __attribute__((aligned(16)));
static struct layout used[PLACES]; /* what is there; of size 0: nothing */
bool watch_refuses;
size_t watch_asked, watch_in_use;

static void *watch_alloc(struct allocator *self, size_t size, size_t align)
{
    watch_asked++;
    for (size_t i = 0; i < PLACES; i++)
        if (!watch_refuses && used[i].size == 0 && size <= PLACE_BYTES) {
            used[i] = (struct layout){ size, align };
            watch_in_use += size;
            memset(places[i], SPOILED, PLACE_BYTES);
            return places[i];
        }
    return allocator_refuse(self, ERR_NO_MEMORY);
}

static void watch_dealloc(struct allocator *self, void *block, size_t size, size_t align)
{
    size_t i = 0;
    while (i < PLACES && (block != places[i] || used[i].size == 0))
        i++;
    if (i == PLACES)
        mistake("%p is given back, or resized, but is no block", block);
    if (size != used[i].size || align != used[i].align)
        mistake("a block of %zu bytes aligned to %zu is given back, or resized, as one of %zu "
                "bytes aligned to %zu",
                used[i].size, used[i].align, size, align);
    used[i].size = 0;
    watch_in_use -= size;
    memset(places[i], SPOILED, PLACE_BYTES);
}

static const struct allocator_ops watch_ops = {
    .alloc = watch_alloc,
    .dealloc = watch_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = allocator_default_realloc,
};

struct allocator watch = { .ops = &watch_ops };
