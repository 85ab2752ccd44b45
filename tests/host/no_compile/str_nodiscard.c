/* An append may fail, and nobody may forget it. */
// expect: (unused|ignoring return value)
#include <collections/str.h>

enum error add(struct str *s);
enum error add(struct str *s)
{
#ifdef WRONG
    str_append(s, SV("x"));
    return OK;
#else
    return str_append(s, SV("x"));
#endif
}
