// expect: ignoring return value
/* Whoever makes a box looks whether it worked. */
#include <collections/box.h>

typedef BOX(int) wanted;

enum error f(wanted *b, struct allocator *allocator);
enum error f(wanted *b, struct allocator *allocator)
{
#ifdef WRONG
    box_new(b, allocator, 1);
#endif
    return box_new(b, allocator, 2);
}
