/*
 * line: a line of text, typed and edited. It knows no console: bytes go in one at a time, what the
 * terminal is to show comes out through a sink. So the host can test it, and a fuzzer can.
 *
 *     Ctrl-A, Home  to the start      Ctrl-H, Backspace  remove before     Up, Ctrl-P    earlier
 * line Ctrl-E, End   to the end        Ctrl-D, Delete     remove at         Down, Ctrl-N  later
 * line Ctrl-B, Left  back              Ctrl-W             remove the word   Tab           complete
 *     Ctrl-F, Right forward           Ctrl-U, Ctrl-K     remove before, behind   Ctrl-C  start anew
 *     Ctrl-L        clear the screen
 *
 * Text is printable ASCII; other bytes are ignored. A line has up to LINE_LENGTH bytes; more is
 * ignored with a bell. Escape sequences: ECMA-48, as terminals of the VT100 family send them; one
 * that is unknown is swallowed as a whole.
 */
#pragma once

#include <base/types.h>
#include <lib/format.h>

enum { LINE_LENGTH = 126, LINE_HISTORY = 16 };

/*
 * What may follow `text`, whose first `length` bytes stand before the cursor: the `index`-th
 * candidate for the word that ends there, as a whole word; NULL iff there are no more.
 */
typedef const char *line_completer(const char *text, size_t length, size_t index);

struct line {
    struct format_sink *out;
    const char *prompt;
    line_completer *complete;   /* may be NULL */
    char text[LINE_LENGTH + 2]; /* always ends in NUL */
    size_t length, cursor;      /* bytes; cursor <= length */
    enum {
        LINE_TEXT,
        LINE_ESCAPE,
        LINE_SEQUENCE,
        LINE_SS3
    } state;            /* where in an escape sequence */
    unsigned parameter; /* the number in it */
    bool after_return; /* the last byte was a carriage return: a newline that follows is its half */
    char history[LINE_HISTORY][LINE_LENGTH + 2]; /* a ring */
    size_t entered;                              /* lines that ever went into it */
    size_t browsing;                             /* 0: the line being typed; n: the n-th last */
    char kept[LINE_LENGTH + 2];                  /* that line, while history is shown */
};

/* An empty line. `out`, `prompt` and `complete` outlive it. */
void line_init(struct line *line, struct format_sink *out, const char *prompt,
               line_completer *complete);

/* Show the prompt: before the first line, and after one that was cancelled. */
void line_prompt(struct line *line);

enum line_event {
    LINE_MORE,      /* not yet */
    LINE_READY,     /* the line is in line->text: use it, then line_next */
    LINE_CANCELLED, /* Ctrl-C: the line is empty again; a new prompt is due */
};

/* A byte was typed. Never fails, whatever the byte. */
enum line_event line_feed(struct line *line, char byte);

/* Done with the line: keep it in the history, unless it is empty or the last one again; and begin
   an empty one, with a prompt. */
void line_next(struct line *line);

/* Panics iff an invariant does not hold. */
void line_check(const struct line *line);
