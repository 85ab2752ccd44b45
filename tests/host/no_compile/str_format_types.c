/* The arguments are checked against the format; a string is no argument of %s. */
// expect: format
#include <collections/str.h>

enum error show(struct str *s, const struct str *name);
enum error show(struct str *s, const struct str *name)
{
#ifdef WRONG
    return str_format(s, "%s", name);
#else
    return str_format(s, "%s", str_cstr(name));
#endif
}
