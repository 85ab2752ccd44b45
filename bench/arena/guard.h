/*
 * guard: run code that may crash, panic or hang, and come back with words.
 *
 *     guard_run(work, argument, words, sizeof words)
 *         |
 *         +-- work(argument) returns                       true
 *         +-- a fault, an illegal instruction, ...         \
 *         +-- panic(), ASSERT                               } false, and words say what
 *         +-- guard_watch() and then no end                /
 *
 * How: the arena's images are linked with --wrap=trap and --wrap=panic, so that both upcalls come
 * here first. A trap in guarded code is not reported: its frame is changed, so that the return from
 * the trap goes to escape_to (escape.S), which takes the stack back to guard_run. Everything that
 * the code has done to memory stays done.
 *
 * Shortcoming: code that overwrites the machine's own memory can still end it without words from
 * here; then the console's last lines say which trace it was in (tools/arena.sh).
 */
#pragma once

#include <base/types.h>

/* Run work(argument). False iff it did not return; then `words` says why. Context: the first hart,
   interrupts on, not nested. */
bool guard_run(void (*work)(void *argument), void *argument, char *words, size_t room);

/* From here to guard_rest, guarded code has GUARD_LIMIT instructions (under -icount shift=0): for
   a call that may hang. Nothing happens outside of guard_run. */
enum { GUARD_LIMIT = 20'000'000 };
void guard_watch(void);
void guard_rest(void);

/* From now on there is no way back, on no hart: what would end the machine calls report(words),
   which does not return. Context of report: the hart that failed, perhaps in a trap. */
void guard_last_words(void (*report)(const char *words));
