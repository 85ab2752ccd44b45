// expect: unused|ignoring return value
/* A push that may fail is looked at. */
#include <collections/dlist.h>

typedef DLIST(int) wanted;

enum error f(wanted *l);
enum error f(wanted *l)
{
#ifndef WRONG
    return dlist_push_back(l, 1);
#else
    dlist_push_back(l, 1);
    return OK;
#endif
}
