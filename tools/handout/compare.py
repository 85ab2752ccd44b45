"""compare: what a learner's folder lacks of a chapter's state, in plain words.

    look(folder, 5)      Look: wrong (what must be mended), notes (what may stay), hints (what explains a
                         failed build or boot), differing (path -> (the text's, the learner's) lines)

Spaces, tabs, empty lines and Windows line ends do not count. What differs from the text but builds and
behaves is the learner's own business: it is mentioned, not refused.
"""

import difflib
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import states
import steps

OURS = ("build", ".git")  # folders that hold nothing of the learner's typing
EXERCISE = "src/exercise"  # what begins so is there to be changed
DIFF_LINES = 40
NEARLY = 0.7  # two lines that have so much in common are one, mistyped


@dataclass
class Look:
    wrong: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    hints: list = field(default_factory=list)
    differing: dict = field(default_factory=dict)


@dataclass
class Text:
    """A file as (line number, line without its spaces), for the lines that have any."""

    rows: list
    lines: list  # the file's, as they are

    def keys(self):
        return [key for _, key in self.rows]

    def find(self, keys):
        """Indices into rows where these lines stand one after the other."""
        mine = self.keys()
        return [i for i in range(len(mine) - len(keys) + 1) if keys and mine[i : i + len(keys)] == keys]

    def raw(self, first, end):
        """The lines of these rows, as they are."""
        return [self.lines[number - 1] for number, _ in self.rows[first:end]]

    def line(self, index):
        return self.rows[min(index, len(self.rows) - 1)][0] if self.rows else 1


def key_of(line):
    return " ".join(line.split())


def read(text):
    rows = [(number, key_of(line)) for number, line in enumerate(text.splitlines(), 1)]
    return Text([row for row in rows if row[1]], text.splitlines())


def load(path):
    """A file's text; None where there is none. Bytes that are no text are shown as such."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def files_of(folder):
    """Every file that the learner may have typed."""
    for path in sorted(Path(folder).rglob("*")):
        top = path.relative_to(folder).parts[0]
        if path.is_file() and top not in OURS and not top.startswith("before-"):
            yield path.relative_to(folder)


class Comparison:
    def __init__(self, folder, number):
        self.folder, self.number = Path(folder), number
        self.known = states.read_path()
        self.expected = states.state(number)
        self.look = Look()
        self.typed = {}  # path -> [(chapter, step)] of the chapters up to this one, in order
        for n in range(1, number + 1):
            chapter = steps.chapter_of(n)
            for step in steps.steps(chapter) if chapter else []:
                self.typed.setdefault(step.path, []).append((n, step))

    def wrong(self, words, chapter=0, step=None):
        self.look.wrong.append(((chapter, step.fence.line if step else 0), words))

    def step_words(self, chapter, step):
        heading = f", \"{step.heading}\"" if step.heading else ""
        return f"chapter {chapter}{heading}: {step.where()}"

    # --- A file that is not there -----------------------------------------------------------------
    def missing(self):
        given = {}
        for path in self.expected:
            if load(self.folder / path) is not None:
                continue
            file = self.known.get(path)
            if path in self.typed and not (file and file.kind == "given"):
                chapter, step = self.typed[path][0]
                self.wrong(f"{path} is not there. It comes in {self.step_words(chapter, step)}." + self.elsewhere(path), chapter, step)
            else:
                given.setdefault(file.chapter if file else self.number, []).append(path)
        for chapter, paths in given.items():
            names = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
            are = "is not there. It is" if len(paths) == 1 else "are not there. They are"
            self.wrong(f"{names} {are} laid out by:  ./run.sh workshop open {max(chapter, 1)}", chapter)

    def elsewhere(self, path):
        """Did it go to another folder?"""
        for other in files_of(self.folder):
            if other.name == Path(path).name and str(other) not in self.expected:
                return f" There is {other}: if that is it, then  mkdir -p {Path(path).parent} && mv {other} {path}"
        return self.in_project(path)

    def in_project(self, path):
        """A file of the handout's own that was saved in the project."""
        text = load(states.ROOT / path)
        mine = [step for _, step in self.typed.get(path, []) if step.region is None]
        if text is not None and any(read(text).keys() == read(step.text).keys() for step in mine):
            there = shlex.quote(str(states.ROOT))
            return (f" It was saved in the project, as {states.ROOT / path}: move it to {self.folder / path}"
                    f" (and where git has one of its own there:  git -C {there} checkout {path})")
        return ""

    # --- Files of the handout's own: src/main.c ------------------------------------------------------
    def own(self, path):
        both = self.both(path)
        if both is None:
            return
        mine, want = both
        chapter, step = self.typed[path][-1]
        for later in range(self.number + 1, states.LAST + 1):
            found = steps.chapter_of(later)
            if found and any(s.path == path and s.region is None and read(s.text).keys() == mine.keys() for s in steps.steps(found)):
                self.wrong(f"{path} is that of chapter {later}: this folder is further than chapter {self.number}. "
                           f"./run.sh workshop check {later} looks at what came before, too.")
                return
        for earlier, old in self.typed[path][:-1]:
            if read(old.text).keys() == mine.keys():
                self.wrong(f"{path} is still that of chapter {earlier}; not done yet: {self.step_words(chapter, step)}."
                           + self.in_project(path), chapter, step)
                return
        if len(mine.find(want.keys())) > 1:
            second = mine.find(want.keys())[1]
            self.wrong(f"{path}:{mine.line(second)}: here the same text begins a second time; delete the second", chapter, step)
            return
        if mine.find(want.keys()):
            extra = mine.find(want.keys())[0]
            where = 1 if extra else mine.line(len(want.rows))
            self.look.hints.append(f"{path}:{where}: there is more than the text has: {self.step_words(chapter, step)} replaces the "
                                   "whole file, so delete what was in it before")
        self.differs(path, mine, want)

    def both(self, path):
        """The file as it is and as the text has it; None where there is none, or no difference."""
        text = load(self.folder / path)
        if text is None:
            return None
        mine, want = read(text), read(self.expected[path])
        if mine.keys() == want.keys():
            return None
        self.pasted_words(path, mine)
        return mine, want

    def pasted_words(self, path, mine):
        """The words around a fence are not part of the program."""
        for number, key in mine.rows:
            if key.startswith("```") or key.startswith("<!-- ") or key in {s.caption for _, s in self.typed.get(path, [])}:
                self.wrong(f"{path}:{number}: \"{key}\" belongs to the handout's page, not to the program; delete the line")

    # --- Files of the project's sources --------------------------------------------------------------
    def source(self, path):
        both = self.both(path)
        if both is None:
            return
        mine, want = both
        if path.startswith(EXERCISE):
            self.look.hints.append(f"{path}: it was changed, as its exercise asks")
            return
        file = self.known[path]
        if file.kind == "given" and len(mine.rows) < len(want.rows) / 2 and len(want.rows) > 20:
            self.wrong(f"{path} has {len(mine.rows)} lines of {len(want.rows)}: was all of it replaced by what belongs in place of "
                       f"one line? Put yours aside and begin anew with this file:  mv {path} {path}.mine && "
                       f"./run.sh workshop open {file.chapter}", file.chapter)
            return
        before = len(self.look.wrong)
        for chapter, step in self.typed.get(path, []):
            self.region(file, chapter, step, mine, want)
        if len(self.look.wrong) == before:
            self.differs(path, mine, want)

    def region(self, file, chapter, step, mine, want):
        path, words = step.path, self.step_words(chapter, step)
        text = read(steps.source_text(file, step.region, self.number)).keys()
        places, rightly = mine.find(text), len(want.find(text))
        holes = mine.find([steps.hole(step.region)])
        if holes and not places:
            self.wrong(f"{path}:{mine.line(holes[0])}: not done yet: {words}." + self.in_another_file(path, text), chapter, step)
        elif holes:
            beside = holes[0] + 1 in places or holes[0] - len(text) in places
            if beside:
                self.look.notes.append(f"{path}:{mine.line(holes[0])}: the line {steps.hole(step.region)} can go now: "
                                       "what belongs there stands beside it")
            else:
                self.wrong(f"{path}:{mine.line(places[0])}: here stands what belongs to line {mine.line(holes[0])}: move it there, "
                           f"in place of the line {steps.hole(step.region)} ({words})", chapter, step)
        elif len(places) > rightly:
            self.wrong(f"{path}:{mine.line(places[-1])}: the text of {words} stands here a second time; "
                       f"the first begins at line {mine.line(places[0])}. Delete one", chapter, step)
        elif places:
            self.misplaced(path, step, mine, want, places[0], text)
        elif self.share(mine, text) >= 0.3:
            pass
        elif (near := self.nearly(mine, want, text)) is not None:
            self.look.hints.append(f"{path}:{mine.line(near)}: this is nearly what belongs there ({words}), but not quite")
        else:
            index = self.where(mine, want, text)
            gone = "" if step.place in ("new", "end") else "; the line that marked the place is gone"
            self.wrong(f"{path}:{mine.line(index)}: about here is missing {words}{gone}." + self.in_another_file(path, text), chapter, step)

    def misplaced(self, path, step, mine, want, place, text):
        """The text is there; does it follow what it follows in the handout?"""
        right = want.find(text)
        before = want.keys()[right[0] - 1] if right and right[0] else None
        if before and (place == 0 or mine.keys()[place - 1] != before):
            self.look.hints.append(f"{path}:{mine.line(place)}: in the text this stands after the line \"{before}\"; here it does not")

    def in_another_file(self, path, text):
        for other in files_of(self.folder):
            places = read(load(self.folder / other)).find(text) if str(other) != path and len(text) > 2 else []
            expected = self.expected.get(str(other))
            if places and not (expected and read(expected).find(text)):
                return f" It stands in {other}, at line {read(load(self.folder / other)).line(places[0])}: that is another file."
        return ""

    @staticmethod
    def share(mine, text):
        """How much of a text is there, line by line."""
        have = set(mine.keys())
        telling = [key for key in text if len(key) > 8] or text
        return sum(key in have for key in telling) / len(telling)

    @staticmethod
    def nearly(mine, want, text):
        """A line of the learner's own that is almost the text's first; None where there is none."""
        own = [key for key in mine.keys() if key not in want.keys()]
        close = difflib.get_close_matches(text[0], own, 1, NEARLY)
        return mine.keys().index(close[0]) if close else None

    @staticmethod
    def where(mine, want, text):
        """About where in the learner's file a text is missing."""
        right = want.find(text)
        for i in range((right[0] if right else 0) - 1, -1, -1):
            if len(want.keys()[i]) > 8 and want.keys()[i] in mine.keys():
                return mine.keys().index(want.keys()[i]) + 1
        return len(mine.rows) - 1

    def differs(self, path, mine, want):
        self.look.differing[path] = (want, mine)

    # --- What else goes wrong --------------------------------------------------------------------------
    def makefile(self):
        text, want = load(self.folder / "Makefile"), self.expected["Makefile"]
        if text is None:
            return  # missing() has said it
        anew = f"Lay the right one out again:  mv Makefile Makefile.mine && ./run.sh workshop open {self.number}"
        recipes = {key_of(line) for line in want.splitlines() if line.startswith("\t")}
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith(" ") and key_of(line) in recipes:
                self.wrong(f"Makefile:{number}: this line begins with spaces; make wants a tab. {anew}")
                return
        if read(text).keys() != read(want).keys():
            self.look.hints.append(f"Makefile: it was changed, which no chapter asks for. {anew}")
            self.differs("Makefile", read(text), read(want))

    def strangers(self):
        """Files that the compiler sees and the text does not know; and what should be gone."""
        opened = {path: n for n in range(self.number + 1, states.LAST + 1) for path in states.given(n)}
        for path in files_of(self.folder):
            name = str(path)
            text = load(self.folder / path)
            if "\r\n" in text and path.suffix in (".c", ".h", ".S", ".ld", ".sh", ""):
                self.look.notes.append(f"{name}: its lines end as on Windows (CRLF); it is better without:  sed -i 's/\\r$//' {name}")
            file = self.known.get(name)
            if file and file.gone <= self.number:
                self.wrong(f"{name} is still there; chapter {file.gone} takes it away:  rm {name}", file.gone)
            elif name.startswith("src/") and path.suffix in (".c", ".S") and name not in self.expected and name not in opened:
                self.look.hints.append(f"{name}: the text has no such file, but it is compiled with the others")
        found = sorted({n for path, n in opened.items() if path.endswith((".c", ".S")) and (self.folder / path).is_file()})
        if found:
            self.look.hints.append(f"chapter {found[-1]} is open here already; what it lays out compiles when its own steps are done")

    def run(self):
        self.missing()
        self.makefile()
        for path in self.expected:
            if path in self.known and self.known[path].kind != "own":
                self.source(path)
            elif path in self.typed:
                self.own(path)
        self.strangers()
        # In the order of the text: what comes first there is done first.
        self.look.wrong = [words for _, words in sorted(self.look.wrong, key=lambda one: one[0])]
        return self.look


def look(folder, number):
    return Comparison(folder, number).run()


def difference(path, texts, most=DIFF_LINES):
    """A unified diff of the lines that differ in more than spaces; not more than a screen of it."""
    want, mine = texts
    lines = [f"--- {path}, the text", f"+++ {path}, yours"]
    for group in difflib.SequenceMatcher(None, want.keys(), mine.keys(), False).get_grouped_opcodes(2):
        lines.append(f"@@ your line {mine.line(group[0][3])} @@")
        for kind, i, i_end, j, j_end in group:
            if kind == "equal":
                lines += [" " + line for line in mine.raw(j, j_end)]
            else:
                lines += ["-" + line for line in want.raw(i, i_end)] + ["+" + line for line in mine.raw(j, j_end)]
    more = len(lines) - most
    return lines[:most] + ([f"... and {more} lines more"] if more > 0 else [])
