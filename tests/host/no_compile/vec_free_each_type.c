// expect: incompatible.*pointer type
/* What releases elements takes their type. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

void release(int *element);
void release_long(long *element);
void f(wanted_vec *v);
void f(wanted_vec *v)
{
#ifndef WRONG
    vec_free_each(v, release);
#else
    vec_free_each(v, release_long);
#endif
}
