#!/usr/bin/env python3
"""site: the handout as pages for a browser and as a book to print. `make docs` calls it.

    site.py [FOLDER]     makes FOLDER/index.html, a page for each chapter, and FOLDER/bumpvisor-handout.pdf
                         (FOLDER: build/docs)

The pages lead to each other by relative links alone, so the folder works wherever it is copied to, without a
network. Every link is followed once they are made: one that leads nowhere ends this with 1.
"""

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import book
import chapters
import render

STYLE = Path(__file__).resolve().parent / "style"
BESIDE = ("symptoms", "glossary", "cheat-card", "instructor")  # pages of the handout that are no chapters


def sources():
    """The pages in reading order: the handout's, then the project's own documents."""
    handout = render.HANDOUT
    numbered = [chapter.path for chapter in chapters.chapters(handout)]
    beside = [handout / f"{name}.md" for name in BESIDE]
    return [handout / "README.md", *numbered, *beside], sorted((render.ROOT / "docs").glob("*.md"))


def contents(pages, here):
    """The list of pages beside or below each page."""
    rows = []
    for page in pages:
        current = ' aria-current="page"' if page is here else ""
        rows.append(f'<li><a href="{page.name}.html"{current}>{html.escape(short(page))}</a></li>')
    return "<ul>\n" + "\n".join(rows) + "\n</ul>"


def short(page):
    if page.name == "index":
        return "The handout"
    return re.sub(r"^Chapter (\d+): ", r"\1 · ", page.title)


def steps(pages, here):
    """The links to the page before and the page behind."""
    at = pages.index(here)
    links = []
    if at > 0:
        links.append(f'<a rel="prev" href="{pages[at - 1].name}.html">← {html.escape(short(pages[at - 1]))}</a>')
    if at + 1 < len(pages):
        links.append(f'<a rel="next" href="{pages[at + 1].name}.html">{html.escape(short(pages[at + 1]))} →</a>')
    return f'<nav class="steps">{" ".join(links)}</nav>'


def whole(page, handout, reference):
    menu = contents(handout, page) + "<p>The project</p>" + contents(reference, page)
    order = handout if page in handout else reference
    body = render.with_facts(page.body, page)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{html.escape(page.title)} – Bumpvisor</title>
<link rel="stylesheet" href="site.css">
<script src="words.js" defer></script>
<script src="search.js" defer></script>
</head>
<body>
<details class="menu"><summary>Contents and search</summary>
<input id="search" type="search" placeholder="search" aria-label="search"><ul id="found"></ul>
{menu}
</details>
<main>
{body}
{steps(order, page)}
</main>
</body>
</html>
"""


def words(pages):
    """What search.js looks through: [page, id, heading, text] for each section."""
    sections = []
    for page in pages:
        pieces = re.split(r'<h[1-3] id="([^"]*)">(.*?)</h[1-3]>', page.body, flags=re.S)
        for i in range(1, len(pieces), 3):
            text = " ".join(render.text_of(pieces[i + 2]).split())
            sections.append([page.name + ".html", pieces[i], render.text_of(pieces[i + 1]), text])
    return "const WORDS = " + json.dumps(sections, ensure_ascii=False) + ";\n"


def dead_links(folder):
    """Each link of a made page that leads nowhere, as words."""
    made = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    ids = {name: set(re.findall(r'\bid="([^"]*)"', text)) for name, text in made.items()}
    for name, text in made.items():
        for target in re.findall(r'\b(?:href|src)="([^"]*)"', text):
            file, _, anchor = html.unescape(target).partition("#")
            if re.match(r"[a-z]+:", file):
                continue
            if file and not (folder / file).exists():
                yield f"{name}: the link to {file} leads nowhere"
            elif anchor and (file or name) in ids and anchor not in ids[file or name]:
                yield f"{name}: {file or 'the page itself'} has no place called #{anchor}"


def make(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    handout_paths, reference_paths = sources()
    known = {path.resolve() for path in handout_paths + reference_paths}
    made = [render.page(path.resolve(), known) for path in handout_paths + reference_paths]
    pages = [page for page, _ in made]
    handout, reference = pages[: len(handout_paths)], pages[len(handout_paths) :]
    for _, files in made:
        for file in files:
            if not (render.ROOT / file).is_file():
                continue  # dead_links tells
            (folder / "files" / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(render.ROOT / file, folder / "files" / file)
    for page in pages:
        (folder / f"{page.name}.html").write_text(whole(page, handout, reference), encoding="utf-8")
    (folder / "words.js").write_text(words(pages), encoding="utf-8")
    for name in ("site.css", "search.js"):
        shutil.copy(STYLE / name, folder / name)
    wrong = list(dead_links(folder))
    book.make(handout, folder, STYLE / "print.css")
    return len(pages), wrong


def main(arguments):
    folder = Path(arguments[0] if arguments else render.ROOT / "build" / "docs")
    missing = [tool for tool in ("cmark-gfm", "weasyprint") if shutil.which(tool) is None]
    if missing:
        print(f"site.py: there is no {' and no '.join(missing)}; on Debian: apt install {' '.join(missing)}", file=sys.stderr)
        return 3
    try:
        count, wrong = make(folder)
    except (chapters.Mistake, subprocess.CalledProcessError) as mistake:
        print(f"site.py: {mistake}", file=sys.stderr)
        return 1
    for one in wrong:
        print(f"site.py: {one}", file=sys.stderr)
    print(f"{count} pages from {folder}/index.html on; the book: {folder}/{book.NAME}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
