"""Exercise 4: a heap of 64 KiB, and ASSERTs that catch mistakes."""

import re

import machine

SIZE = 64 * 1024
SIZE_LINE = re.compile(r"^(\s*HEAP_SIZE\s*=).*?;", re.M)
ASSERT_WORDS = re.compile(r"^ASSERT\(.*\"(.*)\"\)", re.M)
RAM_END = 0x88000000  # of 128 MiB
SIZE_ASSERT = re.compile(r"^ASSERT\([^\n]*__heap_end\s*-\s*__heap\b[^\n]*\n", re.M)


def check(folder):
    with machine.copy(folder) as mine:
        script = mine / "hypervisor.ld"
        text = script.read_text() if script.is_file() else ""
        try:
            machine.build(mine)
        except machine.BuildFailed as failed:
            words = [words for words in ASSERT_WORDS.findall(text) if words in str(failed)]
            if not words:
                raise
            raise machine.NotYet(f"the linker refuses to link, with the words of an ASSERT: \"{words[0]}\". So it should, as long as "
                                 "only HEAP_SIZE was changed: the size stands in that ASSERT a second time. Mend it there too") from None
        names = machine.symbols(mine)
        for name in ("__heap", "__heap_end", "__image_end"):
            if name not in names:
                raise machine.NotYet(f"hypervisor.ld defines no {name}: ./run.sh workshop check 4 says what is missing")
        size = names["__heap_end"] - names["__heap"]
        if size != SIZE:
            raise machine.NotYet(f"the heap has {size} bytes, and should have {SIZE}: HEAP_SIZE in hypervisor.ld")
        if not SIZE_LINE.search(text):
            raise machine.NotYet("hypervisor.ld has no line \"HEAP_SIZE = ...;\": keep the size there")
        said = machine.boot(mine, seconds=10)
        if not re.search(rf"heap .* {SIZE} bytes", said.text):
            raise machine.NotYet("it links, but the memory map that the machine prints has no heap of 65536 bytes: is main.c that of chapter 4?")

        if links(mine, sized(text, "64 * 1000")):
            raise machine.NotYet("a heap of 64 * 1000 bytes, a slip of the finger, is not refused: "
                                 "say the size in an ASSERT too, as it was before")
        if links(mine, text.replace("ALIGN(0x200000)", "ALIGN(8)")):
            raise machine.NotYet("a heap that does not begin at a multiple of 2 MiB is not refused: "
                                 "the ASSERT on __heap % 0x200000 is gone")
        free = SIZE_ASSERT.sub("", text)  # only the RAM is asked for from here on
        if links(mine, sized(free, "200 * 1024 * 1024")):
            raise machine.NotYet("a heap of 200 MiB is not refused: write an ASSERT that the image ends at 0x88000000 or below")
        if not links(mine, sized(free, "100 * 1024 * 1024")):
            raise machine.NotYet("a heap of 100 MiB ends below 0x88000000, and your ASSERT refuses it: which end does it look at, "
                                 "and in which direction does it compare?")
        fitting = RAM_END - names["__heap"] - (names["__image_end"] - names["__heap_end"])
        if not links(mine, sized(free, fitting)):
            raise machine.NotYet("an image that ends at 0x88000000 is refused, and should pass: the end is one past the last byte")
        if links(mine, sized(free, fitting + 4096)):
            raise machine.NotYet("an image that ends a page behind 0x88000000 is not refused: does your ASSERT look at the end of the "
                                 "whole image, and does it count from the beginning of the RAM, 0x80000000?")
    return "64 KiB it is, and the linker now refuses a wrong size and an image beyond 128 MiB of RAM."


def sized(script, size):
    return SIZE_LINE.sub(rf"\1 {size};", script)


def links(folder, script):
    (folder / "hypervisor.ld").write_text(script)
    try:
        machine.build(folder)
    except machine.BuildFailed:
        return False
    return True
