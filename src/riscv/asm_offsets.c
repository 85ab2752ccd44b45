/*
 * asm_offsets: what assembly must know of our structs, asked of the compiler.
 *
 * Compiled to assembly only; the Makefile turns each text `->NAME value` into a #define in
 * generated/asm_offsets.h. So an offset is never kept by hand.
 */
#include <base/types.h>
#include <riscv/frame.h>
#include <riscv/hart.h>
#include <riscv/power.h>

#define DEFINE(name, value) __asm__ volatile(".ascii \"->" #name " %0\"" ::"i"(value))

void asm_offsets(void);
void asm_offsets(void)
{
    DEFINE(HART_ID, offsetof(struct hart, id));
    DEFINE(HART_TRAP_DEPTH, offsetof(struct hart, trap_depth));
    DEFINE(HART_SAVED_SP, offsetof(struct hart, saved_sp));
    DEFINE(HART_SAVED_T0, offsetof(struct hart, saved_t0));
    DEFINE(HART_TRAP_STACK_TOP, offsetof(struct hart, trap_stack_top));
    DEFINE(HART_NESTED_STACK_TOP, offsetof(struct hart, nested_stack_top));
    DEFINE(HART_STACK_TOP, offsetof(struct hart, stack_top));
    DEFINE(HART_ENTRY, offsetof(struct hart, entry));
    DEFINE(HART_NEXT, offsetof(struct hart, next));
    DEFINE(HART_SATP, offsetof(struct hart, satp));
    DEFINE(HART_ARGUMENT, offsetof(struct hart, argument));
    DEFINE(FRAME_X, offsetof(struct frame, x));
    DEFINE(FRAME_SEPC, offsetof(struct frame, sepc));
    DEFINE(FRAME_SCAUSE, offsetof(struct frame, scause));
    DEFINE(FRAME_STVAL, offsetof(struct frame, stval));
    DEFINE(FRAME_SSTATUS, offsetof(struct frame, sstatus));
    DEFINE(FRAME_SIZE, sizeof(struct frame));
    DEFINE(CODE_PANIC, POWER_PANIC);
}
