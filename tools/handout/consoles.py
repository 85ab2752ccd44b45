#!/usr/bin/env python3
"""consoles: runs again what the handout's consoles show.

    consoles.py check [CHAPTER...]     run each command, compare; name file, line and difference
    consoles.py update [CHAPTER...]    write what the commands say into the text

A console runs in the learner's folder as it is at that place of the text, built anew in a temporary home;
one whose comment says @project runs in the project. Paths are shown as those of /home/you.
"""

import difflib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import chapters
import console_text
import pages
import regions
import states
import steps
import terminal

HOME = "/home/you"
SECONDS = 90


class Desk:
    """A home with a link to the project and a learner's folder, which keeps what was built."""

    def __init__(self, home):
        self.home = Path(home)
        self.folder = self.home / "machine"
        self.project = self.home / "bumpvisor"
        self.project.symlink_to(states.ROOT)

    def lay_out(self, files):
        """Make the folder hold these files and nothing else, but leave build alone."""
        for path in sorted(self.folder.rglob("*"), reverse=True) if self.folder.exists() else []:
            name = str(path.relative_to(self.folder))
            if name.split("/")[0] == "build":
                continue
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif name not in files:
                path.unlink()
        states.write({path: text for path, text in files.items()
                      if not (self.folder / path).is_file() or (self.folder / path).read_text() != text}, self.folder)

    def run(self, fence):
        """What the fence's command says, as lines."""
        in_project = "@project" in fence.words
        if in_project:
            shutil.rmtree(self.folder, ignore_errors=True)
        command = " ".join(word for word in fence.words if word != "@project")
        text, status = terminal.run(command, self.project if in_project else self.folder,
                                    console_text.enough(shown(fence)), SECONDS, {"HOME": str(self.home)})
        for here, there in ((str(self.home), HOME), (str(states.ROOT), HOME + "/bumpvisor")):
            text = text.replace(here, there)
        lines = console_text.lines_of(text)
        if status == terminal.NO_END:
            lines.append(f"(it did not end in {SECONDS} seconds)")
        return console_text.without_quit(shown(fence), lines)


def shown(fence):
    """What the text shows, without the command."""
    return console_text.lines_of(fence.text)[1:]


def patched(files, diff):
    """The files with a solution's diff applied."""
    with tempfile.TemporaryDirectory() as where:
        states.write(files, where)
        done = subprocess.run(["patch", "-p1", "--fuzz=0", "-s", "--no-backup-if-mismatch"], cwd=where, input=diff, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise chapters.Mistake("the solution does not apply: " + done.stdout.strip())
        return {str(p.relative_to(where)): p.read_text() for p in Path(where).rglob("*") if p.is_file()}


def consoles_of(path):
    """(fence, files) of every console of a page."""
    number = int(path.name[:2]) if re.match(r"\d\d-", path.name) else None
    if number is None or not 1 <= number <= states.LAST:
        files = states.scaffold() if number == 0 else states.opened(number) if number else states.state(states.LAST)
        for fence in chapters.fences(path.read_text(encoding="utf-8").splitlines(), path):
            if fence.kind == "console":
                yield fence, files
        return
    solved = None
    for fence, step, files in steps.walk(chapters.read_chapter(path)):
        if fence and fence.kind == "solution":
            solved = patched(solved or files, fence.text)
        elif fence and fence.kind == "console":
            yield fence, solved or files


def selected(numbers):
    for path in pages.all_pages(states.HANDOUT):
        if not numbers or any(path.name.startswith(f"{number:02}-") for number in numbers):
            yield path


def name_of(path):
    return str(path).replace(str(states.ROOT) + "/", "")


def check(numbers):
    wrong = count = 0
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as home:
        desk = Desk(home)
        for path in selected(numbers):
            for fence, files in consoles_of(path):
                desk.lay_out(files)
                said = desk.run(fence)
                count += 1
                difference = console_text.match(shown(fence), said)
                if difference is None:
                    continue
                wrong += 1
                expected, actual = difference
                print(f"{name_of(path)}:{line_of(fence, expected)}: the console of {' '.join(fence.words)} differs: the text has "
                      f"{quoted(expected)}, the command says {quoted(actual)}", file=sys.stderr)
                for line in difflib.unified_diff(shown(fence), said, "text", "command", lineterm="", n=1):
                    print("    " + line, file=sys.stderr)
    if not wrong:
        print(f"true: {count} consoles")
    return 1 if wrong else 0


def quoted(line):
    return "nothing more" if line is None else f'"{line}"'


def line_of(fence, expected):
    """Where the expected line stands in the page."""
    for number, line in enumerate(fence.text.splitlines()[1:], fence.line + 2):
        if expected is not None and line.rstrip() == expected:
            return number
    return fence.last


def update(numbers):
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as home:
        desk = Desk(home)
        for path in selected(numbers):
            written = []
            for fence, files in consoles_of(path):
                desk.lay_out(files)
                said = console_text.renewed(shown(fence), desk.run(fence))
                if said != shown(fence):
                    written.append((fence, said))
            lines = path.read_text(encoding="utf-8").splitlines()
            for fence, said in reversed(written):
                lines[fence.line : fence.last - 1] = [lines[fence.line] if fence.text else "$ " + " ".join(fence.words), *said]
            if written:
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                print(f"{name_of(path)}: {len(written)} consoles written")
    return 0


def main(words):
    if not words or words[0] not in ("check", "update") or not all(word.isdigit() for word in words[1:]):
        print("usage: python3 tools/handout/consoles.py check|update [CHAPTER...]", file=sys.stderr)
        return 2
    numbers = [int(word) for word in words[1:]]
    try:
        return check(numbers) if words[0] == "check" else update(numbers)
    except (chapters.Mistake, regions.RegionError) as mistake:
        print(name_of(mistake), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
