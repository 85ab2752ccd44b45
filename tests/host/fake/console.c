/* See fake/console.h. What does not fit any more is dropped. */
#include "console.h"

#include <stdarg.h>
#include <stdio.h>

#include <console/console.h>

char console_text[65536];
size_t console_length;

void console_forget(void)
{
    console_length = 0;
    console_text[0] = 0;
}

void console_printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof console_text - console_length;
    int length = vsnprintf(console_text + console_length, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        console_length += (size_t)length < room ? (size_t)length : room - 1;
}
