/*
 * srst: the guest ends, or begins again (chapter 10). Only this guest.
 */
#include <guest/sbi/vsbi.h>

enum { SHUTDOWN, COLD_REBOOT, WARM_REBOOT };
enum { NO_REASON, SYSTEM_FAILURE };

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t function = vsbi_function(vcpu);
    uint32_t kind = (uint32_t)vsbi_argument(vcpu, 0), reason = (uint32_t)vsbi_argument(vcpu, 1);
    if (function != 0)
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    if (kind > WARM_REBOOT || reason > SYSTEM_FAILURE) /* reserved, or a vendor's */
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    if (reason == SYSTEM_FAILURE && kind == SHUTDOWN)
        return vm_stop(vcpu, VM_FAILED, "it reports that it has failed", (struct gpa){ 0 });
    if (kind == SHUTDOWN)
        return vm_stop(vcpu, VM_POWER_OFF, "it powers off", (struct gpa){ 0 });
    return vm_stop(vcpu, VM_REBOOT, "it reboots", (struct gpa){ 0 });
}

const struct vsbi_extension vsbi_srst = { "SRST", SBI_EXT_SRST, SBI_EXT_SRST, call };
