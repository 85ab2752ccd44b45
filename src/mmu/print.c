/*
 * print: the hypervisor's own space on the console, for demo and monitor.
 */
#include <base/assert.h>
#include <console/console.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <mmu/stacks.h>

struct count {
    size_t of_level[LEVELS_MAX];
};

static void count_leaf(void *context, struct leaf leaf)
{
    struct count *count = context;
    for (unsigned level = 0; level < LEVELS_MAX; level++)
        count->of_level[level] += leaf.size == pte_span(level);
}

void host_print_summary(void)
{
    static const char *const sizes[] = { "4 KiB", "2 MiB", "1 GiB", "512 GiB", "256 TiB" };
    struct count count = { 0 };
    space_walk(&host_space, count_leaf, &count);
    console_printf("Address space: Sv%u, %zu tables, pages:", 9 * host_space.levels + 12,
                   host_space.tables);
    for (unsigned level = 0; level < LEVELS_MAX; level++)
        if (count.of_level[level] != 0)
            console_printf(" %zu of %s,", count.of_level[level], sizes[level]);
    struct audit audit = space_audit(&host_space);
    if (audit.mistake != NULL)
        panic("0x%llx and 0x%llx are mapped wrongly: %s",
              (unsigned long long)audit.first.from.value,
              (unsigned long long)audit.second.from.value, audit.mistake);
    console_printf(" none writable and executable\n");
}

/* The region that begins next after `start`, or at it; NULL iff there is none. */
static const struct region *next_region(uint64_t start)
{
    const struct region *next = NULL;
    for (size_t i = 0; i < host_region_count; i++)
        if (host_regions[i].start >= start && (next == NULL || host_regions[i].start < next->start))
            next = &host_regions[i];
    return next;
}

void host_print_map(void)
{
    const struct region *region;
    for (uint64_t at = 0; (region = next_region(at)) != NULL; at = region->start + 1)
        console_printf("  0x%012llx - 0x%012llx  %s  %s\n", (unsigned long long)region->start,
                       (unsigned long long)region->end, rights_name(region->rights), region->name);
    host_print_summary();
}
