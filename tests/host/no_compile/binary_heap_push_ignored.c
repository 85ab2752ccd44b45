// expect: ignoring return value
/* Whoever pushes looks whether it worked. */
#include <collections/vec.h>
typedef VEC(int) int_vec;
#define BINARY_HEAP_NAME         wanted
#define BINARY_HEAP_VEC          int_vec
#define BINARY_HEAP_BEFORE(a, b) (*(a) < *(b))
#include <collections/binary_heap.h>

enum error f(struct wanted *h);
enum error f(struct wanted *h)
{
#ifdef WRONG
    wanted_push(h, 1);
#endif
    return wanted_push(h, 2);
}
