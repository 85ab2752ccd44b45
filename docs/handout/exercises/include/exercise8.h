/*
 * exercise8: short texts without a block.
 */
#pragma once

#include <collections/str_view.h>
#include <heap/allocator.h>

/* [contract] */
enum { SMALL_BYTES = 16 };

/* A text of up to 15 bytes lies in the struct itself, a longer one in a block of the heap. */
struct small_str {
    struct allocator *alloc;
    size_t len; /* bytes of text; a NUL follows, which is not counted */
    size_t cap; /* bytes of the block; 0: there is none, and the text is in `small` */
    union {
        char small[SMALL_BYTES];
        char *block;
    };
};

/* An empty one; needs no memory. It may be moved by assignment: no pointer leads into it. */
#define SMALL_STR_INIT(a)                                                                          \
    {                                                                                              \
        .alloc = (a)                                                                               \
    }

/* The text, and a NUL behind it. Needs no memory. */
const char *small_str_text(const struct small_str *s);

/*
 * Put `text` at the end; it may lie in the string itself. The allocator is not asked as long as the
 * whole text has 15 bytes or fewer. A block at least doubles when it grows.
 * Fails iff the whole text would be longer than PTRDIFF_MAX - 1 bytes (ERR_OVERFLOW), or the
 * allocator has no room (ERR_NO_MEMORY); then the string is as it was.
 */
enum error small_str_append(struct small_str *s, struct str_view text);

/* Give the block back, if there is one. The string is empty then, and may be used again. */
void small_str_free(struct small_str *s);
/* [/contract] */
