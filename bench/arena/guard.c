/*
 * guard: see guard.h.
 */
#include "guard.h"

#include <base/assert.h>
#include <console/panic.h>
#include <lib/format.h>
#include <mmu/host.h>
#include <riscv/hart.h>
#include <trap/timer.h>

struct escape {
    uint64_t ra, sp, s[12]; /* escape.S knows the places */
};
[[gnu::returns_twice]] int escape_mark(struct escape *escape);
[[gnu::noreturn]] void escape_to(struct escape *escape);

/* What the linker makes of trap and panic with --wrap: the first is ours, the second the real one.
 */
void __wrap_trap(struct frame *frame);
void __real_trap(struct frame *frame);
[[gnu::noreturn, gnu::format(printf, 1, 2)]] void __wrap_panic(const char *format, ...);
[[gnu::noreturn, gnu::format(printf, 1, 2)]] void __real_panic(const char *format, ...);

static struct {
    struct escape escape;
    volatile bool active;  /* guard_run is running something */
    volatile bool expired; /* it has taken too long */
    char *words;
    size_t room;
    struct timer watch;
    void (*report)(const char *words);
} guard;

/* Is what this hart does ours to deal with? */
static bool is_guarded(void)
{
    return guard.active && hart_index() == 0;
}

bool guard_run(void (*work)(void *argument), void *argument, char *words, size_t room)
{
    ASSERT(!guard.active);
    guard.words = words;
    guard.room = room;
    guard.expired = false;
    if (escape_mark(&guard.escape) == 0) {
        guard.active = true;
        work(argument);
        guard.active = false;
        return true;
    }
    guard.active = false;
    guard_rest();
    hart_enable_interrupts(); /* the code may have masked them */
    return false;
}

static void expire(struct timer *timer)
{
    (void)timer;
    guard.expired = true;
}

void guard_watch(void)
{
    /* Under -icount shift=0 an instruction takes a nanosecond. */
    const uint64_t ticks = GUARD_LIMIT / (1'000'000'000 / timer_hz());
    guard.watch.function = expire;
    timer_start(&guard.watch, timer_now() + ticks);
}

void guard_rest(void)
{
    timer_cancel(&guard.watch);
}

void guard_last_words(void (*report)(const char *words))
{
    guard.report = report;
}

/* An exception in words. Code addresses are 0x and 16 digits: tools/arena.sh names their places. */
static void describe(const struct frame *frame, char *words, size_t room)
{
    char place[120];
    const char *cause = panic_cause_name(frame->scause);
    unsigned long long address = frame->stval, at = frame->sepc;
    switch (frame->scause) {
    case 2:
    case 3:
        format_buffer(words, room, "a crash: %s at 0x%016llx", cause, at);
        break;
    default:
        format_buffer(words, room, "a crash: %s, address 0x%llx (%s), at 0x%016llx", cause, address,
                      host_describe(address, place, sizeof place), at);
    }
}

static void go_back(struct frame *frame)
{
    frame->sepc = (uintptr_t)escape_to;
    frame->x[10] = (uintptr_t)&guard.escape; /* a0 */
}

void __wrap_trap(struct frame *frame)
{
    bool interrupt = (frame->scause & SCAUSE_INTERRUPT) != 0;
    if (!interrupt && is_guarded()) {
        describe(frame, guard.words, guard.room);
        go_back(frame);
        return;
    }
    if (!interrupt && guard.report != NULL) {
        char words[200];
        describe(frame, words, sizeof words);
        guard.report(words);
    }
    uint64_t place = frame->sepc;
    __real_trap(frame);
    if (is_guarded() && guard.expired) {
        guard.expired = false;
        format_buffer(guard.words, guard.room,
                      "no answer after %d instructions; it hangs near 0x%016llx", GUARD_LIMIT,
                      (unsigned long long)place);
        go_back(frame);
    }
}

void __wrap_panic(const char *format, ...)
{
    char words[200];
    va_list arguments;
    va_start(arguments, format);
    format_buffer_v(words, sizeof words, format, arguments);
    va_end(arguments);
    if (is_guarded()) {
        format_buffer(guard.words, guard.room, "%s", words);
        escape_to(&guard.escape);
    }
    if (guard.report != NULL)
        guard.report(words);
    __real_panic("%s", words);
}
