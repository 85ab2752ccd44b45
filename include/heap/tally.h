/*
 * tally: what an allocator counts of itself, in as few instructions as it can.
 *
 *     alloc     count, used         by the allocator: three instructions each
 *     dealloc   freed, used
 *     peaks     the most of both    by who stands above it: locked, checked
 *
 * A peak can only be at the moment before something is given back, so nobody looks for it but on
 * dealloc and realloc. And nobody needs it of an object of his own that has no lock and no checks:
 * such an object is there to be quick.
 */
#pragma once

#include <heap/allocator.h>

static inline void tally_take(struct tally *tally, size_t bytes)
{
    tally->count++;
    tally->used += bytes;
}

static inline void tally_give(struct tally *tally, size_t bytes)
{
    tally->freed++;
    tally->used -= bytes;
}

/* A block changed its size where it lies. */
static inline void tally_resize(struct tally *tally, size_t bytes, size_t new_bytes)
{
    tally->used += new_bytes - bytes;
}

/* To be called by a wrapper before `inner` gives back or resizes. Cost: 9 instructions. */
static inline void tally_note_peaks(struct allocator *inner)
{
    struct tally *tally = &inner->tally;
    size_t live = tally->count - tally->freed;
    if (unlikely(live > tally->peak))
        tally->peak = live;
    if (unlikely(tally->used > tally->most))
        tally->most = tally->used;
}

/* `total`: the bytes that could be handed out, used ones included. */
static inline struct heap_statistics tally_statistics(const struct allocator *self, size_t total)
{
    const struct tally *tally = &self->tally;
    size_t live = tally->count - tally->freed;
    return (struct heap_statistics){
        .live = live,
        .peak = live > tally->peak ? live : tally->peak,
        .count = tally->count,
        .failed = self->failed,
        .used_bytes = tally->used,
        .high_water_bytes = tally->used > tally->most ? tally->used : tally->most,
        .left_bytes = total - tally->used,
    };
}
