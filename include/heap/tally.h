/*
 * tally: what an allocator counts of itself, in as few instructions as it can.
 *
 * A peak can only be at the moment before something is given back, so alloc counts and nothing
 * else, and dealloc looks whether this was the peak.
 */
#pragma once

#include <heap/allocator.h>

struct tally {
    size_t count; /* blocks ever handed out */
    size_t freed; /* blocks ever given back; live is count - freed */
    size_t used;  /* bytes handed out now, padding included */
    size_t peak;  /* the most live blocks, and ... */
    size_t most;  /* ... the most used bytes, both up to the last dealloc */
};

static inline void tally_take(struct tally *tally, size_t bytes)
{
    tally->count++;
    tally->used += bytes;
}

static inline void tally_give(struct tally *tally, size_t bytes)
{
    size_t live = tally->count - tally->freed, used = tally->used;
    if (live > tally->peak)
        tally->peak = live;
    if (used > tally->most)
        tally->most = used;
    tally->freed++;
    tally->used = used - bytes;
}

/* A block changed its size where it lies. */
static inline void tally_resize(struct tally *tally, size_t bytes, size_t new_bytes)
{
    if (tally->used > tally->most)
        tally->most = tally->used;
    tally->used += new_bytes - bytes;
}

/* `total`: the bytes that could be handed out, used ones included. */
static inline struct heap_statistics tally_statistics(const struct tally *tally, size_t failed,
                                                      size_t total)
{
    size_t live = tally->count - tally->freed;
    return (struct heap_statistics){
        .live = live,
        .peak = live > tally->peak ? live : tally->peak,
        .count = tally->count,
        .failed = failed,
        .used_bytes = tally->used,
        .high_water_bytes = tally->used > tally->most ? tally->used : tally->most,
        .left_bytes = total - tally->used,
    };
}
