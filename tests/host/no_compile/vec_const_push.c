// expect: discards .*const|discards qualifiers
/* A const vector does not grow. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

enum error f(wanted_vec *right, const wanted_vec *wrong);
enum error f([[maybe_unused]] wanted_vec *right, [[maybe_unused]] const wanted_vec *wrong)
{
#ifndef WRONG
    return vec_push(right, 1);
#else
    return vec_push(wrong, 1);
#endif
}
