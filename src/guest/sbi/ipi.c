/*
 * ipi: software interrupts for the guest's harts (chapter 7).
 */
#include <guest/sbi/vsbi.h>
#include <riscv/hcsr.h>

[[gnu::noinline]] static void send(struct vcpu *vcpu, struct vcpu *other)
{
    vcpu_count(vcpu, EVENT_IPI_SENT);
    vcpu_count(other, EVENT_IPI_RECEIVED);
    vm_request(other, VCPU_REQUEST_IPI);
}

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t function = vsbi_function(vcpu);
    uint64_t targets;
    if (function != 0)
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    if (!vsbi_harts(vcpu, vsbi_argument(vcpu, 0), vsbi_argument(vcpu, 1), &targets))
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    for (uint64_t id = 0; targets != 0; id++, targets >>= 1) {
        if ((targets & 1) == 0)
            continue;
        if (id == vcpu->id)
            hcsr_set(HVIP, HVIP_VSSIP);
        else
            send(vcpu, &vcpu->vm->vcpus[id]);
    }
    return vsbi_answer(vcpu, VSBI_SUCCESS, 0);
}

const struct vsbi_extension vsbi_ipi = { "IPI", SBI_EXT_IPI, SBI_EXT_IPI, call };
