// expect: incompatible types when|incompatible type
/* A vector of one type is no vector of another. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

typedef VEC(long) other_vec;

enum error take(wanted_vec v);
enum error f(wanted_vec right, other_vec wrong);
enum error f([[maybe_unused]] wanted_vec right, [[maybe_unused]] other_vec wrong)
{
#ifndef WRONG
    return take(right);
#else
    return take(wrong);
#endif
}
