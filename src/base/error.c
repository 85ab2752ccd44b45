/*
 * error: names for people. A number that no enumerator has is named too, not trusted.
 */
#include <base/error.h>
#include <base/types.h>

const char *error_name(enum error error)
{
    static const char *const names[] = {
        [OK] = "no error",
        [ERR_NO_MEMORY] = "out of memory",
        [ERR_OVERFLOW] = "size or number too large",
        [ERR_INVALID] = "invalid argument or input",
        [ERR_NOT_FOUND] = "not found",
        [ERR_NOT_SUPPORTED] = "not supported by this machine",
        [ERR_STATE] = "not in its present state",
        [ERR_IO] = "a device or the firmware failed",
    };
    return (size_t)error < ARRAY_LENGTH(names) ? names[error] : "unknown error";
}
