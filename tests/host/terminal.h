/*
 * terminal: a terminal of one line, as far as monitor/line.c needs one: what a person would see.
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <lib/format.h>

enum { TERMINAL_COLUMNS = 400 };

struct terminal {
    struct format_sink sink;
    char row[TERMINAL_COLUMNS + 1]; /* the line that the cursor is in */
    size_t column;
    size_t bells, newlines;
    char sequence[16]; /* an escape sequence, so far */
    size_t sequence_length;
};

/* The end of a sequence: K clears to the right, nD goes left, H and 2J clear the screen. */
static inline void terminal_obey(struct terminal *t)
{
    const char *s = t->sequence;
    char last = s[t->sequence_length - 1];
    if (last == 'K') {
        memset(t->row + t->column, 0, sizeof t->row - t->column);
    } else if (last == 'D') {
        size_t n = strtoul(s + 2, NULL, 10);
        if (n == 0 || n > t->column)
            abort(); /* to the left of the screen, or not at all */
        t->column -= n;
    } else if (last == 'H') {
        t->column = 0;
    } else if (last == 'J') {
        memset(t->row, 0, sizeof t->row);
    } else {
        abort(); /* nothing that it was ever sent */
    }
}

static inline void terminal_put(struct terminal *t, char c)
{
    if (t->sequence_length > 0 || c == '\x1b') {
        if (t->sequence_length + 1 == sizeof t->sequence)
            abort();
        t->sequence[t->sequence_length++] = c;
        t->sequence[t->sequence_length] = '\0';
        if (t->sequence_length > 2 && c >= 0x40) {
            terminal_obey(t);
            t->sequence_length = 0;
        }
    } else if (c == '\r') {
        t->column = 0;
    } else if (c == '\n') {
        memset(t->row, 0, sizeof t->row);
        t->newlines++;
    } else if (c == '\a') {
        t->bells++;
    } else {
        if (c < ' ' || c > '~' || t->column == TERMINAL_COLUMNS)
            abort(); /* not for a person */
        t->row[t->column++] = c;
    }
}

static inline void terminal_write(struct format_sink *sink, const char *bytes, size_t length)
{
    struct terminal *t = (struct terminal *)sink;
    for (size_t i = 0; i < length; i++)
        terminal_put(t, bytes[i]);
}
