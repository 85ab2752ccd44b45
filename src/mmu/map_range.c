/*
 * map_range: a range of addresses on frames of its own, page by page. See mmu/space.h.
 */
#include <base/assert.h>
#include <mmu/space.h>

enum { LARGEST = 2 }; /* the level of the largest page that is tried: 1 GiB */

/* A frame for what begins at `at`: the largest that alignment and size allow and that is there. */
static void *take_frame(struct allocator *frames, uint64_t at, uint64_t size, uint64_t *taken)
{
    for (unsigned level = LARGEST; level > 0; level--) {
        *taken = pte_span(level);
        if (at % *taken != 0 || size < *taken)
            continue;
        void *page = allocator_alloc(frames, (struct layout){ *taken, *taken });
        if (page != NULL)
            return page;
    }
    *taken = PAGE_SIZE;
    return allocator_alloc(frames, (struct layout){ PAGE_SIZE, PAGE_SIZE });
}

void unmap_range(struct space *space, struct hva from, uint64_t size, struct allocator *frames)
{
    for (uint64_t done = 0; done < size;) {
        struct leaf leaf;
        struct hva at = { from.value + done };
        if (!space_find(space, at, &leaf) || space_unmap(space, at, leaf.size) != OK)
            panic("unmap_range: nothing of its own is mapped at 0x%llx",
                  (unsigned long long)at.value);
        allocator_dealloc(frames, (void *)(uintptr_t)leaf.to.value,
                          (struct layout){ leaf.size, leaf.size });
        done += leaf.size;
    }
    space_prune(space, from, size);
}

enum error map_range(struct space *space, struct hva from, uint64_t size, struct allocator *frames,
                     enum rights rights)
{
    uint64_t done = 0;
    enum error error = size == 0 || (from.value | size) % PAGE_SIZE != 0 ? ERR_INVALID : OK;
    if (error == OK)
        space_prune(space, from, size); /* an empty table would be in a large page's way */
    while (done < size && error == OK) {
        uint64_t taken;
        struct hva at = { from.value + done };
        void *page = take_frame(frames, at.value, size - done, &taken);
        if (page == NULL) {
            error = ERR_NO_MEMORY;
            break;
        }
        error = space_map(space, at, (struct hpa){ (uintptr_t)page }, taken, rights);
        if (error == OK)
            done += taken;
        else
            allocator_dealloc(frames, page, (struct layout){ taken, taken });
    }
    if (error != OK && done != 0)
        unmap_range(space, from, done, frames);
    return error;
}
