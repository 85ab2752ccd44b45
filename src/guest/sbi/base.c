/*
 * base: who the guest's firmware is, and what it offers (chapter 4). We are the firmware.
 */
#include <guest/sbi/vsbi.h>

/* Not in the list of implementations (section 4.9), whose first 12 are others'. */
#define IMPLEMENTATION UINT64_C(0x42756d70) /* "Bump" */

enum {
    GET_SPEC_VERSION,
    GET_IMPL_ID,
    GET_IMPL_VERSION,
    PROBE_EXTENSION,
    GET_MVENDORID,
    GET_MARCHID,
    GET_MIMPID,
};

const uint64_t vsbi_base_constants[VSBI_BASE_CONSTANTS] = {
    [GET_SPEC_VERSION] = 2 << 24, /* 2.0 */
    [GET_IMPL_ID] = IMPLEMENTATION,
    [GET_IMPL_VERSION] = 1,
};

static enum vcpu_next call(struct vcpu *vcpu)
{
    switch (vsbi_function(vcpu)) { /* the constants were answered by vsbi_exit */
    case PROBE_EXTENSION:
        return vsbi_answer(vcpu, VSBI_SUCCESS, vsbi_is_there(vcpu->vm, vsbi_argument(vcpu, 0)));
    case GET_MVENDORID:
    case GET_MARCHID:
    case GET_MIMPID: /* none, as the Privileged Specification allows */
        return vsbi_answer(vcpu, VSBI_SUCCESS, 0);
    default:
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    }
}

const struct vsbi_extension vsbi_base = { "BASE", SBI_EXT_BASE, SBI_EXT_BASE, call };
