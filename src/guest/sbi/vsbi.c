/*
 * vsbi: the table of extensions, and what all of them share. See guest/sbi/vsbi.h.
 */
#include <guest/sbi/vsbi.h>

/* In the order in which they are looked for. */
const struct vsbi_extension *const vsbi_extensions[] = {
    &vsbi_base, &vsbi_time, &vsbi_ipi,    &vsbi_rfence,          &vsbi_dbcn, &vsbi_hsm, &vsbi_srst,
    &vsbi_susp, &vsbi_pmu,  &vsbi_legacy, &vsbi_legacy_shutdown,
};
const size_t vsbi_extension_count = ARRAY_LENGTH(vsbi_extensions);
_Static_assert(ARRAY_LENGTH(vsbi_extensions) < 16, "a row of sbi_calls for each, and for unknown");

bool vsbi_is_there(const struct vm *vm, uint64_t id)
{
    if (id == SBI_EXT_PMU)
        return vm->has_pmu;
    for (size_t i = 0; i < vsbi_extension_count; i++)
        if (id - vsbi_extensions[i]->first <= vsbi_extensions[i]->last - vsbi_extensions[i]->first)
            return true;
    return false;
}

enum { OTHERS = 7 }; /* the column of functions that no extension of today has */

[[gnu::noinline]] static enum vcpu_next call_by_table(struct vcpu *vcpu)
{
    uint64_t id = vcpu->frame.x[17], function = vsbi_function(vcpu);
    for (size_t i = 0; i < ARRAY_LENGTH(vsbi_extensions); i++) {
        const struct vsbi_extension *extension = vsbi_extensions[i];
        if (id - extension->first <= extension->last - extension->first) {
            vcpu->sbi_calls[i][function < OTHERS ? function : OTHERS]++;
            return extension->call(vcpu);
        }
    }
    vcpu->sbi_calls[ARRAY_LENGTH(vsbi_extensions)][OTHERS]++;
    return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
}

/* The constants of BASE are answered here, without a look at the table: they are what a round trip
   is measured with. */
enum vcpu_next vsbi_exit(struct vcpu *vcpu)
{
    enum { ECALL_BYTES = 4 };
    uint64_t function = vsbi_function(vcpu);
    vcpu->frame.sepc += ECALL_BYTES;
    if (unlikely(vcpu->frame.x[17] != SBI_EXT_BASE || function >= VSBI_BASE_CONSTANTS))
        return call_by_table(vcpu);
    vcpu->sbi_calls[0][function]++; /* BASE is the first of the table */
    return vsbi_answer(vcpu, VSBI_SUCCESS, vsbi_base_constants[function]);
}

bool vsbi_harts(const struct vcpu *vcpu, uint64_t mask, uint64_t base, uint64_t *vcpus)
{
    uint64_t count = vcpu->vm->vcpu_count;
    uint64_t all = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    if (base == UINT64_MAX) {
        *vcpus = all;
        return true;
    }
    *vcpus = 0;
    if (mask == 0)
        return base < count;
    if (base >= count || (mask << base >> base) != mask)
        return false;
    *vcpus = mask << base;
    return (*vcpus & ~all) == 0;
}
