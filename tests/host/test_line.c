/*
 * The line editor, watched through a terminal: whatever is typed, the terminal shows prompt and
 * line, and the cursor where it is.
 *
 *     BUMPVISOR_CASES=10000000 BUMPVISOR_SEED=42 test_line
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/panic.h"
#include "random.h"
#include "terminal.h"

#include <monitor/line.h>

#define PROMPT "> "

static struct terminal terminal;
static struct line line;

static const char *const candidates[] = { "heap", "help", "map", "harts" };

static const char *complete(const char *text, size_t length, size_t index)
{
    for (size_t i = 0; i < 4; i++)
        if (strlen(candidates[i]) >= length && memcmp(candidates[i], text, length) == 0 &&
            index-- == 0)
            return candidates[i];
    return NULL;
}

static int begin(void **state)
{
    (void)state;
    terminal = (struct terminal){ .sink = { terminal_write } };
    line_init(&line, &terminal.sink, PROMPT, complete);
    line_prompt(&line);
    return 0;
}

static void assert_shown(void)
{
    line_check(&line);
    char expected[TERMINAL_COLUMNS + 1] = PROMPT;
    strcat(expected, line.text);
    assert_string_equal(terminal.row, expected);
    assert_int_equal(terminal.column, strlen(PROMPT) + line.cursor);
}

/* Type bytes; returns the last event. */
static enum line_event type(const char *bytes)
{
    enum line_event event = LINE_MORE;
    for (; *bytes != '\0'; bytes++) {
        event = line_feed(&line, *bytes);
        if (event == LINE_MORE)
            assert_shown();
    }
    return event;
}

/* Type a line and take it. */
static void enter(const char *text)
{
    assert_int_equal(type(text), LINE_MORE);
    assert_int_equal(line_feed(&line, '\r'), LINE_READY);
    line_next(&line);
    assert_shown();
}

static void assert_line(const char *text, size_t cursor)
{
    assert_string_equal(line.text, text);
    assert_int_equal(line.cursor, cursor);
}

#define LEFT  "\x1b[D"
#define RIGHT "\x1b[C"
#define UP    "\x1b[A"
#define DOWN  "\x1b[B"

static void typing_and_moving(void **state)
{
    (void)state;
    type("helo" LEFT "l");
    assert_line("hello", 4);
    type("\x01"
         ">"
         "\x05"
         "<");
    assert_line(">hello<", 7);
    type("\x1b[H" RIGHT RIGHT "\x02\x06"
         "_");
    assert_line(">h_ello<", 3);
    type("\x1b[F" RIGHT RIGHT "\x1b[1~" LEFT LEFT);
    assert_line(">h_ello<", 0);
    type("\x1bOC\x1b[4~\x1b[7~\x1b[8~");
    assert_line(">h_ello<", 8);
}

static void removing(void **state)
{
    (void)state;
    type("one two  three"
         "\x7f\x08");
    assert_line("one two  thr", 12);
    type("\x17");
    assert_line("one two  ", 9);
    type("\x17");
    assert_line("one ", 4);
    type("x y\x01\x04");
    assert_line("ne x y", 0);
    type("\x1b[3~" RIGHT "\x0b");
    assert_line("e", 1);
    type("fgh" LEFT "\x15");
    assert_line("h", 0);
    size_t bells = terminal.bells;
    type("\x7f\x15\x17\x05\x04\x0b");
    assert_line("h", 1);
    assert_int_equal(terminal.bells, bells + 5); /* nothing there: said, and nothing done */
}

static void lines_end_in_every_way(void **state)
{
    (void)state;
    assert_int_equal(type("a\r"), LINE_READY);
    line_next(&line);
    assert_int_equal(line_feed(&line, '\n'), LINE_MORE); /* the other half of \r\n */
    assert_int_equal(type("b" LEFT "\n"), LINE_READY);
    assert_line("b", 1);
    line_next(&line);
    assert_int_equal(type("\n"), LINE_READY);
    line_next(&line);
    assert_int_equal(type("abc\x03"), LINE_CANCELLED);
    line_prompt(&line);
    assert_line("", 0);
    assert_shown();
    assert_int_equal(type("\x1b\r"), LINE_READY); /* also in the middle of a sequence */
}

static void history(void **state)
{
    (void)state;
    enter("first");
    enter("second");
    enter("second"); /* once is enough */
    enter("");       /* and nothing is nothing */
    type("thi" UP);
    assert_line("second", 6);
    type(UP);
    assert_line("first", 5);
    size_t bells = terminal.bells;
    type(UP);
    assert_line("first", 5);
    assert_int_equal(terminal.bells, bells + 1);
    type(DOWN DOWN);
    assert_line("thi", 3); /* what was being typed is not lost */
    type(DOWN);
    assert_int_equal(terminal.bells, bells + 2);
    type("\x10!");
    assert_line("second!", 7); /* an old line is edited, and stays as it was */
    enter("");
    type(UP UP);
    assert_line("second", 6);
}

static void history_is_a_ring(void **state)
{
    (void)state;
    char text[16];
    for (size_t i = 0; i < 3 * LINE_HISTORY; i++) {
        snprintf(text, sizeof text, "line %zu", i);
        enter(text);
    }
    for (size_t i = 0; i < LINE_HISTORY; i++)
        type(UP);
    snprintf(text, sizeof text, "line %d", 3 * LINE_HISTORY - LINE_HISTORY);
    assert_string_equal(line.text, text);
    size_t bells = terminal.bells;
    type(UP);
    assert_int_equal(terminal.bells, bells + 1);
}

static void completion(void **state)
{
    (void)state;
    type("m\t");
    assert_line("map ", 4);
    type("\x15he\t");
    assert_line("he", 2); /* heap or help: both are shown */
    assert_int_equal(terminal.newlines, 2);
    type("a\t");
    assert_line("heap ", 5);
    size_t bells = terminal.bells;
    type("\t");
    assert_int_equal(terminal.bells, bells + 1); /* "heap " is no beginning of a command */
    type("\x15\t");
    assert_line("", 0);
    type("help" LEFT LEFT "\t"); /* in the middle of a word */
    assert_line("help", 2);
    line_init(&line, &terminal.sink, PROMPT, NULL);
    assert_int_equal(line_feed(&line, '\t'), LINE_MORE);
}

static void a_full_line_takes_no_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < LINE_LENGTH; i++)
        type("x");
    size_t bells = terminal.bells;
    type("yy");
    assert_int_equal(line.length, LINE_LENGTH);
    assert_int_equal(terminal.bells, bells + 2);
    type("\x01y\x7f");
    assert_int_equal(line.length, LINE_LENGTH);
}

static void what_is_no_text_is_ignored(void **state)
{
    (void)state;
    type("a\xff\x80\xc3\xa9\x1c\x1d\x1f"
         "b");
    assert_line("ab", 2);
    type("\x1b[200~c\x1b[;;5Rd\x1b[?25he\x1bxf\x1bOZg\x1b[99999999999~h");
    assert_line("abcdefgh", 8);
    type("\x0c"); /* the screen is cleared, the line is there */
    assert_line("abcdefgh", 8);
}

static void any_bytes(void **state)
{
    (void)state;
    uint64_t seed = random_start(3), cases = number_from("BUMPVISOR_CASES", 100000);
    printf("# seed %llu, %llu bytes\n", (unsigned long long)seed, (unsigned long long)cases);
    static const char *const keys[] = { LEFT,   RIGHT,  UP,     DOWN,    "\x1b[3~", "\t",
                                        "\x7f", "he",   "\x1b", "\x1b[", "\x01",    "\x05",
                                        "\x0b", "\x15", "\x17", "\x03" };
    for (uint64_t i = 0; i < cases; i++) {
        char any[2] = { (char)(1 + below(255)), 0 };
        const char *bytes = below(3) == 0 ? keys[below(16)] : below(2) ? any : "ab c" + below(4);
        for (; *bytes != '\0'; bytes++) {
            enum line_event event = line_feed(&line, *bytes);
            if (event == LINE_READY)
                line_next(&line);
            else if (event == LINE_CANCELLED)
                line_prompt(&line);
            assert_shown();
        }
    }
}

int main(void)
{
#define EDIT(test) cmocka_unit_test_setup(test, begin)
    const struct CMUnitTest tests[] = {
        EDIT(typing_and_moving),
        EDIT(removing),
        EDIT(lines_end_in_every_way),
        EDIT(history),
        EDIT(history_is_a_ring),
        EDIT(completion),
        EDIT(a_full_line_takes_no_more),
        EDIT(what_is_no_text_is_ignored),
        EDIT(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
