/*
 * contention: what an allocation costs while other harts want the same lock, in units of one atomic
 * addition to a shared word by as many harts. `./run.sh bench contention`.
 *
 * Times, of an emulator whose harts are host threads: they differ from run to run, so this is not
 * part of the table.
 */
#include "measure.h"

#include <base/assert.h>
#include <console/console.h>
#include <heap/hart_caches.h>
#include <heap/heap.h>
#include <heap/locked.h>
#include <heap/tlsf.h>
#include <lib/machine.h>
#include <lib/spinlock.h>
#include <riscv/hart.h>
#include <riscv/power.h>
#include <riscv/sbi.h>

enum { MAX_HARTS = 8, ROUNDS = 300'000, STACK = 8192 };

static struct hart harts[MAX_HARTS];
static size_t ready, done;  /* atomic */
static size_t round_number; /* atomic: workers run `job` each time that it goes up */
static void (*job)(void);
static volatile uint64_t shared;

static void add_atomically(void)
{
    for (int i = 0; i < ROUNDS; i++)
        __atomic_fetch_add((uint64_t *)&shared, 1, __ATOMIC_RELAXED);
}

/* The lock alone, without the masking of interrupts, around one addition. */
static void add_under_lock(void)
{
    static struct spinlock lock = SPINLOCK_INIT;
    for (int i = 0; i < ROUNDS; i++) {
        if (!spinlock_try(&lock, NULL))
            spinlock_wait(&lock, NULL);
        shared = shared + 1;
        spinlock_release(&lock);
    }
}

/* An allocation takes the lock, and so does giving it back: two takes a turn. */
static void allocate(void)
{
    const struct layout layout = { 16, 8 };
    for (int i = 0; i < ROUNDS / 2; i++) {
        void *block = heap_alloc(layout);
        if (block == NULL)
            panic("the heap is full");
        heap_dealloc(block, layout);
    }
}

/* The same through the caches of each hart, which meet at the lock once in 16 times or less. */
static struct locked locked_tlsf;
static struct hart_caches *caches; /* on the heap, like the TLSF: .bss stays small */

static void allocate_from_caches(void)
{
    const struct layout layout = { 16, 8 };
    for (int i = 0; i < ROUNDS / 2; i++) {
        void *block = allocator_alloc(&caches->allocator, layout);
        if (block == NULL)
            panic("the heap is full");
        allocator_dealloc(&caches->allocator, block, layout);
    }
}

static void set_up_caches(void)
{
    const struct layout region = { 1024 * 1024, 4096 };
    char *start = heap_alloc_or_oom(region);
    struct tlsf *tlsf = heap_alloc_zeroed(LAYOUT_OF(struct tlsf));
    caches = heap_alloc_or_oom(LAYOUT_OF(struct hart_caches));
    ASSERT(tlsf != NULL && tlsf_init(tlsf, start, start + region.size) == OK);
    locked_init(&locked_tlsf, &tlsf->allocator);
    hart_caches_init(caches, &locked_tlsf.allocator);
}

static void worker(void *argument)
{
    (void)argument;
    for (size_t seen = 0;;) {
        __atomic_fetch_add(&ready, 1, __ATOMIC_ACQ_REL);
        while (__atomic_load_n(&round_number, __ATOMIC_ACQUIRE) == seen)
            hart_relax();
        seen++;
        job();
        __atomic_fetch_add(&done, 1, __ATOMIC_ACQ_REL);
    }
}

/* Ticks of the time CSR until `others` harts and this one are through with `what`. */
static uint64_t time_of(void (*what)(void), size_t others)
{
    job = what;
    while (__atomic_load_n(&ready, __ATOMIC_ACQUIRE) != others)
        hart_relax();
    __atomic_store_n(&ready, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&done, 0, __ATOMIC_RELAXED);
    uint64_t start = csr_read(time);
    __atomic_fetch_add(&round_number, 1, __ATOMIC_RELEASE);
    what();
    while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) != others)
        hart_relax();
    return csr_read(time) - start;
}

void bench_contention(const void *device_tree);
void bench_contention(const void *device_tree)
{
    static struct machine machine;
    struct dt dt;
    ASSERT(dt_open(&dt, device_tree, 1 << 20) == OK);
    machine_read(&machine, &dt);
    if (machine_bootarg(&machine, "contention").text == NULL)
        return;

    set_up_caches();
    allocate_from_caches(); /* once for the emulator to translate it */
    uint64_t start = csr_read(time);
    allocate_from_caches(); /* no other hart runs yet */
    uint64_t alone = csr_read(time) - start;

    size_t others = 0;
    for (size_t i = 0; i < machine.hart_count && i < MAX_HARTS; i++) {
        if (machine.harts[i] == this_hart()->id)
            continue;
        char *stacks = heap_alloc_or_oom((struct layout){ 3 * STACK, 16 });
        harts[i] = (struct hart){
            .id = machine.harts[i],
            .index = others + 1,
            .stack_bottom = stacks,
            .stack_top = stacks + STACK,
            .trap_stack_top = stacks + 2 * STACK,
            .nested_stack_top = stacks + 3 * STACK,
            .entry = worker,
        };
        ASSERT(hart_start(&harts[i]) == OK);
        others++;
    }
    console_printf("%zu harts, %d rounds each\n", others + 1, (int)ROUNDS);
    for (int run = 0; run < 5; run++) {
        uint64_t atomic = time_of(add_atomically, others);
        uint64_t locked = time_of(add_under_lock, others) * 10 / atomic;
        uint64_t heap = time_of(allocate, others) * 10 / atomic;
        console_printf("atomic add %llu ticks; add under the lock %llu.%llu times that; heap "
                       "operation %llu.%llu times\n",
                       (unsigned long long)atomic, (unsigned long long)locked / 10,
                       (unsigned long long)locked % 10, (unsigned long long)heap / 10,
                       (unsigned long long)heap % 10);
        uint64_t together = time_of(allocate_from_caches, others);
        console_printf("  an operation through the caches: %llu %% of one by a hart alone\n",
                       (unsigned long long)(together * 100 / (others + 1) / alone));
    }
    power_off(POWER_WELL);
}
