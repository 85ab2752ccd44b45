// expect: incompatible.*pointer type
/* An element is a T, and a pointer to it a T *. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

long f(wanted_vec *v);
long f(wanted_vec *v)
{
#ifndef WRONG
    int *p = vec_at(v, 0);
#else
    long *p = vec_at(v, 0);
#endif
    return *p;
}
