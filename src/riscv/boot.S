/*
 * boot: from the firmware to main, for the first hart and for those that it starts.
 *
 * On entry (RISC-V SBI specification, "Hart State Management"; Linux's boot protocol):
 *     a0 = hart id, a1 = device tree (first hart) or struct hart * (started hart),
 *     satp = 0, sstatus.SIE = 0, every other register undefined.
 *
 * The firmware starts one hart; which one is its own choice. Nothing here assumes that it is 0.
 *
 * Read next: trap.S, then main.c.
 */
/* [boot-start] */
/* [boot-offsets] */
#include "asm_offsets.h"
/* [/boot-offsets] */

        .section .text.entry, "ax"

/* ---- The first hart. a0: hart id, a1: device tree; kept in s1 and s2 until main. ---- */
        .globl  _start
        .type   _start, @function
_start:
        /* [boot-trap] */
        /* A trap before this line would jump to wherever stvec pointed: so it is first. */
        lla     t0, trap_entry
        csrw    stvec, t0
        /* [/boot-trap] */
        csrw    sie, zero
        /* [boot-claim] */
        lla     t0, boot_claimed        /* the first to come boots; another has strayed */
        li      t1, 1
        amoswap.w t1, t1, (t0)
        bnez    t1, stray
        /* [/boot-claim] */

        .option push
        .option norelax                 /* gp is not there yet: its own address must not use it */
        lla     gp, __global_pointer$
        .option pop
/* [/boot-start] */

/* [boot-memory] */
        /* [boot-hart] */
        lla     tp, boot_hart           /* tp, sscratch: this hart, in .data */
        csrw    sscratch, tp
        sd      a0, HART_ID(tp)
        /* [/boot-hart] */
        lla     sp, __stack_top
        mv      s1, a0
        mv      s2, a1

        /* Clear .bss, 64 bytes a turn; hypervisor.ld aligns both ends. t0: next, t1: end. */
        lla     t0, __bss_start
        lla     t1, __bss_end
        bgeu    t0, t1, 2f
1:      sd      zero, 0(t0)
        sd      zero, 8(t0)
        sd      zero, 16(t0)
        sd      zero, 24(t0)
        sd      zero, 32(t0)
        sd      zero, 40(t0)
        sd      zero, 48(t0)
        sd      zero, 56(t0)
        addi    t0, t0, 64
        bltu    t0, t1, 1b
2:
/* [/boot-memory] */

/* [boot-main] */
        mv      a0, s1
        mv      a1, s2
        li      fp, 0                   /* a backtrace ends here */
        call    main
        j       halt
        .size   _start, . - _start

/* [stray] */
/*
 * ---- A hart that was started, and came to the wrong door. a0: hart id; a1: anything. ----
 * OpenSBI 1.1 marks a hart as started before it writes down where: a hart that looks between the two
 * goes where the first one went (lib/sbi/sbi_hsm.c, sbi_hsm_hart_start), and _start sends it here.
 * Its struct hart is in the list of those that were started; until it is, wait.
 */
stray:  lla     t0, started_harts
        ld      t1, (t0)
        fence   r, rw
1:      beqz    t1, stray
        ld      t2, HART_ID(t1)
        beq     t2, a0, 2f
        ld      t1, HART_NEXT(t1)
        j       1b
2:      mv      a1, t1
/* [/stray] */

/* [hart-entry] */
/* ---- A hart that hart_start started. a0: hart id, a1: its struct hart. ---- */
        .globl  hart_entry
        .type   hart_entry, @function
hart_entry:
        lla     t0, trap_entry
        csrw    stvec, t0
        csrw    sie, zero
        .option push
        .option norelax
        lla     gp, __global_pointer$
        .option pop
        mv      tp, a1
        csrw    sscratch, tp
        ld      t0, HART_SATP(tp)       /* 0: no translation. Code and struct hart lie where they */
        sfence.vma                      /* did, for the map of the image is the identity. */
        csrw    satp, t0
        sfence.vma
        ld      sp, HART_STACK_TOP(tp)
        ld      t0, HART_ENTRY(tp)
        ld      a0, HART_ARGUMENT(tp)
        li      fp, 0                   /* a backtrace ends here */
        jalr    t0
/* [/hart-entry] */

/* Neither main nor a hart's entry returns; should one do so, it stops here. */
halt:   csrci   sstatus, 2
        wfi
        j       halt
/* [/boot-main] */
