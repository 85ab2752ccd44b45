/*
 * trap: one sentence that says what happened and, where we know it, what to do.
 */
#include <base/image.h>
#include <console/console.h>
#include <console/panic.h>
#include <riscv/hart.h>
#include <riscv/power.h>
#include <trap/trap.h>

/* Exception codes of scause (RISC-V Privileged Specification, "scause" table). */
enum {
    FETCH_ACCESS = 1,
    ILLEGAL = 2,
    BREAKPOINT = 3,
    LOAD_ACCESS = 5,
    STORE_ACCESS = 7,
    FETCH_PAGE = 12,
    LOAD_PAGE = 13,
    STORE_PAGE = 15,
};

[[gnu::noreturn, gnu::format(printf, 2, 3)]] static void report(const struct frame *frame,
                                                                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    panic_report(frame, true, format, arguments);
    va_end(arguments);
}

static bool is_in_guard(uint64_t address)
{
    return address - (uintptr_t)__stack_guard < (uintptr_t)(__stack_bottom - __stack_guard);
}

void trap(const struct frame *frame)
{
    const char *cause = panic_cause_name(frame->scause);
    unsigned long long address = frame->stval;
    switch (frame->scause) {
    case LOAD_ACCESS:
    case LOAD_PAGE:
    case STORE_ACCESS:
    case STORE_PAGE:
        if (is_in_guard(frame->stval))
            report(frame,
                   "stack overflow: %s at 0x%llx, in the guard below the stack of %zu bytes; sp is "
                   "0x%llx",
                   cause, address, (size_t)(__stack_top - __stack_bottom),
                   (unsigned long long)frame->x[REG_SP]);
        report(frame, "%s: nothing may be %s at 0x%llx", cause,
               frame->scause == LOAD_ACCESS || frame->scause == LOAD_PAGE ? "read" : "written",
               address);
    case FETCH_ACCESS:
    case FETCH_PAGE:
        report(frame, "%s: there is no code at 0x%llx; a call went through a bad pointer", cause,
               address);
    case ILLEGAL:
        report(frame, "%s: the instruction is 0x%llx", cause, address);
    case BREAKPOINT:
        report(frame, "%s: an ebreak was reached, and no debugger is attached", cause);
    default:
        report(frame, "%s: scause 0x%llx, stval 0x%llx", cause, (unsigned long long)frame->scause,
               address);
    }
}

void trap_nested(uint64_t scause, uint64_t sepc, uint64_t stval)
{
    console_enter_panic();
    console_printf("\nPANIC inside a trap on hart %llu: %s, sepc 0x%016llx, stval 0x%016llx\n"
                   "END OF PANIC\n",
                   (unsigned long long)this_hart()->id, panic_cause_name(scause),
                   (unsigned long long)sepc, (unsigned long long)stval);
    power_off(POWER_PANIC);
}
