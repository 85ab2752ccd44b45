// expect: incompatible.*pointer type
/* A comparison compares the elements' type. */
#include <collections/vec.h>

typedef VEC(int) wanted_vec;

int by_int(const int *a, const int *b);
int by_char(const char *a, const char *b);
void f(wanted_vec *v);
void f(wanted_vec *v)
{
#ifndef WRONG
    vec_sort(v, by_int);
#else
    vec_sort(v, by_char);
#endif
}
