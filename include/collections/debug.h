/*
 * debug: every collection as text for people, in one manner.
 *
 *     vec_debug(&v, sink, "v", debug_char);                 v = ['a', 'b', 'c']
 *     debug_map(sink, "m", next, &cursor, key, value);      m = {1: 'a', 2: 'b'}
 *     debug_set(sink, "s", next, &cursor, key);             s = {1, 2}
 *
 * How it works. Three parts know one thing each:
 *
 *     the collection   which entry comes next       debug_next, over a cursor of its own
 *     the element      how one of it is written     debug_element: debug_char, debug_int, yours
 *     the printer      brackets, commas, colons     debug_sequence, debug_map, debug_set
 *
 * A cursor is any struct; the printer only hands it on. A collection's own macro, like vec_debug,
 * makes the cursor and checks that the element's printer takes the element's type. An element
 * that is itself a collection is printed by a function that calls the inner macro without a name.
 *
 * Text goes to a sink of lib/format.h, piece by piece: console_sink(), or a string's.
 * No newline is added. Nothing here allocates or fails.
 * Context: that of the sink; the collection must not change meanwhile. Cost: O(entries + output).
 *
 * Shortcoming: nothing is ever left out; a vector of a million elements prints a million.
 *
 * Read next: src/collections/debug.c.
 */
#pragma once

#include <base/types.h>
#include <collections/str.h>
#include <lib/format.h>

/* What a cursor came to. `value` is not looked at in a set, `key` not in a sequence. */
struct debug_entry {
    const void *key;
    const void *value;
};

/* Write the next entry to *entry and step over it; false, and no entry, iff there is none. */
typedef bool debug_next(void *cursor, struct debug_entry *entry);

/* Write one element as text. Typed ones, void (const T *, struct format_sink *), pass as this: all
   pointers to objects are passed alike on every machine this is built for (collections/vec.h). */
typedef void debug_element(const void *element, struct format_sink *sink);

/*
 * The shapes: [value, ...], {key: value, ...}, {key, ...}. In front of it stands `name = `, unless
 * `name` is NULL.
 */
void debug_sequence(struct format_sink *sink, const char *name, debug_next *next, void *cursor,
                    debug_element *value);
void debug_map(struct format_sink *sink, const char *name, debug_next *next, void *cursor,
               debug_element *key, debug_element *value);
void debug_set(struct format_sink *sink, const char *name, debug_next *next, void *cursor,
               debug_element *key);

/*
 * Elements, ready made. Texts are quoted: 'x' for one byte, "..." for a string. In quotes a
 * backslash stands before the quote, a backslash, and n r t 0 for those bytes; other control
 * characters are \u{1b}; bytes that are no UTF-8, and all above 127 where they stand alone, \xff.
 */
void debug_char(const char *element, struct format_sink *sink);
void debug_int(const int *element, struct format_sink *sink);
void debug_u64(const uint64_t *element, struct format_sink *sink);
void debug_str(const struct str *element, struct format_sink *sink);
void debug_str_view(const struct str_view *element, struct format_sink *sink);
