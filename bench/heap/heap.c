/*
 * heap: what each allocator of the family costs, in instructions: `./run.sh bench heap`.
 *
 * Two parts: the traces of bench/arena on every allocator, and the workloads that have a goal. All
 * on plain allocators, without lock and without misuse detection, and every run prints the same.
 */
#include "../arena/arena.h"
#include "count.h"
#include "workloads.h"

#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <heap/family.h>
#include <lib/machine.h>
#include <lib/memory.h>
#include <riscv/power.h>

enum { TRACE_REGION = 4 * 1024 * 1024 };

static struct arena_block blocks[ARENA_BLOCKS];

/* Do what the trace says; false iff a request was refused. Fill-ups are for the gate only. */
static bool count_trace(const struct arena_trace *trace, struct allocator *a, struct counts *counts)
{
    struct arena_reader reader = { .next = trace->text };
    struct arena_op op;
    bool served = true;
    memset(blocks, 0, sizeof blocks);
    while (arena_next(&reader, &op) == OK) {
        struct arena_block *block = &blocks[op.id];
        if (op.kind == 'a') {
            *block = (struct arena_block){ count_alloc(counts, a, op.layout), op.layout };
            served &= block->data != NULL;
        } else if (op.kind == 'f' && block->data != NULL) {
            count_free(counts, a, block->data, block->layout);
            block->data = NULL;
        } else if (op.kind == 'r' && block->data != NULL) {
            void *moved = count_realloc(counts, a, block->data, block->layout, op.layout.size);
            served &= moved != NULL;
            if (moved != NULL)
                *block = (struct arena_block){ moved, { op.layout.size, block->layout.align } };
        }
    }
    return served;
}

/* How full the memory was that was touched, in hundredths; and what a block cost beside itself. */
static void print_row(const char *allocator, const char *trace, const struct counts *c,
                      uintptr_t start, size_t most_used, bool served)
{
    size_t extent = c->highest - start;
    uint64_t mean = c->operations != 0 ? c->sum * 10 / c->operations : 0;
    console_printf("%-12s %-11s %5llu.%llu %7llu %8llu   %3zu %% %9zu %s\n", allocator, trace,
                   (unsigned long long)mean / 10, (unsigned long long)mean % 10,
                   (unsigned long long)count_p99(c), (unsigned long long)c->worst,
                   extent != 0 ? c->peak_bytes * 100 / extent : 0,
                   c->peak_live != 0 && most_used > c->peak_bytes
                       ? (most_used - c->peak_bytes) / c->peak_live
                       : 0,
                   served ? "" : "  ran out of memory");
}

static void bench_traces(void)
{
    console_printf("%-12s %-11s %7s %7s %8s %7s %9s\n", "allocator", "trace", "mean", "p99",
                   "worst", "used", "overhead");
    for (size_t m = 0; m < family_size; m++) {
        if (!family[m].gives)
            continue;
        for (size_t t = 0; t < arena_trace_count; t++) {
            struct allocator *a = workload_heap(family[m].name, TRACE_REGION);
            struct counts counts;
            count_start(&counts);
            bool served = count_trace(&arena_traces[t], a, &counts);
            print_row(family[m].name, arena_traces[t].name, &counts, (uintptr_t)__heap,
                      allocator_statistics(a).high_water_bytes, served);
        }
    }
}

/* All traces together, each kind of operation by itself. */
static void bench_kinds(void)
{
    static const char *const kinds[COUNT_KINDS] = { "alloc", "free", "realloc" };
    console_printf("\n%-12s %-11s %7s %7s %8s %10s\n", "allocator", "all traces", "mean", "p99",
                   "worst", "operations");
    for (size_t m = 0; m < family_size; m++) {
        struct counts c;
        if (!family[m].gives)
            continue;
        count_start(&c);
        for (size_t t = 0; t < arena_trace_count; t++)
            (void)count_trace(&arena_traces[t], workload_heap(family[m].name, TRACE_REGION), &c);
        for (enum count_kind kind = 0; kind < COUNT_KINDS; kind++) {
            uint64_t mean = c.of[kind].sum * 10 / c.of[kind].operations;
            console_printf(
                "%-12s %-11s %5llu.%llu %7llu %8llu %10llu\n", family[m].name, kinds[kind],
                (unsigned long long)mean / 10, (unsigned long long)mean % 10,
                (unsigned long long)count_p99_of(&c, kind), (unsigned long long)c.of[kind].worst,
                (unsigned long long)c.of[kind].operations);
        }
    }
}

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    static struct machine machine;
    struct dt dt;
    console_init();
    console_printf("Booting hypervisor bench: heap (hart %llu)\n", (unsigned long long)hart_id);
    ASSERT(dt_open(&dt, device_tree, 1 << 20) == OK);
    machine_read(&machine, &dt);
    power_set_finisher(machine.finisher);
    count_calibrate();
    bench_traces();
    bench_kinds();
    workloads_run();
    power_off(POWER_WELL);
}
