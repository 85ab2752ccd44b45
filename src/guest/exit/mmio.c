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
static inline bool is_kept(uint64_t reg)
{
    return ((UINT32_C(1) << reg) & 0x0ffc0200) != 0;
}

/* No device, or not for this access: as if nothing were there. */
[[gnu::cold, gnu::noinline]] static enum vcpu_next refuse(struct vcpu *vcpu)
{
    return vcpu_inject(vcpu, csr_read(scause) == LOAD_GUEST_PAGE ? LOAD_ACCESS : STORE_ACCESS,
                       csr_read(stval));
}

/* The CSRs are read where they are needed: nothing here traps but the fetch, and where that has
   trapped the guest runs its instruction again. */
enum vcpu_next exit_mmio(struct vcpu *vcpu)
{
    struct access access = { hcsr_read(HTINST) };
    if (access.word == 0) {
        uint32_t word;
        if (!guest_fetch(vcpu, &word))
            return VCPU_RESUME_ALL;
        access = decode_instruction(word);
    }

    const struct gpa gpa = { hcsr_read(HTVAL) << 2 | (csr_read(stval) & 3) };
    struct device *device = bus_find(&vcpu->vm->bus, gpa);
    if (unlikely(device == NULL))
        return refuse(vcpu);
    uint64_t offset = gpa.value - device->base.value;
    unsigned width = access_width(access);
    enum vcpu_next next = VCPU_RESUME;
    enum access_kind kind = access_kind(access);
    if (kind == ACCESS_LOAD) {
        uint64_t value;
        if (!device->read(device, offset, width, &value))
            return refuse(vcpu);
        uint64_t rd = access_rd(access);
        if (rd != 0) /* x[0] is the place of no register, and stays zero */
            vcpu->frame.x[rd] = access_extend(access, value);
        if (is_kept(rd))
            next = VCPU_RESUME_ALL;
    } else {
        if (kind != ACCESS_STORE ||
            !device->write(device, offset, width, vcpu->frame.x[access_rs2(access)]))
            return refuse(vcpu);
    }
    vcpu_step(vcpu, access_length(access));
    if (unlikely(vcpu->requests != 0)) /* a device has changed this vCPU's own interrupt */
        return vcpu_take_requests(vcpu) ? VCPU_RESUME_ALL : VCPU_LEAVE;
    return next;
}
