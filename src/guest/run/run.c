/*
 * run: see guest/run/run.h.
 */
#include <base/assert.h>
#include <console/input.h>
#include <guest/run/run.h>
#include <lib/spinlock.h>
#include <riscv/hcsr.h>
#include <riscv/sbi.h>
#include <smp/harts.h>
#include <trap/timer.h>

enum { TURN_HZ = 100 }; /* a turn is 10 ms, where others wait */

static struct spinlock lock;
static struct spinlock input_lock;          /* from the console to a guest's UART */
static struct vm *const *running;           /* whose vCPUs the harts run, */
static size_t running_count;                /* and how many guests that are */
static struct vcpu *first, **last = &first; /* the queue of those that wait for a hart */
static size_t alive;         /* vCPUs that were started, of guests that are not over */
static bool idle[HARTS_MAX]; /* harts that sleep for want of one */
uint64_t run_turns;

static uint64_t take_lock(void)
{
    return spinlock_lock(&lock, __builtin_return_address(0));
}

/* --- With the lock held ----------------------------------------------------------------------- */

static void wake_a_hart(void)
{
    for (uint64_t hart = 0; hart < harts_known(); hart++)
        if (idle[hart]) {
            idle[hart] = false;
            if (hart != hart_index())
                (void)sbi_send_ipi(harts_id(hart));
            return;
        }
}

static void enqueue(struct vcpu *vcpu)
{
    vcpu->next_queued = NULL;
    *last = vcpu;
    last = &vcpu->next_queued;
    wake_a_hart();
}

static struct vcpu *dequeue(void)
{
    struct vcpu *vcpu = first;
    if (vcpu != NULL) {
        first = vcpu->next_queued;
        if (first == NULL)
            last = &first;
    }
    return vcpu;
}

/* When its timer interrupt is due, if it listens to that: from its saved registers. */
static uint64_t due(const struct vcpu *vcpu)
{
    if ((vcpu->csr.vsie >> INTERRUPT_TIMER & 1) == 0)
        return UINT64_MAX;
    return vcpu_has_sstc ? vcpu->csr.vstimecmp : vcpu->deadline;
}

static bool has_interrupt(const struct vcpu *vcpu)
{
    return (vcpu->csr.hvip >> 1 & vcpu->csr.vsie) != 0 || due(vcpu) <= timer_now() ||
           __atomic_load_n(&vcpu->requests, __ATOMIC_SEQ_CST) != 0;
}

/* Queue who waits for a moment that has come; the earliest one that has not. */
static uint64_t wake_due(void)
{
    uint64_t earliest = UINT64_MAX;
    for (size_t v = 0; v < running_count; v++)
        for (size_t i = 0; i < running[v]->vcpu_count; i++) {
            struct vcpu *vcpu = &running[v]->vcpus[i];
            if (!vcpu->blocked)
                continue;
            if (due(vcpu) <= timer_now()) {
                vcpu->blocked = false;
                enqueue(vcpu);
            } else if (due(vcpu) < earliest) {
                earliest = due(vcpu);
            }
        }
    return earliest;
}

/* It runs no more. The last one of all wakes who sleeps, to end too. True iff it was the last one
   of its guest. */
static bool let_go(struct vcpu *vcpu)
{
    __atomic_store_n(&vcpu->state, VCPU_STOPPED, __ATOMIC_RELEASE);
    if (--alive == 0)
        for (uint64_t hart = 0; hart < harts_known(); hart++)
            wake_a_hart();
    return --vcpu->vm->started == 0;
}

/* Where a vCPU goes that has left its hart. True iff its guest has none left. */
static bool settle(struct vcpu *vcpu)
{
    bool stops = vcpu->stops, waits = vcpu->waits;
    vcpu->stops = vcpu->waits = vcpu->yields = false;
    if (stops || vm_is_over(vcpu->vm))
        return let_go(vcpu);
    vcpu->blocked = waits && !has_interrupt(vcpu);
    if (!vcpu->blocked)
        enqueue(vcpu);
    return false;
}

/* --- From anywhere ---------------------------------------------------------------------------- */

void run_kick(struct vcpu *vcpu)
{
    uint64_t masked = take_lock();
    if (vcpu->blocked) {
        vcpu->blocked = false;
        enqueue(vcpu);
    }
    spinlock_unlock(&lock, masked);
    uint64_t on = __atomic_load_n(&vcpu->on, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&vcpu->in_guest, __ATOMIC_SEQ_CST) && on != hart_index() &&
        on != VCPU_NOWHERE)
        (void)sbi_send_ipi(harts_id(on));
}

/* From now on harts are shared: who runs a vCPU is to look again at how long, and at its wfi. */
static void tell_all(void)
{
    for (size_t v = 0; v < running_count; v++)
        for (size_t i = 0; i < running[v]->vcpu_count; i++)
            vm_request(&running[v]->vcpus[i], VCPU_REQUEST_LEAVE);
}

void run_start(struct vcpu *vcpu)
{
    vcpu->resumes = true;
    __atomic_fetch_and(&vcpu->requests, ~(uint32_t)VCPU_REQUEST_IPI,
                       __ATOMIC_RELAXED); /* it slept */
    uint64_t masked = take_lock();
    alive++;
    vcpu->vm->started++;
    __atomic_store_n(&vcpu->state, VCPU_STARTED, __ATOMIC_RELEASE);
    enqueue(vcpu);
    bool crowded = alive > harts_known();
    spinlock_unlock(&lock, masked);
    if (crowded)
        tell_all();
}

/* --- A hart's loop ---------------------------------------------------------------------------- */

/* What is typed goes to the UART of the first guest that takes it and is not over, as long as there
   is room. What is held back is not lost: the console keeps it, its sender waits, and the UART
   calls us again, in the exit of a guest that has read. */
static void pump_input(void)
{
    struct vm *vm = NULL;
    for (size_t i = 0; i < running_count && vm == NULL; i++)
        if (running[i]->takes_input && !vm_is_over(running[i]))
            vm = running[i];
    if (vm == NULL)
        return;
    /* One hart at a time, or two bytes could change places on their way. */
    uint64_t interrupts = spinlock_lock(&input_lock, __builtin_return_address(0));
    char byte;
    while (vuart_room(&vm->vuart, pump_input) > 0 && console_read(&byte))
        (void)vuart_receive(&vm->vuart, (uint8_t)byte);
    spinlock_unlock(&input_lock, interrupts);
}

/* Take the interrupts that are pending on this hart. */
static void take_interrupts(void)
{
    csr_set(sstatus, SSTATUS_SIE);
    csr_clear(sstatus, SSTATUS_SIE);
}

/* Run a vCPU until it gives the hart away, or its turn is over; that is also when another may wake,
   at `until`. Context: interrupts masked. */
static void turn(struct vcpu *vcpu, uint64_t until)
{
    const uint64_t slice = timer_now() + timer_hz() / TURN_HZ, end = until < slice ? until : slice;
    struct timer timer = { .function = timer_wakes };
    __atomic_fetch_add(&run_turns, 1, __ATOMIC_RELAXED);
    if (vcpu->resumes) {
        vcpu->resumes = false;
        vcpu_reset(vcpu, (struct gpa){ vcpu->start_pc }, vcpu->start_argument);
        vcpu_forget(vcpu);
    }
    __atomic_store_n(&vcpu->state, VCPU_STARTED, __ATOMIC_RELEASE); /* it may have been suspended */
    vcpu_load(vcpu);
    pump_input();
    while (!vm_is_over(vcpu->vm) && !vcpu->waits && !vcpu->yields && !vcpu->stops) {
        bool crowded = __atomic_load_n(&alive, __ATOMIC_RELAXED) > harts_known();
        uint64_t stop_at = crowded ? end : UINT64_MAX;
        if (crowded && timer_now() >= end)
            break;
        if (!vcpu_has_sstc && vcpu->deadline < stop_at && vcpu->deadline > timer_now())
            stop_at = vcpu->deadline;
        vcpu->hstatus =
            crowded ? vcpu->hstatus | HSTATUS_VTW : vcpu->hstatus & ~(uint64_t)HSTATUS_VTW;
        if (stop_at != UINT64_MAX)
            timer_start(&timer, stop_at);
        vcpu_run(vcpu);
        take_interrupts();
        pump_input();
    }
    timer_cancel(&timer);
    vcpu_put(vcpu);
}

/* Sleep until an interrupt, or `until`. Context: interrupts masked; this hart is marked idle. */
static void sleep(uint64_t until)
{
    struct timer timer = { .function = timer_wakes };
    if (until != UINT64_MAX)
        timer_start(&timer, until);
    hart_wait_for_interrupt();
    take_interrupts();
    timer_cancel(&timer);
}

/* The next vCPU for this hart, with the lock: NULL iff none waits, and then the hart is marked idle
   and *until is when one may. */
static struct vcpu *take_up(uint64_t *until)
{
    *until = wake_due();
    struct vcpu *vcpu;
    while ((vcpu = dequeue()) != NULL && vm_is_over(vcpu->vm))
        (void)let_go(vcpu);
    idle[hart_index()] = vcpu == NULL && alive != 0;
    return vcpu;
}

static void work(void *argument)
{
    (void)argument;
    uint64_t interrupts = hart_mask_interrupts();
    if (vcpu_enable_hart() != OK)
        panic("hart %llu has no hypervisor extension", (unsigned long long)this_hart()->id);
    while (__atomic_load_n(&alive, __ATOMIC_ACQUIRE) != 0) {
        uint64_t until, masked = take_lock();
        struct vcpu *vcpu = take_up(&until);
        spinlock_unlock(&lock, masked);
        if (vcpu != NULL) {
            turn(vcpu, until);
            masked = take_lock();
            bool was_last = settle(vcpu);
            spinlock_unlock(&lock, masked);
            if (was_last) /* nothing happens where the guest is over already */
                (void)vm_stop(vcpu, VM_STOPPED, "its last vCPU has stopped", (struct gpa){ 0 });
        } else if (__atomic_load_n(&alive, __ATOMIC_ACQUIRE) != 0) {
            sleep(until);
            pump_input();
        }
    }
    uint64_t masked = take_lock();
    idle[hart_index()] = false;
    spinlock_unlock(&lock, masked);
    hart_restore_interrupts(interrupts);
}

void run_vms(struct vm *const *vms, size_t count)
{
    running = vms;
    running_count = count;
    for (uint64_t hart = 1; hart < harts_known(); hart++)
        if (harts_runs(hart))
            harts_run(hart, work, NULL);
    work(NULL);
    for (uint64_t hart = 1; hart < harts_known(); hart++)
        if (harts_runs(hart))
            harts_wait(hart);
    ASSERT(first == NULL);
    running_count = 0;
}
