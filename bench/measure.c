/* measure: see measure.h. */
#include "measure.h"

#include <console/console.h>

uint64_t measure_samples[MEASURE_MAX];
uint64_t measure_overhead;

static void sort(uint64_t *samples, size_t count)
{
    for (size_t i = 1; i < count; i++) /* insertion: nearly all samples are equal */
        for (size_t j = i; j > 0 && samples[j] < samples[j - 1]; j--) {
            uint64_t higher = samples[j - 1];
            samples[j - 1] = samples[j];
            samples[j] = higher;
        }
}

void measure_start(void)
{
    uint64_t before = instructions();
    measure_overhead = instructions() - before;
    console_printf("%-44s %8s %8s %8s %10s\n", "operation", "p50", "p99", "max", "mean");
}

void measure_row(const char *name, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += measure_samples[i];
    sort(measure_samples, count);
    uint64_t hundredths = sum * 100 / count;
    console_printf("%-44s %8llu %8llu %8llu %7llu.%02llu\n", name,
                   (unsigned long long)measure_samples[count / 2],
                   (unsigned long long)measure_samples[count * 99 / 100],
                   (unsigned long long)measure_samples[count - 1],
                   (unsigned long long)hundredths / 100, (unsigned long long)hundredths % 100);
}

void measure_mean(const char *name, uint64_t total, uint64_t count)
{
    uint64_t hundredths = total * 100 / count;
    console_printf("%-44s %8s %8s %8s %7llu.%02llu\n", name, "", "", "",
                   (unsigned long long)hundredths / 100, (unsigned long long)hundredths % 100);
}
