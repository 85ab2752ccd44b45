/*
 * line: see monitor/line.h. What a key does is a row of a table; the rest is moving text.
 */
#include <base/assert.h>
#include <lib/memory.h>
#include <monitor/line.h>

enum {
    CTRL_A = 1,
    CTRL_B = 2,
    CTRL_C = 3,
    CTRL_D = 4,
    CTRL_E = 5,
    CTRL_F = 6,
    BELL = 7,
    BACKSPACE = 8,
    TAB = 9,
    NEWLINE = 10,
    CTRL_K = 11,
    CTRL_L = 12,
    RETURN = 13,
    CTRL_N = 14,
    CTRL_P = 16,
    CTRL_U = 21,
    CTRL_W = 23,
    ESCAPE = 27,
    DELETE = 127
};

void line_init(struct line *line, struct format_sink *out, const char *prompt,
               line_completer *complete)
{
    memset(line, 0, sizeof *line);
    line->out = out;
    line->prompt = prompt;
    line->complete = complete;
}

static void print(struct line *line, const char *text)
{
    line->out->write(line->out, text, strlen(text));
}

static void bell(struct line *line)
{
    print(line, "\a");
}

/* Move the terminal's cursor `count` places to the left. */
static void step_back(struct line *line, size_t count)
{
    if (count > 0)
        (void)format_write(line->out, "\x1b[%zuD", count);
}

/* Show all from the cursor of the terminal, which stands at `from`, to the end, and go back to
   where line->cursor is. "\x1b[K" clears what is left of the screen's line. */
static void show_from(struct line *line, size_t from)
{
    print(line, line->text + from);
    print(line, "\x1b[K");
    step_back(line, line->length - line->cursor);
}

void line_prompt(struct line *line)
{
    print(line, line->prompt);
}

/* Prompt and line anew, over what stands there. */
static void show(struct line *line)
{
    print(line, "\r");
    print(line, line->prompt);
    show_from(line, 0);
}

static void insert(struct line *line, const char *bytes, size_t count)
{
    if (count > LINE_LENGTH - line->length) {
        bell(line);
        return;
    }
    size_t at = line->cursor;
    memmove(line->text + at + count, line->text + at, line->length - at + 1);
    memcpy(line->text + at, bytes, count);
    line->length += count;
    line->cursor += count;
    if (line->cursor == line->length)
        line->out->write(line->out, bytes, count); /* at the end: no need to show it all again */
    else
        show_from(line, at);
}

/* Remove the bytes from `from` up to `to`; the cursor goes to `from`. */
static void remove_range(struct line *line, size_t from, size_t to)
{
    if (from == to) {
        bell(line);
        return;
    }
    step_back(line, line->cursor > from ? line->cursor - from : 0);
    memmove(line->text + from, line->text + to, line->length - to + 1);
    line->length -= to - from;
    line->cursor = from;
    show_from(line, from);
}

static void go_to(struct line *line, size_t cursor)
{
    if (cursor < line->cursor)
        step_back(line, line->cursor - cursor);
    else
        line->out->write(line->out, line->text + line->cursor, cursor - line->cursor);
    line->cursor = cursor;
}

static size_t start_of_word(const struct line *line)
{
    size_t at = line->cursor;
    while (at > 0 && line->text[at - 1] == ' ')
        at--;
    while (at > 0 && line->text[at - 1] != ' ')
        at--;
    return at;
}

/* --- History --------------------------------------------------------------------------------- */

/* Replace what is being edited by the `n`-th last line, or by the one that was typed (0). */
static void browse(struct line *line, size_t n)
{
    size_t available = line->entered < LINE_HISTORY ? line->entered : LINE_HISTORY;
    if (n > available) {
        bell(line);
        return;
    }
    if (line->browsing == 0)
        memcpy(line->kept, line->text, sizeof line->kept);
    line->browsing = n;
    const char *from = n == 0 ? line->kept : line->history[(line->entered - n) % LINE_HISTORY];
    memcpy(line->text, from, sizeof line->text);
    line->length = line->cursor = strlen(line->text);
    show(line);
}

void line_next(struct line *line)
{
    const char *last = line->history[(line->entered - 1) % LINE_HISTORY];
    bool again = line->entered > 0 && strlen(last) == line->length &&
                 memcmp(last, line->text, line->length) == 0;
    if (line->length > 0 && !again)
        memcpy(line->history[line->entered++ % LINE_HISTORY], line->text, sizeof line->text);
    line->text[0] = '\0';
    line->length = line->cursor = line->browsing = 0;
    line_prompt(line);
}

/* --- Completion ------------------------------------------------------------------------------ */

static size_t common_prefix(const char *a, const char *b, size_t length)
{
    size_t same = 0;
    while (same < length && a[same] == b[same])
        same++;
    return same;
}

/* One candidate: complete it, with a space. Several: what they have in common; nothing more than
   that to add: show them. */
static void complete(struct line *line)
{
    const char *first = line->complete ? line->complete(line->text, line->cursor, 0) : NULL;
    if (first == NULL) {
        bell(line);
        return;
    }
    size_t typed = line->cursor;
    while (typed > 0 && line->text[typed - 1] != ' ')
        typed--;
    typed = line->cursor - typed; /* bytes of the word that stand there */
    size_t count = 0, common = strlen(first);
    for (const char *word; (word = line->complete(line->text, line->cursor, count)) != NULL;
         count++)
        common = common_prefix(first, word, common);
    if (common > typed)
        insert(line, first + typed, common - typed);
    if (count == 1) {
        insert(line, " ", 1);
    } else if (common <= typed) {
        print(line, "\r\n");
        for (size_t i = 0; i < count; i++)
            (void)format_write(line->out, "%s  ", line->complete(line->text, line->cursor, i));
        print(line, "\r\n");
        show(line);
    }
}

/* --- Keys ------------------------------------------------------------------------------------ */

static void press(struct line *line, unsigned char key)
{
    switch (key) {
    case CTRL_A:
        go_to(line, 0);
        break;
    case CTRL_E:
        go_to(line, line->length);
        break;
    case CTRL_B:
        go_to(line, line->cursor - (line->cursor > 0));
        break;
    case CTRL_F:
        go_to(line, line->cursor + (line->cursor < line->length));
        break;
    case DELETE:
    case BACKSPACE:
        remove_range(line, line->cursor - (line->cursor > 0), line->cursor);
        break;
    case CTRL_D:
        remove_range(line, line->cursor, line->cursor + (line->cursor < line->length));
        break;
    case CTRL_W:
        remove_range(line, start_of_word(line), line->cursor);
        break;
    case CTRL_U:
        remove_range(line, 0, line->cursor);
        break;
    case CTRL_K:
        remove_range(line, line->cursor, line->length);
        break;
    case CTRL_P:
        browse(line, line->browsing + 1);
        break;
    case CTRL_N:
        line->browsing > 0 ? browse(line, line->browsing - 1) : bell(line);
        break;
    case CTRL_L:
        print(line, "\x1b[H\x1b[2J");
        show(line);
        break;
    case TAB:
        complete(line);
        break;
    default:
        if (key >= ' ' && key < DELETE)
            insert(line, (const char[]){ (char)key }, 1);
    }
}

/* The end of "\x1b[", perhaps a number, and this byte; or of "\x1bO" and this byte. */
static unsigned char key_of(unsigned char last, unsigned parameter)
{
    switch (last) {
    case 'A':
        return CTRL_P;
    case 'B':
        return CTRL_N;
    case 'C':
        return CTRL_F;
    case 'D':
        return CTRL_B;
    case 'H':
        return CTRL_A;
    case 'F':
        return CTRL_E;
    case '~':
        switch (parameter) {
        case 1:
        case 7:
            return CTRL_A;
        case 4:
        case 8:
            return CTRL_E;
        case 3:
            return CTRL_D;
        default:
            return 0;
        }
    default:
        return 0;
    }
}

/* A byte inside of an escape sequence. ECMA-48, 5.4: parameters and intermediates are 0x20 to
   0x3f, the final byte 0x40 to 0x7e; anything else breaks it off. */
static void feed_sequence(struct line *line, unsigned char byte)
{
    if (line->state == LINE_ESCAPE && (byte == '[' || byte == 'O')) {
        line->state = byte == '[' ? LINE_SEQUENCE : LINE_SS3;
        line->parameter = 0;
    } else if (line->state == LINE_SEQUENCE && byte >= 0x20 && byte <= 0x3f) {
        if (byte >= '0' && byte <= '9' && line->parameter < 1000)
            line->parameter = line->parameter * 10 + (byte - '0');
    } else {
        bool whole = line->state != LINE_ESCAPE && byte >= 0x40 && byte <= 0x7e;
        line->state = LINE_TEXT;
        if (whole)
            press(line, key_of(byte, line->parameter));
    }
}

enum line_event line_feed(struct line *line, char typed)
{
    unsigned char byte = (unsigned char)typed;
    bool second_half = byte == NEWLINE && line->after_return;
    line->after_return = byte == RETURN;
    if (second_half)
        return LINE_MORE;
    if (byte == RETURN || byte == NEWLINE) {
        line->state = LINE_TEXT;
        go_to(line, line->length);
        print(line, "\r\n");
        return LINE_READY;
    }
    if (byte == CTRL_C) {
        print(line, "^C\r\n");
        line->state = LINE_TEXT;
        line->text[0] = '\0';
        line->length = line->cursor = line->browsing = 0;
        return LINE_CANCELLED;
    }
    if (byte == ESCAPE)
        line->state = LINE_ESCAPE;
    else if (line->state != LINE_TEXT)
        feed_sequence(line, byte);
    else
        press(line, byte);
    return LINE_MORE;
}

void line_check(const struct line *line)
{
    ASSERT_COMPARE(line->length, <=, LINE_LENGTH);
    ASSERT_COMPARE(line->cursor, <=, line->length);
    ASSERT_COMPARE(strlen(line->text), ==, line->length);
    for (size_t i = 0; i < line->length; i++)
        ASSERT(line->text[i] >= ' ' && line->text[i] < DELETE);
}
