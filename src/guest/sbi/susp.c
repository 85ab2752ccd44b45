/*
 * susp: the whole guest sleeps, until an interrupt (chapter 13). Its last hart begins anew then.
 */
#include <guest/sbi/vsbi.h>

enum { SUSPEND_TO_RAM = 0 };

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t function = vsbi_function(vcpu);
    struct gpa pc = { vsbi_argument(vcpu, 1) };
    if (function != 0)
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    if ((uint32_t)vsbi_argument(vcpu, 0) != SUSPEND_TO_RAM)
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    if (!guest_range_ok(&vcpu->vm->memory, pc, 2) || pc.value % 2 != 0)
        return vsbi_answer(vcpu, VSBI_INVALID_ADDRESS, 0);
    for (size_t i = 0; i < vcpu->vm->vcpu_count; i++)
        if (i != vcpu->id &&
            __atomic_load_n(&vcpu->vm->vcpus[i].state, __ATOMIC_ACQUIRE) != VCPU_STOPPED)
            return vsbi_answer(vcpu, VSBI_DENIED, 0);
    vcpu->start_pc = pc.value;
    vcpu->start_argument = vsbi_argument(vcpu, 2);
    vcpu->resumes = true;
    __atomic_store_n(&vcpu->state, VCPU_SUSPENDED, __ATOMIC_RELEASE); /* run/ ends it */
    vcpu->waits = true;
    return VCPU_LEAVE;
}

const struct vsbi_extension vsbi_susp = { "SUSP", SBI_EXT_SUSP, SBI_EXT_SUSP, call };
