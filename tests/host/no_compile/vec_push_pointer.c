// expect: makes integer from pointer|incompatible pointer to integer conversion
/* A pointer is no int. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(wanted_vec *v, int *p);
enum error f(wanted_vec *v, int *p)
{
#ifndef WRONG
    return vec_push(v, *p);
#else
    return vec_push(v, p);
#endif
}
