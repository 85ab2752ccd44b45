/* A string that may only be read cannot be appended to. */
// expect: (discards|const)
#include <collections/str.h>

enum error add(const struct str *s, struct str *t);
enum error add(const struct str *s, [[maybe_unused]] struct str *t)
{
#ifdef WRONG
    return str_append(s, SV("x"));
#else
    return str_append(t, str_view(s));
#endif
}
