/* element: how arrays grow. See collections/element.h. */
#include <collections/element.h>

/* The first growth grants this many bytes, or this many elements: a cache line or a handful. */
#define FIRST_BYTES    64
#define FIRST_ELEMENTS 4

/* [vec-capacity] */
size_t element_grown_capacity(size_t cap, size_t needed, size_t size_bytes)
{
    size_t first = FIRST_BYTES / size_bytes;
    if (first < FIRST_ELEMENTS)
        first = FIRST_ELEMENTS;
    size_t doubled = cap * 2; /* cap is PTRDIFF_MAX at most: no overflow */
    size_t grown = doubled > first ? doubled : first;
    if (grown < needed || grown > PTRDIFF_MAX / size_bytes)
        grown = needed;
    return grown;
}
/* [/vec-capacity] */
