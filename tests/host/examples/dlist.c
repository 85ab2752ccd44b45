/* The example of collections/dlist.h. */
#include "example.h"

#include <collections/dlist.h>

static enum error example(struct allocator *allocator)
{
    /* Example: */
    typedef DLIST(int) int_list; // once for each type

    int_list l = DLIST_INIT(allocator);        // empty, allocates nothing
    enum error error = dlist_push_back(&l, 3); // one block for each element
    if (error)
        return error; // l is as it was
    dlist_push_front_or_panic(&l, 1);
    int *three = dlist_back(&l); // stays good whatever else comes and goes
    error = dlist_insert(&l, three, 2);
    if (error == OK)
        dlist_for_each (&l, p)
            ASSERT(*p >= 1 && *p <= 3);
    dlist_remove(&l, three, NULL);
    dlist_free(&l);
    /* End. */
    return OK;
}
