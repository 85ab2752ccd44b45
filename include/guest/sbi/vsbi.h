/*
 * vsbi: the SBI as the guest's firmware would offer it. One file for each extension, one descriptor
 * in each, one row in the table of src/guest/sbi/vsbi.c.
 *
 *     guest: ecall, a7 extension, a6 function, a0 .. a5     frame.x[17], [16], [10] .. [15]
 *       --> vsbi_exit: pc steps over the ecall, the call is counted
 *         --> extension->call(vcpu): answers in a0 and a1
 *
 * What is not in the table does not exist: a probe says so, and a call gets SBI_ERR_NOT_SUPPORTED.
 * The same holds for PMU where the guest has none (vm->has_pmu).
 * No call reaches our own firmware but the remote fences, whose harts we choose.
 *
 * To add an extension: a file here with its `call` and its descriptor, and a row. docs/guest.md
 * shows one.
 *
 * Source: RISC-V Supervisor Binary Interface Specification 2.0.
 */
#pragma once

#include <guest/vm/vm.h>
#include <riscv/sbi.h>

/* Chapter 3, table 1. */
enum {
    VSBI_SUCCESS = 0,
    VSBI_FAILED = -1,
    VSBI_NOT_SUPPORTED = -2,
    VSBI_INVALID_PARAM = -3,
    VSBI_DENIED = -4,
    VSBI_INVALID_ADDRESS = -5,
    VSBI_ALREADY_AVAILABLE = -6,
    VSBI_ALREADY_STARTED = -7,
    VSBI_ALREADY_STOPPED = -8,
    VSBI_NO_SHMEM = -9,
};

struct vsbi_extension {
    const char *name;
    uint64_t first, last; /* the ids that are its: one, but for the legacy extensions */
    vcpu_handler *call;   /* do it: the vCPU is loaded, the pc is behind the ecall */
};

extern const struct vsbi_extension vsbi_base, vsbi_time, vsbi_ipi, vsbi_rfence, vsbi_hsm, vsbi_srst,
    vsbi_dbcn, vsbi_susp, vsbi_pmu, vsbi_legacy, vsbi_legacy_shutdown;

/* All of them, and how many; a vCPU's sbi_calls has a row for each. */
extern const struct vsbi_extension *const vsbi_extensions[];
extern const size_t vsbi_extension_count;

/* Whether the guest has an extension with this id. */
bool vsbi_is_there(const struct vm *vm, uint64_t id);

/* What BASE's first functions answer, whatever the arguments. */
enum { VSBI_BASE_CONSTANTS = 3 };
extern const uint64_t vsbi_base_constants[VSBI_BASE_CONSTANTS];

/* The handler of the guest's ecall. */
enum vcpu_next vsbi_exit(struct vcpu *vcpu);

/* Which function is asked for. */
static inline uint64_t vsbi_function(const struct vcpu *vcpu)
{
    return vcpu->frame.x[16];
}

/* Argument n, 0 to 5. */
static inline uint64_t vsbi_argument(const struct vcpu *vcpu, unsigned n)
{
    return vcpu->frame.x[10 + n];
}

/* What TIME shares with the legacy extension: set the guest's timer. */
enum vcpu_next vsbi_set_timer(struct vcpu *vcpu, uint64_t ticks);

/* Answer a call. */
static inline enum vcpu_next vsbi_answer(struct vcpu *vcpu, int64_t error, uint64_t value)
{
    vcpu->frame.x[10] = (uint64_t)error;
    vcpu->frame.x[11] = value;
    return VCPU_RESUME;
}

/*
 * The vCPUs that a hart mask and its base name, one bit each: chapter 3.1. A base of -1 is all of
 * them. False iff one of them is not there: SBI_ERR_INVALID_PARAM.
 */
bool vsbi_harts(const struct vcpu *vcpu, uint64_t mask, uint64_t base, uint64_t *vcpus);
