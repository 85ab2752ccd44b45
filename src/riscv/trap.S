/*
 * trap: from an interrupted instruction to C, on a stack that is surely good.
 *
 * Each hart has three stacks: its own, one for traps, and one for traps inside traps. A trap
 * never uses the stack that it interrupted, so an overflow of that stack can be reported.
 *
 *     trap_depth   what has happened              where it goes
 *     0            our code trapped               trap(frame), on the trap stack; it may return
 *     1            trap() itself trapped          trap_nested(...), on the nested stack; the end
 *     2 or more    that trapped too               the finisher, from here, without memory
 *
 * trap() returns where the cause was dealt with. It is a C function, so s0 .. s11 are as they were
 * by the calling convention and need not be loaded again: a handler that changes them in the
 * frame changes nothing; any other register, and sepc, it may change.
 *
 * sscratch holds this hart's struct hart at all times but the few instructions below.
 */
#include "asm_offsets.h"

        .section .text
        .balign 4                       /* stvec: the two low bits are its mode */
        .globl  trap_entry
        .type   trap_entry, @function
trap_entry:
        csrrw   tp, sscratch, tp        /* tp: struct hart; sscratch: the interrupted tp */
        sd      sp, HART_SAVED_SP(tp)
        sd      t0, HART_SAVED_T0(tp)
        ld      t0, HART_TRAP_DEPTH(tp)
        bnez    t0, nested
        li      t0, 1
        sd      t0, HART_TRAP_DEPTH(tp)

        ld      sp, HART_TRAP_STACK_TOP(tp)
        addi    sp, sp, -FRAME_SIZE     /* sp: struct frame; t0 is free, it is saved */
        sd      x1,  FRAME_X +   8(sp)
        sd      x3,  FRAME_X +  24(sp)
        .irp    n, 6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        sd      x\n, FRAME_X + 8 * \n(sp)
        .endr
        ld      t0, HART_SAVED_SP(tp)
        sd      t0, FRAME_X +  16(sp)   /* x2: sp */
        csrrw   t0, sscratch, tp
        sd      t0, FRAME_X +  32(sp)   /* x4: tp; sscratch is the hart again */
        ld      t0, HART_SAVED_T0(tp)
        sd      t0, FRAME_X +  40(sp)   /* x5: t0 */
        csrr    t0, sepc
        sd      t0, FRAME_SEPC(sp)
        csrr    t0, scause
        sd      t0, FRAME_SCAUSE(sp)
        csrr    t0, stval
        sd      t0, FRAME_STVAL(sp)
        csrr    t0, sstatus
        sd      t0, FRAME_SSTATUS(sp)
        .option push
        .option norelax
        lla     gp, __global_pointer$   /* whatever was in gp: it is in the frame */
        .option pop
        mv      a0, sp
        li      fp, 0                   /* our own backtrace ends here */
        call    trap

        /* Back. The SC ends a reservation that the interrupted code may hold: what the handler
           stored would not, on this same hart (ISA Manual, "Load-Reserved/Store-Conditional"). */
        sc.d    zero, zero, (sp)
        ld      t0, FRAME_SEPC(sp)
        csrw    sepc, t0
        ld      t0, FRAME_SSTATUS(sp)
        csrw    sstatus, t0
        sd      zero, HART_TRAP_DEPTH(tp)
        ld      x1,  FRAME_X +   8(sp)
        .irp    n, 3,4,5,6,7,8,10,11,12,13,14,15,16,17,28,29,30,31
        ld      x\n, FRAME_X + 8 * \n(sp)
        .endr
        ld      sp,  FRAME_X +  16(sp)
        sret

nested:                                 /* t0: the depth before this trap, 1 or more */
        addi    t0, t0, 1
        sd      t0, HART_TRAP_DEPTH(tp)
        addi    t0, t0, -2
        bnez    t0, last_resort
        csrw    sscratch, tp
        ld      sp, HART_NESTED_STACK_TOP(tp)
        csrr    a0, scause
        csrr    a1, sepc
        csrr    a2, stval
        li      fp, 0
        call    trap_nested             /* does not return */

last_resort:                            /* no stack, no C: end with the code of a panic */
        li      t0, (CODE_PANIC << 16) | 0x3333
        li      t1, 0x100000            /* QEMU virt's finisher; elsewhere this traps again ... */
        lla     tp, 1f
        csrw    stvec, tp               /* ... to the next line */
        sw      t0, 0(t1)
        .balign 4
1:      wfi
        j       1b

/* frame_capture(a0: struct frame *): x1 .. x31 as they are. Changes no register. */
        .globl  frame_capture
        .type   frame_capture, @function
frame_capture:
        .irp    n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        sd      x\n, FRAME_X + 8 * \n(a0)
        .endr
        ret
