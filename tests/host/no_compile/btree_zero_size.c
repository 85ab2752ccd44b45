// expect: must not be of size zero
/* Keys of no size are refused; gnu2x has them. */
struct key {
#ifndef WRONG
    int a;
#endif
};
#define BTREE_NAME         wanted
#define BTREE_KEY          struct key
#define BTREE_BEFORE(a, b) ((void)(a), (void)(b), false)
#include <collections/btree.h>
