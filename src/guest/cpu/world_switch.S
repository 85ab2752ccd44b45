/*
 * world_switch: into a guest, and out of it.
 *
 *     vcpu_enter ---> resume_all ---> sret ==> guest ==> guest_exit ---> handler
 *         ^              ^   ^                                             |
 *         |              |   +------------- resume (the quick way) <-------+ VCPU_RESUME
 *         |              +-------------------------------------------------+ VCPU_RESUME_ALL
 *         +--- ret <---- leave <-------------------------------------------+ VCPU_LEAVE
 *
 * sscratch holds the struct vcpu while the guest runs, and this hart's struct hart at all other
 * times; stvec points to guest_exit, and to trap_entry. So a trap inside a handler is one of our
 * own, with its report, and costs the handler nothing.
 *
 * The stack in a handler is that of who called vcpu_enter. Interrupts are masked throughout.
 */
#include "vcpu_offsets.h"
#include <riscv/hcsr.h>

        .section .text
        .balign 4

/* vcpu_enter(a0: struct vcpu *). Saves what a C function must keep, and becomes the guest. */
        .globl  vcpu_enter
        .type   vcpu_enter, @function
vcpu_enter:
        addi    sp, sp, -112
        sd      ra,  104(sp)
        sd      s0,   96(sp)
        sd      s1,   88(sp)
        sd      s2,   80(sp)
        sd      s3,   72(sp)
        sd      s4,   64(sp)
        sd      s5,   56(sp)
        sd      s6,   48(sp)
        sd      s7,   40(sp)
        sd      s8,   32(sp)
        sd      s9,   24(sp)
        sd      s10,  16(sp)
        sd      s11,   8(sp)
        sd      sp, VCPU_HOST_SP(a0)
        sd      tp, VCPU_HART(a0)
        sd      gp, VCPU_GP(a0)

/* a0: struct vcpu. Everything of it goes to the hart. */
resume_all:
        mv      s0, a0
        ld      t0, VCPU_SSTATUS(a0)
        ld      t1, VCPU_HSTATUS(a0)
        csrw    sstatus, t0
        csrw    HSTATUS, t1
        .irp    n, 9,18,19,20,21,22,23,24,25,26,27
        ld      x\n, VCPU_X + 8 * \n(a0)
        .endr

/* s0: struct vcpu. x9 and x18 to x27 are the guest's, and so are hstatus and sstatus. */
resume:
        ld      t0, VCPU_EXIT_ENTRY(s0)
        ld      t1, VCPU_SEPC(s0)
        csrw    stvec, t0               /* from here to sret nothing may trap */
        csrw    sscratch, s0
        csrw    sepc, t1
        .irp    n, 1,2,3,4,5,6,7,10,11,12,13,14,15,16,17,28,29,30,31,8
        ld      x\n, VCPU_X + 8 * \n(s0)
        .endr
        sret

/* ---- The guest has trapped. sscratch: struct vcpu; everything else is the guest's. ---- */
        .balign 4
        .globl  guest_exit
guest_exit:
        csrrw   s0, sscratch, s0        /* s0: struct vcpu; sscratch: the guest's s0 */
        .irp    n, 1,2,3,4,5,6,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        sd      x\n, VCPU_X + 8 * \n(s0)
        .endr
        ld      tp, VCPU_HART(s0)
        ld      sp, VCPU_HOST_SP(s0)
        ld      t1, VCPU_TRAP_ENTRY(s0)
        csrrw   t0, sscratch, tp
        sd      t0, VCPU_X + 8 * 8(s0)
        csrw    stvec, t1               /* from here on a trap is our own */
        ld      gp, VCPU_GP(s0)
        csrr    t2, sepc
        csrr    t3, scause
        csrr    t4, sstatus             /* a trap of our own would lose where it came from */
        sd      t2, VCPU_SEPC(s0)
        sd      t4, VCPU_SSTATUS(s0)
        bltz    t3, interrupt

count:                                  /* t3: the slot (riscv/hart.h, trap_slot) */
        slli    t3, t3, 3
        add     t4, s0, t3
        ld      t5, VCPU_EXITS(t4)
        ld      t6, VCPU_HANDLERS(t4)
        addi    t5, t5, 1
        sd      t5, VCPU_EXITS(t4)
        mv      a0, s0                  /* s0 is kept by C */
        jalr    t6                      /* handler(a0: struct vcpu) -> a0: enum vcpu_next */
        beqz    a0, resume
        li      t0, VCPU_LEAVE
        mv      a1, a0
        mv      a0, s0
        bne     a1, t0, resume_all

/* a0: struct vcpu. Back to who called vcpu_enter. */
        ld      sp, VCPU_HOST_SP(a0)
        ld      ra,  104(sp)
        ld      s0,   96(sp)
        ld      s1,   88(sp)
        ld      s2,   80(sp)
        ld      s3,   72(sp)
        ld      s4,   64(sp)
        ld      s5,   56(sp)
        ld      s6,   48(sp)
        ld      s7,   40(sp)
        ld      s8,   32(sp)
        ld      s9,   24(sp)
        ld      s10,  16(sp)
        ld      s11,   8(sp)
        addi    sp, sp, 112
        ret

interrupt:                              /* slots 32 to 63 */
        andi    t3, t3, 31
        addi    t3, t3, 32
        j       count

/* vcpu_fp_save(a0: struct vcpu_fp *), vcpu_fp_load(a0: the same). Context: sstatus.FS is not 0.
   fsd and fld as .insn, fcsr by its number: the hypervisor itself is built without them. */
        .globl  vcpu_fp_save
        .type   vcpu_fp_save, @function
vcpu_fp_save:
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        .insn s 0x27, 3, x\n, 8 * \n(a0)
        .endr
        csrr    t0, 0x003
        sd      t0, 256(a0)
        ret

        .globl  vcpu_fp_load
        .type   vcpu_fp_load, @function
vcpu_fp_load:
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        .insn i 0x07, 3, x\n, 8 * \n(a0)
        .endr
        ld      t0, 256(a0)
        csrw    0x003, t0
        ret
