/*
 * heap: the default heap. What it is made of is decided here; see heap/heap.h for the table.
 *
 * The express lane (fast.c) is for the unchecked bump. With any other heap that bump stays empty,
 * has no room for anything and owns no block, so the lane passes every request on to `locked`.
 */
#include <base/assert.h>
#include <console/console.h>
#include <heap/family.h>
#include <heap/hart_caches.h>
#include <heap/heap.h>
#include <heap/report.h>
#include <lib/memory.h>

#include "default_heap.h"

static const struct allocator_ops heap_ops = {
    .alloc = heap_fast_alloc,
    .dealloc = heap_fast_dealloc,
    .alloc_zeroed = locked_alloc_zeroed,
    .realloc = heap_fast_realloc,
    .statistics = locked_statistics,
    .check = locked_check,
    .walk = locked_walk,
};

struct default_heap heap_state = {
    .locked = { .allocator = { .ops = &heap_ops }, .inner = &heap_state.bump.allocator },
    .bump = { .allocator = { .ops = &bump_ops } },
};

struct allocator *heap_allocator = &heap_state.locked.allocator;

static union any_heap other;              /* every heap but the unchecked bump */
static struct checked checked;            /* around it, if wanted */
static struct hart_caches *hart_caches;   /* above the lock, if wanted; in the region itself */
static uintptr_t heap_start, heap_finish; /* what heap_init was given; 0 before */

const struct family_member *family_find(const char *name, size_t length)
{
    for (size_t i = 0; i < family_size; i++)
        if (strlen(family[i].name) == length && memcmp(family[i].name, name, length) == 0)
            return &family[i];
    return NULL;
}

static bool is_called(struct heap_choice choice, const char *name)
{
    return strlen(name) == choice.length && memcmp(choice.name, name, choice.length) == 0;
}

/* Put together what was chosen; heap_state.locked.inner is the outermost inside the lock. */
static enum error compose(struct heap_choice choice, void *start, void *end)
{
    bool caches = is_called(choice, "hart_caches");
    const struct family_member *member =
        caches ? family_find("tlsf", 4) : family_find(choice.name, choice.length);
    if (member == NULL)
        return ERR_NOT_FOUND;
    if (is_called(choice, "bump") && !choice.checked)
        return bump_init(&heap_state.bump, start, end);
    char *first = start; /* of what is left for the allocator */
    if (start == NULL)
        return ERR_INVALID;
    if (caches) {
        first += bytes_to_align((uintptr_t)start, _Alignof(struct hart_caches));
        if ((uintptr_t)end <= (uintptr_t)first ||
            (size_t)((char *)end - first) < sizeof *hart_caches)
            return ERR_INVALID;
        first += sizeof *hart_caches;
    }
    enum error error = member->init(&other, first, end);
    if (error)
        return error;
    heap_state.locked.inner = &other.allocator;
    if (choice.checked && member->gives) {
        checked_init(&checked, &other.allocator, first, end);
        heap_state.locked.inner = &checked.allocator;
    }
    if (caches) {
        hart_caches = (struct hart_caches *)(void *)first - 1;
        heap_state.locked.allocator.ops = &locked_ops; /* not the express lane, which leads here */
        hart_caches_init(hart_caches, &heap_state.locked.allocator);
        heap_allocator = &hart_caches->allocator;
    }
    return OK;
}

enum error heap_init_as(struct heap_choice choice, void *start, void *end)
{
    if (heap_start != 0)
        panic("heap_init a second time: the heap from %p to %p is in use", (void *)heap_start,
              (void *)heap_finish);
    enum error error = compose(choice, start, end);
    if (error)
        return error;
    heap_start = (uintptr_t)start;
    heap_finish = (uintptr_t)end;
    return OK;
}

enum error heap_init(void *start, void *end)
{
    return heap_init_as((struct heap_choice){ "bump", 4, false }, start, end);
}

void *heap_alloc_zeroed(struct layout layout)
{
    return allocator_alloc_zeroed(heap_default(), layout);
}

void *heap_alloc_or_oom(struct layout layout)
{
    return allocator_alloc_or_oom(heap_default(), layout);
}

struct heap_statistics heap_statistics(void)
{
    return allocator_statistics(heap_default());
}

struct heap_bounds heap_bounds(void)
{
    return (struct heap_bounds){ (const char *)heap_start, (const char *)heap_finish };
}

static bool is_checked(void)
{
    return heap_state.locked.inner == &checked.allocator;
}

void heap_report(void)
{
    report_heap(heap_default());
    if (is_checked())
        report_live_blocks(&checked);
}

size_t heap_leaks(void)
{
    allocator_check(heap_default());
    if (hart_caches != NULL)
        hart_caches_give_back(hart_caches);
    if (is_checked()) {
        uint64_t interrupts = spinlock_lock(&heap_state.locked.lock, __builtin_return_address(0));
        checked_empty_quarantine(&checked);
        spinlock_unlock(&heap_state.locked.lock, interrupts);
    }
    size_t live = heap_statistics().live;
    if (live != 0) {
        console_printf("Leak: %zu blocks were not given back\n", live);
        heap_report();
    }
    return live;
}
