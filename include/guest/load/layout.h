/*
 * layout: where a guest finds what, and the arithmetic on pieces of its address space.
 *
 * The addresses are those of QEMU's virt machine, so that firmware and kernels that were built for
 * that machine run as they are (U-Boot's is linked to 0x80200000):
 *
 *     0x0c000000  PLIC, 6 MiB: up to 64 vCPUs, one context each
 *     0x10000000  UART, a 16550; interrupt 10
 *     0x80000000  RAM
 *                   + 2 MiB    a Linux Image or a flat binary; an ELF lies where it says
 *                   top        the device tree, and the initrd above it (guest/load/image.h)
 *
 * The first 2 MiB of RAM are the guest's, and empty: on a machine the firmware is there.
 *
 * Read next: guest/load/image.h, guest/load/guest_tree.h.
 */
#pragma once

#include <base/types.h>

#define GUEST_PLIC_BASE    UINT64_C(0x0c000000)
#define GUEST_PLIC_SIZE    UINT64_C(0x600000)
#define GUEST_PLIC_SOURCES 95 /* interrupts 1 to 95, as on QEMU's virt */
#define GUEST_UART_BASE    UINT64_C(0x10000000)
#define GUEST_UART_SIZE    UINT64_C(0x100)
#define GUEST_UART_IRQ     10
#define GUEST_UART_HZ      3'686'400 /* a PC's 16550 has half of it; only the divisor depends on it */
#define GUEST_RAM_BASE     UINT64_C(0x80000000)

/* What Linux wants its Image, and so we our device tree, aligned to: a large page. */
#define GUEST_LARGE_PAGE UINT64_C(0x200000)

/* Room for a tree of 64 vCPUs whose isa strings have up to 1000 characters. */
#define GUEST_TREE_MAX UINT64_C(0x40000)

enum { GUEST_VCPUS_MAX = 64 };

/* A piece of a guest's physical address space; size 0: there is none. */
struct guest_range {
    struct gpa start;
    uint64_t size; /* in bytes */
};

/*
 * True iff `size` bytes from `start` on lie within 0 .. limit. The one way in which loading
 * compares a start and a size that somebody else chose: start + size might wrap, limit - start,
 * after the first comparison, cannot.
 */
static inline bool range_in(uint64_t start, uint64_t size, uint64_t limit)
{
    return start <= limit && size <= limit - start;
}

/* True iff all of `inner` lies within `outer`, whose own end does not wrap. */
static inline bool guest_range_within(struct guest_range inner, struct guest_range outer)
{
    return inner.start.value >= outer.start.value &&
           range_in(inner.start.value - outer.start.value, inner.size, outer.size);
}

/* True iff a byte is in both. An empty one has none. Neither end wraps. */
static inline bool guest_ranges_overlap(struct guest_range a, struct guest_range b)
{
    return a.size != 0 && b.size != 0 &&
           (a.start.value >= b.start.value ? a.start.value - b.start.value < b.size
                                           : b.start.value - a.start.value < a.size);
}
