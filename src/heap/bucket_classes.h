/*
 * bucket_classes: what bucket.c, which hands blocks out, and bucket_check.c, which looks at them,
 * share.
 */
#pragma once

#include <heap/bucket.h>

/* The size of each class, in bytes. */
extern const uint16_t bucket_sizes[BUCKET_CLASSES];

static inline struct bucket *bucket_of(struct allocator *self)
{
    return container_of(self, struct bucket, allocator);
}

/* In bucket_check.c; operations of struct allocator_ops. */
struct heap_statistics bucket_statistics(struct allocator *allocator);
void bucket_check(struct allocator *allocator);
void bucket_walk(struct allocator *allocator, heap_visitor visit, void *context);
