"""clinic: the six broken machines of chapter 9, and the verdicts on them.

    ./run.sh workshop clinic                 the six, each with what it shows
    ./run.sh workshop clinic 1               lay machine 1 out in clinic/1, build it, boot it
    ./run.sh workshop clinic 1 FILE:LINE     name the line that is wrong
    ./run.sh workshop clinic 1 check         or repair it: is the console right again?
    ./run.sh workshop clinic 1 hint          a hint; `hint 2` for the second

A machine is the state of chapter 8 with a few texts replaced, so no source is kept twice. Its file,
docs/handout/clinic/N-name.txt, begins with `key: value` lines (title, symptom, ends: run.sh's exit
code, and where they differ from 10 and 1, seconds and harts), then has sections:

    == setting FILE     a text of FILE that is replaced, so that the patient has something to do
    == fault FILE       the same, but this is the mistake: the lines that change are the verdict
    == by               what stands in its place; belongs to the section above
    == new FILE         a file of its own
    == symptom          lines that the console shows, in this order, among others; * is any text
    == repaired         the same, when the mistake is repaired
    == elsewhere FILE   what is said to a verdict in this file that is wrong
    == why              what is said to the right one

A replaced text is found exactly once, or it is an error. The hints are the numbered lists of the
chapter's sections "Hint 1" and "Hint 2".

FOLDER/clinic/verdicts keeps a line for each solved machine: "1 src/x.c:12", counted in the machine as
it was laid out, or "1 repaired". `check` believes neither: it looks at the line, or boots, again.
"""

import difflib
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import chapters
import machine
import states

WARD = states.HANDOUT / "clinic"
STATE = 8
CHAPTER = 9
DOOR = "./run.sh workshop clinic"


class Drift(chapters.Mistake):
    """A machine does not fit the sources any more; the text names file and section."""


@dataclass
class Patient:
    number: int
    path: Path
    meta: dict
    sections: list  # (kind, file or "", text, line)
    files: dict = field(default_factory=dict)  # path -> text of the broken machine
    fault: str = ""  # the file that has the mistake
    lines: range = range(0)  # and where, counted from 1

    def text(self, kind):
        return next((text for k, _, text, _ in self.sections if k == kind), "")

    @property
    def title(self):
        return self.meta["title"]

    @property
    def harts(self):
        return int(self.meta.get("harts", 1))

    @property
    def seconds(self):
        return int(self.meta.get("seconds", 10))

    def start_again(self):
        """What the learner types in clinic/N to boot it."""
        return "./run.sh" + (f" --smp={self.harts}" if self.harts > 1 else "")


# --- Reading the files of the machines ------------------------------------------------------------


def read_sections(path):
    meta, sections = {}, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("== "):
            kind, _, file = line[3:].partition(" ")
            if kind not in ("setting", "fault", "by", "new", "symptom", "repaired", "elsewhere", "why"):
                raise Drift(f"{path}:{number}: there is no section \"{kind}\"")
            sections.append([kind, file, [], number])
        elif sections:
            sections[-1][2].append(line)
        elif line:
            key, _, value = line.partition(":")
            meta[key] = value.strip()
    return meta, [(kind, file, "\n".join(lines).strip("\n") + "\n", number)
                  for kind, file, lines, number in sections]


def replace(files, path, file, old, new, line):
    if file not in files:
        raise Drift(f"{path}:{line}: the state of chapter {STATE} has no {file}")
    count = files[file].count(old)
    if count != 1:
        raise Drift(f"{path}:{line}: the text to replace is found {count} times in {file}, not once: \"{old.splitlines()[0].strip()}\"")
    files[file] = files[file].replace(old, new)


def changed(old, new):
    """The lines of `new` that are not in `old`, from the first to the last, counted from 0."""
    steps = difflib.SequenceMatcher(None, old.splitlines(), new.splitlines(), False).get_opcodes()
    spans = [(j1, j2) for what, _, _, j1, j2 in steps if what in ("insert", "replace")]
    return (spans[0][0], spans[-1][1]) if spans else (0, 0)


def read_patient(path, base):
    meta, sections = read_sections(path)
    patient = Patient(int(path.name.split("-")[0]), path, meta, sections, dict(base))
    for i, (kind, file, text, line) in enumerate(sections):
        if kind == "new":
            patient.files[file] = text
        elif kind in ("setting", "fault"):
            if i + 1 == len(sections) or sections[i + 1][0] != "by":
                raise Drift(f"{path}:{line}: \"{kind}\" is not followed by \"by\"")
            new = sections[i + 1][2]
            replace(patient.files, path, file, text, new, line)
            if kind == "fault":
                first, last = changed(text, new)
                above = patient.files[file][: patient.files[file].index(new)].count("\n")
                patient.fault, patient.lines = file, range(above + first + 1, above + last + 1)
    if not patient.lines:
        raise Drift(f"{path}: no section \"fault\" that adds or changes a line")
    return patient


def patients():
    base = states.state(STATE)
    return [read_patient(path, base) for path in sorted(WARD.glob("[0-9]-*.txt"))]


def healthy(patient):
    """The same machine without its fault: for tests."""
    files = dict(patient.files)
    for (kind, file, old, line), (_, _, new, _) in zip(patient.sections, patient.sections[1:]):
        if kind == "fault":
            replace(files, patient.path, file, new, old, line)
    return files


# --- Looking at a console -------------------------------------------------------------------------


def missing_line(console, wanted):
    """The first of the `wanted` lines that the console has not, in this order; None where it has all."""
    shown = iter(console.splitlines())
    for line in wanted.splitlines():
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("*")))
        if not any(pattern.fullmatch(one.rstrip()) for one in shown):
            return line
    return None


def shows_symptom(patient, boot):
    """None, or what is not as the machine's file says."""
    if boot.status != int(patient.meta["ends"]):
        return f"exit code {boot.status}, not {patient.meta['ends']}"
    if not patient.text("symptom"):
        return f"it speaks: {boot.text.splitlines()[0]}" if boot.text.strip() else None
    line = missing_line(boot.text, patient.text("symptom"))
    return None if line is None else f"this line is missing: {line}"


def is_healthy(patient, where):
    """None, or what is still wrong with the machine in `where`, in words."""
    try:
        machine.build(where)
    except machine.BuildFailed as failed:
        return f"it does not build:\n{failed}"
    boot = machine.boot(where, smp=patient.harts, seconds=patient.seconds)
    line = missing_line(boot.text, patient.text("repaired"))
    if line is None and boot.status == 0:
        return None
    if line is None:
        return f"its console is right, but it ends with code {boot.status}, not 0"
    says = f" It says:\n\n{boot.text.rstrip()}\n\n" if boot.text.strip() else " It says nothing. "
    return f"it is still ill.{says}A sound machine prints this line, and it does not:\n  {line}"


# --- Verdicts -------------------------------------------------------------------------------------


def read_verdicts(folder):
    """number -> verdict."""
    path = folder / "clinic" / "verdicts"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {int(line.split()[0]): line.split()[1] for line in lines if re.fullmatch(r"\d+ \S+", line)}


def record(folder, number, verdict):
    all_of_them = read_verdicts(folder) | {number: verdict}
    (folder / "clinic").mkdir(exist_ok=True)
    text = "".join(f"{n} {v}\n" for n, v in sorted(all_of_them.items()))
    (folder / "clinic" / "verdicts").write_text(text, encoding="utf-8")


def names_fault(patient, verdict):
    file, _, line = verdict.rpartition(":")
    return file == patient.fault and line.isdigit() and int(line) in patient.lines


def learners(folder):
    """The learner's folder, also where the words are typed in a machine's own, as clinic/1."""
    inside = folder.parent.name == "clinic" and folder.name.isdigit()
    return folder.parent.parent if inside else folder


def file_of(patient, word):
    """The machine's file that the learner means; None where it is none or not clear."""
    word = re.sub(rf"^(\./)?(.*/)?clinic/{patient.number}/", "", word.removeprefix("./"))
    if word in patient.files:
        return word
    ends = [path for path in patient.files if path.endswith("/" + word)]
    return ends[0] if len(ends) == 1 else None


def as_laid_out(patient, file, line, folder):
    """The line's number in the machine as it was laid out: the learner may have added lines above."""
    mine = folder / "clinic" / str(patient.number) / file
    if not mine.exists():
        return line
    old = patient.files[file].splitlines()
    steps = difflib.SequenceMatcher(None, mine.read_text(encoding="utf-8").splitlines(), old, False).get_matching_blocks()
    for step in steps:
        if step.a <= line - 1 < step.a + step.size:
            return line - step.a + step.b
    return line


def judge(patient, folder, word):
    name, _, number = word.rpartition(":")
    if not name or not number.isdigit():
        print(f"A verdict is FILE:LINE, as in src/main.c:12, not \"{word}\". The other words are check and hint.")
        return 2
    file = file_of(patient, name)
    if file is None:
        print(f"Machine {patient.number} has no file {name}, or more than one: say it as in src/heap/bump.c.")
        return 1
    mine = folder / "clinic" / str(patient.number) / file
    text = mine.read_text(encoding="utf-8") if mine.exists() else patient.files[file]
    if not 1 <= int(number) <= text.count("\n"):
        print(f"{file} of machine {patient.number} has {text.count(chr(10))} lines, and none with the number {number}.")
        return 1
    line = as_laid_out(patient, file, int(number), folder)
    if names_fault(patient, f"{file}:{line}"):
        record(folder, patient.number, f"{file}:{line}")
        print(f"Right: {file}:{number} is the mistake.\n\n{patient.text('why')}")
        print(standing(folder))
        return 0
    if file == patient.fault:
        where = "down" if line < patient.lines[0] else "up"
        print(f"{file} is the right file. But line {number} does what it should: look further {where}.")
        return 1
    words = next((text for kind, path, text, _ in patient.sections if kind == "elsewhere" and path == file), "")
    if file in healthy(patient) and not words:
        words = f"{file} does what it should in this machine.\n"
    print(f"Not there. {words}A hint: {DOOR} {patient.number} hint")
    return 1


def standing(folder):
    solved = sorted(n for n in read_verdicts(folder))
    count = len(list(WARD.glob("[0-9]-*.txt")))
    if len(solved) == count:
        return f"All {count} are solved. Now: ./run.sh workshop check {CHAPTER}"
    return f"{len(solved)} of {count} solved."


# --- The words of the door ------------------------------------------------------------------------


def hint(number, which):
    """Item `number` of the numbered list in the chapter's section "Hint which"."""
    chapter = next(c for c in chapters.chapters(states.HANDOUT) if c.number == CHAPTER)
    items = re.split(r"^(\d+)\. ", chapter.section(f"Hint {which}") or "", flags=re.M)
    found = dict(zip(map(int, items[1::2]), items[2::2]))
    return re.sub(r"\n +", "\n", found[number].strip())


def overview(folder, ward):
    verdicts = read_verdicts(folder)
    for patient in ward:
        state = f"solved: {verdicts[patient.number]}" if patient.number in verdicts else patient.meta["symptom"]
        print(f"  {patient.number}  {patient.title:26} {state}")
    print(f"\nTo see one: {DOOR} 1")
    return 0


def show(patient, folder):
    where = folder / "clinic" / str(patient.number)
    if not where.exists():
        states.write(patient.files, where)
    try:
        machine.build(where)
    except machine.BuildFailed as failed:
        print(f"clinic/{patient.number} does not build:\n{failed}")
        return 4
    print(f"Machine {patient.number}, {patient.title}. It lies in clinic/{patient.number}; after the firmware's banner it says:\n", flush=True)
    boot = machine.boot(where, smp=patient.harts, seconds=patient.seconds)
    print(boot.text + boot.words)
    print(f"""Again, in clinic/{patient.number}:  {patient.start_again()}   with gdb:  ./run.sh gdb{patient.start_again().removeprefix("./run.sh")}
Your verdict:        {DOOR} {patient.number} FILE:LINE
Or repair it, then:  {DOOR} {patient.number} check
A hint:              {DOOR} {patient.number} hint""")
    return 0


def check_repair(patient, folder):
    where = folder / "clinic" / str(patient.number)
    if not where.exists():
        print(f"There is no clinic/{patient.number} yet: {DOOR} {patient.number}")
        return 1
    wrong = is_healthy(patient, where)
    if wrong:
        print(f"Not yet: {wrong}")
        return 1
    record(folder, patient.number, "repaired")
    print(f"Right: machine {patient.number} is sound again. The mistake was in {patient.fault}.\n\n{patient.text('why')}")
    print(standing(folder))
    return 0


def main(folder, words):
    """The verb `workshop clinic`; returns run.sh's exit code."""
    folder, ward = learners(Path(folder)), patients()
    if not words:
        return overview(folder, ward)
    patient = next((p for p in ward if words[0] == str(p.number)), None)
    if patient is None:
        print(f"There are machines 1 to {len(ward)}: {DOOR} 1", file=sys.stderr)
        return 2
    if len(words) == 1:
        return show(patient, folder)
    if words[1] == "hint" and words[2:] in ([], ["1"], ["2"]):
        which = int(words[2]) if len(words) > 2 else 1
        print(hint(patient.number, which))
        if which == 1:
            print(f"\nThe second hint: {DOOR} {patient.number} hint 2")
        return 0
    if words[1:] == ["check"]:
        return check_repair(patient, folder)
    if len(words) == 2:
        return judge(patient, folder, words[1])
    print(f"{DOOR} {patient.number} [FILE:LINE | check | hint [2]]", file=sys.stderr)
    return 2


def check(folder):
    """`workshop check 9`: are all verdicts there, and right?"""
    folder, ward = learners(Path(folder)), patients()
    verdicts, missing = read_verdicts(folder), []
    for patient in ward:
        verdict = verdicts.get(patient.number)
        if verdict is None:
            missing.append(f"{patient.number}, {patient.title}: no verdict yet")
        elif verdict == "repaired":
            wrong = is_healthy(patient, folder / "clinic" / str(patient.number))
            if wrong:
                missing.append(f"{patient.number}, {patient.title}: it was repaired once, and is broken again")
        elif not names_fault(patient, verdict):
            missing.append(f"{patient.number}, {patient.title}: {verdict} is not the mistake")
    if not missing:
        print(f"All {len(ward)} machines of the clinic are solved.")
        return 0
    print(f"{len(ward) - len(missing)} of {len(ward)} machines are solved. Missing:")
    for line in missing:
        print(f"  {line}")
    print(f"To see one: {DOOR} {missing[0].split(',')[0]}")
    return 1


def solutions():
    """The text of the chapter's section "Solution", from the machines' files."""
    return "\n".join(f"{p.number}  {p.title}: {p.fault}\n\n"
                     + "".join(f"   {line}\n" if line else "\n" for line in p.text("why").splitlines())
                     for p in patients())


if __name__ == "__main__":
    print(solutions(), end="")
