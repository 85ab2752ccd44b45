#!/usr/bin/env python3
"""truth: keeps the handout's text and the project's sources the same.

    truth.py sync [CHAPTER...]    write the fences' text and captions, and README.md's contents and schedule
    truth.py check [CHAPTER...]   fail on everything that is not true; name file and line

`check` without chapters looks at all pages, and at whether docs/handout/path, the markers in the
sources and the chapters agree. With chapters it looks at these alone. What a console shows is checked
by consoles.py; that exercises can be solved, by prove.py.
"""

import re
import sys
from pathlib import Path

import chapters
import markers
import pages
import regions
import schedule
import states
import steps

ROOT, HANDOUT = states.ROOT, states.HANDOUT
SECTIONS = ["Why it works", "You should now see", "Checkpoint", "Exercise", "Hint 1", "Hint 2", "Solution", "If it fails"]
FIRST_AFTER_STEPS = "Checkpoint"  # what the folder holds is typed before it
MENDED = "`python3 tools/handout/truth.py sync` writes it"


def relative(path):
    return str(path).replace(str(ROOT) + "/", "")


def snippet(chapter, fence, known):
    """The text of a region that is only shown."""
    path, name = steps.words_of(fence, f"{chapter.path}:{fence.first}")
    if path in known and known[path].kind != "own":
        return path, name, steps.source_text(known[path], name, chapter.number)
    if not states.source(path).is_file():
        raise chapters.Mistake(f"{chapter.path}:{fence.first}: there is no file {path}")
    whole = states.project_file(path)
    region = whole.find(name) if name else whole
    if region is None:
        raise chapters.Mistake(f"{chapter.path}:{fence.first}: {path} has no region [{name}]")
    return path, name, "\n".join(region.lines(lambda inner: "show")) + "\n"


def wanted(chapter):
    """(fence, caption, text) of every fence whose caption or text comes from elsewhere."""
    known = states.read_path()
    for fence, step, _ in steps.walk(chapter):
        if step:
            yield fence, step.caption, step.text
        elif fence and fence.kind == "snippet":
            path, _, text = snippet(chapter, fence, known)
            yield fence, f"From `{path}`:", text


def with_next(lines, path):
    """The lines of a chapter, whose last one leads to the next chapter; that of the last leads nowhere."""
    found = chapter_files([])
    later = found[found.index(path) + 1 :][:1]
    kept = [line for line in lines if not line.startswith("Next: [Chapter ")]
    while kept and not kept[-1].strip():
        kept.pop()
    for next_path in later:
        chapter = chapters.read_chapter(next_path)
        kept += ["", f"Next: [Chapter {chapter.number}: {chapter.meta['title']}]({next_path.name})"]
    return kept


# --- sync -----------------------------------------------------------------------------------------
def sync_chapter(chapter):
    lines, changed = list(chapter.lines), False
    for fence, caption, text in reversed(list(wanted(chapter))):
        mark = lines[fence.line - 1].rstrip()
        if not fence.language:
            mark += steps.LANGUAGES.get(Path(fence.words[0]).suffix, "text")
        block = [lines[fence.first - 1], caption, "", mark, *text.splitlines(), lines[fence.last - 1]]
        if lines[fence.first - 1 : fence.last] != block:
            lines[fence.first - 1 : fence.last] = block
            changed = True
    if lines != with_next(lines, chapter.path):
        lines, changed = with_next(lines, chapter.path), True
    if changed:
        chapter.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{relative(chapter.path)}: written")


def contents():
    """The table for README.md, with the minutes of the front matter."""
    rows, sum_minutes = ["| # | Chapter | You will | Minutes |", "|---|---|---|---|"], 0
    for chapter in chapters.chapters(HANDOUT):
        sum_minutes += chapter.meta["minutes"]
        rows.append(f"| {chapter.number} | [{chapter.meta['title']}]({chapter.path.name}) | "
                    f"{chapter.meta['goal']} | {chapter.meta['minutes']} |")
    rows.append(f"| | | Together | {sum_minutes} |")
    return rows


def with_tables(lines):
    """The lines of README.md with its tables, each between two comments; the same where there are none."""
    tables = {"contents": contents(), "schedule": schedule.schedule(chapters.chapters(HANDOUT))}
    for name, rows in tables.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if begin in lines and end in lines:
            lines = [*lines[: lines.index(begin) + 1], "", *rows, "", *lines[lines.index(end) :]]
    return lines


def sync(numbers):
    for path in chapter_files(numbers):
        sync_chapter(chapters.read_chapter(path))
    readme = HANDOUT / "README.md"
    if readme.is_file() and not numbers:
        lines = readme.read_text(encoding="utf-8").splitlines()
        if with_tables(lines) != lines:
            readme.write_text("\n".join(with_tables(lines)) + "\n", encoding="utf-8")
            print(f"{relative(readme)}: written")


# --- check ----------------------------------------------------------------------------------------
def first_difference(have, want, line):
    """Where two texts part, in words; `line` is that of the text's first line."""
    ours, theirs = have.splitlines(), want.splitlines()
    for i in range(max(len(ours), len(theirs))):
        a = f'"{ours[i]}"' if i < len(ours) else "nothing more"
        b = f'"{theirs[i]}"' if i < len(theirs) else "nothing more"
        if a != b:
            return line + i, f"has {a}, where the source has {b}"
    return line, "differs"


def check_snippets(chapter):
    for fence, caption, text in wanted(chapter):
        if fence.caption != caption:
            said = f'not "{fence.caption}"' if fence.caption else "and is missing"
            yield f"{chapter.path}:{fence.first + 1}: the line above this fence is \"{caption}\", {said}; {MENDED}"
        if fence.text != text:
            line, words = first_difference(fence.text, text, fence.line + 1)
            yield f"{chapter.path}:{line}: the text of {' '.join(fence.words)} {words}; {MENDED}"


def check_end(chapter):
    """Who has followed the chapter has what docs/handout/path says."""
    *_, (_, _, files) = steps.walk(chapter)
    expected = states.state(chapter.number)
    for path in sorted(expected.keys() | files.keys()):
        if path not in files:
            yield (f"{chapter.path}:1: who has followed this chapter has no {path}, "
                   "which docs/handout/path says belongs to it: where is it pasted?")
        elif path not in expected:
            yield f"{chapter.path}:1: who has followed this chapter has {path}, which docs/handout/path does not say"
        elif files[path] != expected[path]:
            line, words = first_difference(files[path], expected[path], 1)
            yield f"{chapter.path}:1: who has followed this chapter has a {path} whose line {line} {words}"


def check_gone(chapter):
    for file in states.read_path().values():
        rule = re.compile(r"\b(rm|mv|git rm)\b.*" + re.escape(file.path))
        if file.gone == chapter.number and not any(f.kind == "sh" and rule.search(f.text) for f in chapter.fences()):
            yield f"{chapter.path}:1: docs/handout/path says that {file.path} goes in this chapter; no command takes it away"


def check_sections(chapter):
    """Those that the workshop verb and the reader look for, in their order."""
    titles = [(n, line[3:].strip()) for n, line in enumerate(chapter.lines, 1)
              if line.startswith("## ") and not any(f.line <= n <= f.last for f in chapter.fences())]
    names = [title for _, title in titles]
    if 1 <= chapter.number <= states.LAST:
        odd = [f"\"## {title}\" ({names.count(title)} times)" for title in SECTIONS if names.count(title) != 1]
        if odd:
            yield f"{chapter.path}:1: a chapter has each of its sections once; here is {', '.join(odd)}"
        order = [title for title in names if title in SECTIONS]
        if sorted(order, key=SECTIONS.index) != order:
            yield f"{chapter.path}:1: the sections stand in the order: {', '.join(SECTIONS)}"
    ends = [n for n, title in titles if title == FIRST_AFTER_STEPS]
    for fence in chapter.fences():
        if ends and fence.kind in steps.CHANGES and fence.line > ends[0]:
            yield f"{chapter.path}:{fence.first}: what is typed or pasted stands before \"## {FIRST_AFTER_STEPS}\""


def check_chapter(path):
    try:
        chapter = chapters.read_chapter(path)
        yield from check_sections(chapter)
        if with_next(chapter.lines, path) != chapter.lines:
            yield f"{path}:{len(chapter.lines)}: the last line does not lead to the next chapter; {MENDED}"
        if not 1 <= chapter.number <= states.LAST:
            odd = [f for f in chapter.fences() if f.kind in steps.CHANGES]
            for fence in odd:
                yield f"{path}:{fence.first}: only chapters 1 to {states.LAST} have something to paste"
            known = states.read_path()
            for fence in chapter.fences():
                if fence.kind == "snippet":
                    file, _, text = snippet(chapter, fence, known)
                    if fence.text != text or fence.caption != f"From `{file}`:":
                        line, words = first_difference(fence.text, text, fence.line + 1)
                        yield f"{path}:{line}: the text of {' '.join(fence.words)} or the line above {words}; {MENDED}"
            return
        yield from check_snippets(chapter)
        yield from check_end(chapter)
        yield from check_gone(chapter)
    except (chapters.Mistake, regions.RegionError, OSError) as mistake:
        yield str(mistake)


def check_readme():
    readme = HANDOUT / "README.md"
    if readme.is_file():
        lines = readme.read_text(encoding="utf-8").splitlines()
        wanted_lines = with_tables(lines)
        if wanted_lines != lines:
            place = next((i for i, (have, want) in enumerate(zip(lines, wanted_lines), 1) if have != want), len(lines))
            yield f"{readme}:{place}: the contents and the schedule are not those of the chapters; {MENDED}"


def chapter_files(numbers):
    found = sorted(HANDOUT.glob("[0-9][0-9]-*.md"))
    for number in numbers:
        if not any(int(path.name[:2]) == number for path in found):
            sys.exit(f"truth.py: there is no chapter {number}")
    return [path for path in found if not numbers or int(path.name[:2]) in numbers]


def check(numbers):
    wrong = []
    for path in chapter_files(numbers):
        wrong += check_chapter(path)
    for path in chapter_files(numbers) if numbers else pages.all_pages(HANDOUT):
        wrong += pages.check_page(path)
    if not numbers:
        wrong += markers.check(chapter_files([]))
        try:
            wrong += check_readme()
        except chapters.Mistake as mistake:
            wrong.append(str(mistake))
    wrong = list(dict.fromkeys(relative(one) for one in wrong))
    for one in wrong:
        print(one, file=sys.stderr)
    if not wrong:
        print(f"true: {len(chapter_files(numbers))} chapters")
    return 1 if wrong else 0


def main(words):
    if not words or words[0] not in ("sync", "check") or not all(word.isdigit() for word in words[1:]):
        print("usage: python3 tools/handout/truth.py sync|check [CHAPTER...]", file=sys.stderr)
        return 2
    numbers = [int(word) for word in words[1:]]
    try:
        if words[0] == "check":
            return check(numbers)
        sync(numbers)
    except (chapters.Mistake, regions.RegionError) as mistake:
        print(relative(mistake), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
