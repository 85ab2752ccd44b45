"""Exercise 6: a lock whose barriers were taken out.

What a run can show is shown by a run: additions that are lost. What it cannot show on every host, whether the
processor is told to keep the order, is looked up in the instructions (RISC-V ISA Manual, Volume I, chapter "A"
and "Memory Ordering Instructions").
"""

import re
import struct

import exercise
import machine

TAKE, GIVE = "exercise6_probe_take", "exercise6_probe_give"
PROBES = "".join(f"\nvoid {probe}(uint32_t *probed);\n[[gnu::noinline]] void {probe}(uint32_t *probed)\n"
                 f"{{\n    {name}(probed);\n}}\n" for probe, name in ((TAKE, "take"), (GIVE, "give")))
RUNS = 2  # a lost addition is a matter of luck


def check(folder):
    added = exercise.ask(folder, "main6.c", ["include/exercise6.h", "src/exercise6.c"], smp=4, runs=RUNS,
                         prepare=add_probes, look=look)
    return (f"{RUNS} times {added} additions by 4 harts, none lost; take acquires and give releases, which this run "
            "alone would not have shown.")


def add_probes(copy):
    source = copy / "src/exercise6.c"
    source.write_text(source.read_text() + PROBES)


def look(copy):
    source = re.sub(r"/\*.*?\*/|//[^\n]*", "", (copy / "src/exercise6.c").read_text(), flags=re.S)
    if len(re.findall(r"\b(__asm__|asm|__asm)\b", source)) > len(re.findall(r'"memory"', source)):
        raise machine.NotYet("no addition was lost in this run. But nothing tells the compiler that take and give order "
                             "other memory: another compiler may move the sum out of the loop. Look at the end of "
                             "atomic_claim's assembly in include/riscv/atomic.h")
    if not any(acquires(word) for word in instructions(copy, TAKE)):
        raise machine.NotYet("no addition was lost in this run. But take() has no instruction that acquires: a hart may "
                             "read the sum before it has the lock. Your computer did not do it; another may. Look for "
                             "the two letters behind lr.d in include/riscv/atomic.h")
    if not any(releases(word) for word in instructions(copy, GIVE)):
        raise machine.NotYet("no addition was lost in this run. But give() has no instruction that releases: another hart "
                             "may see the lock free before it sees the new sum. Your computer did not do it; another may. "
                             "Look at atomic_disclaim in include/riscv/atomic.h")


def is_atomic(word):
    return word & 0x7F == 0x2F


def is_fence(word):
    """FENCE that orders something: neither PAUSE, which has no successors, nor FENCE.I."""
    return word & 0x707F == 0x000F and word >> 20 & 0xF != 0 and word >> 24 & 0xF != 0


def acquires(word):
    return is_atomic(word) and word >> 26 & 1 or is_fence(word)


def releases(word):
    return is_atomic(word) and word >> 25 & 1 or is_fence(word)


def instructions(folder, name):
    """The instructions of four bytes of a function, up to the next symbol."""
    symbols = machine.symbols(folder)
    start = symbols[name]
    end = min(value for value in symbols.values() if value > start)
    image = (folder / machine.IMAGE).read_bytes()
    for offset, address, size in segments(image):
        if address <= start < address + size:
            at, stop = start - address + offset, end - address + offset
    while at < stop:
        short = image[at] & 3 != 3
        if not short:
            yield struct.unpack_from("<I", image, at)[0]
        at += 2 if short else 4


def segments(image):
    """Offset, address and size of what is loaded (ELF-64 Object File Format, program headers)."""
    where, = struct.unpack_from("<Q", image, 32)
    entry, count = struct.unpack_from("<HH", image, 54)
    for i in range(count):
        kind, _, offset, address, _, size = struct.unpack_from("<IIQQQQ", image, where + i * entry)
        if kind == 1:
            yield offset, address, size
