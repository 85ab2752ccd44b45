/*
 * hsm: the guest's harts, started and stopped by itself (chapter 9).
 */
#include <guest/run/run.h>
#include <guest/sbi/vsbi.h>

enum { HART_START, HART_STOP, HART_GET_STATUS, HART_SUSPEND };

/* Table 6. */
enum { STARTED, STOPPED, START_PENDING, STOP_PENDING, SUSPENDED };

enum { RETENTIVE = 0 };
#define NON_RETENTIVE UINT32_C(0x80000000)

static enum vcpu_next start(struct vcpu *vcpu)
{
    struct vcpu *other = vm_vcpu(vcpu->vm, vsbi_argument(vcpu, 0));
    struct gpa pc = { vsbi_argument(vcpu, 1) };
    uint64_t argument = vsbi_argument(vcpu, 2);
    enum vcpu_state stopped = VCPU_STOPPED;
    if (other == NULL)
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    if (!guest_range_ok(&vcpu->vm->memory, pc, 2) || pc.value % 2 != 0)
        return vsbi_answer(vcpu, VSBI_INVALID_ADDRESS, 0);
    if (!__atomic_compare_exchange_n(&other->state, &stopped, VCPU_STARTING, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return vsbi_answer(vcpu, VSBI_ALREADY_AVAILABLE, 0);
    other->start_pc = pc.value;
    other->start_argument = argument;
    run_start(other);
    (void)vsbi_answer(vcpu, VSBI_SUCCESS, 0);
    return VCPU_LEAVE; /* it may have to share its hart from now on */
}

static enum vcpu_next status(struct vcpu *vcpu)
{
    const struct vcpu *other = vm_vcpu(vcpu->vm, vsbi_argument(vcpu, 0));
    if (other == NULL)
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    static const uint64_t answers[] = { [VCPU_STOPPED] = STOPPED,
                                        [VCPU_STARTING] = START_PENDING,
                                        [VCPU_STARTED] = STARTED,
                                        [VCPU_SUSPENDED] = SUSPENDED };
    return vsbi_answer(vcpu, VSBI_SUCCESS,
                       answers[__atomic_load_n(&other->state, __ATOMIC_ACQUIRE)]);
}

static enum vcpu_next suspend(struct vcpu *vcpu)
{
    uint32_t kind = (uint32_t)vsbi_argument(vcpu, 0); /* uint32_t in the specification */
    struct gpa pc = { vsbi_argument(vcpu, 1) };
    if (kind != RETENTIVE && kind != NON_RETENTIVE)
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    if (kind == NON_RETENTIVE) {
        if (!guest_range_ok(&vcpu->vm->memory, pc, 2) || pc.value % 2 != 0)
            return vsbi_answer(vcpu, VSBI_INVALID_ADDRESS, 0);
        vcpu->start_pc = pc.value;
        vcpu->start_argument = vsbi_argument(vcpu, 2);
        vcpu->resumes = true;
    }
    vcpu->waits = true;
    __atomic_store_n(&vcpu->state, VCPU_SUSPENDED, __ATOMIC_RELEASE); /* run/ ends it */
    (void)vsbi_answer(vcpu, VSBI_SUCCESS, 0);
    return VCPU_LEAVE;
}

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t function = vsbi_function(vcpu);
    switch (function) {
    case HART_START:
        return start(vcpu);
    case HART_STOP:
        vcpu->stops = true;                      /* it is stopped when its hart has let go of it */
        (void)vsbi_answer(vcpu, VSBI_FAILED, 0); /* what it would see if it came back */
        return VCPU_LEAVE;
    case HART_GET_STATUS:
        return status(vcpu);
    case HART_SUSPEND:
        return suspend(vcpu);
    default:
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    }
}

const struct vsbi_extension vsbi_hsm = { "HSM", SBI_EXT_HSM, SBI_EXT_HSM, call };
