/*
 * panic: say what happened, with every value, and end. It allocates nothing and takes no lock.
 *
 * The backtrace follows frame pointers: -fno-omit-frame-pointer makes each function that calls
 * another keep, just below the address in fp, where it returns to and its caller's fp:
 *
 *        fp ->  +----------------------+  the caller's stack
 *     fp -  8   | return address       |
 *     fp - 16   | the caller's fp      |
 *               +----------------------+
 *
 * (RISC-V psABI, "Frame Pointer Convention".) Every fp is checked to
 * lie on a stack of this hart before it is read, so a damaged stack shortens the trace and does
 * no harm.
 */
#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <console/panic.h>
#include <lib/format.h>
#include <riscv/hart.h>
#include <riscv/power.h>
#include <riscv/sbi.h>

const char *panic_cause_name(uint64_t scause)
{
    static const char *const exceptions[] = {
        [0] = "instruction address misaligned",
        [1] = "instruction access fault",
        [2] = "illegal instruction",
        [3] = "breakpoint",
        [4] = "load address misaligned",
        [5] = "load access fault",
        [6] = "store or AMO address misaligned",
        [7] = "store or AMO access fault",
        [8] = "environment call from U-mode or VU-mode",
        [9] = "environment call from HS-mode",
        [10] = "environment call from VS-mode",
        [12] = "instruction page fault",
        [13] = "load page fault",
        [15] = "store or AMO page fault",
        [20] = "instruction guest-page fault",
        [21] = "load guest-page fault",
        [22] = "virtual instruction",
        [23] = "store or AMO guest-page fault",
    };
    if (scause & SCAUSE_INTERRUPT) {
        switch (scause & ~SCAUSE_INTERRUPT) {
        case INTERRUPT_SOFTWARE:
            return "software interrupt";
        case INTERRUPT_TIMER:
            return "timer interrupt";
        case INTERRUPT_EXTERNAL:
            return "external interrupt";
        default:
            return "reserved interrupt";
        }
    }
    if (scause < ARRAY_LENGTH(exceptions) && exceptions[scause] != NULL)
        return exceptions[scause];
    return "reserved cause";
}

static void print_registers(const struct frame *frame)
{
    static const char names[32][5] = { "zero", "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
                                       "fp",   "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
                                       "a6",   "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
                                       "s8",   "s9", "s10", "s11", "t3", "t4", "t5", "t6" };
    for (size_t i = 1; i < 32; i++)
        console_printf("%s%4s 0x%016llx%s", i % 3 == 1 ? "  " : " ", names[i],
                       (unsigned long long)frame->x[i], i % 3 == 0 || i == 31 ? "\n" : "");
}

/* True iff the 16 bytes below `fp` lie on one of this hart's stacks. */
static bool is_on_stack(uint64_t fp)
{
    const struct hart *hart = this_hart();
    uint64_t bottom = (uintptr_t)hart->stack_bottom, top = (uintptr_t)hart->stack_top;
    uint64_t trap_bottom = (uintptr_t)hart->trap_stack_bottom;
    uint64_t trap_top = (uintptr_t)hart->trap_stack_top;
    bool on_own = fp >= bottom + 16 && fp <= top;
    bool on_trap = fp >= trap_bottom + 16 && fp <= trap_top;
    return fp % 8 == 0 && (on_own || on_trap);
}

static bool is_code(uint64_t address)
{
    return address - (uintptr_t)__text_start < (uintptr_t)(__text_end - __text_start);
}

/* One line per step, but a step that repeats, as in a runaway recursion, is counted instead. */
struct trace {
    unsigned lines;
    uint64_t address;
    uint64_t repeats;
};

static void trace_repeats(struct trace *trace)
{
    if (trace->repeats > 0)
        console_printf("     ... and %llu more from the same place\n",
                       (unsigned long long)trace->repeats);
    trace->repeats = 0;
}

static void trace_step(struct trace *trace, uint64_t address, const char *note)
{
    if (address == trace->address) {
        trace->repeats++;
        return;
    }
    trace_repeats(trace);
    console_printf("  #%u 0x%016llx%s\n", trace->lines++, (unsigned long long)address, note);
    trace->address = address;
}

static void print_backtrace(const struct frame *frame)
{
    enum { MAX_LINES = 32 };
    struct trace trace = { 0 };
    uint64_t fp = frame->x[REG_FP];
    console_printf("backtrace:\n");
    trace_step(&trace, frame->sepc, "");

    /* The innermost function is special. If it calls somebody, its record is as drawn above and ra
       repeats it or is stale. If it calls nobody it keeps only its caller's fp, in the first
       place of its record, or has no record at all: then its caller is in ra. */
    uint64_t ra = frame->x[REG_RA];
    uint64_t first = is_on_stack(fp) ? ((const uint64_t *)fp)[-1] : 0;
    if (is_code(ra) && ra != first && ra != frame->sepc)
        trace_step(&trace, ra, " (ra)");
    if (!is_code(first) && is_on_stack(first) && first > fp)
        fp = first;

    while (fp != 0 && trace.lines < MAX_LINES) {
        if (!is_on_stack(fp)) {
            trace_repeats(&trace);
            console_printf("  ... fp 0x%016llx is on no stack of this hart\n",
                           (unsigned long long)fp);
            return;
        }
        const uint64_t *record = (const uint64_t *)fp;
        trace_step(&trace, record[-1], "");
        if (record[-2] != 0 && record[-2] <= fp) {
            trace_repeats(&trace);
            console_printf("  ... fp 0x%016llx leads down again\n", (unsigned long long)record[-2]);
            return; /* a caller's record is always higher: this ends */
        }
        fp = record[-2];
    }
    trace_repeats(&trace);
    if (fp != 0)
        console_printf("  ... and deeper\n");
}

static void write_to_console(struct format_sink *sink, const char *bytes, size_t length)
{
    (void)sink;
    console_write(bytes, length);
}

static struct hart *reporting; /* the hart whose panic it is; atomic */

bool panic_is_reporting(void)
{
    return __atomic_load_n(&reporting, __ATOMIC_RELAXED) != NULL;
}

void panic_report(const struct frame *frame, bool has_cause, const char *format, va_list arguments)
{
    (void)hart_mask_interrupts();
    struct hart *nobody = NULL;
    if (!__atomic_compare_exchange_n(&reporting, &nobody, this_hart(), false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST)) {
        if (nobody != this_hart())
            hart_halt(); /* another hart is speaking, and will end the machine */
        console_printf("\nPANIC inside a panic; the machine ends here\nEND OF PANIC\n");
        power_off(POWER_PANIC);
    }
    console_enter_panic();
    sbi_send_ipi_to_all();

    console_printf("\nPANIC on hart %llu: ", (unsigned long long)this_hart()->id);
    struct format_sink sink = { write_to_console };
    format_write_v(&sink, format, arguments);
    console_printf("\n");
    if (has_cause)
        console_printf("  scause 0x%llx: %s\n  stval 0x%016llx  sstatus 0x%016llx\n",
                       (unsigned long long)frame->scause, panic_cause_name(frame->scause),
                       (unsigned long long)frame->stval, (unsigned long long)frame->sstatus);
    console_printf("  sepc 0x%016llx\n", (unsigned long long)frame->sepc);
    print_registers(frame);
    print_backtrace(frame);
    console_printf("END OF PANIC\n");
    power_off(POWER_PANIC);
}

void panic(const char *format, ...)
{
    /* The registers as they are here: those that a call preserves are still the caller's. */
    struct frame frame = { 0 };
    frame_capture(&frame);
    const uint64_t *record = __builtin_frame_address(0);
    frame.sepc = record[-1]; /* our return address: where panic was called */
    frame.x[REG_FP] = record[-2];
    frame.x[REG_SP] = (uintptr_t)record;
    frame.x[REG_RA] = frame.sepc;
    va_list arguments;
    va_start(arguments, format);
    panic_report(&frame, false, format, arguments);
    va_end(arguments);
}
