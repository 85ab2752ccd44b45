/*
 * console: see console/console.h. Formatted text is gathered in a small buffer on the stack, so
 * that the firmware is called once for a line rather than once for each piece.
 */
#include <console/console.h>
#include <lib/memory.h>
#include <lib/spinlock.h>
#include <riscv/sbi.h>

static struct spinlock lock = SPINLOCK_INIT;
static bool has_dbcn;
static struct hart *speaker; /* in a panic: the hart that speaks; else NULL. Atomic. */

void console_init(void)
{
    has_dbcn = sbi_probe_extension(SBI_EXT_DBCN);
}

const char *console_backend(void)
{
    return has_dbcn ? "DBCN" : "legacy putchar";
}

/* What the firmware is shown: it wants a physical address, and only a static buffer has one that
   is known, its own; the bytes of a stack or a heap may lie anywhere. */
static char shown[256];

/* Write without the lock. A device that reports an error, or takes nothing, loses the rest: there
   is nowhere to complain. */
/* [console-write] */
static void write_raw(const char *bytes, size_t length)
{
    while (has_dbcn && length > 0) {
        size_t piece = length < sizeof shown ? length : sizeof shown, written;
        memcpy(shown, bytes, piece);
        if (sbi_console_write(shown, piece, &written) != OK || written == 0)
            break;
        bytes += written;
        length -= written;
    }
    for (size_t i = 0; i < length; i++)
        sbi_legacy_putchar(bytes[i]);
}
/* [/console-write] */

struct console_sink {
    struct format_sink sink;
    size_t used;
    char buffer[128];
};

static void sink_flush(struct console_sink *console)
{
    write_raw(console->buffer, console->used);
    console->used = 0;
}

static void sink_write(struct format_sink *sink, const char *bytes, size_t length)
{
    struct console_sink *console = container_of(sink, struct console_sink, sink);
    if (length > sizeof console->buffer - console->used)
        sink_flush(console);
    if (length > sizeof console->buffer) {
        write_raw(bytes, length);
        return;
    }
    memcpy(console->buffer + console->used, bytes, length);
    console->used += length;
}

static bool lock_unless_panic(uint64_t *interrupts, const void *site)
{
    struct hart *only = __atomic_load_n(&speaker, __ATOMIC_RELAXED);
    if (only == this_hart())
        return false;
    if (only != NULL)
        hart_halt(); /* one report, undisturbed */
    *interrupts = spinlock_lock(&lock, site);
    return true;
}

/* After a panic began on another hart the lock may be in any state: leave it. */
static void unlock_unless_panic(bool locked, uint64_t interrupts)
{
    if (locked && __atomic_load_n(&speaker, __ATOMIC_RELAXED) == NULL)
        spinlock_unlock(&lock, interrupts);
}

void console_write(const char *bytes, size_t length)
{
    uint64_t interrupts = 0;
    bool locked = lock_unless_panic(&interrupts, __builtin_return_address(0));
    write_raw(bytes, length);
    unlock_unless_panic(locked, interrupts);
}

static void write_piece(struct format_sink *sink, const char *bytes, size_t length)
{
    (void)sink;
    console_write(bytes, length);
}

struct format_sink *console_sink(void)
{
    static struct format_sink sink = { write_piece };
    return &sink;
}

void console_printf(const char *format, ...)
{
    struct console_sink console = { .sink = { sink_write }, .used = 0 };
    uint64_t interrupts = 0;
    bool locked = lock_unless_panic(&interrupts, __builtin_return_address(0));
    va_list arguments;
    va_start(arguments, format);
    format_write_v(&console.sink, format, arguments);
    va_end(arguments);
    sink_flush(&console);
    unlock_unless_panic(locked, interrupts);
}

void console_enter_panic(void)
{
    __atomic_store_n(&speaker, this_hart(), __ATOMIC_RELAXED);
}
