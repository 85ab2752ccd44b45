// expect: makes integer from pointer|incompatible pointer to integer conversion
/* Inserting checks as pushing does. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(wanted_vec *v, int *p);
enum error f(wanted_vec *v, int *p)
{
#ifndef WRONG
    return vec_insert(v, 0, *p);
#else
    return vec_insert(v, 0, p);
#endif
}
