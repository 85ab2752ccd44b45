// expect: makes integer from pointer|incompatible pointer to integer conversion
/* A string is no char, though it may initialise an array of char. */
#include <collections/vec.h>

typedef VEC(char) wanted_vec;

enum error f(wanted_vec *v);
enum error f(wanted_vec *v)
{
#ifndef WRONG
    return vec_push(v, 'a');
#else
    return vec_push(v, "a");
#endif
}
