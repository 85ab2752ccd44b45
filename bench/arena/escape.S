/*
 * escape: remember a place in a function, and come back to it from anywhere below: setjmp and
 * longjmp of a libc. See guard.h.
 *
 *     struct escape   ra, sp, s0 .. s11: what a function call preserves (RISC-V psABI)
 */

        .section .text

/* int escape_mark(struct escape *escape): 0; and 1 each time escape_to comes back to here. */
        .globl  escape_mark
        .type   escape_mark, @function
escape_mark:
        sd      ra, 0(a0)
        sd      sp, 8(a0)
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11
        sd      s\n, 16 + 8 * \n(a0)
        .endr
        li      a0, 0
        ret
        .size   escape_mark, . - escape_mark

/* [[noreturn]] void escape_to(struct escape *escape): touches no stack before it has the one of
   the mark, so that it may follow a stack overflow. */
        .globl  escape_to
        .type   escape_to, @function
escape_to:
        ld      ra, 0(a0)
        ld      sp, 8(a0)
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11
        ld      s\n, 16 + 8 * \n(a0)
        .endr
        li      a0, 1
        ret
        .size   escape_to, . - escape_to
