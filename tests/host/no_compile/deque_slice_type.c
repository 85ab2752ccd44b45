// expect: incompatible.*pointer type
/* A slice is an array of the element. */
#include <collections/deque.h>

typedef DEQUE(int) wanted;

int f(wanted *d, size_t *len);
int f(wanted *d, size_t *len)
{
#ifndef WRONG
    int *p = deque_second_slice(d, len);
    return *p;
#else
    long *p = deque_second_slice(d, len);
    return (int)*p;
#endif
}
