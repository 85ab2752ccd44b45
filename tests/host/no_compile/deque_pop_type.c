// expect: incompatible.pointer.types|incompatible pointer type
/* What is popped goes into a place of its type. */
#include <collections/deque.h>

typedef DEQUE(int) wanted_deque;

bool f(wanted_deque *d);
bool f(wanted_deque *d)
{
#ifndef WRONG
    int out;
#else
    long out;
#endif
    return deque_pop_front(d, &out);
}
