/*
 * number: see lib/number.h.
 */
#include <lib/number.h>

/* The value of a digit in base 16; 16 for what is none. */
static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

bool number_parse(const char *text, size_t length, uint64_t *value)
{
    bool hexadecimal = length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    uint64_t base = hexadecimal ? 16 : 10, result = 0;
    bool after_digit = false; /* a number ends in a digit, and a ' stands behind one */
    for (size_t i = hexadecimal ? 2 : 0; i < length; i++) {
        if (text[i] == '\'' && after_digit) {
            after_digit = false;
            continue;
        }
        unsigned digit = digit_of(text[i]);
        after_digit = digit < base;
        if (!after_digit || __builtin_mul_overflow(result, base, &result) ||
            __builtin_add_overflow(result, digit, &result))
            return false;
    }
    if (after_digit)
        *value = result;
    return after_digit;
}
