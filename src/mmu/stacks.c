/*
 * stacks: see mmu/stacks.h.
 */
#include <mmu/frames.h>
#include <mmu/stacks.h>

/* The three of a slot, in ascending order; `start` is where the guard ends. */
enum { STACK, TRAP_STACK, NESTED_STACK, KINDS };
static const struct {
    char name[13];
    uint32_t start, size;
} kinds[KINDS] = {
    { "stack", 0x1000, 0x10000 },
    { "trap stack", 0x12000, 0x4000 },
    { "nested stack", 0x17000, 0x2000 },
};

static uint64_t slot_of(uint64_t index)
{
    return STACKS_BASE + index * STACKS_SLOT;
}

static struct hva bottom_of(uint64_t index, unsigned kind)
{
    return (struct hva){ slot_of(index) + kinds[kind].start };
}

static char *top_of(uint64_t index, unsigned kind)
{
    return (char *)(uintptr_t)(bottom_of(index, kind).value + kinds[kind].size);
}

enum error stacks_map(struct space *space, struct hart *hart, bool has_stack)
{
    unsigned first = has_stack ? TRAP_STACK : STACK;
    for (unsigned kind = first; kind < KINDS; kind++) {
        enum error error = map_range(space, bottom_of(hart->index, kind), kinds[kind].size,
                                     frames_default(), RIGHTS_RW);
        if (error == OK)
            continue;
        while (kind-- > first)
            unmap_range(space, bottom_of(hart->index, kind), kinds[kind].size, frames_default());
        return error;
    }
    if (!has_stack) {
        hart->stack_bottom = (char *)(uintptr_t)bottom_of(hart->index, STACK).value;
        hart->stack_top = top_of(hart->index, STACK);
    }
    hart->trap_stack_bottom = (char *)(uintptr_t)bottom_of(hart->index, TRAP_STACK).value;
    hart->trap_stack_top = top_of(hart->index, TRAP_STACK);
    hart->nested_stack_top = top_of(hart->index, NESTED_STACK);
    return OK;
}

bool stacks_find(struct hva address, struct stack_place *place)
{
    uint64_t offset = address.value - STACKS_BASE;
    if (offset >= HARTS_MAX * STACKS_SLOT)
        return false;
    *place = (struct stack_place){ .index = offset / STACKS_SLOT, .name = "", .guard = true };
    offset %= STACKS_SLOT;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        if (offset >= kinds[kind].start + kinds[kind].size)
            continue;
        place->name = kinds[kind].name;
        place->guard = offset < kinds[kind].start;
        return true;
    }
    return true;
}
