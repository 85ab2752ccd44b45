#!/usr/bin/env python3
"""follow: does what a reader does who has only the text, and ends with a machine that runs, or says where
the text led astray.

    follow.py               render chapters 0 to 8 with cmark-gfm, and follow them
    follow.py FOLDER        follow FOLDER/00-*.html to 08-*.html, as `make docs` has made them

It knows nothing of the sources, of docs/handout/path or of the comments in the Markdown: it reads headings,
paragraphs and blocks of code. The paragraph above a block says where it goes; a block of commands is typed
line by line at one terminal; exercises are left out. Every checkpoint must pass, and the last machine must
print the demo's lines.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path

import machine
import terminal

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = range(0, 9)
NOT_FOLLOWED = ("Exercise", "Hint 1", "Hint 2", "Solution", "If it fails")
TO_READ = ("console", "diff", "text", "")
DEMO = ["Booting hypervisor...", "Memory map:", "v = ['a', 'b', 'c']", "s = ", "Heap statistics", "All done"]
BOOTS = re.compile(r"^\./run\.sh( --\S+)*$")  # some machines of the text panic on purpose, or never end
SECONDS = 180

PLACES = [
    ("new", re.compile(r"^New file (\S+):$")),
    ("whole", re.compile(r"^Replace all of (\S+) by:$")),
    ("end", re.compile(r"^At the end of (\S+):$")),
    ("hole", re.compile(r"^In (\S+), in place of the line (/\* \[\S+\] \*/):$")),
    ("read", re.compile(r"^From (\S+):$")),
]


class Astray(Exception):
    """The text cannot be followed; says where and why."""


class Page(HTMLParser):
    """A page as a reader sees it: ("heading" | "words" | "code", text, language)."""

    BLOCKS = {"p": "words", "figcaption": "words", "li": "words", "td": "words", "h1": "heading", "h2": "heading", "h3": "step"}

    def __init__(self, html):
        super().__init__()
        self.parts, self.kind, self.text, self.language, self.unseen = [], None, "", "", 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        classes = " ".join(value or "" for name, value in attributes if name in ("class", "lang"))
        if tag in ("button", "script", "style", "title"):
            self.unseen += 1
        elif tag == "pre":
            self.kind, self.text, self.language = "code", "", ""
        if self.kind == "code" and tag in ("pre", "code"):
            language = re.search(r"(?:language-|^)([a-z]+)$", classes)
            self.language = language[1] if language else self.language
        elif tag in self.BLOCKS:
            self.kind, self.text = self.BLOCKS[tag], ""

    def handle_endtag(self, tag):
        if tag in ("button", "script", "style", "title"):
            self.unseen -= 1
        elif tag == "pre":
            self.parts.append(("code", self.text, self.language))
            self.kind = None
        elif self.kind != "code" and tag in self.BLOCKS and self.kind:
            self.parts.append((self.kind, " ".join(self.text.split()), ""))
            self.kind = None

    def handle_data(self, data):
        if not self.unseen:
            self.text += data


class Reader:
    """Somebody with a terminal and an editor."""

    def __init__(self, home):
        self.home = Path(home)
        (self.home / "bumpvisor").symlink_to(ROOT)
        self.folder = self.home / "bumpvisor"
        commands, self.commands = os.pipe()
        loop = ("while IFS= read -r -u 9 line; do eval \"$line\"; "
                "printf '\\n@@ %s %s @@\\n' \"$?\" \"$PWD\"; done")
        self.terminal = terminal.Terminal(
            ["bash", "-c", f"exec 9<&{commands}; {loop}"], self.folder, {"HOME": str(home), "PS1": "$ "}, pass_fds=(commands,))
        os.close(commands)

    def type(self, command):
        """What the command says, and its exit code."""
        begin = len(self.terminal.said)
        os.write(self.commands, command.encode() + b"\n")
        end, last, length, quits = time.monotonic() + SECONDS, time.monotonic(), begin, 0
        while True:
            alive = self.terminal.read(0.2)
            text = machine.plain(self.terminal.said[begin:])
            if done := re.search(r"\n@@ (\d+) (.*) @@\n", text):
                self.folder = Path(done[2])
                return text[: done.start()], int(done[1])
            now = time.monotonic()
            if len(self.terminal.said) != length:
                last, length = now, len(self.terminal.said)
            if not alive or now > end:
                raise Astray(f"`{command}` does not end; it said:\n{text[-2000:]}")
            if now - last > terminal.SILENCE * (quits + 1) and machine.after_firmware(text):
                self.terminal.type(terminal.QUIT)  # nothing more to see: quit, as chapter 0 says
                quits += 1

    def edit(self, place, match, text):
        path = self.folder / match[1]
        if place == "new":
            if path.exists():
                raise Astray(f"the new file {match[1]} is there already")
            if not path.parent.is_dir():
                raise Astray(f"the new file {match[1]} has no folder to go to: who made {path.parent.name}?")
            path.write_text(text)
            return
        if not path.is_file():
            raise Astray(f"there is no file {match[1]}")
        have = path.read_text()
        if place == "whole":
            path.write_text(text)
        elif place == "end":
            path.write_text(have + "\n" + text)
        else:
            lines = have.splitlines(keepends=True)
            holes = [i for i, line in enumerate(lines) if line.strip() == match[2]]
            if len(holes) != 1:
                raise Astray(f"{match[1]} has the line {match[2]} {len(holes)} times")
            path.write_text("".join(lines[: holes[0]]) + text + "".join(lines[holes[0] + 1 :]))


def follow(reader, page):
    """Follow one page; returns how many texts were pasted, commands typed, checkpoints passed."""
    pasted = typed = checked = 0
    section, above = "", ""
    for kind, text, language in page.parts:
        if kind in ("heading", "step"):
            section = text if kind == "heading" else section
        elif kind == "code" and section not in NOT_FOLLOWED:
            where = f"in \"{section}\", below \"{above[:60]}\""
            match, place = next(((m, p) for p, rule in PLACES if (m := rule.match(above))), (None, None))
            try:
                if language == "sh":
                    for command in text.replace("\\\n", " ").splitlines():
                        said, status = reader.type(command)
                        typed += 1
                        if re.search(r"\bworkshop check\b", command):
                            checked += 1
                        if status != 0 and not BOOTS.match(command):
                            raise Astray(f"`{command}` ends with {status}:\n{said}")
                elif match and place != "read":
                    reader.edit(place, match, text)
                    pasted += 1
                elif not match and language not in TO_READ:
                    raise Astray("nothing says where this block belongs")
            except Astray as astray:
                raise Astray(f"{where}: {astray}") from None
        above = text if kind == "words" else ""
    return pasted, typed, checked


def pages(folder):
    """The rendered chapters, in order."""
    for number in CHAPTERS:
        if folder:
            found = sorted(Path(folder).rglob(f"{number:02}-*.html"))
            html = found[0].read_text(encoding="utf-8") if found else ""
        else:
            found = sorted((ROOT / "docs/handout").glob(f"{number:02}-*.md"))
            html = subprocess.run(["cmark-gfm", "-e", "table", str(found[0])], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout if found else ""
        if not found:
            raise Astray(f"there is no page of chapter {number}")
        yield number, found[0].name, Page(html)


def main(words):
    if len(words) > 1:
        print("usage: python3 tools/handout/follow.py [FOLDER of pages]", file=sys.stderr)
        return 2
    name = ""
    try:
        with tempfile.TemporaryDirectory(prefix="bumpvisor-") as home:
            reader = Reader(home)
            try:
                for number, name, page in pages(words[0] if words else None):
                    pasted, typed, checked = follow(reader, page)
                    if not checked:
                        raise Astray("no checkpoint was passed: there is no `./run.sh workshop check`")
                    print(f"{name}: {pasted} texts pasted, {typed} commands typed", flush=True)
                name = "at the end"
                said, status = reader.type("./run.sh")
                rest = said
                for line in DEMO:
                    before, found, rest = rest.partition(line)
                    if not found:
                        raise Astray(f"the machine does not say \"{line}\" where it should; it said:\n{said}")
                if status != 0:
                    raise Astray(f"the machine ends with {status}:\n{said}")
                for line in said[said.index(DEMO[0]) :].splitlines():
                    print("    " + line)
            finally:
                reader.terminal.close()
    except Astray as astray:
        print(f"{name}: {astray}", file=sys.stderr)
        return 1
    print("followed: chapters 0 to 8 lead to a machine that runs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
