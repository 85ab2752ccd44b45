/*
 * capture: a sink that keeps what is printed, for comparison.
 *
 *     vec_debug(&v, start(), "v", debug_char);
 *     EXPECT_TEXT("v = ['a', 'b', 'c']");
 */
#pragma once

#include <lib/format.h>
#include <string.h>

struct capture {
    struct format_sink sink;
    size_t len;
    char text[512];
};

static void capture_write(struct format_sink *sink, const char *bytes, size_t length)
{
    struct capture *capture = container_of(sink, struct capture, sink);
    assert_true(length < sizeof capture->text - capture->len);
    memcpy(capture->text + capture->len, bytes, length);
    capture->text[capture->len += length] = '\0';
}

static struct capture capture;

/* Forget what was printed, and print there. */
static struct format_sink *start(void)
{
    capture = (struct capture){ .sink = { capture_write } };
    return &capture.sink;
}

#define EXPECT_TEXT(wanted) assert_string_equal(capture.text, wanted)
