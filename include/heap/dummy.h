/*
 * dummy: the allocator that has nothing. Every request is refused; for seeing what happens when
 * memory runs out: `./run.sh --heap=dummy`.
 *
 * Giving anything back to it is a mistake and panics: it never handed anything out.
 */
#pragma once

#include <heap/allocator.h>

struct dummy {
    struct allocator allocator;
};

/* Make `self` a dummy. The bounds are taken so that it looks like the others, and not used.
   Cannot fail: OK. */
enum error dummy_init(struct dummy *self, void *start, void *end);
