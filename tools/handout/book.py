"""book: the handout's pages as one PDF, by weasyprint: a title, contents with page numbers, the chapters.

Within the book links lead to its own pages; a link to a file of the project keeps its words alone. A line of
code that is wider than the page goes on below, behind an arrow.
"""

import html
import re
import subprocess

import render

NAME = "bumpvisor-handout.pdf"
COLUMNS = 104  # of code on a line: print.css chooses the letters so that they fit
ORDER = ("glossary", "symptoms", "instructor", "cheat-card")  # behind the chapters


def folded(match):
    """A block of code, each line at most COLUMNS wide."""
    def fold(line):
        pieces = []
        while len(html.unescape(line)) > COLUMNS and "<" not in line:
            text = html.unescape(line)
            cut = text.rfind(" ", COLUMNS // 2, COLUMNS)
            cut = cut if cut > 0 else COLUMNS
            pieces.append(html.escape(text[:cut], quote=False))
            line = html.escape("    ↪ " + text[cut:].lstrip(), quote=False)
        return "\n".join([*pieces, line])

    opening, code, closing = match[1], match[2], match[3]
    return opening + "\n".join(fold(line) for line in code.split("\n")) + closing


def of_book(page, names):
    """The page's body, whose ids and links are those of the book."""
    body = re.sub(r' id="([^"]*)"', rf' id="{page.name}--\1"', page.body)
    body = body.replace(f'<h1 id="{page.name}--', f'<h1 class="begin" id="{page.name}--', 1)

    def lead(match):
        target, _, anchor = match[1].partition("#")
        name = target.removesuffix(".html") if target else page.name
        if re.match(r"[a-z]+:", match[1]):
            return match[0]
        if name not in names:
            return "<a>"
        return f'<a href="#{name}--{anchor}">' if anchor else f'<a href="#page-{name}">'

    body = re.sub(r'<a href="([^"]*)">', lead, body)
    body = re.sub(r"(<pre><code[^>]*>)(.*?)(</code></pre>)", folded, body, flags=re.S)
    body = render.with_facts(body, page)
    return f'<section class="{page.name}" id="page-{page.name}">\n{body}\n</section>\n'


def make(pages, folder, style):
    """Write folder/NAME of the handout's pages; the first is the introduction."""
    by_name = {page.name: page for page in pages}
    order = [page for page in pages if page.name not in ORDER] + [by_name[name] for name in ORDER if name in by_name]
    rows = "\n".join(f'<li><a href="#page-{page.name}">{html.escape(page.title)}</a></li>' for page in order)
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bumpvisor: build the base of a hypervisor</title></head><body>
<section class="title"><p class="name">Bumpvisor</p><p>Build the base of a hypervisor, one chapter at a time</p></section>
<section class="contents"><h1 class="begin">Contents</h1><ul>
{rows}
</ul></section>
{"".join(of_book(page, by_name) for page in order)}</body></html>
"""
    subprocess.run(["weasyprint", "-q", "-s", str(style), "--base-url", str(folder) + "/", "-", str(folder / NAME)],
                   input=text.encode(), check=True)
