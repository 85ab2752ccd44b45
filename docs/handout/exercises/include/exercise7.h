/*
 * exercise7: room, wanted and given back.
 */
#pragma once

#include <heap/allocator.h>

/* [contract] */
struct int_vec {
    int *data;               /* NULL iff cap is 0 */
    size_t len;              /* numbers in use */
    size_t cap;              /* numbers that fit */
    struct allocator *alloc; /* where data comes from */
};

/*
 * Room for `additional` numbers behind the `len` that are there: afterwards cap is exactly
 * len + additional. Where there is as much room already, or more, nothing happens.
 * Fails iff len + additional numbers are more than PTRDIFF_MAX bytes (ERR_OVERFLOW), or the
 * allocator has no room (ERR_NO_MEMORY); then *v is as it was, and its numbers too.
 */
enum error exercise7_reserve(struct int_vec *v, size_t additional);

/*
 * Give back the room that is not in use: afterwards cap is len. Where there are no numbers, the
 * memory is given back altogether, and data is NULL.
 * Fails iff the allocator has no room (ERR_NO_MEMORY); then *v is as it was, and its numbers too.
 */
enum error exercise7_shrink(struct int_vec *v);
/* [/contract] */
