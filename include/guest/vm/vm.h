/*
 * vm: a guest as a whole: memory, vCPUs, devices, and how it ends.
 *
 *     struct vm (frames)
 *     +-- memory      second stage, RAM                    guest/memory/guest_memory.h
 *     +-- bus --+---- vuart  console                       guest/device/vuart.h
 *     |         +---- vplic  lines of devices to vCPUs     guest/device/vplic.h
 *     +-- vcpus[0 .. count-1]                              guest/cpu/vcpu.h
 *     +-- end         why it is over; VM_RUNS until then
 *
 * The first reason to end counts: vm_end may be called by several vCPUs at once. It only notes it,
 * and who runs vCPUs (guest/run/run.h) looks.
 *
 * Read next: guest/run/run.h, who gives them harts; src/guest/exit/, what they are asked.
 */
#pragma once

#include <guest/cpu/vcpu.h>
#include <guest/device/vplic.h>
#include <guest/device/vuart.h>
#include <guest/load/layout.h>
#include <guest/memory/guest_memory.h>

/* How a guest ends. */
enum vm_end {
    VM_RUNS,
    VM_POWER_OFF,
    VM_REBOOT,
    VM_FAILED,  /* it asked to end because something went wrong inside of it */
    VM_STOPPED, /* it did what cannot be carried out; `why` says what */
};

struct vm {
    bool takes_input; /* run/: what is typed may go to its UART */
    bool has_pmu;     /* sbi/: it is offered counters; from the start as our own firmware does */
    unsigned number;  /* for reports: "vm 1" */
    struct guest_memory memory;
    struct bus bus;
    struct vplic vplic;
    struct vuart vuart;
    size_t vcpu_count;
    size_t started; /* run/: with its lock: how many of them are not stopped */

    enum vm_end end; /* atomic */
    const char *why; /* a sentence, for people; these are written by who ended it */
    uint64_t by;     /* the vCPU */
    uint64_t sepc;
    struct gpa gpa; /* what it is about; 0: nothing */

    struct vcpu vcpus[]; /* vcpu_count of them, all in one block of frames */
};

/* What vm_create is asked for. */
struct vm_wish {
    unsigned number;
    uint64_t memory_bytes; /* of RAM, a multiple of 4096 */
    size_t vcpus;          /* 1 to GUEST_VCPUS_MAX */
    unsigned levels;       /* of the second stage: 3, 4, 5 */
};

/*
 * A guest with RAM full of zeros, a UART whose output goes to our console, a PLIC, and stopped
 * vCPUs. Fails iff the numbers are bad (ERR_INVALID), the hart does not have such a
 * second stage (ERR_NOT_SUPPORTED), or there are too few frames (ERR_NO_MEMORY): nothing is taken.
 * `kick` is called when a vCPU's requests have changed, on any hart.
 */
enum error vm_create(struct vm_wish wish, void (*kick)(struct vcpu *vcpu), struct vm **vm);

/* Give all of it back, memory cleared. Nobody runs it any more. Context: interrupts on, no lock. */
void vm_destroy(struct vm *vm);

/* It is over. The first call counts; answers VCPU_LEAVE, for handlers. `gpa` may be 0. */
enum vcpu_next vm_stop(struct vcpu *vcpu, enum vm_end end, const char *why, struct gpa gpa);

static inline bool vm_is_over(const struct vm *vm)
{
    return __atomic_load_n(&vm->end, __ATOMIC_ACQUIRE) != VM_RUNS;
}

/* Set bits in vcpu->requests, and tell who runs it. Any context. */
void vm_request(struct vcpu *vcpu, uint32_t requests);

/* The vCPU with this hart id; NULL iff there is none. */
static inline struct vcpu *vm_vcpu(struct vm *vm, uint64_t id)
{
    return id < vm->vcpu_count ? &vm->vcpus[id] : NULL;
}
