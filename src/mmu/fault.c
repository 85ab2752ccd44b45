/*
 * fault: one sentence for a page fault: what was tried, where, and what lies there.
 *
 * Not every page fault is a mistake. A hart may remember that a page was not mapped after another
 * hart has mapped it; to tell all harts of every new page would cost more than to look here
 * ("Supervisor Memory-Management Fence Instruction": a fault that comes of it is to be expected).
 * So first the tables are asked whether the access is allowed by now.
 */
#include <base/image.h>
#include <console/panic.h>
#include <lib/format.h>
#include <mmu/host.h>
#include <mmu/stacks.h>
#include <riscv/csr.h>
#include <riscv/hart.h>
#include <trap/trap.h>

#include "fault.h"

static const struct machine *machine;
uint64_t host_spurious_faults;

/* Both kinds, by what was tried (Privileged Specification, table of scause). */
enum {
    FETCH_ACCESS = 1,
    LOAD_ACCESS = 5,
    STORE_ACCESS = 7,
    FETCH_PAGE = 12,
    LOAD_PAGE = 13,
    STORE_PAGE = 15,
};

static uint64_t needed_right(uint64_t scause)
{
    return scause == FETCH_PAGE ? PTE_X : scause == LOAD_PAGE ? PTE_R : PTE_W;
}

/* " of hart 3", by the firmware's number where it is this hart, else by ours. */
static const char *owner(uint64_t index, char *buffer, size_t size)
{
    if (index == hart_index())
        (void)format_buffer(buffer, size, "hart %llu", (unsigned long long)this_hart()->id);
    else
        (void)format_buffer(buffer, size, "the hart with index %llu", (unsigned long long)index);
    return buffer;
}

static void describe_stack(const struct stack_place *place, char *buffer, size_t size)
{
    char name[40];
    const char *hart = owner(place->index, name, sizeof name);
    if (place->name[0] == '\0')
        (void)format_buffer(buffer, size, "behind the stacks of %s", hart);
    else
        (void)format_buffer(buffer, size, "in the %s%s of %s",
                            place->guard ? "guard page below the " : "", place->name, hart);
}

static void describe_gap(uint64_t address, struct neighbours at, char *buffer, size_t size)
{
    (void)format_buffer(buffer, size,
                        "in the gap between %s (it ended %llu bytes before) and %s (it begins "
                        "%llu bytes later)",
                        at.below->name, (unsigned long long)(address - at.below->end),
                        at.above->name, (unsigned long long)(at.above->start - address));
}

const char *host_describe(uint64_t address, char *buffer, size_t size)
{
    struct neighbours at = host_find(address);
    struct stack_place stack;
    char name[40];
    bool in_ram = machine != NULL && address - machine->memory.start.value < machine->memory.size;
    const char *device =
        machine != NULL && !in_ram ? machine_device_at(machine, (struct hpa){ address }) : NULL;
    if (address < PAGE_SIZE)
        (void)format_buffer(buffer, size, "NULL + %llu", (unsigned long long)address);
    else if (stacks_find((struct hva){ address }, &stack))
        describe_stack(&stack, buffer, size);
    else if (at.in != NULL && at.in->rights == RIGHTS_NONE)
        (void)format_buffer(buffer, size, "in %s of %s", at.in->name, owner(0, name, sizeof name));
    else if (at.in != NULL)
        (void)format_buffer(buffer, size, "in %s (%s)", at.in->name, rights_name(at.in->rights));
    else if (in_ram && address < (uintptr_t)__image_start)
        (void)format_buffer(buffer, size, "in the firmware's memory, which is not mapped");
    else if (device != NULL)
        (void)format_buffer(buffer, size, "in the device %s, which is not mapped", device);
    else if (in_ram && at.below != NULL && at.above != NULL)
        describe_gap(address, at, buffer, size);
    else if (at.above != NULL && at.above->start - address <= pte_span(1))
        (void)format_buffer(buffer, size, "%llu bytes before %s",
                            (unsigned long long)(at.above->start - address), at.above->name);
    else if (at.below != NULL && address - at.below->end < pte_span(1))
        (void)format_buffer(buffer, size, "%llu bytes behind %s",
                            (unsigned long long)(address - at.below->end), at.below->name);
    else
        (void)format_buffer(buffer, size, "where nothing is mapped");
    return buffer;
}

/* Where the tables allow the access by now, forget what this hart remembers, and try again; but
   not for ever: a second time so soon that nothing else can have run, it is a mistake. */
static bool is_spurious(const struct frame *frame)
{
    enum { SOON = 1000 }; /* instructions; this function and the way back are some hundred */
    static uint64_t last[HARTS_MAX];
    struct leaf leaf;
    uint64_t now = csr_read(instret), before = last[hart_index()];
    last[hart_index()] = now;
    if ((before != 0 && now - before < SOON) ||
        !space_find(&host_space, (struct hva){ frame->stval }, &leaf) ||
        (leaf.rights & needed_right(frame->scause)) == 0)
        return false;
    __asm__ volatile("sfence.vma %0" ::"r"(frame->stval) : "memory");
    __atomic_fetch_add(&host_spurious_faults, 1, __ATOMIC_RELAXED);
    return true;
}

[[gnu::noreturn]] static void report(const struct frame *frame)
{
    char place[160];
    struct stack_place stack;
    const char *cause = panic_cause_name(frame->scause);
    unsigned long long address = frame->stval, sp = frame->x[REG_SP];
    const char *what = host_describe(address, place, sizeof place);
    struct neighbours at = host_find(address);
    bool in_guard = at.in != NULL && at.in->rights == RIGHTS_NONE;
    if (stacks_find((struct hva){ address }, &stack) ? stack.guard : in_guard)
        trap_panic(frame, "stack overflow: %s at 0x%llx, %s; sp is 0x%llx", cause, address, what,
                   sp);
    if (frame->scause == FETCH_ACCESS || frame->scause == FETCH_PAGE)
        trap_panic(frame,
                   "%s: there is no code at 0x%llx, %s; a call or a return went through a bad "
                   "pointer",
                   cause, address, what);
    bool load = frame->scause == LOAD_ACCESS || frame->scause == LOAD_PAGE;
    trap_panic(frame, "%s: nothing may be %s at 0x%llx, %s", cause, load ? "read" : "written",
               address, what);
}

static void page_fault(struct frame *frame)
{
    if (!trap_fix(frame) && !is_spurious(frame))
        report(frame);
}

static void access_fault(struct frame *frame)
{
    if (!trap_fix(frame))
        report(frame);
}

void fault_handlers(const struct machine *that_machine)
{
    machine = that_machine;
    trap_handle(FETCH_PAGE, page_fault);
    trap_handle(LOAD_PAGE, page_fault);
    trap_handle(STORE_PAGE, page_fault);
    trap_handle(FETCH_ACCESS, access_fault);
    trap_handle(LOAD_ACCESS, access_fault);
    trap_handle(STORE_ACCESS, access_fault);
}
