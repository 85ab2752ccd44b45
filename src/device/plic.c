/*
 * plic: see device/plic.h. Offsets: PLIC specification 1.0.0, chapter 3.
 */
#include <base/assert.h>
#include <device/plic.h>
#include <mmu/host.h>
#include <riscv/csr.h>
#include <riscv/hart.h>
#include <trap/trap.h>

static struct {
    uintptr_t base;   /* 0: there is none */
    uint32_t context; /* of the hart that called plic_init */
    uint64_t strays;
    struct {
        void (*function)(void *argument);
        void *argument;
    } lines[PLIC_LINES];
} plic;

static volatile uint32_t *reg(uintptr_t offset)
{
    return (volatile uint32_t *)(plic.base + offset);
}

static volatile uint32_t *priority(uint32_t line)
{
    return reg(4 * (uintptr_t)line);
}

static volatile uint32_t *enable(uint32_t line)
{
    return reg(0x2000 + 0x80 * (uintptr_t)plic.context + 4 * (uintptr_t)(line / 32));
}

static volatile uint32_t *threshold(void)
{
    return reg(0x20'0000 + 0x1000 * (uintptr_t)plic.context);
}

/* Read: which line is up, 0 for none, and it is ours. Write: we are done with it. */
static volatile uint32_t *claim(void)
{
    return reg(0x20'0004 + 0x1000 * (uintptr_t)plic.context);
}

static void external_interrupt(struct frame *frame)
{
    (void)frame;
    for (uint32_t line = *claim(); line != 0; line = *claim()) {
        if (line < PLIC_LINES && plic.lines[line].function != NULL)
            plic.lines[line].function(plic.lines[line].argument);
        else
            plic.strays++;
        *claim() = line;
    }
}

enum error plic_init(const struct machine *machine)
{
    if (machine->plic.size == 0 || !machine_plic_context(machine, this_hart()->id, &plic.context))
        return ERR_NOT_FOUND;
    host_map_device("the PLIC", machine->plic);
    plic.base = machine->plic.start.value;
    for (uint32_t line = 0; line < PLIC_LINES; line += 32)
        *enable(line) = 0;
    *threshold() = 0;
    trap_handle_interrupt(INTERRUPT_EXTERNAL, external_interrupt);
    csr_set(sie, 1 << INTERRUPT_EXTERNAL);
    return OK;
}

void plic_handle(uint32_t line, void (*function)(void *argument), void *argument)
{
    ASSERT_COMPARE(line - 1, <, PLIC_LINES - 1);
    ASSERT(plic.base != 0);
    ASSERT(plic.lines[line].function == NULL);
    plic.lines[line].function = function;
    plic.lines[line].argument = argument;
    *priority(line) = 1;
    *enable(line) = *enable(line) | UINT32_C(1) << line % 32;
}

uint64_t plic_strays(void)
{
    return plic.strays;
}
