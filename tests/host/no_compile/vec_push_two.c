// expect: excess elements in array initializer
/* Two values where one is pushed. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(wanted_vec *v);
enum error f(wanted_vec *v)
{
#ifndef WRONG
    return vec_push(v, 1);
#else
    return vec_push(v, 1, 2);
#endif
}
