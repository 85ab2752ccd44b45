// expect: ignoring return value
/* Out of memory cannot be ignored, from the core's functions neither. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(wanted_vec *v);
enum error f(wanted_vec *v)
{
#ifndef WRONG
    return vec_reserve(v, 1);
#else
    vec_reserve(v, 1);
    return OK;
#endif
}
