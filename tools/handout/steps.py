"""steps: what a chapter has its reader type and paste, and where, in the order of the text.

    steps(chapter)        each fence that changes the folder, with its caption and its text as they must be
    walk(chapter)         every fence, each with the folder as it is when the reader has come to it

It follows the chapter on a folder in memory, from states.opened(n) on; what comes out must be
states.state(n). So a fence in a wrong order, or in a wrong chapter, is found here. A region that has a
fence of its own within the same chapter is a hole in the region around it.
"""

import re
from dataclasses import dataclass

import chapters
import regions
import states

CHANGES = ("paste", "typed")
LANGUAGES = {".c": "c", ".h": "c", ".S": "asm", ".ld": "ld"}


def hole(name):
    return f"/* [{name}] */"


@dataclass
class Step:
    fence: chapters.Fence
    heading: str  # the nearest "## ..." above
    path: str
    region: str | None  # None: the whole file
    caption: str
    text: str
    place: str  # "new", "whole", "end" or "hole"

    def where(self):
        """In words, for somebody who has the text beside him."""
        return {
            "new": f"new file `{self.path}`",
            "whole": f"all of `{self.path}`",
            "end": f"at the end of `{self.path}`",
            "hole": f"in `{self.path}`, in place of the line `{hole(self.region or '')}`",
        }[self.place]


def headings(chapter):
    """Line number -> the heading that it stands under."""
    inside = {n for f in chapter.fences() for n in range(f.line, f.last + 1)}
    found, last = {}, ""
    for number, line in enumerate(chapter.lines, 1):
        if number not in inside and (match := re.match(r"^#{2,3} (.*)$", line)):
            last = match[1].strip()
        found[number] = last
    return found


def words_of(fence, here):
    """FILE and [region] of a fence's comment; None where there is no region."""
    form = {"typed": "FILE", "paste": "FILE [region]", "snippet": "FILE [region]"}[fence.kind]
    words = fence.words
    name = re.fullmatch(r"\[([a-z0-9-]+)\]", words[1]) if len(words) == 2 else None
    whole = len(words) == 1 and fence.kind in ("typed", "snippet")
    if not (whole or (name and fence.kind != "typed")):
        raise chapters.Mistake(f"{here}: the comment is <!-- {fence.kind} {form} -->, not \"{' '.join(words)}\"")
    return words[0], name[1] if name else None


def source_text(file, name, chapter, apart=()):
    """A region as it stands in the text of `chapter`: holes for what is typed later, or apart from it."""
    whole = states.project_file(file.origin)
    region = whole.find(name) if name else whole
    if region is None:
        raise regions.RegionError(f"{file.path}: there is no region [{name}]")
    of = states.fate(file, chapter)
    lines = region.lines(lambda inner: "hole" if inner in apart and of(inner) == "show" else of(inner))
    return "\n".join(lines) + "\n"


def paste(chapter, fence, files, known, apart, here):
    path, name = words_of(fence, here)
    file = known.get(path)
    if file is None or file.kind == "own":
        raise chapters.Mistake(f"{here}: docs/handout/path does not know {path}")
    if file.when.get(name) != chapter.number:
        when = file.when.get(name, "nothing")
        raise chapters.Mistake(f"{here}: docs/handout/path says {name}={when} of {path}; this is chapter {chapter.number}")
    text = source_text(file, name, chapter.number, {n for p, n in apart if p == path and n != name})
    if path not in files:
        if file.kind == "given":
            raise chapters.Mistake(f"{here}: {path} is laid out in chapter {file.chapter}, after this one")
        files[path] = text.strip("\n") + "\n"
        return Step(fence, "", path, name, f"New file `{path}`:", text, "new")
    lines = files[path].splitlines()
    holes = [i for i, line in enumerate(lines) if line.strip() == hole(name)]
    if holes:
        files[path] = "\n".join(lines[: holes[0]] + text.splitlines() + lines[holes[0] + 1 :]) + "\n"
        return Step(fence, "", path, name, f"In `{path}`, in place of the line `{hole(name)}`:", text, "hole")
    top = [r.name for r in states.project_file(path).parts if isinstance(r, regions.Region)]
    if file.kind == "given" or name not in top:
        raise chapters.Mistake(f"{here}: at this place of the text {path} has no line {hole(name)}: "
                               "is it pasted twice, or before the region around it, or within it already?")
    files[path] = states.join([files[path], text])
    return Step(fence, "", path, name, f"At the end of `{path}`:", text, "end")


def walk(chapter):
    """(fence, step or None, files) for every fence; `files` is as the fence finds it, and changes."""
    known = states.read_path()
    files = {path: text for path, text in states.opened(chapter.number).items()
             if path not in known or known[path].gone > chapter.number}
    heading = headings(chapter)
    found = chapter.fences()
    apart = {words_of(f, f"{chapter.path}:{f.first}") for f in found if f.kind == "paste"}
    for fence in found:
        here = f"{chapter.path}:{fence.first}"
        step, before = None, dict(files)
        if fence.kind == "paste":
            step = paste(chapter, fence, files, known, apart, here)
        elif fence.kind == "typed":
            path, _ = words_of(fence, here)
            if path in known and known[path].kind != "own":
                raise chapters.Mistake(f"{here}: {path} comes from the project's sources: paste its regions")
            new = path not in files
            step = Step(fence, "", path, None, f"New file `{path}`:" if new else f"Replace all of `{path}` by:",
                        fence.text, "new" if new else "whole")
            files[path] = fence.text
        if step:
            step.heading = heading[fence.first]
        yield fence, step, before
    yield None, None, files


def steps(chapter):
    return [step for _, step, _ in walk(chapter) if step]


def chapter_of(number):
    """The chapter with that number, or None."""
    paths = sorted(states.HANDOUT.glob(f"{number:02}-*.md"))
    return chapters.read_chapter(paths[0]) if paths else None
