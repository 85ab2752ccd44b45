// expect: unused|ignoring return value
/* A push that may fail is looked at. */
#include <collections/deque.h>

typedef DEQUE(int) wanted;

enum error f(wanted *d);
enum error f(wanted *d)
{
#ifndef WRONG
    return deque_push_back(d, 1);
#else
    deque_push_back(d, 1);
    return OK;
#endif
}
