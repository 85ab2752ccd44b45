/*
 * hart: the first hart's place in memory, and how others are started.
 */
#include <base/image.h>
#include <riscv/hart.h>
#include <riscv/sbi.h>

void hart_entry(void); /* boot.S */

/* Until the address space stands; then it gets others, with guards (mmu/stacks.h). */
static char trap_stack[4096] __attribute__((aligned(16)));
static char nested_stack[2048] __attribute__((aligned(16)));

/* In .data, not .bss: boot.S uses it before it clears .bss, and then still. */
struct hart boot_hart __attribute__((section(".data"))) = {
    .trap_stack_bottom = trap_stack,
    .trap_stack_top = trap_stack + sizeof trap_stack,
    .nested_stack_top = nested_stack + sizeof nested_stack,
    .stack_bottom = __stack_bottom,
    .stack_top = __stack_top,
};

/* Set by the first hart that comes to _start. In .data: .bss is cleared after that. */
uint32_t boot_claimed __attribute__((section(".data"))) = 0;

/* All that were ever started, the last first; boot.S looks a stray hart up here. */
struct hart *started_harts;

static bool is_listed(const struct hart *hart)
{
    for (const struct hart *listed = started_harts; listed != NULL; listed = listed->next)
        if (listed == hart)
            return true;
    return false;
}

enum error hart_start(struct hart *hart)
{
    if (!is_listed(hart)) {
        hart->next = started_harts;
        __atomic_store_n(&started_harts, hart, __ATOMIC_RELEASE);
    }
    return sbi_hart_start(hart->id, (struct hpa){ (uintptr_t)hart_entry }, (uintptr_t)hart);
}
