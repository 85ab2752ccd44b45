/*
 * frames: see mmu/frames.h.
 */
#include <heap/bitmap.h>
#include <heap/locked.h>
#include <mmu/frames.h>

static struct bitmap bitmap;
static struct locked locked;

enum error frames_init(struct memory_range range)
{
    uintptr_t start = range.start.value;
    enum error error = bitmap_init(&bitmap, (void *)start, (void *)(start + range.size));
    if (error)
        return error;
    locked_init(&locked, &bitmap.allocator);
    return OK;
}

struct allocator *frames_default(void)
{
    return &locked.allocator;
}
