// expect: ignoring return value
/* Out of memory cannot be ignored. */
#include <collections/deque.h>

typedef DEQUE(int) wanted_deque;

enum error f(wanted_deque *d);
enum error f(wanted_deque *d)
{
#ifndef WRONG
    return deque_push_back(d, 1);
#else
    deque_push_back(d, 1);
    return OK;
#endif
}
