// expect: incompatible.pointer.types|incompatible pointer type|incompatible function pointer
/* What ends a value takes a value of its type. */
#include <collections/rc.h>

typedef RC(int) int_rc;

enum error f(int_rc *r, struct allocator *a, void (*right)(int *), void (*wrong)(long *));
enum error f(int_rc *r, struct allocator *a, void (*right)(int *), void (*wrong)(long *))
{
    (void)right, (void)wrong;
#ifndef WRONG
    return rc_new(r, a, right, 1);
#else
    return rc_new(r, a, wrong, 1);
#endif
}
