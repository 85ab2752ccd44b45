/* The example of collections/arc.h. */
#include "example.h"

#include <collections/arc.h>

static enum error example(struct allocator *allocator)
{
    /* Example: */
    typedef ARC(uint64_t) number_arc; // once for each type

    number_arc mine, other;
    enum error error = arc_new(&mine, allocator, NULL, 7);
    if (error)
        return error;
    other = arc_clone(&mine); // to be handed to another hart; cannot fail
    ASSERT(arc_strong_count(&mine) == 2);
    ASSERT(!arc_drop(&mine)); // each hart drops its own, in any order
    ASSERT(*arc_get(&other) == 7);
    ASSERT(arc_drop(&other)); // the last one ends the value
    /* End. */
    return OK;
}
