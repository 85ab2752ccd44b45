// expect: incompatible.*pointer type
/* What is taken out goes where an element fits. */
#include <collections/deque.h>

typedef DEQUE(int) wanted;

bool f(wanted *d, int *out, char *other);
bool f(wanted *d, int *out, char *other)
{
#ifndef WRONG
    (void)other;
    return deque_pop_front(d, out);
#else
    (void)out;
    return deque_pop_front(d, other);
#endif
}
