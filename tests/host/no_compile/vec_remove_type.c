// expect: incompatible.*pointer type
/* An element is taken out into its own type. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

void f(wanted_vec *v, int *right, unsigned char *wrong);
void f(wanted_vec *v, [[maybe_unused]] int *right, [[maybe_unused]] unsigned char *wrong)
{
#ifndef WRONG
    vec_remove(v, 0, right);
#else
    vec_remove(v, 0, wrong);
#endif
}
