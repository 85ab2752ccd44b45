// expect: read-only|const-qualified
/* A key is not changed where it is. */
#define BTREE_NAME         wanted
#define BTREE_KEY          int
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

void f(struct wanted *s);
void f(struct wanted *s)
{
    struct wanted_cursor c = wanted_first(s);
#ifdef WRONG
    *c.key = 1;
#endif
    wanted_next(&c);
}
