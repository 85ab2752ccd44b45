/*
 * guest_memory: see guest/memory/guest_memory.h.
 */
#include <base/assert.h>
#include <guest/memory/guest_memory.h>
#include <lib/memory.h>
#include <mmu/frames.h>
#include <riscv/hcsr.h>
#include <smp/ipi.h>

enum { VMIDS = 128 }; /* 7 of the 14 bits; a hart that has fewer is told by vcpu_accepts */

/* Bit v: VMID v is a guest's. 0 is nobody's. */
static uint64_t vmids[VMIDS / 64] = { 1 };

static uint64_t take_vmid(void)
{
    for (uint64_t vmid = 1; vmid < VMIDS; vmid++) {
        uint64_t bit = UINT64_C(1) << vmid % 64;
        if ((__atomic_fetch_or(&vmids[vmid / 64], bit, __ATOMIC_RELAXED) & bit) == 0)
            return vmid;
    }
    return 0;
}

static void give_vmid(uint64_t vmid)
{
    __atomic_fetch_and(&vmids[vmid / 64], ~(UINT64_C(1) << vmid % 64), __ATOMIC_RELEASE);
}

enum error guest_memory_init(struct guest_memory *memory, struct gpa ram, uint64_t size,
                             unsigned levels)
{
    *memory = (struct guest_memory){ .ram = ram, .size = size, .vmid = take_vmid() };
    if (memory->vmid == 0)
        return ERR_NO_MEMORY;
    enum error error = space_init_guest(&memory->space, frames_default(), levels);
    if (error == OK) {
        error = map_range(&memory->space, (struct hva){ ram.value }, size, frames_default(),
                          RIGHTS_RWX_GUEST);
        if (error == OK)
            error = guest_clear(memory, ram, size);
        if (error != OK)
            space_free(&memory->space);
    }
    if (error != OK)
        give_vmid(memory->vmid);
    return error;
}

/* A hart may walk the tables that hgatp names at any time, also without a guest: so not these. */
static void forget(void *argument)
{
    hcsr_write(HGATP, 0);
    hfence_gvma_vmid(*(const uint64_t *)argument);
}

void guest_memory_free(struct guest_memory *memory)
{
    ipi_run_all(forget, &memory->vmid);
    if (guest_clear(memory, memory->ram, memory->size) != OK)
        panic("a guest's memory has a gap");
    unmap_range(&memory->space, (struct hva){ memory->ram.value }, memory->size, frames_default());
    space_free(&memory->space);
    give_vmid(memory->vmid);
}

/* Leaf by leaf: what lies side by side for the guest need not do so in the host's memory. */
enum copy { READ, WRITE, CLEAR };
static enum error copy(const struct guest_memory *memory, struct gpa at, void *ours, uint64_t size,
                       enum copy direction)
{
    if (!guest_range_ok(memory, at, size))
        return ERR_INVALID;
    while (size > 0) {
        struct leaf leaf;
        if (!space_find(&memory->space, (struct hva){ at.value }, &leaf))
            return ERR_INVALID;
        uint64_t offset = at.value - leaf.from.value, piece = leaf.size - offset;
        if (piece > size)
            piece = size;
        char *guest = (char *)(uintptr_t)(leaf.to.value + offset); /* frames map to themselves */
        if (direction == READ)
            memcpy(ours, guest, piece);
        else if (direction == WRITE)
            memcpy(guest, ours, piece);
        else
            memset(guest, 0, piece);
        if (direction != CLEAR)
            ours = (char *)ours + piece;
        at.value += piece;
        size -= piece;
    }
    return OK;
}

enum error guest_read(const struct guest_memory *memory, struct gpa from, void *to, uint64_t size)
{
    return copy(memory, from, to, size, READ);
}

enum error guest_write(const struct guest_memory *memory, struct gpa to, const void *from,
                       uint64_t size)
{
    return copy(memory, to, (void *)from, size, WRITE);
}

enum error guest_clear(const struct guest_memory *memory, struct gpa from, uint64_t size)
{
    return copy(memory, from, NULL, size, CLEAR);
}
