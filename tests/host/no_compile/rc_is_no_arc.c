// expect: no member named|has no member
/* A count that many harts change is not changed as if they did not. */
#include <collections/arc.h>

typedef RC(int) int_rc;
typedef ARC(int) int_arc;

bool f(int_rc *r, int_arc *a);
bool f(int_rc *r, int_arc *a)
{
    (void)r, (void)a;
#ifndef WRONG
    return rc_drop(r);
#else
    return rc_drop(a);
#endif
}
