// expect: two collections of different element types
/* A clone has its original's type. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(const wanted_vec *v);
enum error f(const wanted_vec *v)
{
#ifndef WRONG
    wanted_vec copy;
#else
    VEC(unsigned) copy;
#endif
    return vec_clone(v, &copy);
}
