/*
 * misuse: one mistake with the heap for each boot, as `kind=...` asks, on the heap that `heap=...`
 * names. A mistake must end in a panic that names it; a request that cannot be granted must be
 * refused with words, and the machine goes on. tests/whole/misuse.t knows what each must say.
 */
#include "tap.h"

#include <base/assert.h>
#include <base/image.h>
#include <heap/bump.h>
#include <heap/checked.h>
#include <heap/heap.h>
#include <lib/machine.h>
#include <lib/memory.h>
#include <lib/spinlock.h>
#include <mmu/host.h>
#include <riscv/hart.h>
#include <riscv/power.h>

static const struct layout layout = { 100, 8 };

static char *take(void)
{
    char *block = allocator_alloc(heap_default(), layout);
    ASSERT(block != NULL);
    return block;
}

static void give(void *block, struct layout asked)
{
    allocator_dealloc(heap_default(), block, asked);
}

static void double_free(void)
{
    char *block = take();
    give(block, layout);
    give(block, layout);
}

static void wrong_size(void)
{
    give(take(), (struct layout){ 96, 8 });
}

static void wrong_align(void)
{
    give(take(), (struct layout){ 100, 16 });
}

static void foreign(void)
{
    static char elsewhere[256] __attribute__((aligned(16)));
    give(elsewhere + 128, layout);
}

static void interior(void)
{
    give(take() + 16, layout);
}

static void overflow(void)
{
    char *block = take();
    block[layout.size] = 0;
    give(block, layout);
}

static void underflow(void)
{
    char *block = take();
    block[-1] ^= 1;
    give(block, layout);
}

static void write_after_free(void)
{
    volatile char *block = take();
    give((void *)block, layout);
    block[50] = 1;
    allocator_check(heap_default());
}

static void leak(void)
{
    (void)take();
    ASSERT_COMPARE(heap_leaks(), ==, 0);
}

/* The links of a free block of the inner allocator are overwritten. */
static void free_list(void)
{
    char *first = take(), *second = take();
    give(first, layout);
    for (int i = 0; i < CHECKED_QUARANTINE; i++) /* until the first has left the quarantine */
        give(take(), layout);
    memset(first - sizeof(struct checked_header) - 8, 0x41, 32);
    const struct checked like_ours = { .start = (uintptr_t)__heap, .end = (uintptr_t)__heap_end };
    for (size_t i = 0; i < checked_interval(&like_ours); i++) /* until it looks */
        give(take(), layout);
    give(second, layout);
}

static struct spinlock lock = SPINLOCK_INIT;

static void lock_twice(void)
{
    uint64_t interrupts = spinlock_lock(&lock, __builtin_return_address(0));
    interrupts = spinlock_lock(&lock, __builtin_return_address(0));
    spinlock_unlock(&lock, interrupts);
}

static void in_trap(void)
{
    this_hart()->trap_depth = 1;
    (void)take();
}

static void init_twice(void)
{
    (void)heap_init(__heap, __heap_end);
    panic("a second heap_init was accepted");
}

static void use_after_oom(void)
{
    (void)allocator_alloc_or_oom(heap_default(), (struct layout){ (size_t)1 << 40, 8 });
}

static void dummy_free(void)
{
    give(__heap, layout);
}

/* Refusals: said, and survived. */
static void refused(const char *what, const void *block)
{
    console_printf("%s: %s, %s\n", what, block == NULL ? "refused" : "granted",
                   error_name(heap_default()->last_error));
}

static void bad_requests(void)
{
    struct allocator *a = heap_default();
    struct heap_statistics before = allocator_statistics(a);
    refused("alignment 3", allocator_alloc(a, (struct layout){ 8, 3 }));
    refused("alignment 0", allocator_alloc(a, (struct layout){ 8, 0 }));
    refused("alignment 2^63", allocator_alloc(a, (struct layout){ 8, (size_t)1 << 63 }));
    refused("SIZE_MAX", allocator_alloc(a, (struct layout){ SIZE_MAX, 8 }));
    refused("SIZE_MAX / 8 + 1 numbers", alloc_array(a, uint64_t, SIZE_MAX / 8 + 1));
    refused("1 TiB", allocator_alloc(a, (struct layout){ (size_t)1 << 40, 8 }));
    size_t failed = allocator_statistics(a).failed;
    void *none = allocator_alloc(a, (struct layout){ 0, 8 });
    give(none, (struct layout){ 0, 8 });
    console_printf("zero bytes: %s, no failure is counted: %d\n", none == NULL ? "NULL" : "a block",
                   allocator_statistics(a).failed == failed);
    console_printf("live as before: %d\n", allocator_statistics(a).live == before.live);
    power_off(POWER_WELL);
}

/* Bounds: each is refused with a reason. */
static void bad_bounds(void)
{
    static char region[64] __attribute__((aligned(16)));
    struct bump bump = { 0 };
    console_printf("end before start: %s\n", error_name(bump_init(&bump, region + 64, region)));
    console_printf("no start: %s\n", error_name(bump_init(&bump, NULL, region)));
    console_printf("too small: %s\n", error_name(bump_init(&bump, region + 1, region + 31)));
    power_off(POWER_WELL);
}

static const struct {
    const char *name;
    void (*make)(void);
} kinds[] = {
    { "double_free", double_free },
    { "wrong_size", wrong_size },
    { "wrong_align", wrong_align },
    { "foreign", foreign },
    { "interior", interior },
    { "overflow", overflow },
    { "underflow", underflow },
    { "write_after_free", write_after_free },
    { "leak", leak },
    { "free_list", free_list },
    { "lock_twice", lock_twice },
    { "in_trap", in_trap },
    { "init_twice", init_twice },
    { "oom", use_after_oom },
    { "dummy_free", dummy_free },
    { "bad_requests", bad_requests },
    { "bad_bounds", bad_bounds },
};

static bool is(struct machine_word word, const char *name)
{
    return strlen(name) == word.length && memcmp(word.text, name, word.length) == 0;
}

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    (void)hart_id;
    static struct machine machine;
    static struct dt dt;
    console_init();
    console_printf("Booting hypervisor test: misuse\n");
    ASSERT(dt_open(&dt, device_tree, 1 << 20) == OK);
    machine_read(&machine, &dt);
    power_set_finisher(machine.finisher);
    ASSERT(host_start(&machine, device_tree, dt_size(&dt), 3) == OK);

    struct machine_word kind = machine_bootarg(&machine, "kind");
    if (is(kind, "before_init")) {
        console_printf("before heap_init: %s\n",
                       heap_alloc(layout) == NULL ? "refused" : "granted");
        (void)heap_alloc_or_oom(layout);
    }
    struct machine_word name = machine_bootarg(&machine, "heap");
    struct heap_choice choice = { name.text, name.length, true };
    ASSERT(name.text != NULL);
    ASSERT(heap_init_as(choice, __heap, __heap_end) == OK);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (is(kind, kinds[i].name))
            kinds[i].make();
    panic("the misuse \"%.*s\" was not noticed, or does not exist", (int)kind.length, kind.text);
}
