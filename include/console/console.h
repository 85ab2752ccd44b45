/*
 * console: text out, through the firmware.
 *
 * DBCN where the firmware has it (a call per piece of text), legacy putchar where it has not (a
 * call per byte; OpenSBI 1.1 of Debian 12). A spinlock keeps the pieces of one call together
 * when several harts print. Shortcoming: each call waits until the firmware took the text.
 */
#pragma once

#include <base/types.h>
#include <lib/format.h>

/* Ask the firmware which way it offers. Before it, the legacy way is used. Context: one hart. */
void console_init(void);

/* The way in use, for people: "DBCN" or "legacy putchar". */
const char *console_backend(void);

/* Write bytes as they are. Context: any but a trap; takes the console's lock. */
void console_write(const char *bytes, size_t length);

/* Formatted output: the grammar of lib/format.h. Same context. */
[[gnu::format(printf, 1, 2)]] void console_printf(const char *format, ...);

/*
 * The console for those who write to a sink (lib/format.h), like the printers of
 * collections/debug.h. Each piece is a console_write: pieces of several harts may mix.
 */
struct format_sink *console_sink(void);

/*
 * From now on only this hart speaks, and takes no lock: for panic, which must speak whoever holds
 * it. Another hart that wants to print halts instead. There is no way back.
 */
void console_enter_panic(void);
