/*
 * words: a line, cut into words, and words that are numbers.
 */
#pragma once

#include <base/types.h>

enum { WORDS_MAX = 16, WORDS_BYTES = 160 };

struct words {
    size_t count;
    const char *word[WORDS_MAX]; /* NUL-terminated; they lie in `text` */
    char text[WORDS_BYTES];
    size_t rest[WORDS_MAX]; /* where in the line each begins */
};

/* Cut `line` at spaces. False iff it has more than WORDS_MAX words, or WORDS_BYTES - 1 bytes; then
   there are none. */
bool words_split(struct words *words, const char *line);

/* True iff the strings are the same. */
bool word_is(const char *word, const char *other);

/* True iff `word` begins with the `length` bytes at `start`. */
bool word_begins(const char *word, const char *start, size_t length);

/* A decimal number, or a hexadecimal one behind 0x, of up to 64 bits; ' between digits is allowed.
   False, and *value as it was, iff the word is none. */
bool word_number(const char *word, uint64_t *value);
