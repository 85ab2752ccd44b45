/*
 * exit: the table. See guest/exit/exit.h.
 */
#include <console/panic.h>
#include <guest/exit/exit.h>
#include <guest/sbi/vsbi.h>
#include <guest/vm/vm.h>
#include <riscv/hcsr.h>

#include "fetch.h"

/* Exception codes ("scause" table). */
enum {
    FETCH_ACCESS = 1,
    ILLEGAL = 2,
    LOAD_MISALIGNED = 4,
    LOAD_ACCESS = 5,
    STORE_MISALIGNED = 6,
    STORE_ACCESS = 7,
    ECALL_VS = 10,
    FETCH_GUEST_PAGE = 20,
    LOAD_GUEST_PAGE = 21,
    VIRTUAL_INSTRUCTION = 22,
    STORE_GUEST_PAGE = 23,
    INTERRUPT = 32, /* slots */
};

enum { WFI = 0x10500073, WRS_NTO = 0x00d00073 };

/* The same exception, in the guest. */
static enum vcpu_next pass_on(struct vcpu *vcpu)
{
    return vcpu_inject(vcpu, csr_read(scause), csr_read(stval));
}

static enum vcpu_next illegal(struct vcpu *vcpu)
{
    uint64_t instruction = csr_read(stval);
    return vcpu_use_fp(vcpu) ? VCPU_RESUME_ALL : vcpu_inject(vcpu, ILLEGAL, instruction);
}

/* What a machine without the hypervisor extension, or without a hypervisor, would find illegal;
   reads of a counter that the guest has taken (cpu/counters.h); and the two that wait, which trap
   only while others want the hart (hstatus.VTW). stval may have the instruction, or 0. */
static enum vcpu_next virtual_instruction(struct vcpu *vcpu)
{
    uint64_t value = csr_read(stval);
    uint32_t word = (uint32_t)value;
    if (value == 0 && !guest_fetch(vcpu, &word))
        return VCPU_RESUME_ALL; /* the guest is to find out itself */
    if (counters_emulate(vcpu, word))
        return VCPU_RESUME_ALL;
    bool waits = word == WFI || word == WRS_NTO;
    if (!waits || (vcpu->frame.sstatus & SSTATUS_SPP) == 0)
        return vcpu_inject(vcpu, ILLEGAL, value);
    vcpu_step(vcpu, 4);
    if (word == WFI)
        vcpu->waits = true;
    else
        vcpu->yields = true; /* for a store of another hart, of which nobody tells us */
    return VCPU_LEAVE;
}

/* There is no code where there is no RAM. */
static enum vcpu_next fetch_fault(struct vcpu *vcpu)
{
    return vcpu_inject(vcpu, FETCH_ACCESS, csr_read(stval));
}

static enum vcpu_next host_interrupt(struct vcpu *vcpu)
{
    (void)vcpu;
    return VCPU_LEAVE;
}

static enum vcpu_next unknown(struct vcpu *vcpu)
{
    return vm_stop(vcpu, VM_STOPPED, "it left for a cause that nobody handles",
                   (struct gpa){ csr_read(scause) });
}

void exit_init(void)
{
    static const uint8_t passed_on[] = { FETCH_ACCESS, LOAD_MISALIGNED, LOAD_ACCESS,
                                         STORE_MISALIGNED, STORE_ACCESS };
    for (unsigned slot = 0; slot < TRAP_CAUSES; slot++)
        vcpu_handle(slot, slot < INTERRUPT ? unknown : host_interrupt);
    for (size_t i = 0; i < ARRAY_LENGTH(passed_on); i++)
        vcpu_handle(passed_on[i], pass_on);
    vcpu_handle(ILLEGAL, illegal);
    vcpu_handle(ECALL_VS, vsbi_exit);
    vcpu_handle(FETCH_GUEST_PAGE, fetch_fault);
    vcpu_handle(LOAD_GUEST_PAGE, exit_mmio);
    vcpu_handle(STORE_GUEST_PAGE, exit_mmio);
    vcpu_handle(VIRTUAL_INSTRUCTION, virtual_instruction);
}

const char *exit_name(unsigned slot)
{
    return panic_cause_name(slot < INTERRUPT ? slot : SCAUSE_INTERRUPT | (slot - INTERRUPT));
}
