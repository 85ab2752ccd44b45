/*
 * vcpu_offsets: what world_switch.S must know of struct vcpu, as src/riscv/asm_offsets.c does it.
 */
#include <guest/cpu/vcpu.h>

#define DEFINE(name, value) __asm__ volatile(".ascii \"->" #name " %0\"" ::"i"(value))

void vcpu_offsets(void);
void vcpu_offsets(void)
{
    DEFINE(VCPU_X, offsetof(struct vcpu, frame.x));
    DEFINE(VCPU_SEPC, offsetof(struct vcpu, frame.sepc));
    DEFINE(VCPU_SSTATUS, offsetof(struct vcpu, frame.sstatus));
    DEFINE(VCPU_HSTATUS, offsetof(struct vcpu, hstatus));
    DEFINE(VCPU_HOST_SP, offsetof(struct vcpu, host_sp));
    DEFINE(VCPU_HART, offsetof(struct vcpu, hart));
    DEFINE(VCPU_GP, offsetof(struct vcpu, gp));
    DEFINE(VCPU_EXIT_ENTRY, offsetof(struct vcpu, exit_entry));
    DEFINE(VCPU_TRAP_ENTRY, offsetof(struct vcpu, trap_entry));
    DEFINE(VCPU_HANDLERS, offsetof(struct vcpu, handlers));
    DEFINE(VCPU_EXITS, offsetof(struct vcpu, exits));
    DEFINE(VCPU_LEAVE, VCPU_LEAVE);
    _Static_assert(offsetof(struct vcpu, handlers) < 2048,
                   "assembly reaches all of it with one offset");
    _Static_assert(VCPU_RESUME == 0, "world_switch.S compares it with zero");
}
