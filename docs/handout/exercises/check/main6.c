/* main of the check of exercise 6: four harts call exercise6_add. */
#include <base/assert.h>
#include <exercise6.h>
#include <riscv/hart.h>
#include <watch.h>

void main(uint64_t hart_id, const void *device_tree);

enum { OTHERS = 3, HARTS = OTHERS + 1, PASSES = 3, ROUNDS = 1'000'000 };

static uint64_t met; /* how often a hart came to a meeting; atomic */

/* Wait for the others; the n-th meeting, from 1. */
static void meet(uint64_t n)
{
    __atomic_fetch_add(&met, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&met, __ATOMIC_ACQUIRE) < n * HARTS)
        hart_relax();
}

static void add(void)
{
    for (uint64_t pass = 1; pass <= PASSES; pass++) {
        meet(pass);
        exercise6_add(ROUNDS);
    }
    meet(PASSES + 1);
}

[[gnu::noreturn]] static void other(void *argument)
{
    add();
    hart_halt();
}

static void start(uint64_t id, uint64_t index)
{
    static struct hart harts[HARTS];
    static char stacks[HARTS][4096] __attribute__((aligned(16)));
    static char traps[HARTS][4096] __attribute__((aligned(16)));
    static char nested[HARTS][2048] __attribute__((aligned(16)));
    harts[index] = (struct hart){
        .id = id,
        .index = index,
        .stack_bottom = stacks[index],
        .stack_top = stacks[index] + sizeof stacks[index],
        .trap_stack_bottom = traps[index],
        .trap_stack_top = traps[index] + sizeof traps[index],
        .nested_stack_top = nested[index] + sizeof nested[index],
        .entry = other,
    };
    enum error error = hart_start(&harts[index]);
    if (error)
        panic("hart %llu does not start: %s", (unsigned long long)id, error_name(error));
}

/* 06.py adds these two to exercise6.c: take and give by themselves, to be looked at. */
void exercise6_probe_take(uint32_t *word);
void exercise6_probe_give(uint32_t *word);

void main(uint64_t hart_id, const void *device_tree)
{
    console_init();
    uint32_t word = 0;
    exercise6_probe_take(&word);
    if (word == 0)
        mistake("take() leaves the word at 0, as if it were free");
    exercise6_probe_give(&word);
    if (word != 0)
        mistake("give() leaves the word at %u, as if it were taken", word);
    uint64_t index = 1;
    for (uint64_t id = 0; id < HARTS; id++)
        if (id != hart_id)
            start(id, index++);
    add();
    uint64_t all = (uint64_t)HARTS * PASSES * ROUNDS;
    if (exercise6_sum != all)
        mistake("%d harts added 1, %d times each, and the sum is %llu: %llu "
                "additions were lost",
                HARTS, PASSES * ROUNDS, (unsigned long long)exercise6_sum,
                (unsigned long long)(all - exercise6_sum));
    console_printf("all %llu answers are right\n", (unsigned long long)exercise6_sum);
    power_off(POWER_WELL);
}
