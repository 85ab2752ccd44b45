"""render: a page of Markdown as HTML, by cmark-gfm, with what a book needs besides.

    page(path)      a Page: its name, title, front matter, and its body as HTML

What is added: an id for each heading, as code hosts make them; a frame around a picture and its words, and
around a block of code and the line above it that says where it goes; links that lead to the made pages.
Where a link goes to a file of the project that is no page, the file is copied beside the pages.
"""

import html
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import chapters
import pages

ROOT = Path(__file__).resolve().parent.parent.parent
HANDOUT = ROOT / "docs" / "handout"
COMMENT = re.compile(r"^<!-- .*? -->$", re.M)
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
CAPTION = re.compile(r"<p>((?:New file|Replace all of|At the end of|In|From) <code>[^<]*</code>[^\n]*?:)</p>\n(<pre>.*?</pre>)", re.S)
PICTURE = re.compile(r"<p>(<img [^>]*/>)</p>")
LINK = re.compile(r'(<a href|<img src)="([^"]*)"')


@dataclass
class Page:
    path: Path
    name: str  # of the made page, without .html
    title: str
    meta: dict  # of a chapter: its front matter
    body: str  # HTML


def name_of(path):
    """The made page's name: of the handout's README index, of another page its own."""
    return "index" if path == HANDOUT / "README.md" else path.stem


def text_of(part):
    return html.unescape(re.sub(r"<[^>]+>", "", part))


def with_ids(body):
    counts = {}

    def add(match):
        slug = pages.slug_of(text_of(match[2]).strip())
        count = counts[slug] = counts.get(slug, -1) + 1
        return f'<h{match[1]} id="{slug}-{count}">{match[2]}</h{match[1]}>' if count else \
               f'<h{match[1]} id="{slug}">{match[2]}</h{match[1]}>'

    return HEADING.sub(add, body)


def with_facts(body, page):
    """The body of a chapter's page with minutes and what is needed below its title; others as they are."""
    if not page.meta:
        return body
    facts = f'<p class="facts">{page.meta["minutes"]} minutes · needs {html.escape(page.meta["needs"])}</p>'
    return body.replace("</h1>", "</h1>\n" + facts, 1)


def page(path, known):
    """`known` are the paths that become pages; what else is linked to goes to Page.files."""
    lines = path.read_text(encoding="utf-8").splitlines()
    meta, length = chapters.front_matter(lines, path)
    text = COMMENT.sub("", "\n".join(lines[length:]))
    made = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink"], input=text, capture_output=True, text=True, check=True)
    body = with_ids(made.stdout)
    body = CAPTION.sub(r'<figure class="code"><figcaption>\1</figcaption>\n\2</figure>', body)
    body = PICTURE.sub(r'<figure class="picture">\1</figure>', body)
    body = body.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")
    files = []

    def lead(match):
        target, _, anchor = match[2].partition("#")
        if pages.ELSEWHERE.match(match[2]) or not target:
            return match[0]
        goal = (path.parent / target).resolve()
        if goal in known:
            return f'{match[1]}="{name_of(goal)}.html{"#" + anchor if anchor else ""}"'
        inside = goal.relative_to(ROOT)
        if goal.is_dir():  # a folder is no page
            return f'{match[1]}="#"'
        files.append(inside)
        return f'{match[1]}="files/{inside}"'

    body = LINK.sub(lead, body)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)
    title = text_of(heading[1]) if heading else meta.get("title", path.stem)
    return Page(path, name_of(path), title, meta, body), files
