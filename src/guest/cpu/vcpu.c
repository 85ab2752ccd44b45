/*
 * vcpu: see guest/cpu/vcpu.h.
 */
#include <base/assert.h>
#include <guest/cpu/vcpu.h>
#include <lib/memory.h>
#include <riscv/hcsr.h>
#include <trap/probe.h>
#include <trap/timer.h>

/* Exceptions that are the guest's own from the start: misaligned fetch, breakpoint, call from its
   user mode, its page faults. And all three of its interrupts. */
enum {
    DELEGATED = 1 << 0 | 1 << 3 | 1 << 8 | 1 << 12 | 1 << 13 | 1 << 15,
    DELEGATED_INTERRUPTS = HVIP_VSSIP | HVIP_VSTIP | HVIP_VSEIP,
};

bool vcpu_has_sstc;

/* Who was loaded on each hart last: its CSRs are there still. */
static struct vcpu *last_loaded[HARTS_MAX];

static vcpu_handler *handlers[TRAP_CAUSES];

/* world_switch.S, riscv/trap.S */
extern const char guest_exit[], trap_entry[];

void vcpu_handle(unsigned slot, vcpu_handler *handler)
{
    ASSERT_COMPARE(slot, <, TRAP_CAUSES);
    handlers[slot] = handler;
}

enum error vcpu_enable_hart(void)
{
    if (!probe_hgatp(0))
        return ERR_NOT_SUPPORTED;
    last_loaded[hart_index()] = NULL;
    vcpu_has_sstc = timer_has_sstc();
    hcsr_write(HEDELEG, DELEGATED);
    hcsr_write(HIDELEG, DELEGATED_INTERRUPTS);
    hcsr_write(HIE, 0);
    hcsr_write(HGEIE, 0);
    hcsr_write(HVIP, 0);
    /* What the hart does not have of it stays zero. */
    hcsr_write(HENVCFG, (vcpu_has_sstc ? HENVCFG_STCE : 0) | HENVCFG_CBZE | HENVCFG_CBCFE |
                            HENVCFG_CBIE_FLUSH);
    if (vcpu_has_sstc)
        hcsr_write(VSTIMECMP, UINT64_MAX);
    hfence_gvma_all();
    return OK;
}

/* A mode that the hart does not have, or a VMID with more bits, reads back as something else
   (Privileged Specification, "hgatp": WARL). */
bool vcpu_accepts(uint64_t hgatp)
{
    hcsr_write(HGATP, hgatp);
    bool same = hcsr_read(HGATP) == hgatp;
    hcsr_write(HGATP, 0);
    return same;
}

void vcpu_init(struct vcpu *vcpu, struct vm *vm, uint64_t id, uint64_t hgatp)
{
    *vcpu = (struct vcpu){
        .vm = vm,
        .id = id,
        .hgatp = hgatp,
        .exit_entry = guest_exit,
        .trap_entry = trap_entry,
        .state = VCPU_STOPPED,
        .on = VCPU_NOWHERE,
        .last_on = VCPU_NOWHERE,
        .deadline = UINT64_MAX,
    };
    memcpy(vcpu->handlers, handlers, sizeof handlers);
    counters_reset(vcpu);
}

void vcpu_reset(struct vcpu *vcpu, struct gpa pc, uint64_t argument)
{
    memset(&vcpu->frame, 0, sizeof vcpu->frame);
    memset(&vcpu->fp, 0, sizeof vcpu->fp);
    vcpu->frame.x[10] = vcpu->id;
    vcpu->frame.x[11] = argument;
    vcpu->frame.sepc = pc.value;
    vcpu->frame.sstatus = SSTATUS_SPP; /* to supervisor mode; SIE, FS and VS are 0 */
    vcpu->hstatus = HSTATUS_VSXL | HSTATUS_SPV | HSTATUS_SPVP;
    if (vcpu->state == VCPU_SUSPENDED) { /* what woke it up is pending still, its timer as it was */
        vcpu->csr = (struct vcpu_csr){ .vstimecmp = vcpu->csr.vstimecmp, .hvip = vcpu->csr.hvip };
        return;
    }
    vcpu->csr = (struct vcpu_csr){ .vstimecmp = UINT64_MAX };
    counters_reset(vcpu);
    if (__atomic_load_n(&vcpu->external, __ATOMIC_ACQUIRE)) /* it tells of changes only */
        vcpu->csr.hvip = HVIP_VSEIP;
    vcpu->deadline = UINT64_MAX;
}

static void write_csrs(const struct vcpu *vcpu)
{
    const struct vcpu_csr *csr = &vcpu->csr;
    hcsr_write(VSSTATUS, csr->vsstatus);
    hcsr_write(VSIE, csr->vsie);
    hcsr_write(VSTVEC, csr->vstvec);
    hcsr_write(VSSCRATCH, csr->vsscratch);
    hcsr_write(VSEPC, csr->vsepc);
    hcsr_write(VSCAUSE, csr->vscause);
    hcsr_write(VSTVAL, csr->vstval);
    hcsr_write(VSATP, csr->vsatp);
    hcsr_write(HVIP, csr->hvip);
    hcsr_write(HCOUNTEREN, vcpu->counters.hcounteren);
    hcsr_write(SCOUNTEREN, csr->scounteren);
    hcsr_write(SENVCFG, csr->senvcfg);
    hcsr_write(HGATP, vcpu->hgatp);
    ASSERT_COMPARE(hcsr_read(HGATP), ==, vcpu->hgatp); /* else the guest would run in our memory */
    hcsr_write(HTIMEDELTA, 0);
    if (vcpu_has_sstc)
        hcsr_write(VSTIMECMP, csr->vstimecmp);
}

void vcpu_load(struct vcpu *vcpu)
{
    uint64_t hart = hart_index();
    ASSERT(vcpu->on == VCPU_NOWHERE);
    vcpu->hart = this_hart();
    __atomic_store_n(&vcpu->on, hart, __ATOMIC_RELAXED);
    counters_load(vcpu);
    bool is_same = last_loaded[hart] == vcpu && vcpu->last_on == hart;
    __atomic_store_n(&vcpu->last_on, hart, __ATOMIC_SEQ_CST); /* before any translation is made */
    if (is_same) {
        hcsr_write(HVIP, vcpu->csr.hvip);
        if (vcpu_has_sstc)
            hcsr_write(VSTIMECMP, vcpu->csr.vstimecmp);
        return;
    }
    last_loaded[hart] = vcpu;
    write_csrs(vcpu);
    /* Another vCPU of this guest may have left translations here under the same VMID, and those of
       this one may have changed since it was here. */
    hfence_vvma_all();
    __asm__ volatile("fence.i" ::: "memory");
}

void vcpu_put(struct vcpu *vcpu)
{
    struct vcpu_csr *csr = &vcpu->csr;
    counters_put(vcpu);
    csr->vsstatus = hcsr_read(VSSTATUS);
    csr->vsie = hcsr_read(VSIE);
    csr->vstvec = hcsr_read(VSTVEC);
    csr->vsscratch = hcsr_read(VSSCRATCH);
    csr->vsepc = hcsr_read(VSEPC);
    csr->vscause = hcsr_read(VSCAUSE);
    csr->vstval = hcsr_read(VSTVAL);
    csr->vsatp = hcsr_read(VSATP);
    csr->hvip = hcsr_read(HVIP);
    csr->scounteren = hcsr_read(SCOUNTEREN);
    csr->senvcfg = hcsr_read(SENVCFG);
    hcsr_write(HVIP, 0);
    if (vcpu_has_sstc) {
        csr->vstimecmp = hcsr_read(VSTIMECMP);
        hcsr_write(VSTIMECMP, UINT64_MAX); /* no interrupt of who is not there */
    }
    /* Loaded, so saved, dirty or not: QEMU (7.2 to 10.0) forgets to tell of a write to fcsr alone.
     */
    if ((vcpu->frame.sstatus & SSTATUS_FS) != 0) {
        csr_set(sstatus, SSTATUS_FS_DIRTY);
        vcpu_fp_save(&vcpu->fp);
    }
    csr_clear(sstatus, SSTATUS_FS);
    vcpu->frame.sstatus &= ~(uint64_t)SSTATUS_FS; /* loaded again at the next use */
    __atomic_store_n(&vcpu->on, VCPU_NOWHERE, __ATOMIC_RELEASE);
}

void vcpu_forget(struct vcpu *vcpu)
{
    for (uint64_t hart = 0; hart < HARTS_MAX; hart++)
        if (last_loaded[hart] == vcpu)
            last_loaded[hart] = NULL;
}

bool vcpu_use_fp(struct vcpu *vcpu)
{
    if ((vcpu->frame.sstatus & SSTATUS_FS) != 0 || (hcsr_read(VSSTATUS) & SSTATUS_FS) == 0)
        return false;
    csr_set(sstatus, SSTATUS_FS_CLEAN);
    vcpu_fp_load(&vcpu->fp);
    vcpu->frame.sstatus |= SSTATUS_FS_CLEAN;
    return true;
}

/* As an event of the guest's firmware, where it is one. */
static void count_exception(struct vcpu *vcpu, uint64_t cause)
{
    static const struct {
        uint8_t cause, event; /* the exception codes of the "scause" table */
    } events[] = { { 2, EVENT_ILLEGAL },
                   { 4, EVENT_MISALIGNED_LOAD },
                   { 5, EVENT_ACCESS_LOAD },
                   { 6, EVENT_MISALIGNED_STORE },
                   { 7, EVENT_ACCESS_STORE } };
    for (size_t i = 0; i < ARRAY_LENGTH(events); i++)
        if (events[i].cause == cause)
            vcpu_count(vcpu, events[i].event);
}

enum vcpu_next vcpu_inject(struct vcpu *vcpu, uint64_t cause, uint64_t value)
{
    enum { SIE = SSTATUS_SIE, SPIE = SSTATUS_SPIE, SPP = SSTATUS_SPP };
    count_exception(vcpu, cause);
    uint64_t status = hcsr_read(VSSTATUS);
    uint64_t previous = status & ~(uint64_t)(SIE | SPIE | SPP);
    if ((status & SIE) != 0)
        previous |= SPIE;
    previous |= vcpu->frame.sstatus & SPP; /* the mode that it was in */
    hcsr_write(VSSTATUS, previous);
    hcsr_write(VSCAUSE, cause);
    hcsr_write(VSTVAL, value);
    hcsr_write(VSEPC, vcpu->frame.sepc);
    vcpu->frame.sepc = hcsr_read(VSTVEC) & ~UINT64_C(3); /* exceptions go to the base, always */
    vcpu->frame.sstatus |= SPP;
    return VCPU_RESUME_ALL;
}

/* Interrupts that other harts asked for. The vCPU is loaded. */
bool vcpu_take_requests(struct vcpu *vcpu)
{
    uint32_t requests = __atomic_exchange_n(&vcpu->requests, 0, __ATOMIC_SEQ_CST);
    if ((requests & VCPU_REQUEST_IPI) != 0)
        hcsr_set(HVIP, HVIP_VSSIP);
    if ((requests & VCPU_REQUEST_EXTERNAL) != 0) {
        if (__atomic_load_n(&vcpu->external, __ATOMIC_ACQUIRE))
            hcsr_set(HVIP, HVIP_VSEIP);
        else
            hcsr_clear(HVIP, HVIP_VSEIP);
    }
    if (!vcpu_has_sstc && vcpu->deadline <= timer_now())
        hcsr_set(HVIP, HVIP_VSTIP);
    return (requests & VCPU_REQUEST_LEAVE) == 0;
}

void vcpu_run(struct vcpu *vcpu)
{
    __atomic_store_n(&vcpu->in_guest, true, __ATOMIC_SEQ_CST);
    if (vcpu_take_requests(vcpu)) /* what comes later sends this hart an interrupt */
        vcpu_enter(vcpu);
    __atomic_store_n(&vcpu->in_guest, false, __ATOMIC_RELEASE);
}
