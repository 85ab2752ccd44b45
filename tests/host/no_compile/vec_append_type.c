// expect: incompatible.*pointer type
/* An array is appended to a vector of its own type. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(wanted_vec *v, const int *right, const char *wrong);
enum error f(wanted_vec *v, [[maybe_unused]] const int *right, [[maybe_unused]] const char *wrong)
{
#ifndef WRONG
    return vec_append(v, right, 2);
#else
    return vec_append(v, wrong, 2);
#endif
}
