/* SV takes a literal: of a pointer it would take the size of the pointer for the length. */
// expect: (expected|concatenat|before)
#include <collections/str_view.h>

struct str_view view_of(const char *text);
struct str_view view_of([[maybe_unused]] const char *text)
{
#ifdef WRONG
    return SV(text);
#else
    return SV("text");
#endif
}
