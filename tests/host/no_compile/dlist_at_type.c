// expect: incompatible.*pointer type
/* A place is a pointer to an element. */
#include <collections/dlist.h>

typedef DLIST(int) wanted;

enum error f(wanted *l, int *at, long *other);
enum error f(wanted *l, int *at, long *other)
{
#ifndef WRONG
    (void)other;
    return dlist_insert(l, at, 1);
#else
    (void)at;
    return dlist_insert(l, other, 1);
#endif
}
