/*
 * hello: a guest of a few instructions. It prints a line through the SBI's console and powers off.
 *
 * It is linked into the hypervisor as data, and copied to where the loader puts flat binaries; so
 * it may use no address of its own but relative to pc.
 */
        .section .rodata
        .balign 8
        .globl  hello_guest, hello_guest_end
hello_guest:
        lla     s0, text
1:      lbu     a0, 0(s0)               /* one byte each: DBCN, console write byte */
        beqz    a0, 2f
        li      a7, 0x4442434e
        li      a6, 2
        ecall
        addi    s0, s0, 1
        j       1b
2:      li      a7, 0x53525354          /* SRST: shutdown, no reason */
        li      a6, 0
        li      a0, 0
        li      a1, 0
        ecall
3:      j       3b
text:   .asciz  "Hello from a guest in VS-mode\n"
hello_guest_end:
