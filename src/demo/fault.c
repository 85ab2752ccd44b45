/*
 * fault: see demo/fault.h. To add a kind: write a function, add a row.
 *
 * The accesses are written in assembly, so that no compiler can see that they are wrong.
 */
#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <demo/fault.h>
#include <heap/heap.h>
#include <lib/memory.h>
#include <smp/harts.h>

static void load(uintptr_t address)
{
    uint64_t value;
    __asm__ volatile("ld %0, (%1)" : "=r"(value) : "r"(address) : "memory");
}

static void store(uintptr_t address)
{
    __asm__ volatile("sd zero, (%0)" ::"r"(address) : "memory");
}

static void call(uintptr_t address)
{
    __asm__ volatile("jalr %0" ::"r"(address) : "ra", "memory");
}

/* A member of a struct whose pointer is NULL. */
static void fault_load(void)
{
    load(8);
}

static void fault_null_call(void)
{
    call(0);
}

static void fault_store(void)
{
    store((uintptr_t)__text_start);
}

static void fault_rodata(void)
{
    store((uintptr_t)__rodata_start);
}

static void fault_fetch(void)
{
    call((uintptr_t)heap_bounds().start);
}

static void fault_data_fetch(void)
{
    call((uintptr_t)__data_start);
}

static void fault_stack_fetch(void)
{
    uint32_t code[2] = { 0x00008067 }; /* ret */
    call((uintptr_t)code);
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

static void fault_heap_underrun(void)
{
    load((uintptr_t)heap_bounds().start - 8);
}

static void fault_heap_overrun(void)
{
    store((uintptr_t)heap_bounds().end);
}

/* Right behind the constants, where the page that they end on ends too. */
static void fault_gap(void)
{
    load(((uintptr_t)__rodata_end + 4095) & ~(uintptr_t)4095);
}

/* QEMU virt's first virtio device: it is there, but nobody has asked for it. */
static void fault_device(void)
{
    load(0x1000'1000);
}

/* The firmware, 2 MiB below us. PMP would stop it too; the page tables do before. */
static void fault_firmware(void)
{
    load((uintptr_t)__image_start - 0x20'0000);
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

static void overflow(void *argument)
{
    (void)argument;
    volatile uint64_t start = 0;
    (void)recurse(&start);
}

/* On the hart with this index, which must run: --smp. */
static void fault_stack(uint64_t index)
{
    if (index == hart_index())
        overflow(NULL);
    if (index >= harts_known())
        panic("there is no hart %llu to overflow the stack of: start with --smp=%llu",
              (unsigned long long)index, (unsigned long long)index + 1);
    harts_run(index, overflow, NULL);
    harts_wait(index);
}

static const struct {
    char name[16];
    void (*make)(void);
} faults[] = {
    { "load", fault_load },
    { "null-call", fault_null_call },
    { "store", fault_store },
    { "rodata", fault_rodata },
    { "fetch", fault_fetch },
    { "data-fetch", fault_data_fetch },
    { "stack-fetch", fault_stack_fetch },
    { "illegal", fault_illegal },
    { "breakpoint", fault_breakpoint },
    { "assert", fault_assert },
    { "oom", fault_oom },
    { "heap-underrun", fault_heap_underrun },
    { "heap-overrun", fault_heap_overrun },
    { "gap", fault_gap },
    { "device", fault_device },
    { "firmware", fault_firmware },
};

void demo_fault(const char *kind, size_t length)
{
    if (length >= 5 && memcmp(kind, "stack", 5) == 0 &&
        (length == 5 || (length == 6 && kind[5] >= '0' && kind[5] <= '7'))) {
        fault_stack(length == 5 ? hart_index() : (uint64_t)(kind[5] - '0'));
        panic("the fault \"%.*s\" did nothing: this machine lets it pass", (int)length, kind);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        if (strlen(faults[i].name) != length || memcmp(faults[i].name, kind, length) != 0)
            continue;
        faults[i].make();
        panic("the fault \"%s\" did nothing: this machine lets it pass", faults[i].name);
    }
    console_printf("The faults are: stack, stack0 to stack7");
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++)
        console_printf(", %s", faults[i].name);
    panic("\nno fault is called \"%.*s\"", (int)length, kind);
}
