/* A C string is no view: nobody has measured it, or vouched for it. */
// expect: (incompatible type|incompatible)
#include <collections/str.h>

bool same(struct str_view view, const char *text);
bool same(struct str_view view, const char *text)
{
#ifdef WRONG
    return str_equal(view, text);
#else
    return str_equal(view, str_view_from_cstr(text));
#endif
}
