/*
 * statistics: what the heap knows of itself.
 */
#include <console/console.h>
#include <demo/demo.h>

void demo_heap_statistics(struct allocator *allocator, const char *when)
{
    struct heap_statistics s = allocator_statistics(allocator);
    console_printf("Heap statistics %s: %zu live (peak %zu), %zu allocations, %zu failed,\n"
                   "  %zu bytes used, high-water mark %zu, %zu left\n",
                   when, s.live, s.peak, s.count, s.failed, s.used_bytes, s.high_water_bytes,
                   s.left_bytes);
}
