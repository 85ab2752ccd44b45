/* The example of collections/rc.h. */
#include "example.h"

#include <collections/rc.h>

static enum error example(struct allocator *allocator)
{
    /* Example: */
    typedef RC(uint64_t) number_rc; // once for each type
    typedef RC_WEAK(uint64_t) number_weak;

    number_rc first, second, third;
    number_weak weak;
    enum error error = rc_new(&first, allocator, NULL, 7); // NULL: nothing to do at its end
    if (error)
        return error;
    second = rc_clone(&first); // two owners now; cannot fail
    rc_downgrade(&first, &weak);
    ASSERT(*rc_get(&second) == 7);
    rc_drop(&first);                    // one; `first` is empty
    ASSERT(rc_drop(&second));           // true: it was the last, the value is gone
    ASSERT(!rc_upgrade(&weak, &third)); // so there is nothing to own
    rc_weak_drop(&weak);                // and now the memory goes back
    /* End. */
    return OK;
}
