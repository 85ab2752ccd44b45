/* workloads: see workloads.h. */
#include "workloads.h"

#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <heap/checked.h>
#include <heap/family.h>
#include <heap/hart_caches.h>
#include <heap/locked.h>
#include <lib/format.h>
#include <lib/memory.h>

enum { SLOTS = 4096, MANY = 100'000 };

static union any_heap heap;
static uint64_t random_state;
static void *blocks[MANY];
static size_t sizes[SLOTS];

/* xorshift64 (Marsaglia, "Xorshift RNGs", 2003). */
size_t workload_any(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

static size_t whole_heap(void)
{
    return (size_t)(__heap_end - __heap);
}

struct allocator *workload_heap(const char *name, size_t size)
{
    memset(&heap, 0, sizeof heap);
    memset(blocks, 0, sizeof blocks);
    random_state = UINT64_C(88172645463325252);
    ASSERT(family_find(name, strlen(name))->init(&heap, __heap, __heap + size) == OK);
    return &heap.allocator;
}

static void print_row(const char *allocator, const char *what, uint64_t sum, uint64_t operations,
                      uint64_t p99, uint64_t worst, const char *goal)
{
    uint64_t mean = sum * 10 / operations;
    console_printf("%-12s %-44s %6llu.%llu %6llu %6llu  %s\n", allocator, what,
                   (unsigned long long)mean / 10, (unsigned long long)mean % 10,
                   (unsigned long long)p99, (unsigned long long)worst, goal);
}

void workload_print(const char *allocator, const char *what, const struct counts *c,
                    const char *goal)
{
    print_row(allocator, what, c->sum, c->operations, count_p99(c), c->worst, goal);
}

void workload_print_kind(const char *allocator, const char *what, const struct counts *c,
                         enum count_kind kind, const char *goal)
{
    print_row(allocator, what, c->of[kind].sum, c->of[kind].operations, count_p99_of(c, kind),
              c->of[kind].worst, goal);
}

void workload_boxes(const char *name, struct allocator *a, struct layout layout, const char *what,
                    const char *goal)
{
    struct counts counts;
    count_start(&counts);
    for (int i = 0; i < 1000; i++) {
        void *block = count_alloc(&counts, a, layout);
        count_free(&counts, a, block, layout);
    }
    workload_print(name, what, &counts, goal);
}

/* Random operations over 4,096 slots of 16 to 2,048 bytes. False iff a request was refused. */
static bool churn(struct allocator *a, size_t operations, struct counts *counts)
{
    const size_t align = 8;
    for (size_t i = 0; i < operations; i++) {
        size_t slot = workload_any(SLOTS);
        if (blocks[slot] != NULL) {
            count_free(counts, a, blocks[slot], (struct layout){ sizes[slot], align });
            blocks[slot] = NULL;
            continue;
        }
        sizes[slot] = 16 + workload_any(2033);
        blocks[slot] = count_alloc(counts, a, (struct layout){ sizes[slot], align });
        if (blocks[slot] == NULL)
            return false;
    }
    return true;
}

/* How large a region must be, against what is live in it at most: found by bisection. */
static void smallest_heap(const char *name, size_t peak, const char *goal)
{
    enum { OPERATIONS = 100'000, EXACT = 4096 };
    size_t too_small = peak, enough = 3 * peak;
    while (enough - too_small > EXACT) {
        size_t middle = (too_small + enough) / 2;
        struct counts counts;
        count_start(&counts);
        if (churn(workload_heap(name, middle), OPERATIONS, &counts))
            enough = middle;
        else
            too_small = middle;
    }
    size_t ratio = enough * 1000 / peak;
    console_printf(
        "%-12s smallest heap over peak live bytes, 100,000 operations   %zu.%03zu          %s\n",
        name, ratio / 1000, ratio % 1000, goal);
}

/* What was live over the memory it lay in, up to the end of the highest block: from the start of
   the heap, where the allocator's own maps lie, as large as the whole heap needs them; and from
   the lowest block. */
static void utilisation(const char *name, const struct counts *c, const char *goal)
{
    const struct {
        uintptr_t start;
        const char *what;
    } rows[] = {
        { (uintptr_t)__heap, "live over extent, maps of 100 MiB included" },
        { c->lowest, "live over extent, from the lowest block" },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        size_t extent = c->highest - rows[i].start;
        console_printf("%-12s %-44s at the end 0.%03zu, at the peak 0.%03zu  %s\n", name,
                       rows[i].what, c->live_bytes * 1000 / extent, c->peak_bytes * 1000 / extent,
                       goal);
    }
}

static void bench_churn(const char *name, const char *goal, const char *fill_goal,
                        const char *heap_goal)
{
    struct counts counts;
    count_start(&counts);
    ASSERT(churn(workload_heap(name, whole_heap()), 1'000'000, &counts));
    workload_print(name, "churn, 1,000,000 operations", &counts, goal);
    workload_print_kind(name, "of these, alloc", &counts, COUNT_ALLOC, "");
    workload_print_kind(name, "of these, free", &counts, COUNT_FREE, "");
    utilisation(name, &counts, fill_goal);
    struct counts short_run;
    count_start(&short_run);
    ASSERT(churn(workload_heap(name, whole_heap()), 100'000, &short_run));
    smallest_heap(name, short_run.peak_bytes, heap_goal);
}

/* Every other of n blocks is given back in random order, and then the rest. Which half a block is
   of is a matter of its turn, not of its address: bit 0 of the pointer remembers it. */
static void scattered(const char *name, size_t n, const char *goal)
{
    const struct layout layout = { 64, 8 };
    struct counts filling, counts;
    struct allocator *a = workload_heap(name, whole_heap());
    count_start(&filling);
    for (size_t i = 0; i < n; i++) {
        char *block = count_alloc(&filling, a, layout);
        ASSERT(block != NULL);
        blocks[i] = block + (i & 1);
    }
    for (size_t i = n - 1; i > 0; i--) {
        size_t j = workload_any(i + 1);
        void *block = blocks[i];
        blocks[i] = blocks[j];
        blocks[j] = block;
    }
    count_start(&counts);
    for (size_t half = 2; half-- > 0;)
        for (size_t i = 0; i < n; i++)
            if (((uintptr_t)blocks[i] & 1) == half)
                count_free(&counts, a, (char *)blocks[i] - half, layout);
    struct layout large = { whole_heap() / 10 * 9, 8 };
    bool granted = allocator_alloc(a, large) != NULL;
    char what[64];
    format_buffer(what, sizeof what, "free, every other of %zu blocks, then the rest", n);
    if (*goal != 0) {
        workload_print(name, what, &counts, goal);
        console_printf("%-12s then one block of 90 %% of the heap: %s\n", name,
                       granted ? "granted" : "refused");
    } else {
        workload_print(name, what, &counts, granted ? "then 90 % in one block" : "90 % refused");
    }
}

/* Among up to 1,000 live blocks of 16 to 2,048 bytes: alignments of 64 to 4,096. */
static void aligned(const char *name, const char *goal)
{
    struct allocator *a = workload_heap(name, whole_heap());
    static struct layout layouts[1000];
    struct counts counts;
    count_start(&counts);
    for (int i = 0; i < 4000; i++) {
        size_t slot = workload_any(1000);
        if (blocks[slot] != NULL) {
            allocator_dealloc(a, blocks[slot], layouts[slot]);
            counts.live--;
        }
        layouts[slot] = (struct layout){ 16 + workload_any(2033), (size_t)64 << workload_any(7) };
        blocks[slot] = count_alloc(&counts, a, layouts[slot]);
        ASSERT(blocks[slot] != NULL);
    }
    workload_print(name, "alloc aligned to 64 .. 4,096", &counts, goal);
}

/* The caches above a locked heap; one hart. */
static void caches(void)
{
    static struct locked locked;
    static struct hart_caches hart_caches;
    locked_init(&locked, workload_heap("tlsf", whole_heap()));
    hart_caches_init(&hart_caches, &locked.allocator);
    workload_boxes("hart_caches", &hart_caches.allocator, (struct layout){ 8, 8 },
                   "8 bytes, taken and given back", "25");
}

/* What checking costs: the same boxes and the same churn inside the wrapper. */
static void checking(const char *name)
{
    static struct checked checked;
    struct counts counts;
    struct allocator *inner = workload_heap(name, whole_heap());
    checked_init(&checked, inner, __heap, __heap_end);
    workload_boxes(name, &checked.allocator, (struct layout){ 8, 8 }, "8 bytes, checked",
                   "4 times unchecked");
    inner = workload_heap(name, whole_heap());
    checked_init(&checked, inner, __heap, __heap_end);
    count_start(&counts);
    ASSERT(churn(&checked.allocator, 100'000, &counts));
    workload_print(name, "churn, checked, 100,000 operations", &counts, "4 times unchecked");
}

void workloads_run(void)
{
    static const char *const general[] = { "linked_list", "bucket", "tlsf" };
    const struct layout small = { 8, 8 };
    console_printf("\n%-12s %-44s %8s %6s %6s  %s\n", "allocator", "workload", "mean", "p99",
                   "worst", "goal");
    workload_boxes("bump", workload_heap("bump", whole_heap()), small,
                   "8 bytes, taken and given back", "");
    for (size_t i = 0; i < ARRAY_LENGTH(general); i++)
        workload_boxes(general[i], workload_heap(general[i], whole_heap()), small,
                       "8 bytes, taken and given back", i == 0 ? "60" : "");
    bench_churn("linked_list", "mean 700", "0.900", "1.111");
    bench_churn("bucket", "mean 22, worst 60", "", "1.350");
    bench_churn("tlsf", "mean 75, worst 235", "", "1.106");
    for (size_t i = 0; i < ARRAY_LENGTH(general); i++)
        for (size_t n = 1000; n <= MANY; n *= 10)
            scattered(general[i], n, i == 0 ? "90" : "");
    for (size_t i = 0; i < ARRAY_LENGTH(general); i++)
        aligned(general[i], i == 2 ? "worst 235" : "");
    pages_run();
    caches();
    for (size_t i = 0; i < ARRAY_LENGTH(general); i++)
        checking(general[i]);
}
