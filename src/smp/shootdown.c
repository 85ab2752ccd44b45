/*
 * shootdown: see smp/shootdown.h.
 */
#include <mmu/host.h>
#include <smp/ipi.h>
#include <smp/shootdown.h>

struct range {
    uint64_t from, size;
};

static void fence(void *argument)
{
    enum { MOST_PAGES = 64 };
    const struct range *range = argument;
    if (range->size > MOST_PAGES * PAGE_SIZE) {
        __asm__ volatile("sfence.vma" ::: "memory");
        return;
    }
    for (uint64_t at = 0; at < range->size; at += PAGE_SIZE)
        __asm__ volatile("sfence.vma %0" ::"r"(range->from + at) : "memory");
}

void shootdown(struct hva from, uint64_t size)
{
    struct range range = { from.value, size };
    ipi_run_all(fence, &range);
}

enum error shootdown_unmap(struct hva from, uint64_t size)
{
    enum error error = space_unmap(&host_space, from, size);
    if (error == OK)
        shootdown(from, size);
    return error;
}

enum error shootdown_remap(struct hva from, struct hpa to, uint64_t size, enum rights rights)
{
    enum error error = shootdown_unmap(from, size);
    if (error == OK)
        error = space_map(&host_space, from, to, size, rights);
    return error;
}
