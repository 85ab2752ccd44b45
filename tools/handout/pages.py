"""pages: what must be true of every page of the handout, chapter or not: its fences, links and pictures.

    all_pages(folder)     every Markdown page below docs/handout
    check_page(path)      what is wrong, each as "file:line: words"
"""

import difflib
import html
import re
from pathlib import Path

import chapters

WORDS = r"(?:[^\[\]\n]|\n(?!\s*\n))"  # within a paragraph
LINK = re.compile(rf"(!?)\[((?:{WORDS}|\[{WORDS}*\])*)\]\(([^()\s]*)(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"(?<!`)(`+)(?!`)(?:[^\n]|\n(?!\s*\n))+?(?<!`)\1(?!`)")
IMAGE = re.compile(r"<img\b[^>]*>")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
LANGUAGES = {"sh": ("sh",), "console": ("console",), "solution": ("diff",), "text": ("", "text")}
NO_PROVENANCE = ("folder",)  # what `start` lays out: not part of the text


def all_pages(folder):
    return [path for path in sorted(Path(folder).rglob("*.md"))
            if path.relative_to(folder).parts[0] not in NO_PROVENANCE]


def prose(lines, fences):
    """The page's text as one string, line for line, in which fences and inline code are blank."""
    inside = {n for f in fences for n in range(f.line, f.last + 1)}
    text = "\n".join("" if number in inside else line for number, line in enumerate(lines, 1))
    return CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)


def anchors(path):
    """The names that a link into the page may end with: its headings, as code hosts write them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found, counts = set(), {}
    inside = {n for f in chapters.fences(lines, path) for n in range(f.line, f.last + 1)}
    for number, line in enumerate(lines, 1):
        if number in inside:
            continue
        found.update(re.findall(r"<[a-z0-9]+ [^>]*\b(?:id|name)=\"([^\"]+)\"", line))
        if match := re.match(r"^#{1,6} +(.*?)[ #]*$", line):
            slug = slug_of(match[1])
            count = counts[slug] = counts.get(slug, -1) + 1
            found.add(f"{slug}-{count}" if count else slug)
    return found


def slug_of(heading):
    heading = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def check_target(path, here, target):
    file, _, anchor = target.partition("#")
    if ELSEWHERE.match(target):
        return
    goal = (path.parent / file).resolve() if file else path
    if not target or (file and file.startswith("/")):
        yield f"{here}: a link goes to a file of the project, relative to this one, not to \"{target}\""
    elif not goal.exists():
        yield f"{here}: the link goes to {file}, which is not there"
    elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
        close = difflib.get_close_matches(anchor, sorted(anchors(goal)), 1, 0.3)
        yield (f"{here}: {goal.name} has no heading for #{anchor}"
               + (f"; did you mean #{close[0]}?" if close else ""))


def check_links(path, lines, fences):
    text = prose(lines, fences)

    def here(offset):
        return f"{path}:{text.count(chr(10), 0, offset) + 1}"

    for link in LINK.finditer(text):  # its words may go over several lines; the place is that of its target
        yield from check_target(path, here(link.start(3)), link[3])
        if link[1]:
            yield from check_alternative(here(link.start(3)), link[2])
            yield from check_description(path, here(link.start(3)), link[2], link[3])
    for image in IMAGE.finditer(text):
        source = re.search(r"\bsrc=\"([^\"]*)\"", image[0])
        words = re.search(r"\balt=\"([^\"]*)\"", image[0])
        yield from check_target(path, here(image.start()), source[1] if source else "")
        yield from check_alternative(here(image.start()), words[1] if words else "")
    for reference in re.finditer(r"^\[[^\]\n]+\]: +(\S+)", text, re.M):
        yield from check_target(path, here(reference.start()), reference[1])


def check_alternative(here, words):
    """Who cannot see the picture reads this."""
    if not words.strip() or re.search(r"\b(TODO|FIXME|XXX)\b", words):
        yield f"{here}: the picture's text says nothing: \"{words}\"; say what the picture shows"


def check_description(path, here, words, target):
    """The text of a picture is what the picture itself says of itself (tools/handout/draw.py)."""
    picture = path.parent / target
    if picture.suffix == ".svg" and picture.is_file():
        said = re.search(r"<desc[^>]*>(.*?)</desc>", picture.read_text(encoding="utf-8"), re.S)
        if said and " ".join(words.split()) != html.unescape(said[1]):
            yield f"{here}: the picture's text is not that of {target}: \"{html.unescape(said[1])}\""


def check_fences(path, lines, fences):
    for fence in fences:
        here = f"{path}:{fence.first}"
        if lines[fence.line - 1].startswith(" "):
            yield f"{path}:{fence.line}: a fence begins at the line's begin, also below a list"
        if fence.kind is None:
            above = next((line for line in reversed(lines[max(0, fence.line - 4) : fence.line - 1]) if "<!--" in line), None)
            kinds = ", ".join(chapters.KINDS)
            yield (f"{path}:{fence.line}: nothing says where this fence comes from: above it stands a comment "
                   f"<!-- KIND ... -->, alone on its line, with a KIND of {kinds}" + (f"; not \"{above}\"" if above else ""))
            continue
        languages = LANGUAGES.get(fence.kind)
        if languages and fence.language not in languages:
            yield f"{path}:{fence.line}: a fence of kind {fence.kind} begins with ```{languages[0]}, not ```{fence.language}"
        if fence.kind == "console":
            yield from check_console(path, here, fence)
        if fence.kind == "solution":
            number = path.name[:2]
            if not number.isdigit() or fence.words != [str(int(number))]:
                yield f"{here}: the solution here is <!-- solution N --> with the chapter's number"
        if fence.kind in ("sh", "text") and fence.words:
            yield f"{here}: the comment is <!-- {fence.kind} -->, without \"{' '.join(fence.words)}\""


def check_console(path, here, fence):
    command = " ".join(word for word in fence.words if word != "@project")
    first = fence.text.split("\n")[0]
    if not command:
        yield f"{here}: <!-- console COMMAND --> names the command"
    elif first != "$ " + command:
        yield f"{path}:{fence.line + 1}: the console's first line is \"$ {command}\", not \"{first}\""


def check_page(path):
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        fences = chapters.fences(lines, path)
    except (chapters.Mistake, UnicodeDecodeError) as mistake:
        return [str(mistake)]
    return [*check_fences(path, lines, fences), *check_links(path, lines, fences)]
