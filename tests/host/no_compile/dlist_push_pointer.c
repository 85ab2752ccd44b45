// expect: pointer
/* What is pushed is an element. */
#include <collections/dlist.h>

typedef DLIST(int) wanted;

enum error f(wanted *l, int *p);
enum error f(wanted *l, int *p)
{
#ifndef WRONG
    return dlist_push_front(l, *p);
#else
    return dlist_push_front(l, p);
#endif
}
