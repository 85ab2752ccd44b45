/*
 * mmio: a load or a store of the guest that no memory is behind.
 *
 *     htval, stval -> gpa -> device?  no: an access fault in the guest
 *     htinst -> what it was; or the instruction itself is read and decoded (exit/decode.h)
 *     device->read or ->write -> the register, and on behind the instruction
 */
#include <guest/exit/decode.h>
#include <guest/exit/exit.h>
#include <guest/vm/vm.h>
#include <riscv/hcsr.h>

#include "fetch.h"

/* Exception codes ("scause" table). */
enum {
    LOAD_ACCESS = 5,
    STORE_ACCESS = 7,
    LOAD_GUEST_PAGE = 21,
};

/* x9 and x18 to x27 are not loaded on the quick way back (guest/cpu/vcpu.h). */
static inline bool is_kept(unsigned reg)
{
    return ((UINT32_C(1) << reg) & 0x0ffc0200) != 0;
}

/* No device, or not for this access: as if nothing were there. */
[[gnu::cold, gnu::noinline]] static enum vcpu_next refuse(struct vcpu *vcpu)
{
    return vcpu_inject(vcpu, csr_read(scause) == LOAD_GUEST_PAGE ? LOAD_ACCESS : STORE_ACCESS,
                       csr_read(stval));
}

/* The access in one register over a call, where the compiler would keep a register for each field.
 */
static inline void keep_together(struct access *access)
{
    uint64_t word;
    _Static_assert(sizeof *access == sizeof word, "it fits a register");
    __builtin_memcpy(&word, access, sizeof word);
    __asm__("" : "+r"(word));
    __builtin_memcpy(access, &word, sizeof word);
}

/* The CSRs are read where they are needed: nothing here traps but the fetch, and where that has
   trapped the guest runs its instruction again. */
enum vcpu_next exit_mmio(struct vcpu *vcpu)
{
    const uint64_t htinst = hcsr_read(HTINST);
    struct access access;
    uint32_t word;
    if (htinst != 0)
        access = decode_transformed(htinst);
    else if (guest_fetch(vcpu, &word))
        access = decode_instruction(word);
    else
        return VCPU_RESUME_ALL;

    const struct gpa gpa = { hcsr_read(HTVAL) << 2 | (csr_read(stval) & 3) };
    struct device *device = bus_find(&vcpu->vm->bus, gpa);
    if (unlikely(device == NULL))
        return refuse(vcpu);
    uint64_t offset = gpa.value - device->base.value, data;
    enum vcpu_next next = VCPU_RESUME;
    if (access.kind == ACCESS_LOAD) {
        if (!device->read(device, offset, access.width, &data))
            return refuse(vcpu);
        keep_together(&access);
        if (access.reg != 0) /* x[0] is the place of no register, and stays zero */
            vcpu->frame.x[access.reg] = access_extend(access, data);
        if (is_kept(access.reg))
            next = VCPU_RESUME_ALL;
        if (unlikely(vcpu->vm->input_held)) /* there may be room for it now: who runs us looks */
            next = VCPU_LEAVE;
    } else {
        uint64_t value = vcpu->frame.x[access.reg];
        if (access.kind != ACCESS_STORE ||
            !device->write(device, offset, access.width, access_truncate(access, value)))
            return refuse(vcpu);
        keep_together(&access);
    }
    vcpu_step(vcpu, access.length);
    if (unlikely(vcpu->requests != 0)) /* a device has changed this vCPU's own interrupt */
        if (!vcpu_take_requests(vcpu))
            return VCPU_LEAVE;
    return next;
}
