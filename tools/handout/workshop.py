"""workshop: the verb of run.sh that goes with the handout. What each word does stands in HELP.

Exit codes: 0 well; 1 not yet; 2 wrong usage; 4 the build failed. The folder is BUMPVISOR_WORKSHOP, which its
own run.sh sets; paths that are typed belong to BUMPVISOR_HERE.
"""

import difflib
import importlib.util
import os
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

import chapters
import checkpoint
import clinic
import compare
import machine
import states
import steps
from checkpoint import BUILD_FAILED, NOT_YET

HELP = """usage: ./run.sh workshop WORD ...

in the project
  start DIR      make a folder for your machine; everything else is typed there
in your folder
  (./run.sh alone builds and boots your machine; also ./run.sh --smp=4, gdb, clean, arena, doctor)
  open N         lay out the files that chapter N gives you; never overwrites
  check N        is chapter N right? what is missing, what differs
  exercise N     is the exercise of chapter N solved?
  hint N         the first hint for it; `hint N 2`: the second
  solution N     its solution, as a diff:  ./run.sh workshop solution N | patch -p1
  catch-up N     make the folder what it is when chapter N is done; yours is kept beside it
  clinic ...     the broken machines of chapter 9
anywhere
  list           the chapters, with minutes
  help           this
"""
WORDS = ["start", "open", "check", "exercise", "hint", "solution", "catch-up", "clinic", "list", "help"]
WRONG = 2
LAST = 10


class Usage(Exception):
    """Wrong usage; the text says what is right."""


def folder_of():
    """The learner's folder, or None in the project."""
    name = os.environ.get("BUMPVISOR_WORKSHOP")
    return Path(name) if name else None


def need_folder(word):
    folder = folder_of()
    if folder is None:
        raise Usage(f"`{word}` is for your own folder, and this is the project.\n"
                    f"Go to your folder and call the run.sh there:  cd YOUR-FOLDER && ./run.sh workshop {word} ...\n"
                    "There is none yet?  ./run.sh workshop start ../machine")
    return folder


def chapter_number(word, words, last, first=1):
    if not words or not words[0].isdigit() or not first <= int(words[0]) <= last:
        got = f", not \"{words[0]}\"" if words else ""
        raise Usage(f"`{word}` takes the number of a chapter, {first} to {last}{got}:  ./run.sh workshop {word} {max(first, 1)}")
    return int(words[0])


def chapter_at(number):
    chapter = steps.chapter_of(number)
    if chapter is None:
        raise Usage(f"there is no chapter {number}; ./run.sh workshop list shows those that are")
    return chapter


# --- Laying out ------------------------------------------------------------------------------------
def start(words):
    if len(words) != 1:
        raise Usage("`start` takes the folder to make:  ./run.sh workshop start ../machine")
    folder = Path(os.path.normpath(os.path.join(os.environ.get("BUMPVISOR_HERE", "."), words[0])))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Usage(f"{folder} is there already and is not empty; `start` takes a new folder. "
                    "If it is yours from before: go there and go on.")
    if any(space in str(folder) for space in " \t"):
        raise Usage(f"the path {folder} has a space in it, which make cannot handle; choose another")
    if folder.resolve().is_relative_to(states.ROOT):
        raise Usage(f"{folder} lies in the project; your machine needs a folder of its own beside it:\n"
                    f"./run.sh workshop start {states.ROOT.parent / folder.name}")
    states.write(states.scaffold() | states.given(1), folder)
    print(f"{folder} is yours. Go there:\n\n  cd {words[0]}\n\n"
          "What you type goes into that folder; ./run.sh there builds it and boots it.")
    return 0


def lay_out(folder, files):
    """Those of the files that are not there; returns their names."""
    new = {path: text for path, text in files.items() if not (folder / path).exists()}
    states.write(new, folder)
    return sorted(new)


def open_chapter(words):
    folder = need_folder("open")
    number = chapter_number("open", words, LAST)
    files = states.scaffold()
    # A chapter of the machine needs those before it; the ones behind them stand alone.
    for n in range(1, number + 1) if number <= states.LAST else [number]:
        files |= states.given(n)
    new = lay_out(folder, files)
    if new:
        print(f"Chapter {number} is open. New here:")
        for name in new:
            print(f"  {name}")
    else:
        print(f"Chapter {number} is open; all that it gives you is here already. Nothing was changed.")
    return 0


def catch_up(words):
    folder = need_folder("catch-up")
    number = chapter_number("catch-up", words, states.LAST)
    files = states.state(number)
    aside, count = folder / f"before-catch-up-{number}", 2
    while aside.exists():
        aside, count = folder / f"before-catch-up-{number}-{count}", count + 1
    moved = []
    for path in list(compare.files_of(folder)):
        name = str(path)
        ours = name in files or path.parts[0] in ("src", "include") or name == "hypervisor.ld"
        if ours and compare.load(folder / path) != files.get(name):
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).rename(aside / path)
            moved.append(name)
    new = lay_out(folder, files)
    shutil.rmtree(folder / "build", ignore_errors=True)  # what was built may ask make for a file that is gone now
    print(f"The folder is now as it is when chapter {number} is done ({len(new)} files are new).")
    if moved:
        print(f"Yours are kept in {aside.name}:")
        for name in sorted(moved):
            print(f"  {name}")
    print(f"Next: chapter {number + 1}." + begin_with(number + 1))
    return 0


def begin_with(number):
    """How chapter `number` begins, if with `open`."""
    return f" It begins with:  ./run.sh workshop open {number}" if states.given(number) else ""


# --- check -----------------------------------------------------------------------------------------
def check(words):
    number = chapter_number("check", words, LAST, 0)
    if number == 0:
        return run_sh(["doctor"], None) or checkpoint.boots()
    folder = need_folder("check")
    if number == 9:
        return clinic.check(folder)
    if number == 10:
        return run_sh(["arena", "mine"], folder)
    chapter_at(number)
    status = checkpoint.check(folder, number)
    if status == 0:
        print("Next: the exercise, or chapter " + f"{number + 1}." + begin_with(number + 1))
    return status


def run_sh(words, folder):
    """Another verb of run.sh, in the folder or, without one, in the project."""
    sys.stdout.flush()
    extra = {"BUMPVISOR_WORKSHOP": str(folder)} if folder else {}
    return subprocess.run([str(states.ROOT / "run.sh"), *words], cwd=folder or states.ROOT,
                          env=machine.environment() | extra).returncode


# --- Exercises ---------------------------------------------------------------------------------------
def exercise_of(number):
    """docs/handout/exercises/NN.py as a module, or None."""
    path = states.HANDOUT / "exercises" / f"{number:02}.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location(f"exercise_{number:02}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exercise(words):
    folder = need_folder("exercise")
    number = chapter_number("exercise", words, LAST)
    chapter_at(number)
    module = exercise_of(number)
    if module is None:
        print(f"Chapter {number} has no exercise that is checked here; ./run.sh workshop check {number} looks at the chapter.")
        return 0
    try:
        print(module.check(folder))
        return 0
    except machine.NotYet as missing:
        print(f"The exercise of chapter {number} is not solved yet.\n{missing}\n"
              f"A hint:  ./run.sh workshop hint {number}")
        return NOT_YET
    except machine.BuildFailed as failure:
        print(f"It does not build. The compiler's first words:\n\n{failure}")
        return BUILD_FAILED


def hint(words):
    number = chapter_number("hint", words, LAST)
    if len(words) > 1 and words[1] not in ("1", "2"):
        raise Usage(f"there are two hints:  ./run.sh workshop hint {number} 2")
    which = int(words[1]) if len(words) > 1 else 1
    section = chapter_at(number).section(f"Hint {which}")
    if section is None:
        print(f"Chapter {number} has no hint {which}.")
        return 0
    print(chapters.plain(section))
    print(f"\nThe second hint:  ./run.sh workshop hint {number} 2" if which == 1 else
          f"\nThe solution:  ./run.sh workshop solution {number}")
    return 0


def solution_of(number):
    """The diffs of a chapter's solution, joined."""
    return "".join(fence.text for fence in chapter_at(number).fences() if fence.kind == "solution")


def solution(words):
    number = chapter_number("solution", words, LAST)
    diff = solution_of(number)
    if diff:
        print(diff, end="")
        print(f"\nTo apply it, in your folder:  ./run.sh workshop solution {number} | patch -p1", file=sys.stderr)
    else:
        print(chapters.plain(chapter_at(number).section("Solution") or f"Chapter {number} has no solution to show.\n"))
    return 0


def list_chapters(_):
    total = 0
    for chapter in chapters.chapters(states.HANDOUT):
        total += chapter.meta["minutes"]
        print(f"  {chapter.number:2}  {chapter.meta['minutes']:3} min  {chapter.meta['title']}: {chapter.meta['goal']}")
    print(f"      {total:3} min  together; the text: {states.HANDOUT}/README.md")
    return 0


def visit_clinic(words):
    return clinic.main(need_folder("clinic"), words)


VERBS = {"start": start, "open": open_chapter, "check": check, "exercise": exercise, "hint": hint, "solution": solution,
         "catch-up": catch_up, "clinic": visit_clinic, "list": list_chapters,
         "help": lambda _: print(HELP, end="") or 0}


def main(words):
    word, rest = (words[0], words[1:]) if words else ("help", [])
    if word not in VERBS:
        close = difflib.get_close_matches(word, WORDS, 1, 0)[0]
        raise Usage(f"there is no word \"{word}\" after workshop; did you mean {close}?\n"
                    "./run.sh workshop help tells what there is.")
    most = {"hint": 2, "clinic": 99, "list": 0, "help": 0}.get(word, 1)
    if len(rest) > most:
        raise Usage(f"\"{rest[most]}\" is one word too many after \"workshop {word}\"")
    return VERBS[word](rest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Usage as usage:
        print(f"run.sh: {usage}", file=sys.stderr)
        sys.exit(WRONG)
    except (chapters.Mistake, states.regions.RegionError) as mistake:
        print(f"run.sh: the handout itself has a mistake, not your folder: {mistake}", file=sys.stderr)
        sys.exit(1)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)
    except Exception:  # of an exercise's check or the clinic, too: never leave a learner alone with it
        traceback.print_exc()
        print("run.sh: this is a mistake in the handout's tools, not in your folder; the lines above say where", file=sys.stderr)
        sys.exit(1)
