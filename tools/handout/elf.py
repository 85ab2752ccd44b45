"""elf: the symbols of a 64-bit little-endian ELF file (ELF-64 Object File Format, 1.5)."""

import struct
from pathlib import Path

SYMBOL_TABLE = 2  # sh_type SHT_SYMTAB


def symbols(path):
    """name -> address"""
    image = Path(path).read_bytes()
    if image[:6] != b"\x7fELF\x02\x01":
        raise ValueError(f"{path} is not a 64-bit little-endian ELF file")
    sections_at, entry_size, count = struct.unpack_from("<Q10xHH", image, 40)  # e_shoff, e_shentsize
    sections = [struct.unpack_from("<IIQQQQII", image, sections_at + i * entry_size) for i in range(count)]
    found = {}
    for _, kind, _, _, offset, size, link, _ in sections:
        if kind != SYMBOL_TABLE:
            continue
        names = sections[link][4]
        for at in range(offset, offset + size, 24):  # sizeof(Elf64_Sym)
            name, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", image, at)
            end = image.index(b"\0", names + name)
            found[image[names + name : end].decode()] = value
    return found
