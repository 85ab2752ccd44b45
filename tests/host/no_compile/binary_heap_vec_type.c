// expect: incompatible.*pointer type
/* A heap is made of a vector of its own elements. */
#include <collections/vec.h>
typedef VEC(int) int_vec;
typedef VEC(long) long_vec;
#define BINARY_HEAP_NAME         wanted
#define BINARY_HEAP_VEC          int_vec
#define BINARY_HEAP_BEFORE(a, b) (*(a) < *(b))
#include <collections/binary_heap.h>

void f(struct wanted *h, int_vec *right, long_vec *other);
void f(struct wanted *h, int_vec *right, long_vec *other)
{
#ifndef WRONG
    (void)other;
    wanted_from_vec(h, right);
#else
    (void)right;
    wanted_from_vec(h, other);
#endif
}
