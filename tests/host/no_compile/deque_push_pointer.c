// expect: int-conversion|incompatible pointer to integer|makes integer from pointer
/* A pointer is no element. */
#include <collections/deque.h>

typedef DEQUE(int) wanted_deque;

enum error f(wanted_deque *d, int *p);
enum error f(wanted_deque *d, int *p)
{
#ifndef WRONG
    return deque_push_front(d, *p);
#else
    return deque_push_front(d, p);
#endif
}
