// expect: makes pointer from integer|incompatible.*conversion
/* The loop's variable is a pointer to an element. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

int f(wanted_vec *v);
int f(wanted_vec *v)
{
    int sum = 0;
    vec_for_each (v, p) {
#ifndef WRONG
        int value = *p;
        sum += value;
#else
        int *value = *p;
        sum += *value;
#endif
    }
    return sum;
}
