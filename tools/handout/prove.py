#!/usr/bin/env python3
"""prove: every chapter's state builds with both compilers, boots and says what the chapter shows; every
exercise fails while it is unsolved, and passes with its solution.

    prove.py [CHAPTER...]     prints a line for each proof; ends with 1 when one fails
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import chapters
import checkpoint
import console_text
import machine
import states
import terminal
import workshop

ARENA = 10  # its exercise is the chapter
failures = 0


def prove(name, works, *what):
    """Print whether `works(*what)`, which returns words or raises, is well."""
    global failures
    try:
        words = works(*what)
        print(f"ok - {name}" + (f": {words}" if words else ""), flush=True)
    except (AssertionError, machine.NotYet, machine.BuildFailed, chapters.Mistake) as wrong:
        failures += 1
        print(f"not ok - {name}")
        for line in str(wrong).splitlines():
            print(f"#   {line}", flush=True)


def speaks(number, toolchain):
    """The state builds, boots and says what stands below "You should now see"."""
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as where:
        states.write(states.state(number), where)
        machine.build(where, toolchain)
        fences = list(checkpoint.expected_consoles(number))
        if not fences:
            raise AssertionError("there is no console of ./run.sh in the section \"You should now see\"")
        for fence in fences:
            expected = console_text.lines_of(fence.text)[1:]
            text, _ = terminal.run(" ".join(fence.words), where, console_text.enough(expected), 60, {"TOOLCHAIN": toolchain})
            said = console_text.without_quit(expected, console_text.lines_of(text))
            if difference := console_text.match(expected, said):
                raise AssertionError("the text has \"{}\", the machine says \"{}\"; all of it:\n".format(*difference) + "\n".join(said))


def is_missing(number):
    raise AssertionError(f"there is no docs/handout/exercises/{number:02}.py")


def is_unsolved(module, number):
    """The exercise fails on the state as it is, and says what is missing."""
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as where:
        states.write(undone(number), where)
        try:
            module.check(Path(where))
        except machine.NotYet as missing:
            if len(str(missing).split()) < 5:
                raise AssertionError(f"it says too little: \"{missing}\"") from None
            return " ".join(str(missing).split())
        raise AssertionError("it passes though nothing was solved")


def undone(number):
    """The folder of somebody who has done the chapter, and not its exercise."""
    return states.state(min(number, states.LAST)) | (states.given(number) if number > states.LAST else {})


def wins(module):
    """The project's own answer to chapter 10 passes."""
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as where:
        mine = (states.HANDOUT / "exercises/10/mine.c").read_text()
        states.write(undone(ARENA) | {"arena/mine.c": mine}, where)
        return module.check(Path(where))


def is_solved(module, number):
    """The state with the chapter's solution passes."""
    diff = workshop.solution_of(number)
    if not diff:
        raise AssertionError("the chapter has no <!-- solution -->")
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as where:
        states.write(states.state(number), where)
        done = subprocess.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch"], cwd=where, input=diff, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0 or "offset" in done.stdout:
            raise AssertionError("the solution does not apply as it stands:\n" + done.stdout)
        return module.check(Path(where))


def main(words):
    known = [*range(1, states.LAST + 1), ARENA]
    if not all(word.isdigit() and int(word) in known for word in words):
        print(f"usage: python3 tools/handout/prove.py [CHAPTER...]   of {', '.join(map(str, known))}", file=sys.stderr)
        return 2
    for number in [int(word) for word in words] or known:
        if number == ARENA:
            prove(f"exercise {number}, unsolved, fails", is_unsolved, workshop.exercise_of(number), number)
            prove(f"exercise {number}, solved, passes", wins, workshop.exercise_of(number))
            continue
        for toolchain in ("gcc", "clang"):
            prove(f"chapter {number}, {toolchain}: builds, boots, and says what the text shows", speaks, number, toolchain)
        module = workshop.exercise_of(number)
        if module is None:
            prove(f"chapter {number} has an exercise that checks itself", is_missing, number)
            continue
        prove(f"exercise {number}, unsolved, fails", is_unsolved, module, number)
        prove(f"exercise {number}, solved, passes", is_solved, module, number)
    print("proven" if not failures else f"{failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
