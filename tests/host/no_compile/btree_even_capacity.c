// expect: must be odd
/* A node splits into two halves and one between. */
#define BTREE_NAME         wanted
#define BTREE_KEY          int
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#ifndef WRONG
#define BTREE_CAPACITY 5
#else
#define BTREE_CAPACITY 4
#endif
#include <collections/btree.h>
