/*
 * measure: count the instructions of one operation, many times.
 *
 *     MEASURE("heap alloc 16 B", 1000, block = heap_alloc(layout));
 *
 * instret counts retired instructions (RISC-V Unprivileged Specification, "Zicntr"). Under
 * QEMU's -icount shift=0 it counts exactly, so every figure is the same on every run. What
 * reading the counter costs is measured first and subtracted.
 */
#pragma once

#include <base/types.h>

enum { MEASURE_MAX = 2000 };
extern uint64_t measure_samples[MEASURE_MAX];
extern uint64_t measure_overhead; /* of an empty MEASURE */

static inline uint64_t instructions(void)
{
    uint64_t count;
    __asm__ volatile("csrr %0, instret" : "=r"(count)::"memory");
    return count;
}

/* Do `...` `count` times, up to MEASURE_MAX, and print its row. */
#define MEASURE(name, count, ...)                                                                  \
    do {                                                                                           \
        for (size_t measure_i = 0; measure_i < (count); measure_i++) {                             \
            uint64_t measure_start = instructions();                                               \
            __VA_ARGS__;                                                                           \
            measure_samples[measure_i] = instructions() - measure_start - measure_overhead;        \
        }                                                                                          \
        measure_row((name), (count));                                                              \
    } while (0)

/* Keep the compiler from knowing what `value` is, or that nobody reads it. No instruction. */
#define OPAQUE(value) __asm__ volatile("" : "+r"(value)::"memory")

void measure_start(void);
void measure_row(const char *name, size_t count);
/* A row that has a mean only: `total` instructions for `count` operations. */
void measure_mean(const char *name, uint64_t total, uint64_t count);
