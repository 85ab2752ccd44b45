"""Exercise 10: an allocator that passes everything and beats the linked list. The arena itself grades it."""

import csv
import io
import os
import subprocess

import machine

OPPONENT = "linked_list"


def check(folder):
    if not (folder / "arena/mine.c").is_file():
        raise machine.NotYet("arena/mine.c is not there: `./run.sh workshop open 10` lays it out")
    arena = subprocess.run([str(machine.ROOT / "run.sh"), "arena", "mine", "--csv"], cwd=folder, stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, env=machine.environment() | {"BUMPVISOR_WORKSHOP": os.fspath(folder)})
    rows = list(csv.DictReader(io.StringIO(arena.stdout)))
    if not rows:  # it does not build, or ended the machine
        raise machine.NotYet(arena.stderr.strip())
    mine = [row for row in rows if row["allocator"] == rows[-1]["allocator"]]
    failed = [row for row in mine if row["result"] == "fail"]
    if failed:
        raise machine.NotYet(f"it fails {failed[0]['words']}\nAll of it:  ./run.sh arena mine")
    points, theirs = (next(float(row["points"]) for row in rows if row["allocator"] == name and row["trace"] == "total")
                      for name in (mine[0]["allocator"], OPPONENT))
    if points <= theirs:
        raise machine.NotYet(f"it passes everything and has {points:.2f} points; {OPPONENT} has {theirs:.2f}. "
                             "In which trace is it far behind?  ./run.sh arena mine")
    return f"It passes everything and has {points:.2f} points; {OPPONENT} has {theirs:.2f} and is beaten."
