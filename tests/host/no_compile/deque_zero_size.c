// expect: must not be of size zero
/* Elements of no size are refused; gnu2x has them. */
#include <collections/deque.h>

struct wanted {
#ifndef WRONG
    int a;
#endif
};

typedef DEQUE(struct wanted) wanted_deque;

enum error f(wanted_deque *d);
enum error f(wanted_deque *d)
{
    return deque_push_back(d, (struct wanted){});
}
