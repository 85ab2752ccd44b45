// expect: two collections of different element types
/* A weak handle becomes an owner of its own type. */
#include <collections/rc.h>

typedef RC(int) int_rc;
typedef RC(long) long_rc;
typedef RC_WEAK(int) int_weak;

bool f(int_weak *w, int_rc *r, long_rc *other);
bool f(int_weak *w, int_rc *r, long_rc *other)
{
    (void)r, (void)other;
#ifndef WRONG
    return rc_upgrade(w, r);
#else
    return rc_upgrade(w, other);
#endif
}
