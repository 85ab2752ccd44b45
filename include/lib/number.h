/*
 * number: text that is a number.
 */
#pragma once

#include <base/types.h>

/* The `length` bytes at `text` as a number: decimal, or hexadecimal behind 0x; a ' may part digits.
   False, and *value as it was, iff they are none, or it needs more than 64 bits. */
bool number_parse(const char *text, size_t length, uint64_t *value);
