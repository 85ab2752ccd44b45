/*
 * time: the guest's timer (chapter 6). Where the hart has Sstc a guest sets it without us; this is
 * for those that do not know of it, and for harts that do not have it.
 */
#include <guest/sbi/vsbi.h>
#include <riscv/hcsr.h>

enum vcpu_next vsbi_set_timer(struct vcpu *vcpu, uint64_t ticks)
{
    vcpu_count(vcpu, EVENT_SET_TIMER);
    if (vcpu_has_sstc) {
        hcsr_write(VSTIMECMP, ticks);
        return VCPU_RESUME;
    }
    vcpu->deadline = ticks;
    hcsr_clear(HVIP, HVIP_VSTIP);
    return VCPU_LEAVE; /* who runs it sets our own timer */
}

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t function = vsbi_function(vcpu);
    if (function != 0)
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    uint64_t ticks = vsbi_argument(vcpu, 0);
    (void)vsbi_answer(vcpu, VSBI_SUCCESS, 0);
    return vsbi_set_timer(vcpu, ticks);
}

const struct vsbi_extension vsbi_time = { "TIME", SBI_EXT_TIME, SBI_EXT_TIME, call };
