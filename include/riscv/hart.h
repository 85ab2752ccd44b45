/*
 * hart: this hart, and what it can be told directly.
 *
 * Each hart has a struct hart. tp points to it while C code runs, and so does sscratch, from
 * where trap.S finds it whatever the registers hold. A hart id is the firmware's name for it;
 * it says nothing about an order, and the first hart need not be 0.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>
#include <riscv/csr.h>

/* How many harts can run our code. */
enum { HARTS_MAX = 64 };

/* Traps are counted by what scause says: exceptions 0 .. 31, interrupts 32 .. 63. */
enum { TRAP_CAUSES = 64 };

static inline unsigned trap_slot(uint64_t scause)
{
    return (unsigned)((scause & 31) | scause >> 63 << 5);
}

struct hart {
    uint64_t id;         /* the firmware's number for it (mhartid) */
    uint64_t index;      /* ours: 0 for the first, less than HARTS_MAX, no two the same */
    uint64_t trap_depth; /* 0 normally, 1 in a trap, more: a trap inside a trap */
    uint64_t saved_sp;   /* trap.S: sp of the interrupted code */
    uint64_t saved_t0;   /* trap.S: t0 of the interrupted code */
    char *trap_stack_bottom;
    char *trap_stack_top;   /* traps run here, so that a stack overflow can report itself */
    char *nested_stack_top; /* and a trap inside a trap here */
    char *stack_bottom;     /* its own stack: the lowest byte ... */
    char *stack_top;        /* ... and one past the highest */
    void (*entry)(void *);  /* a started hart: what it runs, and with what */
    void *argument;
    struct hart *next; /* the one that was started before it; see boot.S, stray */
    uint64_t satp;     /* a started hart: its address space from the first instruction on */
    uint64_t traps[TRAP_CAUSES]; /* how many it took; written by itself */
};

/* The hart that runs this. Cost: at most one instruction. Host: a fake, one for each thread. */
static inline struct hart *this_hart(void)
{
    struct hart *hart;
    __asm__("mv %0, tp" : "=r"(hart));
    return hart;
}

/* Its index: one load, where the field of this_hart() is two instructions. */
static inline uint64_t hart_index(void)
{
    uint64_t index;
    __asm__("ld %0, %1(tp)" : "=r"(index) : "i"(offsetof(struct hart, index)));
    return index;
}

/* True in a trap handler. */
static inline bool hart_in_trap(void)
{
    return this_hart()->trap_depth != 0;
}

/*
 * Where the running function returns to. Right only in a function that has called nothing yet
 * (ra still holds it); unlike __builtin_return_address it does not make a leaf save ra. For
 * reports; nothing may depend on it.
 */
[[gnu::always_inline]] static inline const void *leaf_return_address(void)
{
    const void *address;
    __asm__("mv %0, ra" : "=r"(address));
    return address;
}

/*
 * Mask interrupts on this hart; returns what hart_restore_interrupts needs. Pairs nest. sstatus
 * comes back as a whole: between the two nobody changes its other bits.
 */
static inline uint64_t hart_mask_interrupts(void)
{
    uint64_t sstatus;
    __asm__ volatile("csrrci %0, sstatus, %1" : "=r"(sstatus) : "i"(SSTATUS_SIE) : "memory");
    return sstatus;
}

static inline void hart_restore_interrupts(uint64_t sstatus)
{
    csr_write(sstatus, sstatus);
}

/* Take interrupts from here on. */
static inline void hart_enable_interrupts(void)
{
    csr_set(sstatus, SSTATUS_SIE);
}

/* Sleep until an interrupt is pending that sie lets through, also where it is masked. May come
   back early: always in a loop. */
static inline void hart_wait_for_interrupt(void)
{
    __asm__ volatile("wfi" ::: "memory");
}

/* A hint that this hart spins: PAUSE of Zihintpause, a fence without effect where it is absent. */
static inline void hart_relax(void)
{
    __asm__ volatile(".insn i 0x0f, 0, x0, x0, 0x010" ::: "memory");
}

/* Stop here for ever, with interrupts masked and none let through. */
[[gnu::noreturn]] static inline void hart_halt(void)
{
    (void)hart_mask_interrupts();
    csr_write(sie, 0);
    for (;;)
        hart_wait_for_interrupt();
}

/*
 * Start a stopped hart through the firmware (SBI HSM). The caller fills id, index, the stacks,
 * entry and argument, and keeps `hart` alive for ever; entry must not return. One hart at a time
 * starts others.
 * Fails iff the firmware has no HSM extension or refuses: unknown id, already running.
 */
enum error hart_start(struct hart *hart);

/* The hart that the firmware started; boot.S fills its id. */
extern struct hart boot_hart;

/* Shared with boot.S: see src/riscv/hart.c. */
extern uint32_t boot_claimed;
extern struct hart *started_harts;
