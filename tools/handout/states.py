"""states: what a learner's folder holds after each chapter, made from the project's own sources.

docs/handout/path says, a line for each file, in which chapter it comes and how:

    typed 2 src/riscv/boot.S  start=2 hart-entry=6    only these regions, each typed in its chapter
    given 3 src/lib/format.c  digits=3 -floats        laid out when chapter 3 is opened, but for the
                                                      holes of the regions that are typed; -name is cut
    gone  2 src/hello.S                               taken away again
    given 10 arena/mine.c from=F                      laid out from the project's file F, as it has another name there

A file that is not the project's, as what an exercise begins with, lies below docs/handout/exercises.

`name=0` marks a region that is there from the start: it is only shown. Files that belong to the handout
alone, like src/main.c, stand in the chapters themselves, as typed fences. So no file is kept twice.

    state(n)     the folder when chapter n is done
    opened(n)    when chapters 1 to n - 1 are done and n is opened, with holes where n's regions go
"""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

import chapters
import regions

ROOT = Path(__file__).resolve().parent.parent.parent
HANDOUT = ROOT / "docs" / "handout"
FOLDER = HANDOUT / "folder"  # what `start` lays out: Makefile, run.sh, README.md
LAST = 8  # the last chapter with a state of its own


@dataclass
class File:
    """A line of the path."""

    kind: str  # typed or given; own: the path only says when it goes
    chapter: int
    path: str
    when: dict = field(default_factory=dict)  # region: the chapter that it is typed in; None: cut away
    gone: int = 99
    origin: str = ""  # where it stands in the project


def read_path(where=HANDOUT / "path"):
    files = {}
    for number, line in enumerate(where.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        here = f"{where}:{number}"
        if len(words) < 3 or words[0] not in ("typed", "given", "gone") or not words[1].isdigit():
            raise chapters.Mistake(f"{here}: typed|given|gone CHAPTER FILE, not \"{line}\"")
        kind, chapter, path = words[0], int(words[1]), words[2]
        if kind == "gone":
            files.setdefault(path, File("own", 0, path)).gone = chapter
            continue
        if path in files:
            raise chapters.Mistake(f"{here}: {path} stands here twice")
        file = files[path] = File(kind, chapter, path, origin=path)
        for word in words[3:]:
            name, _, value = word.partition("=")
            if word.startswith("-"):
                file.when[word[1:]] = None
            elif name == "from":
                file.origin = value
            elif value.isdigit():
                file.when[name] = int(value)
            else:
                raise chapters.Mistake(f"{here}: name=CHAPTER, -name or from=FILE, not \"{word}\"")
    return files


def source(path):
    """Where a file of the path stands: in the project, or, as what an exercise begins with, with the handout."""
    return ROOT / path if (ROOT / path).exists() else HANDOUT / "exercises" / path


def project_file(path):
    """A source as a Region."""
    return regions.parse(source(path).read_text(encoding="utf-8"), path)


def fate(file, chapter, hole=True):
    """What becomes of each region of `file` in a folder where `chapter` is done."""

    def of(name):
        if name not in file.when:
            raise regions.RegionError(f"{file.path}: docs/handout/path says nothing of the region [{name}]")
        when = file.when[name]
        return "cut" if when is None else "show" if when <= chapter else "hole"

    return of


def join(pieces):
    """Texts with one empty line between them."""
    return "\n\n".join(piece.strip("\n") for piece in pieces) + "\n"


def region_text(file, name):
    """A region as it is pasted in its chapter, with holes for what later chapters type."""
    region = project_file(file.origin).find(name)
    if region is None:
        raise regions.RegionError(f"{file.path}: there is no region [{name}]")
    return "\n".join(region.lines(fate(file, file.when[name]))) + "\n"


def render(file, chapter):
    """The text of `file` when `chapter` is done."""
    whole = project_file(file.origin)
    missing = set(file.when) - {r.name for r in whole.regions()}
    if missing:
        raise regions.RegionError(f"{file.path}: there is no region [{min(missing)}], which docs/handout/path names")
    of = fate(file, chapter)
    if file.kind == "given":
        return "\n".join(whole.lines(of)) + "\n"
    return join("\n".join(r.lines(of)) for r in whole.parts
                if isinstance(r, regions.Region) and of(r.name) == "show")


def own_files(done):
    """Files of the typed fences: path -> text of the last one up to chapter `done`."""
    texts = {}
    for chapter in chapters.chapters(HANDOUT):
        if chapter.number <= done:
            for fence in chapter.fences():
                if fence.kind == "typed":
                    texts[fence.words[0]] = fence.text
    return texts


def state(done):
    """path -> text, of a folder in which the chapters up to `done` are done."""
    files = read_path()
    result = {path: text for path, text in own_files(done).items()
              if path not in files or files[path].gone > done}
    for file in files.values():
        if file.kind != "own" and file.chapter <= done < file.gone:
            result[file.path] = render(file, done)
    return result | scaffold()


def given(chapter):
    """path -> text of what opening `chapter` lays out: its given files, with holes for what it types."""
    result = {}
    for file in read_path().values():
        if file.kind == "given" and file.chapter == chapter:
            result[file.path] = render(file, chapter - 1)
    return result


def opened(chapter):
    return state(chapter - 1) | given(chapter)


def scaffold():
    """What `start` lays out: the Makefile, whose flags are the project's own, and the door."""
    makefile = project_file("Makefile")
    text = (FOLDER / "Makefile").read_text(encoding="utf-8")
    for region in makefile.regions():
        if region.name and region.marker in text:
            text = text.replace(region.marker, "\n".join(region.lines(lambda name: "show")))
    return {
        "Makefile": text,
        "run.sh": (FOLDER / "run.sh").read_text(encoding="utf-8").replace("@PROJECT@", shlex.quote(str(ROOT))),
        "README.md": (FOLDER / "README.md").read_text(encoding="utf-8"),
    }


def write(files, folder):
    """Write path -> text below `folder`."""
    for path, text in files.items():
        target = Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        if path == "run.sh":
            target.chmod(0o755)
