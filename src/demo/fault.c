/*
 * fault: see demo/fault.h. To add a kind: write a function, add a row.
 *
 * The accesses are written in assembly, so that no compiler can see that they are wrong.
 */
#include <base/assert.h>
#include <base/image.h>
#include <demo/fault.h>
#include <heap/heap.h>
#include <lib/memory.h>

/* A member of a struct whose pointer is NULL; QEMU's virt machine has nothing there. */
#define NOWHERE UINT64_C(8)

static void fault_load(void)
{
    uint64_t value;
    __asm__ volatile("ld %0, (%1)" : "=r"(value) : "r"(NOWHERE));
}

static void fault_store(void)
{
    __asm__ volatile("sd zero, (%0)" ::"r"((uintptr_t)__text_start) : "memory");
}

static void fault_fetch(void)
{
    __asm__ volatile("jalr %0" ::"r"((uintptr_t)__heap) : "ra", "memory");
}

static void fault_illegal(void)
{
    __asm__ volatile("unimp");
}

static void fault_breakpoint(void)
{
    __asm__ volatile("ebreak");
}

static void fault_assert(void)
{
    struct heap_statistics statistics = heap_statistics();
    ASSERT_COMPARE(statistics.left_bytes, ==, statistics.left_bytes + 1);
}

static void fault_oom(void)
{
    (void)heap_alloc_or_oom((struct layout){ .size = SIZE_MAX / 4, .align = 16 });
}

/* Each call keeps 128 bytes, and its caller's are needed after it returns, which it never does. */
static uint64_t recurse(volatile uint64_t *caller)
{
    volatile uint64_t local[16];
    local[0] = *caller + 1;
    if (local[0] == 0)
        return 0;
    return recurse(local) + local[0];
}

static void fault_stack(void)
{
    volatile uint64_t start = 0;
    (void)recurse(&start);
}

static const struct {
    char name[12];
    void (*make)(void);
} faults[] = {
    { "load", fault_load },       { "store", fault_store },           { "fetch", fault_fetch },
    { "illegal", fault_illegal }, { "breakpoint", fault_breakpoint }, { "assert", fault_assert },
    { "oom", fault_oom },         { "stack", fault_stack },
};

void demo_fault(const char *kind, size_t length)
{
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        if (strlen(faults[i].name) != length || memcmp(faults[i].name, kind, length) != 0)
            continue;
        faults[i].make();
        panic("the fault \"%s\" did nothing: this machine lets it pass", faults[i].name);
    }
    panic("no fault is called \"%.*s\"; there are load, store, fetch, illegal, breakpoint, assert, "
          "oom and stack",
          (int)length, kind);
}
