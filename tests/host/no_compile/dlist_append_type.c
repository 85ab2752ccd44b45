// expect: different element types
/* Only lists of the same element are joined. */
#include <collections/dlist.h>

typedef DLIST(int) wanted;
typedef DLIST(long) other;

void f(wanted *l, wanted *m, other *n);
void f(wanted *l, wanted *m, other *n)
{
#ifndef WRONG
    (void)n;
    dlist_append(l, m);
#else
    (void)m;
    dlist_append(l, n);
#endif
}
