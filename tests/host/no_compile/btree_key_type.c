// expect: incompatible.*pointer type|makes integer from pointer|incompatible pointer to integer
/* A key is of the key's type. */
#define BTREE_NAME         wanted
#define BTREE_KEY          uint64_t
#define BTREE_VALUE        int
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

const int *f(struct wanted *m, uint64_t key, const char *other);
const int *f(struct wanted *m, uint64_t key, const char *other)
{
#ifndef WRONG
    (void)other;
    return wanted_get(m, key);
#else
    (void)key;
    return wanted_get(m, other);
#endif
}
