/* The example of collections/str.h. */
#include "example.h"

#include <collections/str.h>

static enum error example(struct allocator *allocator)
{
    /* Example: */
    struct str line = STR_INIT(allocator); // empty, allocates nothing
    enum error error = str_append(&line, SV("guest "));
    if (!error)
        error = str_format(&line, "%u: %s", 3U, str_cstr(&line)); // also of itself
    if (error) {
        str_free(&line);
        return error; // what was appended before is there still
    }
    ASSERT(str_equal(str_view(&line), SV("guest 3: guest ")));
    str_free(&line);
    /* End. */
    return OK;
}
