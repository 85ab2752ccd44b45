/*
 * guest_memory: what a guest takes for RAM, and the only way in which we touch it.
 *
 *     guest physical            second stage                       host
 *     0x80000000 +------------------------------+ 2 MiB leaves --> frames, wherever they lie
 *                |  RAM, zero before it is seen |
 *                +------------------------------+
 *     all else     not mapped: an exit, a device (guest/device/device.h) or a fault in the guest
 *
 * A guest's address and length are never added to each other: guest_range_ok compares by
 * subtraction, so that nothing wraps, and the copies below find every page anew. What they read may
 * change at any moment, by another vCPU: copy once, look at the copy.
 *
 * A VMID tells the translations of one guest from those of another. Each guest has one until it
 * ends, of 127; before it is anybody else's, every hart has forgotten what it knew under it.
 *
 * Source: RISC-V Privileged Specification 20240411, "Two-Stage Address Translation".
 */
#pragma once

#include <base/error.h>
#include <mmu/space.h>

struct guest_memory {
    struct space space; /* from guest physical to host physical */
    struct gpa ram;     /* where RAM begins */
    uint64_t size;      /* its bytes */
    uint64_t vmid;
};

/*
 * Map `size` bytes of zeros from `ram` on, with rights to all, in pages as large as there are.
 * `levels` is 3, 4 or 5: Sv39x4 and so on. Fails iff the numbers are bad (ERR_INVALID), or there
 * are too few frames (ERR_NO_MEMORY); nothing is taken then. Cost: clears all of it.
 */
enum error guest_memory_init(struct guest_memory *memory, struct gpa ram, uint64_t size,
                             unsigned levels);

/* Have every hart forget it, clear it, and give the frames back. Nobody runs the guest any more.
   Context: no lock held, interrupts on. */
void guest_memory_free(struct guest_memory *memory);

/* True iff `size` bytes from `from` on lie in RAM. */
static inline bool guest_range_ok(const struct guest_memory *memory, struct gpa from, uint64_t size)
{
    uint64_t offset =
        from.value - memory->ram.value; /* below RAM: it wraps to more than any size */
    return offset <= memory->size && size <= memory->size - offset;
}

/* Copy out of, into, or clear guest memory. Fail iff a byte is not in RAM (ERR_INVALID): nothing
   is copied then. Any context. */
enum error guest_read(const struct guest_memory *memory, struct gpa from, void *to, uint64_t size);
enum error guest_write(const struct guest_memory *memory, struct gpa to, const void *from,
                       uint64_t size);
enum error guest_clear(const struct guest_memory *memory, struct gpa from, uint64_t size);
