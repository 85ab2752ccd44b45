// expect: no member named|has no member
/* A weak handle has no value: it is upgraded first. */
#include <collections/rc.h>

typedef RC(int) int_rc;
typedef RC_WEAK(int) int_weak;

int *f(int_rc *r, int_weak *w);
int *f(int_rc *r, int_weak *w)
{
    (void)w;
#ifndef WRONG
    return rc_get(r);
#else
    return rc_get(w);
#endif
}
