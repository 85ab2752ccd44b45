"""Exercise 2: the sections swapped, and what was predicted of it."""

import re
from pathlib import Path

import machine

TEXT = re.compile(r"^[ \t]*\.text\s*:\s*\{.*?\}\s*:text[^\n]*\n", re.M | re.S)
RODATA = re.compile(r"^[ \t]*\.rodata\s*:\s*\{.*?\}\s*:rodata[^\n]*\n", re.M | re.S)
ASSERT = re.compile(r"^ASSERT\(.*?\"\)[^\n]*\n", re.M | re.S)
HELLO = "Hello from C"
WORDS = {"hello": "it says the same as before", "again": "it says the same again and again", "silence": "it says nothing"}
AROUND = " \t\"'`."  # what may stand around a word


def check(folder):
    linker, console = predicted(Path(folder) / "exercise2.txt")
    with machine.copy(folder) as mine:
        script = mine / "hypervisor.ld"
        script.write_text(swapped(script))
        refused(mine, linker)
        script.write_text(ASSERT.sub("", script.read_text()))
        machine.build(mine)
        console_after = machine.boot(mine, seconds=5)
    if console_after.status != 124:  # it never ends by itself, whatever it says
        raise machine.NotYet(f"the machine did not run: {console_after.words.strip()}")
    said = console_after.text
    seen = "silence" if HELLO not in said else "hello" if said.count(HELLO) == 1 else "again"
    if console != seen:
        raise machine.NotYet(f"the linker's words are right. The console is not \"{console}\" ({WORDS[console]}) without the ASSERTs: "
                             "which byte lies at 0x80200000 now, and what does a hart make of it?")
    return f"You foresaw both. The linker refuses it; and of the machine without ASSERTs, after the banner: {WORDS[seen]}."


def predicted(path):
    if not path.is_file():
        raise machine.NotYet("there is no exercise2.txt beside hypervisor.ld; it has two lines, \"linker: ...\" and \"console: ...\"")
    text = path.read_text(encoding="utf-8", errors="replace")
    linker = re.search(r"^\s*linker:[ \t]*(.*?)[ \t]*$", text, re.M | re.I)
    console = re.search(r"^\s*console:[ \t]*(.*?)[ \t]*$", text, re.M | re.I)
    if not linker or len(linker[1].strip(AROUND)) < 8:
        raise machine.NotYet("exercise2.txt has no line \"linker: ...\" with the words of one ASSERT of hypervisor.ld")
    if not console:
        raise machine.NotYet("exercise2.txt has no line that begins with \"console:\"")
    if console[1].strip(AROUND).lower() not in WORDS:
        raise machine.NotYet(f"behind \"console:\" exercise2.txt has \"{console[1]}\"; it must be one of the words {', '.join(WORDS)}")
    return linker[1].strip(AROUND), console[1].strip(AROUND).lower()


def swapped(script):
    text = script.read_text() if script.is_file() else ""
    code, constants = TEXT.search(text), RODATA.search(text)
    if not code or not constants:
        raise machine.NotYet("hypervisor.ld has no blocks \".text : {\" to \"} :text\" and \".rodata : {\" to \"} :rodata\": "
                             "./run.sh workshop check 2 says what is missing")
    if constants.start() < code.start():
        raise machine.NotYet("in hypervisor.ld .rodata lies before .text already: put it back, this exercise swaps them in a copy")
    return (text[: code.start()] + constants[0] + text[code.end() : constants.start()] + code[0] + text[constants.end() :])


def refused(folder, words):
    try:
        machine.build(folder)
    except machine.BuildFailed as failed:
        if words.lower() in str(failed).lower():
            return
        raise machine.NotYet(f"the linker refuses the swap, but not with the words \"{words}\": which ASSERT speaks of the place of the entry, "
                             "or of the order of code and constants?") from None
    raise machine.NotYet("the linker lets the swap pass: are the ASSERTs at the end of hypervisor.ld still there?")
