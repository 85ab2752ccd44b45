// expect: must not be of size zero
/* Elements of no size are refused; gnu2x has them. */
#include <collections/dlist.h>

struct wanted {
#ifndef WRONG
    int a;
#endif
};

typedef DLIST(struct wanted) wanted_list;

enum error f(wanted_list *l);
enum error f(wanted_list *l)
{
    return dlist_push_back(l, (struct wanted){});
}
