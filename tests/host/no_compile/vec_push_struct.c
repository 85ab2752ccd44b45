// expect: incompatible types when initializing|initializing .* with an expression of incompatible
// type
/* One struct is no other. */
#include <collections/vec.h>

struct wanted {
    int a;
};
struct other {
    int a;
};

typedef VEC(struct wanted) wanted_vec;

enum error f(wanted_vec *v, struct wanted right, struct other wrong);
enum error f(wanted_vec *v, [[maybe_unused]] struct wanted right,
             [[maybe_unused]] struct other wrong)
{
#ifndef WRONG
    return vec_push(v, right);
#else
    return vec_push(v, wrong);
#endif
}
