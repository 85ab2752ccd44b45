// expect: pointer
/* What is pushed is an element. */
#include <collections/deque.h>

typedef DEQUE(int) wanted;

enum error f(wanted *d, int *p);
enum error f(wanted *d, int *p)
{
#ifndef WRONG
    return deque_push_front(d, *p);
#else
    return deque_push_front(d, p);
#endif
}
