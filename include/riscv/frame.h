/*
 * frame: the registers of interrupted code, as trap.S and frame_capture lay them out.
 *
 * x[n] is register xn; x[0], which is always zero, is not stored and its place unused. Offsets
 * for assembly are generated from this struct (src/riscv/asm_offsets.c).
 */
#pragma once

#include <base/types.h>

struct frame {
    uint64_t x[32];
    uint64_t sepc;    /* where it was: the address of the instruction that trapped */
    uint64_t scause;  /* why */
    uint64_t stval;   /* the address or instruction that it is about */
    uint64_t sstatus; /* as it was in the trap */
};
_Static_assert(sizeof(struct frame) % 16 == 0, "the stack stays aligned to 16 (psABI)");

/* Indices into x: the names of the psABI, "Integer Register Convention". */
enum { REG_RA = 1, REG_SP = 2, REG_FP = 8 };

/* Store x1 .. x31 of the caller, as they are now, in `frame`. The other fields stay. */
void frame_capture(struct frame *frame);
