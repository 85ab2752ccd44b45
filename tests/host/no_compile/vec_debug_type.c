// expect: incompatible.*pointer type
/* What prints elements takes their type. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

void f(wanted_vec *v, struct format_sink *sink);
void f(wanted_vec *v, struct format_sink *sink)
{
#ifndef WRONG
    vec_debug(v, sink, "v", debug_int);
#else
    vec_debug(v, sink, "v", debug_char);
#endif
}
