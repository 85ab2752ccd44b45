/*
 * rfence: other harts of the guest are to forget translations or instructions (chapter 8).
 *
 * One call to our own firmware does it: it fences the harts that the vCPUs were loaded on last,
 * under this guest's VMID, and returns when they have. A vCPU that runs there does not even exit;
 * one that was put away left its translations there and nowhere else, for who is loaded on another
 * hart than the last starts with a fence (src/guest/cpu/vcpu.c). And one that is on its way to a
 * hart was entered there, in last_on, before it can translate anything.
 */
#include <guest/sbi/vsbi.h>
#include <smp/harts.h>

enum { REMOTE_FENCE_I, REMOTE_SFENCE_VMA, REMOTE_SFENCE_VMA_ASID };

/* The harts that the vCPUs were loaded on last, as ids `base` to base + 63. */
static uint64_t harts_of(const struct vm *vm, uint64_t vcpus, uint64_t base)
{
    uint64_t harts = 0;
    for (size_t i = 0; vcpus != 0; i++, vcpus >>= 1) {
        if ((vcpus & 1) == 0)
            continue;
        uint64_t hart = __atomic_load_n(&vm->vcpus[i].last_on, __ATOMIC_SEQ_CST);
        if (hart != VCPU_NOWHERE && harts_id(hart) - base < 64)
            harts |= UINT64_C(1) << (harts_id(hart) - base);
    }
    return harts;
}

/* For who counts them (cpu/counters.h). */
[[gnu::noinline]] static void count(struct vcpu *vcpu, uint64_t others, uint64_t function)
{
    for (struct vcpu *other = vcpu->vm->vcpus; others != 0; other++, others >>= 1) {
        if ((others & 1) == 0)
            continue;
        vcpu_count(vcpu, (enum vcpu_event)(EVENT_FENCE_SENT + 2 * function));
        vcpu_count(other, (enum vcpu_event)(EVENT_FENCE_RECEIVED + 2 * function));
    }
}

static enum vcpu_next call(struct vcpu *vcpu)
{
    static const enum sbi_fence kinds[] = { SBI_FENCE_I, SBI_HFENCE_VVMA, SBI_HFENCE_VVMA_ASID };
    uint64_t targets, function = vsbi_function(vcpu);
    if (function > REMOTE_SFENCE_VMA_ASID) /* the guest has no guests */
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    if (!vsbi_harts(vcpu, vsbi_argument(vcpu, 0), vsbi_argument(vcpu, 1), &targets))
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* the guest's tables, before where its harts are */
    for (uint64_t base = 0; base <= harts_highest_id(); base += 64) {
        uint64_t harts = harts_of(vcpu->vm, targets, base);
        if (harts != 0 && sbi_remote_fence(kinds[function], harts, base, vsbi_argument(vcpu, 2),
                                           vsbi_argument(vcpu, 3), vsbi_argument(vcpu, 4)) != OK)
            return vsbi_answer(vcpu, VSBI_FAILED, 0);
    }
    uint64_t others = targets & ~(UINT64_C(1) << vcpu->id);
    if (others != 0)
        count(vcpu, others, function);
    return vsbi_answer(vcpu, VSBI_SUCCESS, 0);
}

const struct vsbi_extension vsbi_rfence = { "RFENCE", SBI_EXT_RFENCE, SBI_EXT_RFENCE, call };
