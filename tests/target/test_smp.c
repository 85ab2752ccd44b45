/*
 * Harts against each other: the lock keeps a plain counter exact, and blocks that harts allocate
 * at the same time never overlap. Only threads of the emulator show a missing lock, so the
 * runner gives this image several harts and several host threads.
 */
// smp: 2 4 8
// boot: heap=bump,checked=no heap=bump heap=linked_list heap=bucket,checked=no
// boot: heap=bitmap heap=tlsf heap=hart_caches heap=hart_caches,checked=no
#include "tap.h"

#include <base/assert.h>
#include <collections/arc.h>
#include <heap/heap.h>
#include <lib/machine.h>
#include <lib/spinlock.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>

enum { MAX_HARTS = 8, BLOCKS = 500, ROUNDS = 20'000, STACK = 16 * 1024 };

static struct hart harts[MAX_HARTS];
static char stacks[MAX_HARTS][3][STACK / 2] __attribute__((aligned(16)));
static size_t workers; /* the harts that run beside the first */
static size_t arrived; /* atomic: how many are ready */
static size_t done;    /* atomic: how many are through */
static bool go;        /* atomic */

static void wait_until(size_t *counter, size_t value)
{
    while (__atomic_load_n(counter, __ATOMIC_ACQUIRE) != value)
        hart_relax();
}

static void (*work)(size_t worker);

static void run_worker(void *argument)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_ACQ_REL);
    while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE))
        hart_relax();
    work((size_t)argument);
    __atomic_fetch_add(&done, 1, __ATOMIC_ACQ_REL);
    (void)sbi_call(SBI_EXT_HSM, 1, 0, 0, 0); /* hart_stop: comes back only if it failed */
    hart_halt();
}

/*
 * Start `hart`. From the last job it may be on its way to a stop, and then OpenSBI answers as to
 * an unknown hart (invalid parameter): so try again, for a while.
 */
static void start(struct hart *hart)
{
    enum error error = ERR_STATE;
    for (uint64_t tries = 0; tries < 10'000'000 && error != OK; tries++)
        error = hart_start(hart);
    if (error)
        panic("hart %llu does not start: %s", (unsigned long long)hart->id, error_name(error));
}

/* Run `job` on every hart that the device tree names; take part; wait for all. */
static void on_all_harts(void (*job)(size_t worker))
{
    work = job;
    workers = arrived = done = 0;
    go = false;
    for (size_t i = 0; i < test_machine.hart_count && i < MAX_HARTS; i++) {
        if (test_machine.harts[i] == test_hart_id)
            continue;
        harts[i] = (struct hart){
            .id = test_machine.harts[i],
            .stack_bottom = stacks[i][0],
            .stack_top = stacks[i][1],
            .trap_stack_bottom = stacks[i][1],
            .trap_stack_top = stacks[i][2],
            .nested_stack_top = stacks[i][2] + STACK / 2,
            .entry = run_worker,
            .index = workers + 1,
            .argument = (void *)(workers + 1),
        };
        workers++;
        start(&harts[i]);
    }
    wait_until(&arrived, workers);
    __atomic_store_n(&go, true, __ATOMIC_RELEASE);
    job(0);
    wait_until(&done, workers);
}

static struct spinlock counter_lock = SPINLOCK_INIT;
static volatile uint64_t counter;

static void count_with_lock(size_t worker)
{
    (void)worker;
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t interrupts = spinlock_lock(&counter_lock, __builtin_return_address(0));
        counter = counter + 1;
        spinlock_unlock(&counter_lock, interrupts);
    }
}

static void the_lock_keeps_a_counter_exact(void)
{
    counter = 0;
    on_all_harts(count_with_lock);
    console_printf("# %zu harts\n", workers + 1);
    CHECK(workers >= 1);
    CHECK_EQUAL(counter, (workers + 1) * ROUNDS);
}

enum { UNLOCKED_ROUNDS = 50, PATIENCE = 100'000 };

/* Read, wait until somebody else has added or patience ends, write: what the others did in the
   meantime is undone. Whoever is descheduled is so in the middle, since all of it is middle. */
static void count_without_lock(size_t worker)
{
    (void)worker;
    for (size_t i = 0; i < UNLOCKED_ROUNDS; i++) {
        uint64_t value = counter;
        for (size_t n = 0; n < PATIENCE && counter == value; n++)
            hart_relax();
        counter = value + 1;
    }
}

/* The proof that the test above can fail: the same addition without the lock loses updates. */
static void without_the_lock_updates_are_lost(void)
{
    counter = 0;
    on_all_harts(count_without_lock);
    uint64_t all = (workers + 1) * UNLOCKED_ROUNDS;
    console_printf("# lost %llu of %llu\n", (unsigned long long)(all - counter),
                   (unsigned long long)all);
    CHECK(counter < all);
}

static uint64_t *blocks[MAX_HARTS][BLOCKS];

static struct layout layout_of_block(size_t worker, size_t i)
{
    return (struct layout){ 8 * (1 + (i * 7 + worker) % 13), (size_t)8 << i % 4 };
}

static void fill_blocks(size_t worker)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        struct layout layout = layout_of_block(worker, i);
        uint64_t *block = allocator_alloc(heap_default(), layout);
        blocks[worker][i] = block;
        if (block == NULL)
            return;
        for (size_t word = 0; word < layout.size / 8; word++)
            block[word] = worker << 32 | i;
    }
}

static void free_blocks(size_t worker)
{
    for (size_t i = 0; i < BLOCKS; i++)
        allocator_dealloc(heap_default(), blocks[worker][i], layout_of_block(worker, i));
}

static void blocks_of_all_harts_never_overlap(void)
{
    struct heap_statistics before = heap_statistics();
    on_all_harts(fill_blocks);
    for (size_t worker = 0; worker <= workers; worker++)
        for (size_t i = 0; i < BLOCKS; i++) {
            struct layout layout = layout_of_block(worker, i);
            CHECK(blocks[worker][i] != NULL);
            CHECK_EQUAL((uintptr_t)blocks[worker][i] % layout.align, 0);
            for (size_t word = 0; word < layout.size / 8; word++)
                CHECK_EQUAL(blocks[worker][i][word], worker << 32 | i);
        }
    struct heap_statistics after = heap_statistics();
    CHECK_EQUAL(after.count - before.count, (workers + 1) * BLOCKS);
    CHECK_EQUAL(after.live - before.live, (workers + 1) * BLOCKS);
    on_all_harts(free_blocks);
    CHECK_EQUAL(heap_statistics().live, before.live);
}

/* A bump without a lock, slow on purpose: read next, wait until somebody else has moved it or
   patience ends, write it. */
enum { UNLOCKED_BLOCKS = 50 };
static uint64_t *volatile unlocked_next;
static uint64_t *unlocked_blocks[MAX_HARTS][UNLOCKED_BLOCKS];

static void take_without_lock(size_t worker)
{
    for (size_t i = 0; i < UNLOCKED_BLOCKS; i++) {
        uint64_t *block = unlocked_next;
        for (size_t n = 0; n < PATIENCE && unlocked_next == block; n++)
            hart_relax();
        unlocked_next = block + 2;
        unlocked_blocks[worker][i] = block;
    }
}

/* The proof that the test above can fail: the same allocations without the lock overlap. */
static void without_the_lock_blocks_overlap(void)
{
    static uint64_t region[2 * MAX_HARTS * UNLOCKED_BLOCKS];
    unlocked_next = region;
    on_all_harts(take_without_lock);
    size_t shared = 0;
    for (size_t i = 0; i < UNLOCKED_BLOCKS; i++)
        for (size_t worker = 1; worker <= workers; worker++)
            for (size_t j = 0; j < UNLOCKED_BLOCKS; j++)
                shared += unlocked_blocks[0][i] == unlocked_blocks[worker][j];
    console_printf("# %zu blocks were handed out twice\n", shared);
    CHECK(shared > 0);
}

/* Alloc and free at once, so that the fast paths and the waiting meet in every order. */
static void churn(size_t worker)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        struct layout layout = layout_of_block(worker, i);
        volatile uint64_t *block = allocator_alloc(heap_default(), layout);
        if (block == NULL)
            return;
        *block = worker;
        if (*block != worker)
            return;
        allocator_dealloc(heap_default(), (void *)block, layout);
    }
}

static void churn_on_all_harts_loses_nothing(void)
{
    struct heap_statistics before = heap_statistics();
    on_all_harts(churn);
    struct heap_statistics after = heap_statistics();
    CHECK_EQUAL(after.count - before.count, (workers + 1) * ROUNDS);
    CHECK_EQUAL(after.live, before.live);
}

/* One value, a handle for each hart, cloned and dropped on all at once: it ends once, at the end.
 */
typedef ARC(uint64_t) number_arc;
static number_arc handles[MAX_HARTS];
static uint64_t ends; /* atomic */

static void count_end(uint64_t *value)
{
    __atomic_fetch_add(&ends, *value, __ATOMIC_RELAXED);
}

static void clone_and_drop(size_t worker)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        number_arc copy = arc_clone(&handles[worker]);
        (void)arc_drop(&copy);
    }
    (void)arc_drop(&handles[worker]);
}

static void a_value_of_many_harts_ends_once(void)
{
    number_arc first;
    ends = 0;
    CHECK(arc_new(&first, heap_default(), count_end, 1) == OK);
    for (size_t worker = 0; worker < MAX_HARTS; worker++)
        handles[worker] = arc_clone(&first);
    on_all_harts(clone_and_drop);
    for (size_t worker = workers + 1; worker < MAX_HARTS; worker++)
        (void)arc_drop(&handles[worker]);
    CHECK_EQUAL(arc_strong_count(&first), 1);
    CHECK_EQUAL(ends, 0);
    CHECK(arc_drop(&first));
    CHECK_EQUAL(ends, 1);
}

static const struct test tests[] = {
    TEST(the_lock_keeps_a_counter_exact),    TEST(without_the_lock_updates_are_lost),
    TEST(blocks_of_all_harts_never_overlap), TEST(without_the_lock_blocks_overlap),
    TEST(churn_on_all_harts_loses_nothing),  TEST(a_value_of_many_harts_ends_once),
};
TEST_IMAGE("smp", tests)
