/* The example of collections/deque.h. */
#include "example.h"

#include <collections/deque.h>

static enum error example(struct allocator *allocator)
{
    /* Example: */
    typedef DEQUE(int) int_deque; // once for each type

    int_deque d = DEQUE_INIT(allocator); // empty, allocates nothing
    enum error error = deque_push_back(&d, 2);
    if (error)
        return error; // d is as it was
    deque_push_front_or_panic(&d, 1);
    ASSERT(*deque_at(&d, 1) == 2); // counted from the front
    int first;
    while (deque_pop_front(&d, &first))
        ASSERT(first == 1 || first == 2);
    deque_free(&d);
    /* End. */
    return OK;
}
