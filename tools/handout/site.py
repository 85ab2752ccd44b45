#!/usr/bin/env python3
"""site: the handout as pages that work from a folder, and as a PDF.

    site.py [FOLDER]            writes build/docs: index.html and its kin, and bumpvisor-handout.pdf
    site.py --html [FOLDER]     the pages alone

A page for each Markdown page of docs/handout and of docs, and for each file of the project that one of them
links to. A link or an anchor that leads nowhere ends it with 1, and the page is named. Nothing is fetched, and every link
is relative: the folder can be copied, put on a stick, or served.
"""

import html
import json
import re
import shutil
import sys
from pathlib import Path

import chapters
import pages
import printed
import render
from render import HANDOUT, ROOT

HERE = Path(__file__).resolve().parent
BESIDE = ("symptoms", "glossary", "cheat-card", "instructor")
FOLDED = ("Hint 1", "Hint 2", "Solution")  # who wants to try first need not look
LANGUAGES = {".c": "c", ".h": "c", ".S": "asm", ".ld": "ld", ".sh": "sh"}

TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="site.css">
<script src="search.js" defer></script>
<script src="site.js" defer></script>
</head>
<body>
<header><a href="index.html">Bumpvisor: the handout</a></header>
<main>
<h1 id="{anchor}">{heading}</h1>
{body}
{turn}</main>
<nav class="contents" aria-label="Contents">
{contents}</nav>
</body>
</html>
"""


class Source:
    """A file of the project that a page links to."""

    number, meta = None, {}

    def __init__(self, path):
        self.where = self.title = str(path.relative_to(ROOT))
        self.name = "source-" + self.where.replace("/", "-")
        self.heading, self.anchor = f"<code>{self.where}</code>", "file"
        text = html.escape(path.read_text(encoding="utf-8"), quote=True)
        language = LANGUAGES.get(path.suffix, "text")
        self.body = render.with_colours(f'<pre><code class="language-{language}">{text}</code></pre>')

    def relink(self, link, picture):
        return self.body

    def box(self, needs):
        return ""

    def sections(self, body=None):
        return []


class Site:
    def __init__(self):
        self.pages = {}  # path -> Page or Source
        self.pictures = {}  # name in the site -> path
        self.wrong = []
        for path in [*pages.all_pages(HANDOUT), ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
            self.page(path)
        done = []
        while rest := [page for page in self.pages.values() if page not in done]:  # a link may bring another page
            for page in rest:
                self.linked(page)
                done.append(page)

    def page(self, path):
        if path not in self.pages:
            made = render.Page(path) if path.suffix == ".md" else Source(path)
            twin = next((p for p in self.pages.values() if p.name == made.name), None)
            if twin:
                raise chapters.Mistake(f"{made.where} and {twin.where} would both be {made.name}.html")
            self.pages[path] = made
        return self.pages[path]

    def goal(self, page, target):
        """The file that a link means, or None; what is wrong is noted."""
        path = (page.path.parent / target).resolve() if target else page.path
        path = path / "README.md" if path.is_dir() else path
        if not path.is_file() or ROOT not in path.parents:
            self.wrong.append(f"{page.where}: the link goes to {target}, which is not there")
            return None
        return path

    def link(self, page, target, words):
        if not pages.ELSEWHERE.match(target):
            file, _, anchor = target.partition("#")
            path = self.goal(page, file)
            target = f"{self.page(path).name}.html" + (f"#{anchor}" if anchor else "") if path else ""
        return f'<a href="{html.escape(target)}">{words}</a>'

    def picture(self, page, target):
        path = self.goal(page, target)
        name = f"pictures/{path.name}" if path else ""
        if name and self.pictures.setdefault(name, path) != path:
            self.wrong.append(f"{page.where}: another picture is called {path.name} too")
        return name

    def linked(self, page):
        """The page's body with the links of the site; a picture is a link to itself, for who has a small screen."""
        body = page.relink(lambda target, words: self.link(page, target, words), lambda target: self.picture(page, target))
        return re.sub(r'<img src="([^"]*)"[^>]*>', r'<a class="picture" href="\1">\g<0></a>', body)

    # --- Order ------------------------------------------------------------------------------------
    def in_order(self):
        """Title of a group, its pages."""
        found = list(self.pages.values())
        handout = [p for p in found if p.where.startswith("docs/handout/") and p.name != "index"]
        beside = [p for p in handout if p.number is None]
        beside.sort(key=lambda p: BESIDE.index(p.name) if p.name in BESIDE else len(BESIDE))
        index = self.pages[HANDOUT / "README.md"]
        yield "", [index]
        yield "Chapters", sorted((p for p in handout if p.number is not None), key=lambda p: p.number)
        yield "Beside them", beside
        yield "The project", [p for p in found if p not in handout and p is not index and isinstance(p, render.Page)]

    def needs(self, page, link):
        """What the front matter says, with a link to each chapter that it names."""
        numbers = {p.number: p for p in self.pages.values() if p.number is not None}

        def linked(match):
            other = numbers.get(int(match[1]))
            return link(other, match[0]) if other else match[0]

        return re.sub(r"chapter (\d+)", linked, html.escape(page.meta.get("needs", "")))

    # --- Pages ------------------------------------------------------------------------------------
    def contents(self, here):
        out = []
        for group, members in self.in_order():
            out += [f"<h2>{group}</h2>"] if group else []
            out += [f'<ol class="{"chapters" if group == "Chapters" else "others"}">']
            for page in members:
                number = f"{page.number}. " if page.number is not None else ""
                minutes = f' <span class="minutes">{page.meta["minutes"]} min</span>' if "minutes" in page.meta else ""
                mark = ' aria-current="page"' if page is here else ""
                title = "What this is" if page.name == "index" else page.title
                out.append(f'<li><a href="{page.name}.html"{mark}>{number}{html.escape(title)}</a>{minutes}')
                inner = [s for s in page.sections() if s[0] == 2] if page is here else []
                if inner:
                    out.append("<ul>" + "".join(f'<li><a href="#{i}">{re.sub("<[^>]*>", "", h)}</a></li>'
                                                for _, i, h, _ in inner) + "</ul>")
                out.append("</li>")
            out.append("</ol>")
        return "\n".join(out) + "\n"

    def turn(self, here):
        """Links to the page before and the page after."""
        row = [page for group, members in self.in_order() for page in members if group != "The project"]
        if here not in row:
            return ""
        at = row.index(here)
        out = ['<nav class="turn" aria-label="Before and after">']
        for other, rel, arrow in ((at - 1, "prev", "← {}"), (at + 1, "next", "{} →")):
            if 0 <= other < len(row):
                page = row[other]
                title = "Contents" if page.name == "index" else page.title
                title = f"{page.number}. {title}" if page.number is not None else title
                out.append(f'<a rel="{rel}" href="{page.name}.html">{html.escape(arrow.format(title))}</a>')
        return "\n".join([*out, "</nav>"]) + "\n"

    def html(self, page):
        body = self.linked(page)
        folded = "".join(
            f'<details>\n<summary><h{rank} id="{name}">{heading}</h{rank}></summary>\n{below}</details>\n'
            if rank == 2 and render.words_of(heading) in FOLDED else
            f'<h{rank} id="{name}">{heading}</h{rank}>\n{below}' if name != page.anchor else below
            for rank, name, heading, below in page.sections(body)) if page.meta else body
        box = page.box(self.needs(page, lambda other, words: f'<a href="{other.name}.html">{words}</a>'))
        return TEMPLATE.format(
            title=html.escape(page.title if page.name == "index" else f"{page.title} - Bumpvisor"), anchor=page.anchor,
            heading=page.heading, body=box + folded, turn=self.turn(page), contents=self.contents(page))

    def write(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "pictures").mkdir(parents=True)
        texts = {page: self.html(page) for page in self.pages.values()}
        self.wrong += dead_ends({f"{page.name}.html": (page.where, text) for page, text in texts.items()}, self.pictures)
        if self.wrong:
            return
        for page, text in texts.items():
            (folder / f"{page.name}.html").write_text(text, encoding="utf-8")
        for name, path in self.pictures.items():
            shutil.copyfile(path, folder / name)
        for name in ("site.css", "site.js"):
            shutil.copyfile(HERE / "style" / name, folder / name)
        (folder / "search.js").write_text(self.search(), encoding="utf-8")

    def search(self):
        """What is looked through: a row for each section."""
        rows = [[f"{page.name}.html#{name}", page.title, render.words_of(heading), " ".join(render.words_of(below).split())]
                for page in self.pages.values() for _, name, heading, below in page.sections()]
        return "window.sections = " + json.dumps(rows, ensure_ascii=False, indent=0).replace("</", "<\\/") + ";\n"


def dead_ends(texts, pictures):
    """Links and pictures of the pages that lead nowhere, as "page: words"."""
    names = {file: set(re.findall(r'\bid="([^"]*)"', text)) for file, (_, text) in texts.items()}
    for file, (where, text) in texts.items():
        for target in re.findall(r'<(?:a|link|script|img)\b[^>]*?\b(?:href|src)="([^"]*)"', text):
            goal, _, anchor = html.unescape(target).partition("#")
            goal = goal or file
            if pages.ELSEWHERE.match(target) or goal in pictures or goal in ("site.css", "site.js", "search.js"):
                continue
            if goal not in names:
                yield f"{where}: a link goes to \"{target}\", which is not there"
            elif anchor and anchor not in names[goal]:
                yield f"{where}: {texts[goal][0]} has no heading for #{anchor}"


def main(words):
    only_html = "--html" in words
    words = [word for word in words if word != "--html"]
    if len(words) > 1 or any(word.startswith("-") for word in words):
        print("usage: python3 tools/handout/site.py [--html] [FOLDER]", file=sys.stderr)
        return 2
    folder = Path(words[0]) if words else ROOT / "build/docs"
    try:
        site = Site()
        site.write(folder)
        for mistake in dict.fromkeys(site.wrong):
            print(mistake, file=sys.stderr)
        if site.wrong:
            return 1
        print(f"{folder}/index.html: {len(site.pages)} pages, {len(site.pictures)} pictures")
        if not only_html:
            print(printed.write(site, folder / "bumpvisor-handout.pdf"))
    except chapters.Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
