/* The example of collections/binary_heap.h. */
#include "example.h"

/* Example: */
// Once for each heap; in front of the functions.
#include <collections/vec.h>
typedef VEC(uint64_t) deadline_vec;
#define BINARY_HEAP_NAME         deadline_heap
#define BINARY_HEAP_VEC          deadline_vec
#define BINARY_HEAP_BEFORE(a, b) (*(a) < *(b))
#include <collections/binary_heap.h>

static enum error deadlines(struct allocator *allocator)
{
    struct deadline_heap heap = BINARY_HEAP_INIT(allocator); // empty, allocates nothing
    enum error error = deadline_heap_push(&heap, 30);
    if (error)
        return error; // the heap is as it was
    deadline_heap_push_or_panic(&heap, 10);
    deadline_heap_push_or_panic(&heap, 20);
    ASSERT(*deadline_heap_peek(&heap) == 10);
    uint64_t next, last = 0;
    for (; deadline_heap_pop(&heap, &next); last = next)
        ASSERT(next > last); // 10, 20, 30
    deadline_heap_free(&heap);
    return OK;
}
/* End. */

static enum error example(struct allocator *allocator)
{
    return deadlines(allocator);
}
