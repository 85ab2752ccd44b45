/*
 * Acts 19 to 24 and 28: memory that is not theirs, and devices by every form of an instruction.
 */
#include "guest_asm.h"

        guests_begin

/* Load, store and run at each of the addresses at GUEST_INPUTS, up to a zero. */
        guest   act_19
        li      s6, GUEST_INPUTS
1:      ld      s7, 0(s6)
        addi    s6, s6, 8
        beqz    s7, 2f
        must_fault ld t0, 0(s7)
        must_fault sd t0, 0(s7)
        must_not_run s7
        j       1b
2:      power_off

/* What it takes for the firmware's RAM is its own: zeros, and then what it writes. */
        guest   act_19_firmware
        li      t0, 0x80000000
        ld      t1, 0(t0)
        record  t1
        li      t1, -1
        li      t2, 0x80100000
1:      sd      t1, 0(t0)
        addi    t0, t0, 8
        bltu    t0, t2, 1b
        li      t0, 0x80000000
        ld      t1, 0(t0)
        record  t1
        power_off

/* An instruction of four bytes whose second half lies behind the end of RAM. */
        guest   act_20_over_the_end
        li      s7, GUEST_RAM_END - 2
        li      t0, 0x13                /* the low half of a nop */
        sh      t0, 0(s7)
        fence.i
        must_not_run s7
        power_off

/* Tables of the second half of the first GiBs: `entry` n leads to the table at GUEST_INPUTS + 8 n. */
        guest   act_21
        li      t0, GUEST_TABLES
        li      t1, (0x80000000 >> 2) | 0xcf
        sd      t1, 2 * 8(t0)           /* RAM to itself */
        li      t1, (0x00000000 >> 2) | 0xcf
        sd      t1, 3 * 8(t0)           /* a leaf: devices and holes, from 3 GiB on */
        li      s6, GUEST_INPUTS
        li      s7, GUEST_TABLES + 4 * 8
1:      ld      t1, 0(s6)
        beqz    t1, 2f
        srli    t1, t1, 2
        ori     t1, t1, 1
        sd      t1, 0(s7)
        addi    s6, s6, 8
        addi    s7, s7, 8
        j       1b
2:      li      t0, GUEST_TABLES >> 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        li      t0, (3 << 30) + 0x10000005
        lbu     t0, 0(t0)               /* the UART through the leaf: empty, so all of it is sent */
        record  t0
        li      s8, (3 << 30) + 0x20000000
        must_fault ld t0, 0(s8)         /* a hole through the leaf */
        must_not_run s8
        li      s6, GUEST_INPUTS
        li      s8, 4 << 30
        li      s9, 1 << 30
3:      ld      t1, 0(s6)
        addi    s6, s6, 8
        beqz    t1, 4f
        must_fault ld t0, 0(s8)
        must_fault sd t0, 0(s8)
        must_not_run s8
        add     s8, s8, s9
        j       3b
4:      power_off

/* Its own RAM, past the caches: what was not yet written back would be seen as it was before. */
        guest   past_the_caches
        li      t0, GUEST_TABLES
        li      t1, (0x80000000 >> 2) | 0xcf
        sd      t1, 2 * 8(t0)
        .irp    kind, 1, 2
        li      t2, (0x80000000 >> 2) | 0xcf | \kind << 61 /* Svpbmt: NC, IO */
        sd      t2, (3 + \kind) * 8(t0)
        .endr
        li      t0, GUEST_TABLES >> 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        .irp    kind, 1, 2
        li      s7, (3 + \kind) << 30
        must_fault ld t0, 0(s7)
        .endr
        power_off

/* Read, write and run in a page that may only be read. */
        guest   act_22
        li      s7, 0x90000000
        ld      t0, 0(s7)
        record  t0
        must_fault sd t0, 8(s7)
        must_fault amoadd.d t0, t0, (s7)
        must_fault sc.d t0, t0, (s7)    /* a failed sc may or may not fault: see the test */
        must_not_run s7
        ld      t0, 0(s7)
        record  t0
        power_off

/* Its hart 1 runs in a page at 0x90000000, hart 2 reads there; then it is taken away. */
        guest   act_23
        li      t0, 0x90000000
        li      t1, 0x0053b02300128293  /* addi t0, t0, 1; sd t0, 0(t2) */
        sd      t1, 0(t0)
        li      t1, 0xff9ff06f          /* j to the first */
        sd      t1, 8(t0)
        fence.i
        start   1, act_23_runs
        start   2, act_23_reads
        li      s6, 2
1:      li      t0, GUEST_SHARED        /* they count when they are through */
        ld      t1, 0(t0)
        bne     t1, s6, 1b
        power_off

        guest   act_23_runs
        fence.i
        li      s7, 0x90000000
        lla     s4, 9f
        li      t2, GUEST_SHARED + 8
        li      t0, 0
        jr      s7                      /* until there is nothing to run */
9:      csrr    t1, scause
        record  t1
        csrr    t1, stval               /* one of the three instructions */
        andi    t1, t1, -16
        record  t1
        count   0
        sbi     EXT_HSM, 1

        guest   act_23_reads
        li      s7, 0x90000000
        ld      s6, 0(s7)
        li      s8, 0
        lla     s4, 9f
        lla     s5, 8f
1:
8:      ld      t0, 0(s7)
        addi    s8, s8, 1
        li      t2, GUEST_SHARED + 16
        sd      s8, 0(t2)
        beq     t0, s6, 1b
        li      t5, 0xbad               /* something else is there */
9:      record  t5
        record  t6
        count   0
        sbi     EXT_HSM, 1

/* A pattern into all of its RAM but its code. */
        guest   act_24_scribbles
        li      t0, 0x80000000
        li      t1, GUEST_CODE
        li      t2, 0x5ec4e75ec4e75ec4
1:      sd      t2, 0(t0)
        addi    t0, t0, 8
        bltu    t0, t1, 1b
        lla     t0, guests_end
        li      t1, GUEST_RAM_END
2:      sd      t2, 0(t0)
        addi    t0, t0, 8
        bltu    t0, t1, 2b
        power_off

/* How many words of its RAM are not zero, its code left out; and the last such. */
        guest   act_24
        li      s6, 0
        li      s7, 0
        li      t0, 0x80000000
        li      t1, GUEST_CODE
1:      ld      t2, 0(t0)
        beqz    t2, 2f
        addi    s6, s6, 1
        mv      s7, t2
2:      addi    t0, t0, 8
        bltu    t0, t1, 1b
        lla     t0, guests_end
        li      t1, GUEST_RAM_END
3:      ld      t2, 0(t0)
        beqz    t2, 4f
        addi    s6, s6, 1
        mv      s7, t2
4:      addi    t0, t0, 8
        bltu    t0, t1, 3b
        record  s6
        record  s7
        power_off

/* The PLIC's priority of source 1, and the UART's scratch register, in all forms. After each comes
   an addi that a wrong length would jump over or into. */
        guest   act_28
        li      a5, 0x0c000000
        li      s6, 0
        .option push
        .option norvc
        li      a4, 3
        sw      a4, 4(a5)
        addi    s6, s6, 1
        lw      x0, 4(a5)               /* to nowhere */
        addi    s6, s6, 1
        record  x0
        lw      t3, 4(a5)
        addi    s6, s6, 1
        record  t3
        sw      x0, 4(a5)               /* from nowhere */
        addi    s6, s6, 1
        lwu     t3, 4(a5)
        record  t3
        .option pop
        li      a4, 5
        c.sw    a4, 4(a5)
        c.addi  s6, 1
        c.lw    a3, 4(a5)
        c.addi  s6, 1
        record  a3
        mv      sp, a5
        li      t3, 6
        c.swsp  t3, 4(sp)
        c.addi  s6, 1
        c.lwsp  t4, 4(sp)
        c.addi  s6, 1
        record  t4
        .option push
        .option norvc
        sw      a4, 4(sp)
        addi    s6, s6, 1
        lw      sp, 4(sp)               /* over its own base */
        record  sp
        .option pop
        li      a5, 0x10000007
        li      a4, 0xa5
        sb      a4, 0(a5)
        lb      t3, 0(a5)               /* with its sign */
        record  t3
        lbu     t3, 0(a5)
        record  t3
        record  s6
        power_off

        guests_end_here
