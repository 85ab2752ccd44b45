/* The example of collections/box.h. */
#include "example.h"

#include <collections/box.h>

static enum error example(struct allocator *allocator)
{
    /* Example: */
    typedef BOX(uint64_t) number_box; // once for each type

    number_box b;
    enum error error = box_new(&b, allocator, 41);
    if (error)
        return error;
    *box_at(&b) += 1;     // checked: panics where the box is empty
    number_box moved = b; // the value stays where it is; b must not be used any more
    ASSERT(*box_at(&moved) == 42);
    box_free(&moved);
    /* End. */
    return OK;
}
