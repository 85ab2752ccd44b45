/*
 * words: see monitor/words.h.
 */
#include <lib/memory.h>
#include <lib/number.h>
#include <monitor/words.h>

bool words_split(struct words *words, const char *line)
{
    size_t length = strlen(line), at = 0;
    words->count = 0;
    if (length >= WORDS_BYTES)
        return false;
    memcpy(words->text, line, length + 1);
    for (;;) {
        while (words->text[at] == ' ')
            words->text[at++] = '\0';
        if (words->text[at] == '\0')
            return true;
        if (words->count == WORDS_MAX) {
            words->count = 0;
            return false;
        }
        words->rest[words->count] = at;
        words->word[words->count++] = words->text + at;
        while (words->text[at] != '\0' && words->text[at] != ' ')
            at++;
    }
}

bool word_is(const char *word, const char *other)
{
    return strlen(word) == strlen(other) && memcmp(word, other, strlen(word)) == 0;
}

bool word_begins(const char *word, const char *start, size_t length)
{
    return strlen(word) >= length && memcmp(word, start, length) == 0;
}

bool word_number(const char *word, uint64_t *value)
{
    return number_parse(word, strlen(word), value);
}
