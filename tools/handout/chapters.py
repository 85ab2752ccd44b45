"""chapters: reads the handout's chapters, their front matter, and their fences with the comment that
says where each fence comes from.

    chapters(folder)         docs/handout/NN-name.md, in order
    Chapter.fences()         every fence: kind, words, caption, language, text, line
    Chapter.section(title)   the text below "## title", None where there is no such section

A fence's comment stands alone on its line above it; a caption may stand between, blank lines too:

    <!-- paste src/heap/bump.c [bump] -->       kind "paste", words ["src/heap/bump.c", "[bump]"]
    In `src/heap/bump.c`, in place of ...:      the caption
    ```c                                        the language, and `line`, counted from 1
    ...                                         the text, each line with its newline
    ```

What is wrong with a file raises Mistake, whose text names file and line.
"""

import re
from dataclasses import dataclass
from pathlib import Path

KINDS = ("paste", "snippet", "typed", "sh", "console", "solution", "text")
META = ("title", "goal", "minutes", "needs")

OPENING = re.compile(r"^ *(?P<marks>`{3,}|~{3,})(?P<language>[^`]*)$")
COMMENT = re.compile(r"^ *<!-- (?P<kind>" + "|".join(KINDS) + r")(?P<words>( .*)?) -->$")


class Mistake(Exception):
    """Something in a page is not as the grammar says."""


@dataclass
class Fence:
    kind: str | None  # one of KINDS, or None: no comment says where it comes from
    words: list  # what the comment says after the kind
    caption: str  # the visible line between comment and fence, or ""
    language: str
    text: str
    line: int  # of the opening marks, from 1
    first: int  # of the comment, or of the opening marks where there is none
    last: int  # of the closing marks


def fences(lines, where):
    """Every fence of a page. `where` names the page in a Mistake."""
    found = []
    comment = caption = None  # (line, match) of the last comment; (line, text) of what follows it
    i = 0
    while i < len(lines):
        opening = OPENING.match(lines[i])
        if not opening:
            if match := COMMENT.match(lines[i]):
                comment, caption = (i, match), None
            elif lines[i].strip():
                if caption or comment is None:
                    comment = None  # a second line of prose: the comment was for something else
                else:
                    caption = (i, lines[i].strip())
            i += 1
            continue
        end = i + 1
        closing = re.compile(r"^ *" + re.escape(opening["marks"]) + r"[`~]* *$")
        while end < len(lines) and not closing.match(lines[end]):
            end += 1
        if end == len(lines):
            raise Mistake(f"{where}:{i + 1}: this fence is never closed")
        found.append(
            Fence(
                kind=comment[1]["kind"] if comment else None,
                words=comment[1]["words"].split() if comment else [],
                caption=caption[1] if comment and caption else "",
                language=opening["language"].strip(),
                text="".join(line + "\n" for line in lines[i + 1 : end]),
                line=i + 1,
                first=(comment[0] if comment else i) + 1,
                last=end + 1,
            )
        )
        comment = caption = None
        i = end + 1
    return found


@dataclass
class Chapter:
    number: int
    path: Path
    meta: dict  # title, goal, minutes (a number), needs
    lines: list  # of the whole file, front matter too, without newlines

    def fences(self):
        return fences(self.lines, self.path)

    def section(self, title):
        """The text between the heading `## title` and the next of its rank."""
        inside = {n for f in self.fences() for n in range(f.line, f.last + 1)}
        taken = None
        for number, line in enumerate(self.lines, 1):
            if number not in inside and re.match(r"^##? ", line):
                if taken is not None:
                    break
                if line.rstrip() == "## " + title:
                    taken = []
            elif taken is not None:
                taken.append(line + "\n")
        return None if taken is None else "".join(taken)


def plain(section):
    """A section as one reads it in a terminal: fences are indented, and their comments gone."""
    lines, shown, inside = section.strip("\n").splitlines(), [], False
    for line in lines:
        if OPENING.match(line):
            inside = not inside
        elif not COMMENT.match(line):
            shown.append("    " + line if inside and line else line)
    return "\n".join(shown)


def front_matter(lines, where):
    """The front matter as a dict, and how many lines it takes: ({}, 0) where there is none."""
    if not lines or lines[0] != "---":
        return {}, 0
    meta = {}
    for i, line in enumerate(lines[1:], 2):
        if line == "---":
            return meta, i
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in META:
            raise Mistake(f"{where}:{i}: front matter has only {', '.join(META)}: \"{line}\"")
        meta[key.strip()] = value.strip()
    raise Mistake(f"{where}:1: the front matter is never closed")


def read_chapter(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    meta, _ = front_matter(lines, path)
    for key in META:
        if not meta.get(key):
            raise Mistake(f"{path}:1: the front matter says no {key}")
    if not meta["minutes"].isdigit():
        raise Mistake(f"{path}:1: minutes is a number, not \"{meta['minutes']}\"")
    meta["minutes"] = int(meta["minutes"])
    return Chapter(int(path.name[:2]), path, meta, lines)


def chapters(folder):
    found = [read_chapter(path) for path in sorted(Path(folder).glob("[0-9][0-9]-*.md"))]
    for one, next_one in zip(found, found[1:]):
        if one.number == next_one.number:
            raise Mistake(f"{one.path} and {next_one.path.name} have the same number")
    return found
