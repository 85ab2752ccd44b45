"""draw_memory: the pictures that show memory. Their addresses and sizes come from the built image: only
those that the linker script fixes, so that a picture does not grow old with each compiler."""

from svg import Picture


def bytes_in_words(size):
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def memory_map(s):
    p = Picture(
        "memory-map", 680, 544, "Where the image lies in memory",
        "A column of memory, addresses growing downwards: the firmware at 0x80000000; the image from 0x80200000 "
        "on: .text, .rodata, .data and .bss, the guard page, the stack, and from chapter 4 on the heap. Between "
        "them lie gaps of a page or more, but not between .data and .bss.",
    )
    stack = bytes_in_words(s["__stack_top"] - s["__stack_bottom"])
    guard = bytes_in_words(s["__stack_bottom"] - s["__stack_guard"])
    heap = bytes_in_words(s["__heap_end"] - s["__heap"])
    firmware = 0x80000000
    rows = [  # (height, name, fill, rights, note, address of the upper edge)
        (42, "firmware (OpenSBI)", "plain", "", "machine mode; protected from us", firmware),
        (46, ".text", "code", "R-X", "code; _start is its first byte", s["_start"]),
        (14, "", "hole", "", "", None),
        (42, ".rodata", "data", "R--", "constants and texts", None),
        (14, "", "hole", "", "", None),
        (42, ".data", "data", "RW-", "variables that start with a value", None),
        (42, ".bss", "data", "RW-", "variables that start with zero", None),
        (14, "", "hole", "", "", None),
        (30, "guard", "bad", "---", f"{guard} that nobody may touch", None),
        (46, "stack", "heap", "RW-", f"{stack}, grows towards the guard", None),
        (14, "", "hole", "", "", None),
        (62, "heap", "heap", "RW-", f"from chapter 4 on: {heap}", s["__heap"]),
        (14, "", "hole", "", "", s["__heap_end"]),
        (30, "frames, the rest of the RAM", "plain", "RW-", "not a part of the image", None),
    ]
    x, y, width = 120, 32, 240
    p.text(x - 10, 15, ("address", "small quiet"), "end")
    p.text(x + width + 14, 15, ("rights", "small quiet"), "start")
    for height, name, fill, rights, note, address in rows:
        p.box(x, y, width, height, [name] if name else [], fill)
        if address is not None:
            p.text(x - 10, y + 1, (f"0x{address:08x}", "mono small"), "end")
        p.text(x + width + 14, y + height / 2, (rights, "mono"), "start") if rights else None
        p.text(x + width + 64, y + height / 2, (note, "small"), "start") if note else None
        y += height
    p.text(20, y + 18, ("Dashed: gaps of a page or more, where nothing lies. Addresses grow downwards; an edge", "small quiet"), "start")
    p.text(20, y + 35, ("without one depends on the build. Only .text, .rodata and .data cost bytes in the file.", "small quiet"), "start")
    return p


def heap_from_linker(s):
    p = Picture(
        "heap-from-linker", 680, 344, "How the heap comes from the linker script to the allocator",
        "Three steps. hypervisor.ld defines the symbols __heap and __heap_end around 100 MiB of room. The symbol "
        "table of the ELF file has both, each with an address and without any storage. C declares them as arrays, "
        "so that the name is the address, and can hand both ends to an allocator. The size is the end minus the "
        "begin.",
    )
    size = s["__heap_end"] - s["__heap"]
    p.text(20, 18, ("1. hypervisor.ld", "bold"), "start")
    p.box(20, 32, 200, 112, fill="code")
    p.lines(32, 52, [("__heap = .;", "mono"), (". += HEAP_SIZE;", "mono"), ("__heap_end = .;", "mono")])
    p.text(32, 124, ("the dot is the place now", "small quiet"), "start")
    p.text(250, 18, ("2. the ELF's symbols", "bold"), "start")
    p.box(250, 32, 200, 112, fill="data")
    p.lines(262, 52, [("__heap", "mono"), (f"  = 0x{s['__heap']:x}", "mono"), ("__heap_end", "mono"), (f"  = 0x{s['__heap_end']:x}", "mono")])
    p.text(480, 18, ("3. C", "bold"), "start")
    p.box(480, 32, 180, 112, fill="plain")
    p.lines(492, 52, [("extern char", "mono"), ("  __heap[],", "mono"), ("  __heap_end[];", "mono")])
    p.text(492, 124, ("name = address", "small quiet"), "start")
    p.arrow((220, 88), (250, 88))
    p.arrow((450, 88), (480, 88))
    p.box(210, 168, 240, 32, ["the allocator gets both ends"], "plain")
    p.arrow((570, 144), (570, 184), (450, 184))
    p.row(60, 226, 44, [(90, "stack", "heap"), (60, "gap", "hole"), (380, "the heap", "heap"), (50, "gap", "hole")])
    p.pointer(210, 272, ("__heap", "mono"))
    p.pointer(590, 272, ("__heap_end", "mono"))
    p.span(214, 586, 286, f"{bytes_in_words(size)} = {size} bytes")
    p.text(340, 330, ("__heap_end is one past the last byte: the size is __heap_end - __heap.", "small quiet"))
    return p


def bump(s):
    p = Picture(
        "bump", 680, 444, "A bump allocator: before, after, exhausted",
        "A bump heap three times. Before: start and next are the same address at the left end, all is free up to end. "
        "After three blocks: block 1 of 100 bytes, block 2 of 10, a gap of padding, block 3 of 100 bytes, and next behind it; "
        "the rest is free. Exhausted: a request that is larger than what lies between next and end is refused, and nothing moves.",
    )
    unit, left = 2.5, 20  # the first 256 bytes of the heap
    blocks = [(100, "block 1, 100 bytes", "data"), (10, "2", "data"), (18, "pad", "bad"), (100, "block 3, 100 bytes", "heap")]

    def stretch(y, title, cells, note):
        used = sum(size for size, _, _ in cells)
        x = left + used * unit
        p.text(left, y, (title, "bold"), "start")
        p.row(left, y + 16, 44, [(size * unit, words, fill) for size, words, fill in cells] +
              [((256 - used) * unit, "free, up to end" if used == 0 else "free", "hole")])
        p.arrow((x, y + 84), (x, y + 62))
        p.text(x if used == 0 else x + 20, y + 95, (f"next = heap + {used}", "mono small"), "start" if used == 0 else "end")
        p.arrow((left + 256 * unit, y + 84), (left + 256 * unit, y + 62))
        p.text(left + 256 * unit, y + 95, ("end", "mono small"), "end")
        p.text(left, y + 116, note, "start")

    stretch(18, "before", [], ("start is heap + 0, too. Nothing is written anywhere.", "small quiet"))
    stretch(166, "after 100 bytes aligned to 16, 10 aligned to 1, 100 aligned to 64", blocks,
            ("Each block begins at next, rounded up; next goes behind it. (free is drawn far too short.)", "small quiet"))
    stretch(314, "exhausted: 200 MiB are asked for, and not so much is free", blocks,
            ("needed > end - next: NULL, and nothing moves. What is left can still be asked for.", "small red"))
    return p


def alignment_padding(s):
    p = Picture(
        "alignment-padding", 680, 300, "Padding before an aligned block",
        "The bytes from heap + 96 to heap + 240. Block 2 ends at heap + 110, where next is. The next multiple of 64 is "
        "heap + 128. The 18 bytes between are padding, and block 3 begins behind them. The padding is computed as "
        "-next & (align - 1).",
    )
    first, unit, left, top, base = 96, 640 / 144, 20, 58, s["__heap"]

    def at(offset):
        return left + (offset - first) * unit

    p.text(left, 18, ("100 bytes, aligned to 64, while next is heap + 110", "bold"), "start")
    p.row(left, top, 50, [(4 * unit, [], "data"), (10 * unit, "2", "data"), (18 * unit, ["padding", "18 bytes"], "bad"),
                          (100 * unit, "block 3, 100 bytes", "heap"), (12 * unit, [], "hole")])
    for offset in (128, 192):
        p.path([(at(offset), top - 10), (at(offset), top - 3)])
        p.text(at(offset), top - 18, (f"heap + {offset}", "mono small"))
    p.pointer(at(110), top + 52, ("next, before", "small"))
    p.arrow((at(128), top + 74), (at(128), top + 52))
    p.text(at(128) + 6, top + 66, ("block 3 begins", "small"), "start")
    p.pointer(at(228), top + 52, ("next, after", "small"))
    p.box(left, 170, 640, 112, fill="plain")
    p.lines(left + 14, 190, [
        ("padding = -next & (align - 1)", "mono"),
        ("        = -0x%x & 0x3f" % (base + 110), "mono"),
        ("        = 0x%x, which is %d: always 0 to align - 1, and it never wraps" % (-(base + 110) & 63, -(base + 110) & 63), "mono"),
        ("align is a power of two, so align - 1 is a mask of the bits that must become 0", "small quiet"),
    ], pitch=1.75)
    return p


def vector_growth(s):
    p = Picture(
        "vector-growth", 680, 420, "How a vector grows on a bump heap",
        "Above: a vector alone on the heap is always the last block, so it grows where it lies from 8 to 16 to "
        "32 elements. Below: two vectors that grow by turns; neither is last when it must grow, so each growth "
        "copies to a new buffer and leaves the old one behind as a hole.",
    )
    left, unit = 20, 10  # an element of 8 bytes; the heap shown has 64
    p.text(left, 18, ("A vector alone: its buffer is the last block, and grows in place", "bold"), "start")
    for i, room in enumerate((8, 16, 32)):
        y = 34 + i * 36
        p.row(left, y, 28, [(room * unit, f"a: {room}", "data"), ((64 - room) * unit, [], "hole")])
    p.text(left, 152, ("The address stays the same, no element is copied, and nothing is left behind.", "small quiet"), "start")
    p.text(left, 192, ("Two vectors by turns: neither is the last block when it must grow", "bold"), "start")
    a, b, old, free = "data", "heap", "bad", "hole"
    rows = [
        [(8, "a: 8", a), (8, "b: 8", b), (48, [], free)],
        [(8, "old a", old), (8, "b: 8", b), (16, "a: 16", a), (32, [], free)],
        [(8, "old a", old), (8, "old b", old), (16, "a: 16", a), (16, "b: 16", b), (16, [], free)],
    ]
    for i, row in enumerate(rows):
        p.row(left, 208 + i * 40, 32, [(size * unit, words, fill) for size, words, fill in row])
    p.lines(left, 346, [
        ("Red: abandoned buffers. A bump heap cannot hand them out again before every block is back.", "small red"),
        ("Next each needs 32: the heap that is left, 16, is too small, though 16 more lie abandoned.", "small quiet"),
        ("Numbers are elements. Capacity doubles, so what is abandoned stays below what they have.", "small quiet"),
    ], pitch=1.75)
    return p


def string(s):
    p = Picture(
        "string", 680, 364, "A string: the struct, the bytes, the NUL, the room",
        "The struct has data, len 9, cap 64 and alloc. data leads to nine bytes: digit 5, space, micro sign in "
        "two bytes, s, space, arrow in three bytes; then a NUL that is not counted in len; then spare room.",
    )
    p.text(20, 18, ("struct str", "bold mono"), "start")
    for i, (name, value) in enumerate([("data", ""), ("len", "9"), ("cap", "64"), ("alloc", "")]):
        p.box(20, 30 + i * 26, 80, 26, [(name, "mono")], "plain")
        p.box(100, 30 + i * 26, 60, 26, [(value, "mono")] if value else [], "code")
    p.lines(230, 54, [
        ("len counts bytes of text, without the NUL", "small"),
        ("cap counts the NUL too: 63 bytes of text fit", "small"),
        ("alloc is where the bytes come from", "small"),
    ], pitch=2.0)
    unit, left, top = 42, 60, 196
    content = [("35", "5"), ("20", " "), ("c2", ""), ("b5", ""), ("73", "s"), ("20", " "), ("e2", ""), ("86", ""), ("92", ""), ("00", "")]
    p.path([(130, 43), (190, 43), (190, 160), (40, 160), (40, top + 20)])
    p.arrow((40, top + 20), (left, top + 20))
    for i, (byte, _) in enumerate(content):
        p.box(left + i * unit, top, unit, 40, [(byte, "mono")], "bad" if i == 9 else "heap" if i in (2, 3, 6, 7, 8) else "data")
    p.box(left + 10 * unit, top, 180, 40, ["room, 54 bytes"], "hole")
    for i, width, what in [(0, 1, "5"), (1, 1, "space"), (2, 2, "µ"), (4, 1, "s"), (5, 1, "space"), (6, 3, "→"), (9, 1, "NUL")]:
        p.path([(left + i * unit + 3, top + 48), (left + (i + width) * unit - 3, top + 48)])
        p.text(left + (i + width / 2) * unit, top + 60, (what, "small"))
    p.span(left, left + 9 * unit, top + 84, ("len: 9 bytes, 6 code points", "small"))
    p.span(left, left + 10 * unit + 180, top + 112, ("cap: 64 bytes, all that the block has", "small"))
    p.text(20, 350, ("The NUL is for readers of C; a NUL within the text is a character like any other.", "small quiet"), "start")
    return p


def free_list(s):
    p = Picture(
        "free-list", 680, 452, "A free list: split, and merge",
        "A heap of 256 bytes, three times; first points to the only free block, whose own first words say its "
        "size and that none is next. First: used 64, free 128, used 64. Then a block of 48 is asked for, and the "
        "free block is split: used 64, new 48, free 80, used 64. Then the block of 48 is given back. It ends "
        "where a free block begins, so both are merged: used 64, free 128, used 64.",
    )
    left, unit = 20, 2.5

    def heap(y, title, cells, free_at, free_size, note):
        p.text(left, y, (title, "bold"), "start")
        p.box(left, y + 20, 60, 36, ["first"], "plain")
        p.row(100, y + 20, 36, [(size * unit * 0.86, words, fill) for size, words, fill in cells])
        x = 100 + free_at * unit * 0.86
        p.arrow((50, y + 56), (50, y + 76), (x + 20, y + 76), (x + 20, y + 57))
        p.text(x + 40, y + 76, (f"its first words: size {free_size}, next: none", "small"), "start")
        p.text(left, y + 102, note, "start")

    heap(18, "1. one free block, in the list", [(64, "used, 64", "data"), (128, "free, 128", "hole"), (64, "used, 64", "data")],
         64, 128, ("The list's links lie in the free memory itself: it costs no memory of its own.", "small quiet"))
    heap(166, "2. alloc of 48: split", [(64, "used, 64", "data"), (48, "new, 48", "heap"), (80, "free, 80", "hole"), (64, "used, 64", "data")],
         112, 80, ("The first free block that is large enough gives its front; the rest stays in the list.", "small quiet"))
    heap(314, "3. given back: merge", [(64, "used, 64", "data"), (128, "free, 48 + 80 = 128", "hole"), (64, "used, 64", "data")],
         64, 128, ("It ends where a free block begins, so both become one. Without merging 128 bytes would be", "small quiet"))
    p.text(left, 434, ("free, and yet no request for 100 could be met: that is fragmentation.", "small quiet"), "start")
    return p


PICTURES = (memory_map, heap_from_linker, bump, alignment_padding, vector_growth, string, free_list)
