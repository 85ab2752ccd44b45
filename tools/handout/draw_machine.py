"""draw_machine: the pictures that show who does what, and in which order."""

from svg import Picture


def tools(s):
    p = Picture(
        "tools", 680, 400, "What each tool does",
        "Sources go through the compiler, which makes object files; the linker puts them where hypervisor.ld says "
        "and makes hypervisor.elf. QEMU loads it beside the firmware OpenSBI and is the machine; its serial port "
        "is your terminal. make calls compiler and linker, run.sh calls make and QEMU, gdb looks into the "
        "machine.",
    )
    p.box(10, 10, 660, 380, fill="hole")
    p.text(24, 28, ("./run.sh: finds the tools, builds, starts the machine, judges how it ended", "small"), "start")
    p.box(24, 44, 632, 178, fill="hole")
    p.text(38, 62, ("make: builds what has changed", "small"), "start")
    p.box(40, 82, 124, 56, ["sources", ("*.c  *.S", "mono small")], "plain")
    p.box(204, 82, 124, 56, [("compiler", "bold"), ("gcc or clang", "small")], "code")
    p.box(368, 82, 118, 56, ["objects", ("*.o", "mono small")], "plain")
    p.box(526, 82, 116, 56, [("linker", "bold"), ("ld or ld.lld", "small")], "code")
    p.box(368, 160, 118, 46, [("hypervisor.ld", "mono small"), ("what lies where", "small")], "plain")
    for x, end in ((164, 204), (328, 368), (486, 526)):
        p.arrow((x, 110), (end, 110))
    p.arrow((486, 183), (560, 183), (560, 138))
    p.arrow((610, 138), (610, 250))
    p.box(500, 250, 156, 48, [("hypervisor.elf", "mono small"), ("code, data, symbols", "small")], "data")
    p.box(272, 242, 176, 64, [("QEMU", "bold"), ("is the machine: harts,", "small"), ("RAM, serial port", "small")], "code")
    p.box(272, 330, 176, 44, ["OpenSBI", ("the firmware", "small")], "plain")
    p.box(40, 250, 176, 48, ["your terminal", ("is the serial port", "small")], "plain")
    p.box(500, 330, 156, 44, [("gdb", "bold"), ("stops it and looks", "small")], "code")
    p.arrow((500, 274), (448, 274))
    p.arrow((360, 330), (360, 306))
    p.arrow((272, 274), (216, 274))
    p.arrow((500, 352), (474, 352), (474, 292), (448, 292))
    p.arrow((578, 330), (578, 298))
    p.lines(40, 340, [("./run.sh doctor says which tools", "small quiet"), ("are there, and their versions", "small quiet")])
    return p


def first_boot(s):
    p = Picture(
        "first-boot", 680, 380, "Who runs inside whom at the first boot",
        "Your shell starts run.sh, which starts QEMU. In QEMU's machine the firmware OpenSBI runs first, in "
        "machine mode at 0x80000000, and prints its banner; then it jumps to our code at 0x80200000, in "
        "supervisor mode, which prints its greeting by asking the firmware with ecall. Both print to the serial "
        "port, which QEMU connects to your terminal. Ctrl-A, then x, ends QEMU.",
    )
    p.box(10, 10, 660, 360, fill="plain")
    p.text(26, 28, ("your machine: the shell, where you type ./run.sh", "bold"), "start")
    p.box(30, 46, 620, 222, fill="hole")
    p.text(46, 64, ("QEMU, a program of your machine: a whole RISC-V machine in it", "bold"), "start")
    p.box(50, 84, 270, 116, ["1. OpenSBI, the firmware", ("machine mode, at 0x80000000", "small"), ("prints its banner, then jumps to", "small"), ("0x80200000", "mono small")], "data")
    p.box(370, 84, 260, 116, ["2. our code", ("supervisor mode, at 0x80200000", "small"), ("prints its greeting, by asking", "small"), ("the firmware: ecall", "small")], "code")
    p.arrow((320, 124), (370, 124))
    p.arrow((370, 172), (320, 172))
    p.text(345, 110, ("jumps", "small"))
    p.text(345, 188, ("ecall", "small"))
    p.box(50, 214, 580, 38, [("serial port: what both print; QEMU connects it to your terminal", "small")], "heap")
    p.arrow((185, 200), (185, 214))
    p.lines(30, 292, [
        ("To quit:  Ctrl-A, release, then x.  Those keys are QEMU's, not the machine's.", ""),
        ("In chapters 1 and 2 the machine sleeps when it is done, and you quit it. From chapter 3 on it ends", "small quiet"),
        ("by itself: 0 says that all is well, 1 that it panicked, 124 that it ran past its time.", "small quiet"),
    ], pitch=1.75)
    return p


def boot_flow(s):
    p = Picture(
        "boot-flow", 680, 440, "From the firmware to main",
        "QEMU puts firmware, image and device tree into RAM and starts the firmware in machine mode at "
        "0x80000000. The firmware picks one hart and jumps to the first byte of the image, 0x80200000, in "
        "supervisor mode, with a0 the hart's id and a1 the device tree. _start sets gp and sp, clears .bss and "
        "calls main; stvec and tp are set too from chapter 3 on.",
    )
    entry = f"0x{s['_start']:08x}"
    p.box(20, 16, 640, 54, [("QEMU: puts firmware, image and device tree into RAM, releases the harts", ""), ("all harts are in machine mode", "small quiet")], "plain")
    p.arrow((340, 70), (340, 106))
    p.text(354, 87, ("0x80000000", "mono small"), "start")
    p.box(20, 106, 640, 70, ["OpenSBI, in machine mode: its own set-up, its banner", ("keeps a part of the RAM for itself, picks one hart for us, and parks the others", "small"), ("it knows no ELF: it jumps to the first byte of the image", "small")], "data")
    p.arrow((340, 176), (340, 212))
    p.text(326, 193, ("a0 = hart id, a1 = device tree", "small"), "end")
    p.text(354, 193, (f"{entry}: supervisor mode from here on", "small"), "start")
    p.box(20, 212, 640, 138, fill="code")
    p.text(340, 228, ("_start (boot.S): makes the ground that C stands on", ""))
    steps = [("stvec", ["from chapter 3:", "where traps go"]), ("gp", ["small data are", "near"]), ("tp", ["from chapter 3:", "hart's struct"]),
             ("sp", ["the stack's", "upper end"]), (".bss", ["all zero, as C", "promises"])]
    for i, (name, why) in enumerate(steps):
        x = 34 + i * 124
        p.box(x, 248, 112, 84, [(name, "mono bold")] + [(w, "small") for w in why], "hole" if why[0] == "from chapter 3:" else "plain")
        if i:
            p.arrow((x - 12, 290), (x, 290))
    p.arrow((340, 350), (340, 384))
    p.text(354, 366, ("call main, with a0 and a1 as they came", "small"), "start")
    p.box(20, 384, 640, 40, [("main(hart_id, device_tree): C from here on", "")], "heap")
    return p


def sbi_call(s):
    p = Picture(
        "sbi-call", 680, 396, "The registers of an SBI call",
        "Before ecall: a7 holds the extension, a6 the function, a0 to a5 the arguments. ecall takes the hart from "
        "our code in supervisor mode to OpenSBI in machine mode, which looks up a7 and a6, does it or refuses, "
        "and answers in a0, the error, and a1, the value; all other registers are as they were.",
    )
    p.box(20, 16, 280, 214, fill="code")
    p.text(160, 36, ("our code: supervisor mode", "bold"))
    rows = [("a7", "extension id"), ("a6", "function id"), ("a0", "argument 0"), ("a1", "argument 1"), ("a2 .. a5", "arguments 2 to 5")]
    for i, (register, what) in enumerate(rows):
        p.box(34, 54 + i * 32, 86, 32, [(register, "mono")], "plain")
        p.box(120, 54 + i * 32, 166, 32, [what], "hole")
    p.box(430, 16, 230, 214, fill="data")
    p.text(545, 36, ("OpenSBI: machine mode", "bold"))
    p.lines(444, 70, [("looks up a7, then a6", "small"), ("does it, or refuses", "small"), ("answers:", "small")], pitch=1.8)
    for i, (register, what) in enumerate([("a0", "error: 0 is well"), ("a1", "value")]):
        p.box(444, 136 + i * 32, 46, 32, [(register, "mono")], "plain")
        p.box(490, 136 + i * 32, 156, 32, [what], "hole")
    p.arrow((300, 84), (430, 84))
    p.text(365, 70, ("ecall", "mono"))
    p.arrow((430, 168), (300, 168))
    p.text(365, 154, ("mret", "mono"))
    p.text(365, 184, ("the next", "small quiet"))
    p.text(365, 199, ("instruction", "small quiet"))
    p.text(20, 254, ("Example: write n bytes to the debug console (extension DBCN, function 0)", "bold"), "start")
    cells = [("a7", "0x4442434e"), ("a6", "0"), ("a0", "n"), ("a1", "address"), ("a2", "0: its upper half")]
    widths = (132, 84, 100, 162, 162)
    x = 20
    for (register, value), width in zip(cells, widths):
        p.box(x, 272, width, 30, [(register, "mono")], "plain")
        p.box(x, 302, width, 30, [value], "hole")
        x += width
    p.text(20, 354, ("0x4442434e is \"DBCN\" in ASCII. All registers but a0 and a1 are as they were before the ecall.", "small quiet"), "start")
    p.text(20, 374, ("Legacy calls (a7 = 1 prints the character in a0) answer in a0 alone, and have no a6.", "small quiet"), "start")
    return p


def two_stage(s):
    p = Picture(
        "two-stage", 680, 372, "Translation in two stages",
        "A guest's virtual address is translated by the guest's own tables (vsatp) to a guest physical address; that "
        "is translated by the hypervisor's tables (hgatp) to a host physical address. A fault in the first stage is "
        "the guest's; a fault in the second is a guest-page fault and comes to the hypervisor.",
    )
    boxes = [(16, "guest virtual", "what programs use", "code"), (268, "guest physical", "what it calls RAM", "data"), (520, "host physical", "where it really lies", "heap")]
    for x, name, what, fill in boxes:
        p.box(x, 96, 144, 74, ["address:", (name, "bold"), (what, "small")], fill)
    for x, stage, root, whose in ((160, "first stage", "vsatp", "the guest's tables"), (412, "second stage", "hgatp", "our tables")):
        p.arrow((x, 133), (x + 108, 133))
        p.text(x + 54, 120, (stage, "small"))
        p.text(x + 54, 148, (root, "mono small"))
        p.text(x + 54, 80, (whose, "small"))
    p.arrow((214, 162), (214, 222), red=True)
    p.arrow((466, 162), (466, 222), red=True)
    p.box(100, 222, 228, 60, [("page fault (12, 13, 15)", "small"), ("delegated: the guest's own kernel", "small"), ("handles it, we hear nothing", "small")], "bad")
    p.box(350, 222, 310, 60, [("guest-page fault (20, 21, 23)", "small"), ("an exit to us: an emulated device's register,", "small"), ("or a mistake of the guest's", "small")], "bad")
    p.text(20, 22, ("Each address that a guest uses is translated twice, by the hart itself.", "bold"), "start")
    p.lines(20, 312, [
        ("The guest's tables hold guest physical addresses: each step of its own goes through ours.", "small quiet"),
        ("With vsatp 0 the guest's first stage is off: its virtual address is its physical one. htval and stval tell", "small quiet"),
        ("us the addresses of a guest-page fault (RISC-V privileged specification, hypervisor extension).", "small quiet"),
    ], pitch=1.6)
    return p


PICTURES = (tools, first_boot, boot_flow, sbi_call, two_stage)
