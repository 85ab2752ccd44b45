/*
 * checked_block: one block of a checked heap; for checked.c, which has the lists and the
 * operations.
 *
 * `caller` is an address in the code that asked for the operation during which a misuse is noticed.
 */
#pragma once

#include <heap/checked.h>

enum { CANARY_SMALLEST = 8 };

/* From the start of the inner block to the payload. */
static inline size_t checked_lead(size_t align)
{
    return align < sizeof(struct checked_header) ? sizeof(struct checked_header) : align;
}

/* What the inner allocator is asked for: header and payload, aligned as asked, and a canary up to a
   multiple of 8. */
static inline struct layout checked_inner_layout(size_t size, size_t align)
{
    size_t whole = (checked_lead(align) + size + CANARY_SMALLEST + 7) & ~(size_t)7;
    return (struct layout){ whole, align < 16 ? 16 : align };
}

/* Size and alignment are in the header: seal it as live and write the canary; or seal it as freed.
 */
void checked_seal_live(struct checked_header *header);
void checked_seal_freed(struct checked_header *header);

/* The header of the live block at `payload`, which is given back or resized with the layout
   `asked`. Panics, and says what it is instead, iff it is none, has another layout, or was written
   beside. */
struct checked_header *checked_live_header(const struct checked *self, void *payload,
                                           struct layout asked, const void *caller);

/* Panics iff the live block, or the one in quarantine, was written beside, or written to. */
void checked_look_at_live(const struct checked_header *header, const void *caller);
void checked_look_at_freed(const struct checked_header *header, const void *caller);
