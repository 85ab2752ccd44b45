/* The example of collections/vec.h. */
#include "example.h"

#include <collections/vec.h>

static enum error example(struct allocator *allocator)
{
    /* Example: */
    typedef VEC(char) char_vec; // once for each type, see below

    char_vec v = VEC_INIT(allocator);     // empty, allocates nothing
    enum error error = vec_push(&v, 'a'); // the compiler insists that you look at it
    if (error)
        return error;           // v is as it was
    vec_push_or_panic(&v, 'b'); // for set-up code
    *vec_at(&v, 0) = 'c';       // checked: panics with index and length
    vec_for_each (&v, c)
        ASSERT(*c == 'c' || *c == 'b');
    vec_free(&v);
    /* End. */
    return OK;
}
