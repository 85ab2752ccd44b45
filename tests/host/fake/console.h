/*
 * The host's console: what was printed last is kept for a test to look at.
 */
#pragma once

#include <stddef.h>

extern char console_text[65536];
extern size_t console_length;

/* Forget what was printed. */
void console_forget(void);
