// expect: two collections of different element types
/* A clone has the same elements. */
#include <collections/deque.h>

typedef DEQUE(int) wanted_deque;
typedef DEQUE(long) other_deque;

enum error f(wanted_deque *d, wanted_deque *same, other_deque *other);
enum error f(wanted_deque *d, wanted_deque *same, other_deque *other)
{
    (void)same, (void)other;
#ifndef WRONG
    return deque_clone(d, same);
#else
    return deque_clone(d, other);
#endif
}
