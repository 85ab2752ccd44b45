"""printed: the handout as one PDF, by weasyprint.

    write(site, path)    writes it; returns a line about it

One HTML text of all pages, in the order of reading; each page's names get the page's name before them. A link within
it has the number of the page that it goes to, a link out of it the file or the address, so that paper has them too.
"""

import html
import re
import subprocess
import tempfile
from pathlib import Path

import chapters
import pages
from render import HANDOUT, ROOT

HERE = Path(__file__).resolve().parent
COLUMNS = 108  # what fits on a line of code; print.css says how large
AFTER = ("symptoms", "glossary", "instructor")  # behind the chapters; the cheat card is last
APPENDIX = {"instructor"}
PIECE = re.compile(r"<[^>]*>|&[^;\s]*;|.", re.S)
TABLE = re.compile(r'<div class="wide"><table>.*?</table></div>', re.S)
PRE = re.compile(r"(<pre[^>]*><code[^>]*>)(.*?)(</code></pre>)", re.S)


def in_order(site):
    handout = {page.name: page for page in site.pages.values() if page.where.startswith("docs/handout/")}
    numbered = sorted((p for p in handout.values() if p.number is not None), key=lambda p: p.number)
    first = [handout["index"], *numbered, *(handout[name] for name in AFTER if name in handout)]
    last = [handout[name] for name in ("cheat-card",) if name in handout]
    return [*first, *(p for p in handout.values() if p not in first + last), *last]


def folded_line(line):
    """A line of code in HTML; where it is too long it is broken, and the break is marked."""
    pieces = PIECE.findall(line)
    seen = sum(1 for piece in pieces if not piece.startswith("<"))
    if seen <= COLUMNS:
        return line
    out, column, space = [], 0, None
    for piece in pieces:
        out.append(piece)
        if piece.startswith("<"):
            continue
        column += 1
        if piece == " " and column > COLUMNS // 2:
            space = len(out)
        if column == COLUMNS - 2:
            at = space or len(out)
            out.insert(at, '<span class="fold">↩</span>\n<span class="fold">    ↪ </span>')
            column = 6 + sum(1 for rest in out[at + 1 :] if not rest.startswith("<"))
            space = None
    return "".join(out)


def folded(body):
    return PRE.sub(lambda m: m[1] + "\n".join(folded_line(line) for line in m[2].split("\n")) + m[3], body)


def short_ones_whole(body):
    """Blocks and tables of few lines are not broken over two pages; long ones may be."""
    body = PRE.sub(lambda m: m[0] if m[2].count("\n") > 16 else m[0].replace("<pre", '<pre data-short="1"', 1), body)
    return TABLE.sub(lambda m: m[0] if m[0].count("<tr>") > 22 else m[0].replace("<div", '<div data-short="1"', 1), body)


class Book:
    def __init__(self, site):
        self.site = site
        self.pages = in_order(site)
        self.by_path = {page.path: page for page in self.pages}

    def link(self, page, target, words):
        if pages.ELSEWHERE.match(target):
            return f'<a class="{"bare" if words == html.escape(target) else "away"}" href="{html.escape(target)}">{words}</a>'
        file, _, anchor = target.partition("#")
        path = self.site.goal(page, file)
        if path in self.by_path:
            other = self.by_path[path]
            kind = "in" if len(words) > 1 else "letter"  # a row of letters is no place for numbers
            return f'<a class="{kind}" href="#{other.name}--{anchor or other.anchor}">{words}</a>'
        name = str(path.relative_to(ROOT))
        return words if name in words else f"{words} (<code>{name}</code>)"

    def picture(self, page, target):
        return self.site.goal(page, target).as_uri()

    def chapter(self, page):
        body = page.relink(lambda target, words: self.link(page, target, words), lambda target: self.picture(page, target))
        if page.name == "index":  # the PDF's own contents say the same, with page numbers
            body = re.sub(r'<h2 id="contents">.*?(?=<h2 )', "", body, flags=re.S)
        body = re.sub(r'(<h[1-6] id=")', rf"\g<1>{page.name}--", body)
        needs = self.site.needs(page, lambda other, words: f'<a class="in" href="#{other.name}--{other.anchor}">{words}</a>')
        heading = "What this is" if page.name == "index" else page.heading
        heading = f"Appendix: {heading}" if page.name in APPENDIX else heading
        return (f'<section class="{page.name}">\n<h1 id="{page.name}--{page.anchor}">{heading}</h1>\n{page.box(needs)}'
                f"{short_ones_whole(folded(body))}</section>\n")

    def contents(self):
        rows = []
        for page in self.pages:
            title = "What this is" if page.name == "index" else html.escape(page.title)
            title = f"Appendix: {title}" if page.name in APPENDIX else title
            number = "" if page.number is None else page.number
            minutes = f'{page.meta["minutes"]} min' if "minutes" in page.meta else ""
            rows.append(f'<li><a href="#{page.name}--{page.anchor}"><span class="number">{number}</span>'
                        f'<span class="title">{title}</span><span class="minutes">{minutes}</span></a></li>\n')
        return f'<section class="toc">\n<h1>Contents</h1>\n<ol>\n{"".join(rows)}</ol>\n</section>\n'

    def html(self):
        index = self.site.pages[HANDOUT / "README.md"]
        return (f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{html.escape(index.title)}</title>\n'
                f'<meta name="author" content="Bumpvisor">\n</head>\n<body>\n'
                f'<section class="cover">\n<p class="name">Bumpvisor</p>\n<p class="title">{index.heading}</p>\n'
                f'<p class="kind">The handout of a workshop</p>\n<p class="version">{version()}</p>\n</section>\n'
                + self.contents() + "".join(self.chapter(page) for page in self.pages) + "</body>\n</html>\n")


def version():
    """Which state of the project this is, where git can tell."""
    try:
        done = subprocess.run(["git", "-C", str(ROOT), "log", "-1", "--format=%cs, commit %h"], capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def write(site, path):
    text = Book(site).html()
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as book:
        book.write(text)
        book.flush()
        try:
            done = subprocess.run(["weasyprint", "-s", str(HERE / "style/print.css"), book.name, str(path)],
                                  capture_output=True, text=True)
        except FileNotFoundError:
            raise chapters.Mistake("weasyprint is missing; ./run.sh docs installs it, or says how") from None
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    if done.returncode or errors:
        raise chapters.Mistake("weasyprint: " + "\n".join(errors or done.stderr.splitlines()[-5:]))
    count = len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))
    return f"{path}: {count} pages"
