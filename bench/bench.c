/*
 * bench: what things cost, in instructions. `./run.sh bench` boots it under -icount shift=0 and
 * prints the table; two runs are equal to the last digit.
 */
#include "measure.h"

#include <base/assert.h>
#include <base/image.h>
#include <collections/arc.h>
#include <collections/deque.h>
#include <collections/str.h>
#include <collections/vec.h>
#include <console/console.h>
#include <heap/bump.h>
#include <heap/heap.h>
#include <lib/format.h>
#include <riscv/hart.h>
#include <riscv/power.h>

void _start(uint64_t hart_id, const void *device_tree);

static void bench_bump(void)
{
    enum { REGION = 64 * 1024 };
    const struct layout whole = { REGION, 16 };
    static struct bump bump;
    char *region = heap_alloc_or_oom(whole);
    ASSERT(bump_init(&bump, region, region + REGION) == OK);
    const struct layout small = { 16, 8 };
    void *blocks[1000];
    size_t n = 0;
    MEASURE("bump alloc 16 B, no lock", 1000, blocks[n] = bump_alloc(&bump, small); n++);
    char *last = blocks[n - 1];
    MEASURE("bump free of the last block, no lock", 1000, bump_dealloc(&bump, last, small);
            last -= 16);
    n = 0;

    struct allocator *allocator = &bump.allocator;
    OPAQUE(allocator);
    MEASURE("bump alloc 16 B, through the interface", 1000,
            blocks[n] = allocator_alloc(allocator, small);
            n++);
    MEASURE("bump free, through the interface", 1000, n--;
            allocator_dealloc(allocator, blocks[n], small));
    heap_dealloc(region, whole);
}

static void bench_heap(void)
{
    static const size_t sizes[] = { 1, 8, 16, 24, 100, 1000, 4096, 65'536 };
    const struct layout small = { 16, 8 };
    void *blocks[1000];
    size_t n = 0;

    MEASURE("heap alloc 16 B", 1000, blocks[n] = heap_alloc(small); n++);
    char *last = blocks[n - 1];
    MEASURE("heap free of the last block, 16 B", 1000, heap_dealloc(last, small); last -= 16);
    n = 0;

    /* Any size, any alignment: the layout is not known when this is compiled. */
    MEASURE("heap alloc, any size and alignment", 1000,
            blocks[n] = heap_alloc((struct layout){ sizes[n % 8], (size_t)1 << n % 13 });
            n++);
    while (n-- > 0)
        heap_dealloc(blocks[n], (struct layout){ sizes[n % 8], (size_t)1 << n % 13 });

    struct layout layout = small;
    void *block = heap_alloc(layout);
    MEASURE("heap realloc: last block grows in place", 1000,
            block = heap_realloc(block, layout, layout.size + 16);
            layout.size += 16);
    heap_dealloc(block, layout);
}

typedef VEC(int) int_vec;

/* A loop of pushes, loop included. `v` has room or grows as it must. */
static uint64_t push_many(int_vec *v, int count)
{
    uint64_t start = instructions();
    for (int i = 0; i < count; i++)
        if (vec_push(v, i) != OK)
            panic("the heap is too small for the benchmark");
    return instructions() - start;
}

static void bench_vector(void)
{
    enum { N = 100'000 };
    int_vec v = VEC_INIT(heap_default());
    uint64_t growing = push_many(&v, N);
    measure_mean("vec push of an int, growing (100,000)", growing, N);
    vec_clear(&v);
    measure_mean("vec push of an int, with room (100,000)", push_many(&v, N), N);
    vec_free(&v);
}

/* Loops of pushes and pops, loop included, as for the vector. */
static void bench_deque(void)
{
    enum { N = 100'000 };
    DEQUE(int) d = DEQUE_INIT(heap_default());
    int sum = 0, out;
    uint64_t start = instructions();
    for (int i = 0; i < N; i++)
        deque_push_back_or_panic(&d, i);
    measure_mean("deque push of an int, growing (100,000)", instructions() - start, N);
    start = instructions();
    while (deque_pop_front(&d, &out))
        sum += out;
    measure_mean("deque pop of an int (100,000)", instructions() - start, N);
    start = instructions();
    for (int i = 0; i < N; i++)
        deque_push_back_or_panic(&d, i);
    measure_mean("deque push of an int, with room (100,000)", instructions() - start, N);
    OPAQUE(sum);
    deque_free(&d);
}

static void bench_counted(void)
{
    typedef RC(uint64_t) number_rc;
    typedef ARC(uint64_t) number_arc;
    number_rc r;
    number_arc a;
    ASSERT(rc_new(&r, heap_default(), NULL, 1) == OK);
    ASSERT(arc_new(&a, heap_default(), NULL, 1) == OK);
    MEASURE("rc clone and drop", 1000, number_rc copy = rc_clone(&r); OPAQUE(copy.block);
            (void)rc_drop(&copy));
    MEASURE("arc clone and drop", 1000, number_arc copy = arc_clone(&a); OPAQUE(copy.arc_block);
            (void)arc_drop(&copy));
    (void)rc_drop(&r);
    (void)arc_drop(&a);
}

static void bench_string(void)
{
    enum { N = 10'000 };
    struct str s = STR_INIT(heap_default());
    struct str_view text = SV("8 bytes.");
    OPAQUE(text.data);
    uint64_t start = instructions();
    for (size_t i = 0; i < N; i++)
        if (str_append(&s, text) != OK)
            panic("the heap is too small for the benchmark");
    measure_mean("str append of 8 bytes, growing (10,000)", instructions() - start, N);
    str_clear(&s);
    MEASURE("str append of 8 bytes, aligned", 1000, (void)(str_append(&s, text) == OK));
    str_clear(&s);
    (void)(str_append(&s, SV("x")) == OK);
    MEASURE("str append of 8 bytes, not aligned", 1000, (void)(str_append(&s, text) == OK));
    str_clear(&s);
    MEASURE("str format \"hart %u\"", 1000, (void)(str_format(&s, "hart %u", 3u) == OK));
    str_free(&s);
}

static void bench_format(void)
{
    static char buffer[128];
    MEASURE("format \"%d\" of 12345", 1000, format_buffer(buffer, sizeof buffer, "%d", 12345));
    MEASURE("format \"%#018llx\"", 1000,
            format_buffer(buffer, sizeof buffer, "%#018llx", 0x80200000ULL));
    MEASURE("format \"hart %u: %s\"", 1000,
            format_buffer(buffer, sizeof buffer, "hart %u: %s", 3u, "started"));
}

/* With several harts: times, not instructions. In a file of its own. */
void bench_contention(const void *device_tree);

/* Entry to main: go through the entry once more and count. These live in .data, which the entry
   does not touch. */
static uint64_t entry_count __attribute__((section(".data"))) = 0;
static uint64_t entry_instructions __attribute__((section(".data"))) = 0;

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    uint64_t now = instructions();
    if (entry_count++ == 0) {
        entry_instructions = instructions();
        boot_claimed = 0; /* else we would be taken for a hart that has strayed */
        _start(hart_id, device_tree);
    }
    entry_instructions = now - entry_instructions;

    console_init();
    console_printf("Booting hypervisor bench\n");
    ASSERT(heap_init(__heap, __heap_end) == OK);
    bench_contention(device_tree);
    measure_start();
    bench_bump();
    bench_heap();
    bench_vector();
    bench_deque();
    bench_counted();
    bench_string();
    bench_format();
    measure_mean("entry to main", entry_instructions, 1);
    console_printf("(.bss here: %zu bytes)\n", (size_t)(__bss_end - __bss_start));
    power_off(POWER_WELL);
}
