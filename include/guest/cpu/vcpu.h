/*
 * vcpu: a hart of a guest: its registers, and how a real hart becomes it and is itself again.
 *
 *          vcpu_load        vcpu_run ... vcpu_run            vcpu_put
 *              |               |            |                   |
 *     CSRs to the hart    world_switch.S: into the guest    CSRs back into struct vcpu
 *                         and out of it, some exits
 *                         without C even seeing vcpu_run
 *
 * Which registers live where, while a guest runs and after it:
 *
 *     x1 .. x31     in the hart while it runs; in vcpu->x from an exit on
 *     pc, sstatus   in vcpu->frame, as x
 *     VS CSRs       in the hart from vcpu_load to vcpu_put; in vcpu->csr otherwise
 *     f0 .. f31     in the hart from the guest's first use of them to vcpu_put; else in vcpu->fp
 *     cycle,        the hart's own; or vcpu->counters, where the guest counts with them
 *      instret      (guest/cpu/counters.h)
 *
 * Floating point is off at first: the first use traps (sstatus.FS is 0), and only then are the
 * registers loaded. So a guest that computes with integers never pays for them, and what one
 * guest left in them no other can see.
 *
 * An exit is dispatched by its cause to a table, as our own traps are (trap/trap.h). A handler
 * says how to go on:
 *
 *     VCPU_RESUME        to the guest, at once: nothing trapped meanwhile, x9 and x18 to x27 are
 *                        as they were, and so are sstatus and hstatus. The quickest way
 *     VCPU_RESUME_ALL    to the guest; anything may have changed
 *     VCPU_LEAVE         out of vcpu_run: somebody above has to decide
 *
 * Context: interrupts are masked from vcpu_run's entry to its end; an interrupt for the host ends
 * the guest's turn on the hart.
 *
 * Shortcomings: no vectors, and time is the host's, also while a vCPU has no hart.
 *
 * Source: RISC-V Privileged Specification 20240411, chapter "H" Extension.
 * Read next: src/guest/cpu/world_switch.S, src/guest/cpu/vcpu.c.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>
#include <guest/cpu/counters.h>
#include <riscv/frame.h>
#include <riscv/hart.h>

struct vm;
struct vcpu;

/* What a handler of exits answers. */
enum vcpu_next { VCPU_RESUME, VCPU_RESUME_ALL, VCPU_LEAVE };
typedef enum vcpu_next vcpu_handler(struct vcpu *vcpu);

/* The guest's supervisor CSRs while no hart has them. */
struct vcpu_csr {
    uint64_t vsstatus, vsie, vstvec, vsscratch, vsepc, vscause, vstval, vsatp, vstimecmp;
    uint64_t hvip;       /* VSSIP and VSEIP; VSTIP where there is no Sstc */
    uint64_t scounteren; /* these two are the real ones: swapped, never shared */
    uint64_t senvcfg;
};

struct vcpu_fp {
    uint64_t f[32];
    uint64_t fcsr;
};

/* What a vCPU does, as the SBI's HSM extension sees it; atomic. */
enum vcpu_state {
    VCPU_STOPPED,
    VCPU_STARTING, /* it has been told where to begin */
    VCPU_STARTED,
    VCPU_SUSPENDED, /* until an interrupt; then it goes on, or begins at an address */
};

/* Interrupts and wishes of other harts, gathered atomically in vcpu->requests. */
enum {
    VCPU_REQUEST_IPI = 1,      /* a software interrupt is to come */
    VCPU_REQUEST_EXTERNAL = 2, /* the external line has changed: see vcpu->external */
    VCPU_REQUEST_LEAVE = 4,    /* its guest is over, or harts are shared otherwise: look again */
};

enum { VCPU_NOWHERE = HARTS_MAX };

struct vcpu {
    struct frame frame; /* x1 .. x31, pc, cause, value and sstatus at the last exit. First */
    uint64_t hstatus;   /* as it is to be in the guest */

    /* For world_switch.S, which has them nearer here than by their own addresses. */
    uint64_t host_sp; /* the stack, the hart and the gp of who runs it */
    struct hart *hart;
    uint64_t gp;
    const void *exit_entry, *trap_entry; /* stvec in the guest, and in a handler */

    struct vm *vm;
    uint64_t id;    /* the guest's hart id: 0 and up */
    uint64_t hgatp; /* its second stage */
    enum vcpu_state state;

    uint32_t requests; /* atomic: VCPU_REQUEST_... */
    bool external;     /* atomic: the level of its external interrupt line */
    bool in_guest;     /* atomic: between its last look at requests and its exit */
    uint64_t on;       /* atomic: the hart that it is loaded on, or VCPU_NOWHERE */
    uint64_t last_on;  /* the hart that it was loaded on last */

    /* Why it left: set by handlers, read and cleared by run/. */
    bool waits;   /* it gives its hart away until there is an interrupt for it */
    bool yields;  /* it gives its hart away, and waits for its next turn */
    bool stops;   /* it stops itself */
    bool resumes; /* after the wait it begins anew, at start_pc */

    /* With the lock of run/. */
    bool blocked; /* it waits for an interrupt, and nobody runs it */
    struct vcpu *next_queued;
    uint64_t deadline; /* without Sstc: of the SBI's set_timer; UINT64_MAX: none */

    struct vcpu_csr csr;
    struct vcpu_fp fp;

    uint64_t start_pc, start_argument;   /* where and with what it begins, or begins anew */
    uint64_t exits[TRAP_CAUSES];         /* how many, by cause; slots as in trap_slot() */
    vcpu_handler *handlers[TRAP_CAUSES]; /* a copy of the table, where assembly reaches it */
    uint64_t sbi_calls[16][8]; /* by extension (sbi/sbi.h) and function; the last: others */
    struct vcpu_counters counters;
};

/* Is there a hypervisor extension, and which parts of it? Each hart, once, before its first vcpu;
   the first hart's answer counts. Fails iff there is none (ERR_NOT_SUPPORTED). */
enum error vcpu_enable_hart(void);

/* True iff the guest has a timer register of its own (Sstc: vstimecmp). */
extern bool vcpu_has_sstc;

/* Make *vcpu a stopped vCPU of the vm, whose second stage is `hgatp` (mmu/space.h). */
void vcpu_init(struct vcpu *vcpu, struct vm *vm, uint64_t id, uint64_t hgatp);

/* It is going to be no more: no hart may take another at its place for it. It is loaded nowhere. */
void vcpu_forget(struct vcpu *vcpu);

/* Let it begin at `pc`, in supervisor mode, without translation, with a0 its id and a1 `argument`
   (SBI specification 2.0, table 4; Linux, "RISC-V Kernel Boot Requirements"). Where it was
   suspended it keeps its pending interrupts and its timer; else only its external line counts. */
void vcpu_reset(struct vcpu *vcpu, struct gpa pc, uint64_t argument);

/* Make this hart the vCPU: CSRs, second stage. Nothing is written where it was on this hart last
   and nobody since. Context: interrupts masked. */
void vcpu_load(struct vcpu *vcpu);

/* Take its registers back from this hart. Context: interrupts masked. */
void vcpu_put(struct vcpu *vcpu);

/* Who deals with exits of this cause: exceptions 0 to 31, interrupts 32 + code. Once for each. */
void vcpu_handle(unsigned slot, vcpu_handler *handler);

/* Run it on this hart, where it is loaded, until a handler says VCPU_LEAVE. */
void vcpu_run(struct vcpu *vcpu);

/* True iff this hart can translate with this hgatp. Context: no vCPU is loaded here. */
bool vcpu_accepts(uint64_t hgatp);

/* Act on vcpu->requests now. For handlers that have caused some for their own vCPU; it is loaded.
   False iff it is to leave the guest. */
[[nodiscard]] bool vcpu_take_requests(struct vcpu *vcpu);

/* The guest's first use of floating point: load its registers, and true. False iff it was no such
   use: they are loaded already, or the guest itself has turned them off. It is loaded. */
bool vcpu_use_fp(struct vcpu *vcpu);

/* It has happened to this vCPU once more. Context: any, on any hart. */
static inline void vcpu_count(struct vcpu *vcpu, enum vcpu_event event)
{
    __atomic_fetch_add(&vcpu->counters.events[event], 1, __ATOMIC_RELAXED);
}

/* Step over the instruction that trapped. */
static inline void vcpu_step(struct vcpu *vcpu, uint64_t length)
{
    vcpu->frame.sepc += length;
}

/*
 * An exception in the guest, as if its own instruction had caused it: it goes on at its stvec
 * ("Trap Entry into HS, VS"). The vCPU is loaded. Answers VCPU_RESUME_ALL, for handlers.
 */
enum vcpu_next vcpu_inject(struct vcpu *vcpu, uint64_t cause, uint64_t value);

/* world_switch.S */
void vcpu_enter(struct vcpu *vcpu);
void vcpu_fp_save(struct vcpu_fp *fp);
void vcpu_fp_load(const struct vcpu_fp *fp);
