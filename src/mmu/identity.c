/*
 * identity: see mmu/identity.h.
 *
 * Page-table entries: RISC-V Privileged Specification, "Sv39: Page-Based 39-bit Virtual-Memory
 * System". Bits: V valid 0, R 1, W 2, X 3, A accessed 6, D dirty 7; the physical page number
 * from bit 10. A and D are set from the start: a hart may otherwise fault on first use ("svade").
 */
#include <base/image.h>
#include <base/types.h>
#include <mmu/identity.h>
#include <riscv/csr.h>

typedef uint64_t entry;

#define PTE_V (UINT64_C(1) << 0)
#define PTE_R (UINT64_C(1) << 1)
#define PTE_W (UINT64_C(1) << 2)
#define PTE_X (UINT64_C(1) << 3)
#define PTE_A (UINT64_C(1) << 6)
#define PTE_D (UINT64_C(1) << 7)

#define READ_EXECUTE (PTE_V | PTE_A | PTE_D | PTE_R | PTE_X)
#define READ_ONLY    (PTE_V | PTE_A | PTE_D | PTE_R)
#define READ_WRITE   (PTE_V | PTE_A | PTE_D | PTE_R | PTE_W)

/* satp: mode in the top four bits, 8 is Sv39; the root's page number in the low 44. */
#define SATP_SV39 (UINT64_C(8) << 60)

enum { ENTRIES = 512 };
#define SIZE_4K (UINT64_C(1) << 12)
#define SIZE_2M (UINT64_C(1) << 21)
#define SIZE_1G (UINT64_C(1) << 30)

/* A table is one page, aligned to itself. */
struct table {
    entry entries[ENTRIES];
} __attribute__((aligned(4096)));

static struct table root, middle, leaves;

static entry entry_to(uint64_t physical, uint64_t bits)
{
    return physical >> 12 << 10 | bits;
}

/* Fill a table with leaves of `size` bytes each, from `physical` on. */
static void fill(struct table *table, uint64_t physical, uint64_t size, size_t count)
{
    for (size_t i = 0; i < count; i++)
        table->entries[i] = entry_to(physical + i * size, READ_WRITE);
}

/* Give the pages from `start` up to `end`, symbols of hypervisor.ld, other rights. */
static void restrict_to(uint64_t base, const char *start, const char *end, uint64_t bits)
{
    for (uint64_t page = (uintptr_t)start & ~(SIZE_4K - 1); page < (uintptr_t)end; page += SIZE_4K)
        leaves.entries[(page - base) / SIZE_4K] = bits == 0 ? 0 : entry_to(page, bits);
}

enum error identity_map(void)
{
    uint64_t image = (uintptr_t)__image_start;
    uint64_t gigabyte = image & ~(SIZE_1G - 1);
    uint64_t base = image & ~(SIZE_2M - 1); /* hypervisor.ld: image up to guard in one 2 MiB */

    /* Sv39 addresses are sign-extended: the lower half, 256 GiB, means itself. */
    fill(&root, 0, SIZE_1G, ENTRIES / 2);
    fill(&middle, gigabyte, SIZE_2M, ENTRIES);
    fill(&leaves, base, SIZE_4K, ENTRIES);
    restrict_to(base, __text_start, __text_end, READ_EXECUTE);
    restrict_to(base, __rodata_start, __rodata_end, READ_ONLY);
    restrict_to(base, __stack_guard, __stack_bottom, 0);
    root.entries[gigabyte / SIZE_1G] = entry_to((uintptr_t)&middle, PTE_V);
    middle.entries[(base - gigabyte) / SIZE_2M] = entry_to((uintptr_t)&leaves, PTE_V);

    /* A write of a mode that the hart does not have changes nothing (Privileged Specification,
       "satp"): read back to know. The fence makes the tables count from here on. */
    __asm__ volatile("sfence.vma" ::: "memory");
    csr_write(satp, SATP_SV39 | (uintptr_t)&root >> 12);
    __asm__ volatile("sfence.vma" ::: "memory");
    return csr_read(satp) >> 60 == 8 ? OK : ERR_NOT_SUPPORTED;
}
