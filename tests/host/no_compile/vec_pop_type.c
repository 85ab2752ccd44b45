// expect: incompatible.*pointer type
/* An element is popped into its own type. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

bool f(wanted_vec *v, int *right, long *wrong);
bool f(wanted_vec *v, [[maybe_unused]] int *right, [[maybe_unused]] long *wrong)
{
#ifndef WRONG
    return vec_pop(v, right);
#else
    return vec_pop(v, wrong);
#endif
}
