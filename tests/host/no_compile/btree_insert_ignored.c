// expect: ignoring return value
/* Whoever inserts looks whether it worked. */
#define BTREE_NAME         wanted
#define BTREE_KEY          int
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

enum error f(struct wanted *s);
enum error f(struct wanted *s)
{
#ifdef WRONG
    wanted_insert(s, 1, NULL);
#endif
    return wanted_insert(s, 2, NULL);
}
