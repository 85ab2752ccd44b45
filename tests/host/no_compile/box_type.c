// expect: incompatible.*pointer type
/* What is taken out of a box goes where its value fits. */
#include <collections/box.h>

typedef BOX(int) wanted;

bool f(wanted *b, int *out, long *other);
bool f(wanted *b, int *out, long *other)
{
#ifndef WRONG
    (void)other;
    return box_take(b, out);
#else
    (void)out;
    return box_take(b, other);
#endif
}
