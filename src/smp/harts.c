/*
 * harts: see smp/harts.h.
 */
#include <base/assert.h>
#include <console/console.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <mmu/stacks.h>
#include <riscv/sbi.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <trap/timer.h>

/* What we know of each hart. `job` is atomic: set by who hands it out, NULL again when it is done.
 */
static struct member {
    struct hart *hart;
    bool runs; /* atomic */
    void (*job)(void *argument);
    void *argument;
    uint64_t giver; /* the index of the hart that started it, or gave it the job */
} members[HARTS_MAX] = { [0] = { .hart = &boot_hart, .runs = true } };
static uint64_t known = 1;

uint64_t harts_known(void)
{
    return known;
}

struct hart *harts_at(uint64_t index)
{
    ASSERT_COMPARE(index, <, known);
    return members[index].hart;
}

uint64_t harts_id(uint64_t index)
{
    return harts_at(index)->id;
}

uint64_t harts_highest_id(void)
{
    static uint64_t highest, seen; /* harts are never forgotten */
    for (; seen < known; seen++)
        if (harts_id(seen) > highest)
            highest = harts_id(seen);
    return highest;
}

bool harts_runs(uint64_t index)
{
    ASSERT_COMPARE(index, <, known);
    return __atomic_load_n(&members[index].runs, __ATOMIC_ACQUIRE);
}

bool harts_is_busy(uint64_t index)
{
    ASSERT_COMPARE(index, <, known);
    return __atomic_load_n(&members[index].job, __ATOMIC_ACQUIRE) != NULL;
}

/* The job that stops a hart, in its own context: the firmware keeps nothing of it. */
static void stop_self(void *argument)
{
    struct member *member = argument;
    (void)hart_mask_interrupts();
    csr_write(sie, 0);
    __atomic_store_n(&member->job, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&member->runs, false, __ATOMIC_RELEASE);
    enum error error = sbi_hart_stop();
    panic("the firmware does not stop this hart: %s", error_name(error));
}

/* Whoever started it, or gave it work, may sleep until now. */
static void wake(const struct member *self)
{
    (void)sbi_send_ipi(harts_id(self->giver));
}

/* What a started hart does: sleep, and between do what it is told. */
static void idle(void *argument)
{
    struct member *self = argument;
    timer_enable();
    ipi_enable();
    __atomic_store_n(&self->runs, true, __ATOMIC_RELEASE);
    wake(self);
    for (;;) {
        /* Masked between the look and the wfi: an interrupt in between still ends the wfi. */
        uint64_t interrupts = hart_mask_interrupts();
        void (*job)(void *) = __atomic_load_n(&self->job, __ATOMIC_ACQUIRE);
        if (job == NULL)
            hart_wait_for_interrupt();
        hart_restore_interrupts(interrupts | SSTATUS_SIE);
        if (job != NULL) {
            job(self->argument);
            __atomic_store_n(&self->job, NULL, __ATOMIC_RELEASE);
            wake(self);
        }
    }
}

/* Sleep while `is_so`, which another hart ends with an interrupt, but not longer than up to `end`.
   Masked between the look and the wfi, which wakes all the same. False iff the time is over. */
static bool sleep_while(bool (*is_so)(uint64_t index), uint64_t index, uint64_t end)
{
    struct timer timer = { .function = timer_wakes };
    bool sleep = true;
    timer_start(&timer, end);
    while (sleep && timer_now() < end) {
        uint64_t interrupts = hart_mask_interrupts();
        sleep = is_so(index);
        if (sleep)
            hart_wait_for_interrupt();
        hart_restore_interrupts(interrupts);
    }
    timer_cancel(&timer);
    return !sleep || !is_so(index);
}

static bool is_missing(uint64_t index)
{
    return !harts_runs(index);
}

static void wait_until_runs(uint64_t index)
{
    static const char *const states[] = { "started",         "stopped",   "about to start",
                                          "about to stop",   "suspended", "about to suspend",
                                          "about to resume", "not known" };
    uint64_t id = harts_id(index);
    if (!sleep_while(is_missing, index, timer_now() + 10 * timer_hz()))
        panic("hart %llu was started ten seconds ago and has not arrived; to the firmware it is %s",
              (unsigned long long)id, states[sbi_hart_state(id)]);
}

/* A struct hart on a frame, which is mapped to itself: the hart needs it before it translates. */
static enum error add(uint64_t id)
{
    _Static_assert(sizeof(struct hart) <= PAGE_SIZE, "a hart fits its frame");
    struct hart *hart = allocator_alloc_zeroed(frames_default(), FRAME);
    if (hart == NULL)
        return ERR_NO_MEMORY;
    *hart = (struct hart){
        .id = id,
        .index = known,
        .entry = idle,
        .argument = &members[known],
        .satp = csr_read(satp),
    };
    enum error error = stacks_map(&host_space, hart, false);
    if (error) {
        allocator_dealloc(frames_default(), hart, FRAME);
        return error;
    }
    members[known] = (struct member){ .hart = hart, .giver = hart_index() };
    known++;
    return OK;
}

enum error harts_start(const struct machine *machine)
{
    size_t count = machine->hart_count;
    if (count > MACHINE_MAX_HARTS) {
        console_printf("Of %zu harts %d are used\n", count, MACHINE_MAX_HARTS);
        count = MACHINE_MAX_HARTS;
    }
    for (size_t i = 0; i < count && known < HARTS_MAX; i++) {
        if (machine->harts[i] == this_hart()->id)
            continue;
        enum error error = add(machine->harts[i]);
        if (error == OK)
            error = hart_start(members[known - 1].hart);
        if (error)
            return error;
    }
    for (uint64_t index = 1; index < known; index++)
        wait_until_runs(index);
    return OK;
}

void harts_run(uint64_t index, void (*job)(void *argument), void *argument)
{
    ASSERT_COMPARE(index, !=, hart_index());
    ASSERT(harts_runs(index));
    ASSERT(!harts_is_busy(index));
    members[index].argument = argument;
    members[index].giver = hart_index();
    __atomic_store_n(&members[index].job, job, __ATOMIC_RELEASE);
    (void)sbi_send_ipi(harts_id(index)); /* an interrupt without a call: it wakes, and looks */
}

void harts_wait(uint64_t index)
{
    while (!sleep_while(harts_is_busy, index, timer_now() + timer_hz()))
        continue; /* a job may take as long as it likes */
}

/* Give the firmware the time to see the stop through; until then it refuses a start. */
static void wait_until_stopped(uint64_t index)
{
    const uint64_t end = timer_now() + 10 * timer_hz();
    while (sbi_hart_state(harts_id(index)) != SBI_HART_STOPPED) {
        hart_relax();
        if (timer_now() > end)
            panic("hart %llu was stopped ten seconds ago and is not off",
                  (unsigned long long)harts_id(index));
    }
}

enum error harts_stop(uint64_t index)
{
    if (index == hart_index() || !harts_runs(index) || harts_is_busy(index))
        return ERR_STATE;
    harts_run(index, stop_self, &members[index]);
    wait_until_stopped(index);
    return OK;
}

enum error harts_restart(uint64_t index)
{
    if (harts_runs(index))
        return ERR_STATE;
    struct hart *hart = harts_at(index);
    hart->trap_depth = 0;
    members[index].giver = hart_index();
    enum error error = hart_start(hart);
    if (error)
        return error;
    wait_until_runs(index);
    return OK;
}
