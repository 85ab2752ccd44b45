/* The host's panic. See fake/panic.h. */
#include "panic.h"

#include <base/assert.h>

_Thread_local jmp_buf *panic_catcher;
_Thread_local char panic_text[1024];

void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(panic_text, sizeof panic_text, format, arguments);
    va_end(arguments);
    if (panic_catcher != NULL) {
        jmp_buf *catcher = panic_catcher;
        panic_catcher = NULL;
        longjmp(*catcher, 1);
    }
    fprintf(stderr, "unexpected panic: %s\n", panic_text);
    abort();
}
