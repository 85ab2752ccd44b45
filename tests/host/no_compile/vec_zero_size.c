// expect: must not be of size zero
/* Elements of no size are refused; gnu2x has them. */
#include <collections/vec.h>

struct wanted {
#ifndef WRONG
    int a;
#endif
};

typedef VEC(struct wanted) wanted_vec;

enum error f(wanted_vec *v);
enum error f(wanted_vec *v)
{
    return vec_push(v, (struct wanted){});
}
