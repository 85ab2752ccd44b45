#!/usr/bin/env python3
"""draw: the handout's pictures, docs/handout/pictures/*.svg, from the built image.

    tools/handout/draw.py            draws them
    tools/handout/draw.py --check    ends with 1 and names each that is not as it would be drawn

The image is $BUILD/hypervisor.elf, build/hypervisor.elf without BUILD."""

import os
import sys
from pathlib import Path

import draw_faults
import draw_machine
import draw_memory
import elf

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs/handout/pictures"


def drawn():
    """file name -> SVG"""
    image = ROOT / os.environ.get("BUILD", "build") / "hypervisor.elf"
    if not image.exists():
        sys.exit(f"draw.py: there is no {image}; make it with: make")
    symbols = elf.symbols(image)
    pictures = [draw(symbols) for draw in draw_memory.PICTURES + draw_machine.PICTURES + draw_faults.PICTURES]
    return {picture.name + ".svg": picture.svg() for picture in pictures}


def check(pictures):
    wrong = [name for name, svg in pictures.items() if committed(name) != svg]
    wrong += [p.name for p in FOLDER.glob("*.svg") if p.name not in pictures]
    for name in wrong:
        print(f"docs/handout/pictures/{name} is not what tools/handout/draw.py draws; run it")
    return 1 if wrong else 0


def committed(name):
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(arguments):
    if arguments not in ([], ["--check"]):
        print("usage: tools/handout/draw.py [--check]", file=sys.stderr)
        return 2
    pictures = drawn()
    if arguments:
        return check(pictures)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, svg in pictures.items():
        (FOLDER / name).write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
