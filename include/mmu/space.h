/*
 * space: an address space, which is a tree of page tables; and the one walker of all of them.
 *
 *     root                    level 2          1 GiB an entry        Sv39: 3 levels, 512 GiB
 *      |  0 .. 511                                                   Sv48: 4 levels, 256 TiB
 *      +-> table              level 1          2 MiB an entry        Sv57: 5 levels, 128 PiB
 *           |  0 .. 511
 *           +-> table         level 0          4 KiB an entry
 *                |  0 .. 511
 *                +-> page
 *
 * The number of levels is a field, so that the same few lines serve every format. Tables are
 * frames of 4 KiB from an allocator, and lie in memory that is mapped to itself: a pointer to a
 * table is its physical address. The lower half of the addresses is used: the upper one is for
 * those who share a space with user programs.
 *
 * A mapping that fails leaves the space as it was. What is removed leaves empty tables behind,
 * for the next mapping of the same place; space_prune gives them back.
 *
 * These functions change tables and nothing else. Whoever changes a space that is in use tells the
 * harts: mmu/host.h, smp/shootdown.h. Locks: none; the owner's.
 *
 * Source: RISC-V Privileged Specification, "Virtual Address Translation Process".
 * Read next: mmu/host.h, the hypervisor's own space.
 */
#pragma once

#include <base/error.h>
#include <heap/allocator.h>
#include <mmu/pte.h>

struct space {
    struct allocator *frames; /* where tables come from */
    struct pte *root;
    unsigned levels;     /* 3, 4 or 5 */
    size_t tables;       /* how many there are, the root included */
    size_t root_entries; /* 512, or 2,048 */
    uint64_t limit;      /* one past the highest address that can be mapped */
    uint64_t leaf_bits;  /* that every leaf has, whatever its rights */
};

/*
 * An empty space of 3, 4 or 5 levels, with tables from `frames`, which outlives it.
 * Fails iff there is no frame for the root (ERR_NO_MEMORY). Cost: clears a page.
 */
enum error space_init(struct space *space, struct allocator *frames, unsigned levels);

/*
 * The same for the second stage of a guest's translation, from guest physical addresses: Sv39x4,
 * Sv48x4 or Sv57x4. Its root has four times the entries, 16 KiB that are aligned to as many (QEMU
 * takes one that is not; hardware does not), and every leaf has U, for to the second stage all
 * accesses are a user's ("Two-Stage Address Translation", "Guest Physical Address Translation").
 */
enum error space_init_guest(struct space *space, struct allocator *frames, unsigned levels);

/* Give all tables back; what they led to is the caller's. Cost: reads every table. */
void space_free(struct space *space);

/* One past the highest address that a space of our own with so many levels maps: half of what it
   translates. */
static inline uint64_t space_limit(unsigned levels)
{
    return UINT64_C(1) << (9 * levels + 11);
}

/*
 * Map `size` bytes from `from` on to those from `to` on, in the largest leaves, up to
 * 1 GiB, that both addresses and the size allow. Fails, and leaves the space as it was, iff one of
 * the three is not a multiple of 4 KiB, size is 0, or the range does not lie below the limit
 * (ERR_INVALID); a part of it is mapped already (ERR_STATE); there is no frame for a table
 * (ERR_NO_MEMORY). Cost: see bench/; proportional to the number of leaves.
 */
enum error space_map(struct space *space, struct hva from, struct hpa to, uint64_t size,
                     enum rights rights);

/*
 * Remove what is mapped in `size` bytes from `from` on; gaps are allowed. Empty tables stay.
 * Fails, and leaves the space as it was, iff the numbers are bad, as above, or the range begins
 * or ends inside of a leaf (ERR_INVALID).
 */
enum error space_unmap(struct space *space, struct hva from, uint64_t size);

/* Give back the tables that are empty and cover part of the range. Cost: reads those tables. */
void space_prune(struct space *space, struct hva from, uint64_t size);

/*
 * Map `size` bytes from `from` on to frames that are taken from `frames`, one page after the
 * other: pages of 1 GiB or 2 MiB where the range is aligned and `frames` has one, else 4 KiB. Their
 * bytes are whatever they were. Fails, and leaves space and frames as they were, as space_map does;
 * ERR_NO_MEMORY also where `frames` has not enough.
 */
enum error map_range(struct space *space, struct hva from, uint64_t size, struct allocator *frames,
                     enum rights rights);

/* Undo map_range: remove the range, which it mapped as a whole, and give its frames back. Panics
   iff a part of the range is not mapped. Whoever shares the space was told before. */
void unmap_range(struct space *space, struct hva from, uint64_t size, struct allocator *frames);

/* What a walk finds: a leaf. */
struct leaf {
    struct hva from;    /* the first address that it translates */
    struct hpa to;      /* and to where */
    uint64_t size;      /* how many bytes: 4 KiB, 2 MiB, 1 GiB ... */
    enum rights rights; /* what may be done there; may name what `enum rights` has no name for */
};

/* The leaf that `address` goes through. False iff there is none; *leaf is as it was then. */
bool space_find(const struct space *space, struct hva address, struct leaf *leaf);

/* Call `visit` for each leaf, in ascending order of addresses. Cost: reads every table. */
typedef void (*leaf_visitor)(void *context, struct leaf leaf);
void space_walk(const struct space *space, leaf_visitor visit, void *context);

/* What space_audit found, to be printed: the first two leaves that are wrong, and why. */
struct audit {
    size_t leaves;       /* how many there are */
    const char *mistake; /* NULL iff all is well */
    struct leaf first, second;
};

/*
 * Look at every leaf and at every pair that maps the same memory. What may not be: a page that is
 * writable and executable; memory that is mapped twice with different rights; a leaf that is not
 * aligned to its size; a reserved bit. Cost: quadratic in the number of runs of leaves with the
 * same rights, of which a machine has a few dozen.
 */
struct audit space_audit(const struct space *space);

/* The value of hgatp for a guest's space and its VMID ("Hypervisor Guest Address Translation and
   Protection Register"): the modes are satp's, the VMID is in bits 57 to 44. */
static inline uint64_t space_hgatp(const struct space *space, uint64_t vmid)
{
    return (uint64_t)(space->levels + 5) << 60 | vmid << 44 | (uintptr_t)space->root >> 12;
}

/* The value of satp for this space ("Supervisor Address Translation and Protection Register"): the
   mode in the top four bits, 8 for Sv39, 9, 10; the root's page number in the low 44. */
static inline uint64_t space_satp(const struct space *space)
{
    return (uint64_t)(space->levels + 5) << 60 | (uintptr_t)space->root >> 12;
}
