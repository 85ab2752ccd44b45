#!/usr/bin/env python3
"""sessions: runs again the conversations with gdb that chapter 9 shows.

    sessions.py check      type the commands again, compare, name line and difference
    sessions.py update     write what gdb says into the text

A session is a fence of kind text with lines that begin with "(gdb) ". The line above it names the folder:
"In `clinic/4`:". gdb is attached to the machine that `./run.sh gdb` has stopped at its first instruction.
A line `^C` in a command's answer is the key: the machine runs for a moment before. A line `...` stands for
any number of lines. Compared as consoles are: addresses and their decimal twins may differ.
"""

import difflib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import chapters
import clinic
import console_text
import machine
import states

PROMPT = "(gdb) "
DEBUGGERS = ("gdb-multiarch", "riscv64-unknown-elf-gdb", "riscv64-elf-gdb")
RUNS_BEFORE_KEY = 2  # seconds
SECONDS = 30


class Silent(Exception):
    """Nothing came in time; the text is what had come."""


def read_until(process, end, seconds=SECONDS):
    """What a process writes, up to a text that `end` matches."""
    text, until = "", time.monotonic() + seconds
    while not end(text):
        left = until - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise Silent(text)
        piece = os.read(process.stdout.fileno(), 65536).decode("utf-8", "replace")
        if not piece:
            raise Silent(text)
        text += piece
    return text


def start(words, where):
    return subprocess.Popen(words, cwd=where, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            start_new_session=True, env=machine.environment())


def talk(where, harts, commands):
    """The session as lines, of (command, key) pairs typed in the built machine `where`."""
    qemu = start(["./run.sh", "gdb", f"--smp={harts}", "--timeout=120"], where)
    gdb = None
    try:
        line = read_until(qemu, lambda text: re.search(r"target remote (127\.0\.0\.1:\d+)", text))
        port = re.search(r"127\.0\.0\.1:\d+", line)[0]
        debugger = next(name for name in DEBUGGERS if shutil.which(name))
        gdb = start([debugger, "-q", "-nx", machine.IMAGE, "-ex", "set width 0", "-ex", f"target remote {port}"], where)
        read_until(gdb, lambda text: text.endswith(PROMPT))
        lines = []
        for command, key in commands:
            gdb.stdin.write(command.encode() + b"\n")
            gdb.stdin.flush()
            if key:
                time.sleep(RUNS_BEFORE_KEY)
                os.kill(gdb.pid, signal.SIGINT)
            said = read_until(gdb, lambda text: text.endswith(PROMPT)).removesuffix(PROMPT)
            answer = [line.expandtabs() for line in console_text.lines_of(said)]
            if key:
                answer.insert(1, "^C")  # after "Continuing."
            lines += [PROMPT + command, *answer]
        return lines
    finally:
        for process in (gdb, qemu):
            if process:
                machine.stop(process)


def typed(fence):
    """(command, whether ^C follows) of a fence."""
    turns = ("\n" + fence.text).split("\n" + PROMPT)[1:]
    return [(turn.splitlines()[0], "^C" in turn.splitlines()) for turn in turns]


def sessions(chapter):
    """(fence, machine's number)"""
    for fence in chapter.fences():
        if fence.kind == "text" and any(line.startswith(PROMPT) for line in fence.text.splitlines()):
            folder = re.search(r"clinic/(\d)", fence.caption)
            if not folder:
                raise chapters.Mistake(f"{chapter.path}:{fence.line}: the line above a session names its folder, clinic/N")
            yield fence, int(folder[1])


def without_decimals(lines):
    """Numbers of ten digits are addresses too."""
    return [re.sub(r"\b2\d{9}\b", "DECIMAL", line) for line in lines]


def main(words):
    if words not in (["check"], ["update"]):
        print(__doc__, file=sys.stderr)
        return 2
    chapter = next(c for c in chapters.chapters(states.HANDOUT) if c.number == clinic.CHAPTER)
    ward = {patient.number: patient for patient in clinic.patients()}
    wrong, lines = 0, list(chapter.lines)
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as home:
        for fence, number in reversed(list(sessions(chapter))):
            where = Path(home) / str(number)
            if not where.exists():
                states.write(ward[number].files, where)
                machine.build(where)
            expected = console_text.lines_of(fence.text)
            said = talk(where, ward[number].harts, typed(fence))
            if console_text.same(without_decimals(expected), without_decimals(said)):
                continue
            wrong += 1
            if words == ["update"]:
                lines[fence.line : fence.last - 1] = console_text.renewed(expected, said)
            else:
                print(f"{chapter.path}:{fence.line}: gdb says something else:")
                print("\n".join(difflib.unified_diff(expected, said, "the text", "gdb", lineterm="")))
    if words == ["update"] and wrong:
        chapter.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{chapter.path}: {wrong} sessions written")
        return 0
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
