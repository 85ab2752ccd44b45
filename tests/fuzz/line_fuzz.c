/*
 * line_fuzz: any bytes, typed into the line editor, and each line that comes of it cut into words
 * and numbers. After each byte the terminal must show the line. `make fuzz` searches;
 * tests/host/test_line.c types random bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../host/terminal.h"

#include <monitor/line.h>
#include <monitor/words.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define PROMPT "> "

static const char *complete(const char *text, size_t length, size_t index)
{
    static const char *const words[] = { "heap", "help", "map" };
    for (size_t i = 0; i < 3; i++)
        if (word_begins(words[i], text, length) && index-- == 0)
            return words[i];
    return NULL;
}

static void use(const char *line)
{
    struct words words;
    uint64_t value;
    if (!words_split(&words, line))
        return;
    for (size_t i = 0; i < words.count; i++) {
        (void)word_number(words.word[i], &value);
        if (memcmp(words.word[i], line + words.rest[i], strlen(words.word[i])) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static struct line line;
    static struct terminal terminal;
    char expected[TERMINAL_COLUMNS + 1];
    terminal = (struct terminal){ .sink = { terminal_write } };
    line_init(&line, &terminal.sink, PROMPT, complete);
    line_prompt(&line);
    for (size_t i = 0; i < length; i++) {
        switch (line_feed(&line, (char)data[i])) {
        case LINE_READY:
            use(line.text);
            line_next(&line);
            break;
        case LINE_CANCELLED:
            line_prompt(&line);
            break;
        case LINE_MORE:
            break;
        }
        line_check(&line);
        snprintf(expected, sizeof expected, PROMPT "%s", line.text);
        if (strcmp(terminal.row, expected) != 0 || terminal.column != strlen(PROMPT) + line.cursor)
            abort();
    }
    return 0;
}
