/*
 * hcsr: the registers and instructions of the hypervisor extension, by name.
 *
 * Assemblers older than the extension do not know the names, so the numbers stand here, and the
 * instructions are written as .insn. Source: The RISC-V Instruction Set Manual, Volume II
 * (Privileged), 20240411, chapter "H" Extension, "Hypervisor and Virtual Supervisor CSRs" and
 * "Hypervisor Instructions"; Sstc 1.0.0 for vstimecmp.
 */
#pragma once

/* Of the hypervisor: the guest never sees them. */
#define HSTATUS    0x600
#define HEDELEG    0x602
#define HIDELEG    0x603
#define HIE        0x604
#define HTIMEDELTA 0x605
#define HCOUNTEREN 0x606
#define HGEIE      0x607
#define HENVCFG    0x60a
#define HTVAL      0x643
#define HVIP       0x645
#define HTINST     0x64a
#define HGATP      0x680

/* The guest's own: what it reads and writes as sstatus, stvec and so on. */
#define VSSTATUS  0x200
#define VSIE      0x204
#define VSTVEC    0x205
#define VSSCRATCH 0x240
#define VSEPC     0x241
#define VSCAUSE   0x242
#define VSTVAL    0x243
#define VSIP      0x244
#define VSTIMECMP 0x24d
#define VSATP     0x280

/* These have no copy for the guest: it uses the real ones. */
#define SCOUNTEREN 0x106
#define SENVCFG    0x10a

/* hstatus */
#define HSTATUS_GVA  (1 << 6)  /* stval has a guest virtual address */
#define HSTATUS_SPV  (1 << 7)  /* sret goes to the guest; the trap came from it */
#define HSTATUS_SPVP (1 << 8)  /* the privilege of HLV's: 1 is the guest's supervisor */
#define HSTATUS_VTVM (1 << 20) /* the guest's satp and sfence.vma trap */
#define HSTATUS_VTW  (1 << 21) /* its wfi traps */
#define HSTATUS_VSXL (UINT64_C(2) << 32)

/* sstatus and vsstatus, besides SIE */
#define SSTATUS_SPIE     (1 << 5)
#define SSTATUS_SPP      (1 << 8)
#define SSTATUS_FS       (3 << 13) /* floating point: 0 off, 1 initial, 2 clean, 3 dirty */
#define SSTATUS_FS_CLEAN (2 << 13)
#define SSTATUS_FS_DIRTY (3 << 13)
#define SSTATUS_VS       (3 << 9) /* the same for vectors */

/* hvip, hideleg, vsip as hvip sees it: the guest's software, timer and external interrupt */
#define HVIP_VSSIP (1 << 2)
#define HVIP_VSTIP (1 << 6)
#define HVIP_VSEIP (1 << 10)

/* henvcfg: the guest has vstimecmp; Svpbmt; cbo.zero; cbo.clean and flush; cbo.inval */
#define HENVCFG_STCE       (UINT64_C(1) << 63)
#define HENVCFG_PBMTE      (UINT64_C(1) << 62)
#define HENVCFG_CBZE       (1 << 7)
#define HENVCFG_CBCFE      (1 << 6)
#define HENVCFG_CBIE_FLUSH (1 << 4) /* cbo.inval flushes: it must not undo our zeroes */
#define HENVCFG_FIOM       1

#ifndef __ASSEMBLER__

#include <base/types.h>

#define hcsr_read(number)                                                                          \
    ({                                                                                             \
        uint64_t hcsr_value;                                                                       \
        __asm__ volatile("csrr %0, %1" : "=r"(hcsr_value) : "i"(number) : "memory");               \
        hcsr_value;                                                                                \
    })
#define hcsr_write(number, value)                                                                  \
    __asm__ volatile("csrw %0, %1" ::"i"(number), "r"((uint64_t)(value)) : "memory")
#define hcsr_set(number, bits)                                                                     \
    __asm__ volatile("csrs %0, %1" ::"i"(number), "r"((uint64_t)(bits)) : "memory")
#define hcsr_clear(number, bits)                                                                   \
    __asm__ volatile("csrc %0, %1" ::"i"(number), "r"((uint64_t)(bits)) : "memory")

/* Forget all second-stage translations of this hart, of one VMID or of all; forget the guest's own
   translations under the VMID that hgatp has ("HFENCE.GVMA", "HFENCE.VVMA"). */
static inline void hfence_gvma_vmid(uint64_t vmid)
{
    __asm__ volatile(".insn r 0x73, 0, 0x31, x0, x0, %0" ::"r"(vmid) : "memory");
}

static inline void hfence_gvma_all(void)
{
    __asm__ volatile(".insn r 0x73, 0, 0x31, x0, x0, x0" ::: "memory");
}

static inline void hfence_vvma_all(void)
{
    __asm__ volatile(".insn r 0x73, 0, 0x11, x0, x0, x0" ::: "memory");
}

#endif
