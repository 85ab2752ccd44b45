/*
 * pte: one entry of a page table, and what may be done with the page behind it.
 *
 *      63        54 53                               10  9 8  7 6 5 4 3 2 1 0
 *     +------------+-----------------------------------+----+----------------+
 *     |  reserved  |  physical page number             | sw |D A G U X W R V |
 *     +------------+-----------------------------------+----+----------------+
 *
 * An entry with V and none of R, W, X leads to the table of the next level; with any of them it is
 * a leaf, on any level: 4 KiB on level 0, 2 MiB on level 1, 1 GiB on level 2, 512 GiB on level 3.
 * A (accessed) and D (dirty) are set from the start: a hart may otherwise fault on first use
 * ("Svade").
 *
 * Source: RISC-V Privileged Specification, "Sv39: Page-Based 39-bit Virtual-Memory System", and
 * the chapters on Sv48 and Sv57, which add levels and change nothing else.
 */
#pragma once

#include <base/types.h>

struct pte {
    uint64_t bits; /* 0: nothing is mapped */
};

enum { PTE_COUNT = 512, LEVELS_MAX = 5 };

#define PTE_V (UINT64_C(1) << 0)
#define PTE_R (UINT64_C(1) << 1)
#define PTE_W (UINT64_C(1) << 2)
#define PTE_X (UINT64_C(1) << 3)
#define PTE_U (UINT64_C(1) << 4)
#define PTE_A (UINT64_C(1) << 6)
#define PTE_D (UINT64_C(1) << 7)

#define PAGE_SIZE UINT64_C(4096)

/* What may be done with a page. Writable and executable at once is for the memory of guests, whose
   own page tables say more; the audit of our own space finds it. */
enum rights {
    RIGHTS_NONE = 0,
    RIGHTS_R = PTE_R,
    RIGHTS_RW = PTE_R | PTE_W,
    RIGHTS_RX = PTE_R | PTE_X,
    RIGHTS_RWX_GUEST = PTE_R | PTE_W | PTE_X,
};

/* "R-X", for people. */
const char *rights_name(enum rights rights);

/* The bytes that an entry of a level covers: 4 KiB on level 0, 512 times as much on each next. */
static inline uint64_t pte_span(unsigned level)
{
    return PAGE_SIZE << 9 * level;
}

/* Which entry of its table on `level` an address goes through. */
static inline size_t pte_index(struct hva address, unsigned level)
{
    return address.value >> (12 + 9 * level) & (PTE_COUNT - 1);
}

static inline struct pte pte_leaf(struct hpa page, enum rights rights)
{
    return (struct pte){ page.value >> 2 | PTE_V | PTE_A | PTE_D | (uint64_t)rights };
}

/* The entry that leads to `table`, which is a page of memory that is mapped to itself. */
static inline struct pte pte_to_table(const struct pte *table)
{
    return (struct pte){ (uintptr_t)table >> 2 | PTE_V };
}

static inline bool pte_is_table(struct pte entry)
{
    return (entry.bits & (PTE_V | PTE_R | PTE_W | PTE_X)) == PTE_V;
}

/* A shift up by 10 drops the reserved bits, one down by 8 then leaves the page's address, with
   software bits and flags below it. */
static inline struct hpa pte_page(struct pte entry)
{
    return (struct hpa){ entry.bits << 10 >> 8 & ~(PAGE_SIZE - 1) };
}

static inline struct pte *pte_table(struct pte entry)
{
    return (struct pte *)(uintptr_t)pte_page(entry).value;
}

static inline enum rights pte_rights(struct pte entry)
{
    return (enum rights)(entry.bits & (PTE_R | PTE_W | PTE_X));
}
