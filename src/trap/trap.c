/*
 * trap: the table, and one sentence for what nobody deals with. See trap/trap.h.
 */
#include <base/assert.h>
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

static trap_handler *handlers[TRAP_CAUSES] = { [0 ... TRAP_CAUSES - 1] = trap_unhandled };

static void enter(unsigned slot, trap_handler *handler)
{
    ASSERT_COMPARE(slot, <, TRAP_CAUSES);
    ASSERT(handlers[slot] == trap_unhandled);
    handlers[slot] = handler;
}

void trap_handle(unsigned code, trap_handler *handler)
{
    ASSERT_COMPARE(code, <, 32);
    enter(code, handler);
}

void trap_handle_interrupt(unsigned code, trap_handler *handler)
{
    ASSERT_COMPARE(code, <, 32);
    enter(32 + code, handler);
}

void trap_panic(const struct frame *frame, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    panic_report(frame, true, format, arguments);
    va_end(arguments);
}

/* Before the address space stands, and for what no floor above knows better. */
[[gnu::noreturn, gnu::cold, gnu::noinline]] static void report(const struct frame *frame)
{
    const char *cause = panic_cause_name(frame->scause);
    unsigned long long address = frame->stval;
    switch (frame->scause) {
    case LOAD_ACCESS:
    case LOAD_PAGE:
    case STORE_ACCESS:
    case STORE_PAGE:
        trap_panic(frame, "%s: nothing may be %s at 0x%llx", cause,
                   frame->scause == LOAD_ACCESS || frame->scause == LOAD_PAGE ? "read" : "written",
                   address);
    case FETCH_ACCESS:
    case FETCH_PAGE:
        trap_panic(frame, "%s: there is no code at 0x%llx; a call went through a bad pointer",
                   cause, address);
    case ILLEGAL:
        trap_panic(frame, "%s: the instruction is 0x%llx", cause, address);
    case BREAKPOINT:
        trap_panic(frame, "%s: an ebreak was reached, and no debugger is attached", cause);
    default:
        trap_panic(frame, "%s: nobody handles scause 0x%llx, stval 0x%llx", cause,
                   (unsigned long long)frame->scause, address);
    }
}

void trap_unhandled(struct frame *frame)
{
    if (!trap_fix(frame))
        report(frame);
}

/* A jump at the end, so that this costs a dozen instructions. */
void trap(struct frame *frame)
{
    unsigned slot = trap_slot(frame->scause);
    this_hart()->traps[slot]++;
    handlers[slot](frame);
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
