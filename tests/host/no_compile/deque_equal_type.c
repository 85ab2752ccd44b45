// expect: incompatible.*pointer type
/* What compares elements takes their type. */
#include <collections/deque.h>

typedef DEQUE(int) wanted;
bool same(const int *, const int *);
bool same_long(const long *, const long *);

bool f(wanted *d);
bool f(wanted *d)
{
#ifndef WRONG
    return deque_equal(d, d, same);
#else
    return deque_equal(d, d, same_long);
#endif
}
