// expect: ignoring return value
/* Out of memory cannot be ignored. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(wanted_vec *v);
enum error f(wanted_vec *v)
{
#ifndef WRONG
    return vec_push(v, 1);
#else
    vec_push(v, 1);
    return OK;
#endif
}
