/*
 * guest_asm: what the tiny guests are written with. Included by the one .S file of a test image,
 * which is `guests_begin`, the guests, `guests_end`, and is loaded to GUEST_CODE as a whole: code
 * that may use no address of its own but relative to pc.
 *
 *     guest act_1                      a symbol; a0: its hart, a1: the test's argument
 *         ask  EXT_TIME, 77            an SBI call; error and value become the next two words
 *         must_fault lw t0, 0(a5)      scause and stval become the next two words; 0, 0: no fault
 *         power_off
 *
 * s0: argument, s1: where the next word goes, s2: the hart, s4 and s5: must_fault's; the rest is
 * the guest's, and kept by every macro but for t0 to t6 and a0 to a7.
 */
#include "guest_layout.h"

#define EXT_BASE   0x10
#define EXT_TIME   0x54494D45
#define EXT_IPI    0x735049
#define EXT_RFENCE 0x52464E43
#define EXT_HSM    0x48534D
#define EXT_SRST   0x53525354
#define EXT_DBCN   0x4442434E
#define EXT_SUSP   0x53555350

/* Assemblers older than the extensions do not know these. */
#define SENVCFG  0x10a
#define STIMECMP 0x14d

.macro  record register
        sd      \register, 0(s1)
        addi    s1, s1, 8
        .endm

/* A call with numbers, and one with the registers as they are. */
        .macro  sbi extension, function, argument0=0, argument1=0, argument2=0, argument3=0
        li      a0, \argument0
        li      a1, \argument1
        li      a2, \argument2
        li      a3, \argument3
        sbi_with \extension, \function
        .endm

        .macro  sbi_with extension, function
        li      a6, \function
        li      a7, \extension
        ecall
        .endm

        .macro  ask extension, function, argument0=0, argument1=0, argument2=0, argument3=0
        sbi     \extension, \function, \argument0, \argument1, \argument2, \argument3
        record  a0
        record  a1
        .endm

        .macro  ask_with extension, function
        sbi_with \extension, \function
        record  a0
        record  a1
        .endm

        .macro  power_off
        sbi     EXT_SRST, 0
8:      j       8b
        .endm

/* Do what is to fault. What comes back says why: see `caught`. */
        .macro  must_fault instruction:vararg
        lla     s5, 8f
        lla     s4, 9f
        li      t5, 0
        li      t6, 0
8:      \instruction
9:      record  t5
        record  t6
        .endm

/* The same for a jump: the fault is where it goes to. */
        .macro  must_not_run register
        mv      s5, \register
        lla     s4, 9f
        li      t5, 0
        li      t6, 0
        jr      s5
9:      record  t5
        record  t6
        .endm

/* Illegal, with the instruction itself in stval: the words are 2 and 0. */
        .macro  must_be_illegal instruction:vararg
        .option push
        .option norvc
        lla     s5, 8f
        lla     s4, 9f
        li      t5, 0
        li      t6, 0
8:      \instruction
9:      record  t5
        lwu     t4, 0(s5)
        sub     t6, t6, t4
        record  t6
        .option pop
        .endm

/* Give the hart away where others want it, and go on at the next turn: a software interrupt is
   pending, but not taken (sstatus.SIE is 0). */
        .macro  yield
        csrsi   sie, 2
        csrsi   sip, 2
        wfi
        .endm

/* Until the word at \offset of what is shared is \register. */
        .macro  wait_until offset, register
8:      yield
        li      t0, GUEST_SHARED
        ld      t1, \offset(t0)
        bne     t1, \register, 8b
        fence   rw, rw
        .endm

/* One more at \offset of what is shared; t1: how many it was. */
        .macro  count offset
        li      t0, GUEST_SHARED + \offset
        li      t1, 1
        amoadd.d.aqrl t1, t1, (t0)
        .endm

/* Start hart \hart of this guest at \label, with its argument. a0: the answer. */
        .macro  start hart, label
        li      a0, \hart
        lla     a1, \label
        mv      a2, s0
        sbi_with EXT_HSM, 0
        .endm

        .macro  guest name
        .balign 8
        .globl  \name
\name:
        mv      s0, a1
        mv      s2, a0
        li      s1, GUEST_RESULTS
        slli    t0, a0, 9               /* GUEST_WORDS * 8 */
        add     s1, s1, t0
        lla     t0, caught
        csrw    stvec, t0
        .endm

/* The code of all, what they share, and the guest that does nothing wrong. */
        .macro  guests_begin
        .section .rodata.guests, "a"
        .balign 4096
        .globl  guests, guests_end
guests:

/* stvec: an exception where must_fault expected it: t5 is scause, t6 stval; elsewhere t5 is -1. */
        .balign 4
caught: csrr    t5, scause
        csrr    t6, stval
        csrr    t4, sepc
        beq     t4, s5, 1f
        li      t5, -1
1:      li      t4, 0x100               /* sstatus.SPP: on in supervisor mode */
        csrs    sstatus, t4
        csrw    sepc, s4
        sret

/* The other one: counts to its argument, asks its firmware as often, and looks whether its registers
   are its own. Words: how far it came, how often something was wrong, its pending interrupts. */
        guest   other
        li      s6, 0
        li      s7, 0
        li      s3, 0x5a5a
        mv      s8, s3
        mv      s9, s3
        mv      s10, s3
        mv      s11, s3
1:      li      t0, 20000
2:      addi    t0, t0, -1
        bnez    t0, 2b
        sbi     EXT_BASE, 0
        snez    t0, a0
        add     s7, s7, t0
        li      t0, 0x2000000
        xor     t0, t0, a1
        snez    t0, t0
        add     s7, s7, t0
        .irp    n, s8, s9, s10, s11
        xor     t0, \n, s3
        snez    t0, t0
        add     s7, s7, t0
        .endr
        addi    s6, s6, 1
        blt     s6, s0, 1b
        record  s6
        record  s7
        csrr    t0, sip
        record  t0
        power_off

/* Another other one: works for its argument of ticks. */
        guest   guest_worker
        rdtime  s7
        add     s7, s7, s0
1:      rdtime  t0
        bltu    t0, s7, 1b
        power_off
        .endm

        .macro  guests_end_here
        .balign 8
guests_end:
        .endm
