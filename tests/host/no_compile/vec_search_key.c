// expect: incompatible.*pointer type
/* A search's comparison takes an element and the key's type, in this order. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

int by_key(const int *element, const char *key);
struct vec_position f(wanted_vec *v, const char *right, const long *wrong);
struct vec_position f(wanted_vec *v, [[maybe_unused]] const char *right,
                      [[maybe_unused]] const long *wrong)
{
#ifndef WRONG
    return vec_binary_search(v, right, by_key);
#else
    return vec_binary_search(v, wrong, by_key);
#endif
}
