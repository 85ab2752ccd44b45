"""render: a Markdown page as HTML, for the site and for the PDF.

    page = Page(path)     front matter taken off, the rest through cmark-gfm
    page.title, page.meta, page.number (None where it is no chapter)
    page.body             HTML; links are still those of the Markdown
    page.sections()       (rank, id, heading as HTML, HTML below it), the first without a heading
    page.relink(f)        the body, with f(target, words, is_picture) in place of each <a> and each <img>'s target

Headings get the names that a code host gives them. A line like "New file `x`:" above a block becomes the
caption of that block. Comments vanish. Mistakes raise chapters.Mistake.
"""

import html
import re
import subprocess
from pathlib import Path

import chapters
import colour
import pages

ROOT = Path(__file__).resolve().parent.parent.parent
HANDOUT = ROOT / "docs/handout"
MARKDOWN = ["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist"]

CAPTION = re.compile(r"<p>((?:New file|Replace all of|At the end of|In|From) <code>[^\n]*:)</p>\n(<pre>.*?</pre>)", re.S)
CODE = re.compile(r'<pre><code class="language-([a-z]+)">(.*?)</code></pre>', re.S)
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
SECTION = re.compile(r'(?=<h[1-3] id=")')
SECTION_HEAD = re.compile(r'<h([1-3]) id="([^"]*)">(.*?)</h\1>\n?', re.S)
LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.S)
PICTURE = re.compile(r'(<img src=")([^"]*)(")')
GOAL = re.compile(r"<p><strong>Goal:</strong>\s*(.*?)</p>\n?", re.S)
CHAPTER_NUMBER = re.compile(r"^Chapter \d+: ")


def words_of(fragment):
    """What a reader sees of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", fragment))


def markdown(lines, where):
    try:
        done = subprocess.run(MARKDOWN, input="\n".join(lines), text=True, capture_output=True)
    except FileNotFoundError:
        raise chapters.Mistake("cmark-gfm is missing; ./run.sh docs installs it, or says how") from None
    if done.returncode:
        raise chapters.Mistake(f"{where}: cmark-gfm ends with {done.returncode}: {done.stderr}")
    return done.stdout


def with_names(body):
    """Each heading with an id."""
    counts = {}

    def named(match):
        slug = pages.slug_of(words_of(match[2]))
        count = counts[slug] = counts.get(slug, -1) + 1
        return f'<h{match[1]} id="{slug}-{count}">{match[2]}</h{match[1]}>' if count else \
               f'<h{match[1]} id="{slug}">{match[2]}</h{match[1]}>'

    return HEADING.sub(named, body)


def with_colours(body):
    return CODE.sub(lambda m: f'<pre class="{m[1]}"><code class="language-{m[1]}">{colour.coloured(m[1], m[2])}</code></pre>', body)


class Page:
    def __init__(self, path):
        self.path = path
        self.where = str(path.relative_to(ROOT))
        lines = path.read_text(encoding="utf-8").splitlines()
        self.meta, skip = chapters.front_matter(lines, path)
        self.number = int(path.name[:2]) if re.match(r"\d\d-", path.name) else None
        body = re.sub(r"<!--.*?-->\n?", "", markdown(lines[skip:], path), flags=re.S)
        body = CAPTION.sub(r'<figure class="block"><figcaption>\1</figcaption>\n\2</figure>', body)
        body = body.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
        body = re.sub(r'<li>(\s*(?:<p>)?)<input type="checkbox"[^>]*>', r'<li class="task">\1☐', body)
        body = with_colours(with_names(body))
        first = SECTION_HEAD.match(body)
        if first and first[1] == "1":
            self.anchor, self.heading, body = first[2], first[3], body[first.end() :]
        elif "title" in self.meta:
            self.heading = html.escape(self.meta["title"], quote=False)
            self.heading = f"Chapter {self.number}: {self.heading}" if self.number is not None else self.heading
            self.anchor = pages.slug_of(self.heading)
        else:
            raise chapters.Mistake(f"{self.where}:1: a page begins with a heading, or with front matter")
        self.title = CHAPTER_NUMBER.sub("", words_of(self.heading))
        self.goal = None
        if self.meta:
            goal = GOAL.match(body)
            self.goal = goal[1] if goal else html.escape(self.meta.get("goal", ""), quote=False)
            self.goal = self.goal[:1].upper() + self.goal[1:]
            body = body[goal.end() :] if goal else body
        self.body = body

    @property
    def name(self):
        """Of the HTML file, without its ending: that of the Markdown, with its folder where that is needed."""
        if self.path == HANDOUT / "README.md":
            return "index"
        place = self.path.relative_to(HANDOUT if HANDOUT in self.path.parents else ROOT).with_suffix("")
        parts = place.parts[1:] if place.parts[0] == "docs" else place.parts
        return "-".join(parts)

    def box(self, needs):
        """Goal, minutes and needs; `needs` is their HTML."""
        if not self.meta:
            return ""
        rows = [("Goal", self.goal), ("Minutes", str(self.meta.get("minutes", ""))), ("Needs", needs)]
        return '<dl class="box">\n' + "".join(f"<dt>{a}</dt><dd>{b}</dd>\n" for a, b in rows if b) + "</dl>\n"

    def sections(self, body=None):
        for part in SECTION.split(self.body if body is None else body):
            head = SECTION_HEAD.match(part)
            if head:
                yield int(head[1]), head[2], head[3], part[head.end() :]
            elif part.strip():
                yield 1, self.anchor, self.heading, part

    def relink(self, link, picture):
        """The body with each <a> and each <img> as link(target, words) and picture(target) want them."""
        body = LINK.sub(lambda m: link(html.unescape(m[1]), m[2]), self.body)
        return PICTURE.sub(lambda m: m[1] + html.escape(picture(html.unescape(m[2]))) + m[3], body)
