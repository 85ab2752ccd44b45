/* %.*s takes an int; a view's length is a size_t, and str_precision makes one of the other. */
// expect: (field precision|precision)
#include <collections/str.h>

enum error show(struct str *s, struct str_view name);
enum error show(struct str *s, struct str_view name)
{
#ifdef WRONG
    return str_format(s, "%.*s", name.len, name.data);
#else
    return str_format(s, "%.*s", str_precision(name), name.data);
#endif
}
