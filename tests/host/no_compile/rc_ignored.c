// expect: ignoring return value
/* Out of memory cannot be ignored. */
#include <collections/rc.h>

typedef RC(int) int_rc;

enum error f(int_rc *r, struct allocator *allocator);
enum error f(int_rc *r, struct allocator *allocator)
{
#ifndef WRONG
    return rc_new(r, allocator, NULL, 1);
#else
    rc_new(r, allocator, NULL, 1);
    return OK;
#endif
}
