/*
 * The host's panic: a test that expects one catches it and reads its text; any other aborts.
 *
 *     EXPECT_PANIC("index 3", vec_at(&v, 3));
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern _Thread_local jmp_buf *panic_catcher; /* NULL: a panic aborts the test program */
extern _Thread_local char panic_text[1024];  /* what the last panic said */

/* Run `statement`; fail unless it panics with a text that contains `part`. */
#define EXPECT_PANIC(part, statement)                                                              \
    do {                                                                                           \
        jmp_buf panic_here;                                                                        \
        panic_catcher = &panic_here;                                                               \
        if (setjmp(panic_here) == 0) {                                                             \
            (void)(statement);                                                                     \
            panic_catcher = NULL;                                                                  \
            fprintf(stderr, "%s:%d: no panic, expected: %s\n", __FILE__, __LINE__, (part));        \
            abort();                                                                               \
        }                                                                                          \
        panic_catcher = NULL;                                                                      \
        if (strstr(panic_text, (part)) == NULL) {                                                  \
            fprintf(stderr, "%s:%d: panicked with \"%s\", expected: %s\n", __FILE__, __LINE__,     \
                    panic_text, (part));                                                           \
            abort();                                                                               \
        }                                                                                          \
    } while (0)
