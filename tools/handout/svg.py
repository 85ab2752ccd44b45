"""svg: what the handout's pictures are made of.

A Picture is filled with boxes, texts and arrows, and refuses to become SVG where something is wrong
with it: a text that does not fit its box, two texts on each other, a line through a text, a part
outside. So a picture need not be looked at to know that it is legible, only to know that it is good.

Widths of text are taken from the widest of the common fonts (DejaVu Sans, as wide as Verdana), so that
what fits here fits with every font that a reader may have.
"""

from xml.sax.saxutils import escape

SIZE, SMALL = 14, 12  # of letters, in the picture's units, which are CSS pixels
MARGIN = 5  # between a text and the edge of its box

# The part of a letter's height that it takes in width; capitals and the rest stand below.
WIDTHS = {0.30: "'ijlI|!", 0.36: " ,./:;-\\f", 0.42: "()[]tr", 0.55: "*_`szc\"?", 0.60: "LFkvxyPJ"}
WIDTHS |= {0.85: "w#+<=>^~→←×≤%", 1.0: "mMWQO@…"}
WIDTH = {letter: width for width, letters in WIDTHS.items() for letter in letters}

# fill and edge, light and dark
FILLS = {
    "plain": ("#f1f4f7", "#51606e", "#232c35", "#93a1ae"),
    "code": ("#dbeafb", "#1f5f9f", "#17385a", "#6cb0f2"),
    "data": ("#def3e0", "#2e7a3b", "#1b4225", "#78c786"),
    "heap": ("#fdf0c8", "#8a6a0a", "#4a3c10", "#dcb84a"),
    "bad": ("#fbdfdc", "#a92c22", "#5b2320", "#f28b82"),
    "hole": ("#ffffff", "#7b8794", "#14181d", "#7b8794"),
}
# class: property, light, dark
COLOURS = {
    "page": ("fill", "#ffffff", "#14181d"),
    "words": ("fill", "#1b2229", "#e8ecef"),
    "quiet": ("fill", "#4d5a66", "#a6b1bb"),
    "line": ("stroke", "#3b4652", "#b5bfc9"),
    "head": ("fill", "#3b4652", "#b5bfc9"),
    "redline": ("stroke", "#a92c22", "#f28b82"),
    "redhead": ("fill", "#a92c22", "#f28b82"),
    "redwords": ("fill", "#99241b", "#ff9d94"),
}


def style():
    light, dark = [], []
    for name, (fill, edge, dark_fill, dark_edge) in FILLS.items():
        light.append(f".{name}{{fill:{fill};stroke:{edge}}}")
        dark.append(f".{name}{{fill:{dark_fill};stroke:{dark_edge}}}")
    for name, (what, day, night) in COLOURS.items():
        light.append(f".{name}{{{what}:{day}}}")
        dark.append(f".{name}{{{what}:{night}}}")
    return "\n".join(
        ["text{font-family:sans-serif}", ".mono{font-family:monospace}", ".bold{font-weight:bold}"]
        + ["rect,path{stroke-width:1.5}", ".line,.redline{fill:none}"]
        + [".hole,.dashed{stroke-dasharray:5 4}", ".page{stroke:none}"]
        + light
        + ["@media (prefers-color-scheme:dark){"]
        + dark
        + ["}"]
    )


def number(value):
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text_size(how):
    return SMALL if "small" in how.split() else SIZE


def text_width(words, how):
    size = text_size(how)
    if "mono" in how.split():
        return len(words) * 0.61 * size
    usual = sum(WIDTH.get(letter, 0.80 if letter.isupper() else 0.65) for letter in words)
    return usual * size * (1.12 if "bold" in how.split() else 1)


def one_line(line):
    """A line of text: words, or words and how ("mono", "bold", "small", "quiet", "red")."""
    return (line, "") if isinstance(line, str) else line


class Picture:
    def __init__(self, name, width, height, title, description):
        self.name, self.width, self.height = name, width, height
        self.title, self.description = title, description
        self.parts, self.texts, self.edges, self.boxes = [], [], [], []

    def complain(self, what):
        raise ValueError(f"{self.name}.svg: {what}")

    def text(self, x, y, line, anchor="middle"):
        """One line; `y` is its middle, `x` what `anchor` says: start, middle or end."""
        words, how = one_line(line)
        size, wide = text_size(how), text_width(words, how)
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        self.texts.append((left, y - size * 0.55, left + wide, y + size * 0.55, words))
        colour = "redwords" if "red" in how.split() else "quiet" if "quiet" in how.split() else "words"
        classes = " ".join([colour] + [c for c in ("mono", "bold") if c in how.split()])
        self.parts.append(
            f'<text class="{classes}" x="{number(x)}" y="{number(y + size * 0.35)}" '
            f'font-size="{size}" text-anchor="{anchor}" xml:space="preserve">{escape(words)}</text>'
        )

    def lines(self, x, y, lines, anchor="start", pitch=1.45):
        """Lines below each other; `y` is the middle of the first."""
        for line in lines:
            self.text(x, y, line, anchor)
            y += text_size(one_line(line)[1]) * pitch

    def box(self, x, y, width, height, lines=None, fill="plain", top=False):
        """A box with lines in its middle, or from its top on."""
        lines = [lines] if isinstance(lines, (str, tuple)) else lines or []
        self.boxes.append((x, y, x + width, y + height))
        self.parts.append(
            f'<rect class="{fill}" x="{number(x)}" y="{number(y)}" '
            f'width="{number(width)}" height="{number(height)}" rx="3"/>'
        )
        pitches = [text_size(one_line(line)[1]) * 1.4 for line in lines]
        if sum(pitches) > height:
            self.complain(f"{len(lines)} lines do not fit the height of a box: {lines}")
        at = y + (8 if top else (height - sum(pitches)) / 2)
        for line, pitch in zip(lines, pitches):
            if text_width(*one_line(line)) > width - 2 * MARGIN:
                self.complain(f'"{one_line(line)[0]}" needs {text_width(*one_line(line)):.0f}, not {width}')
            self.text(x + width / 2, at + pitch / 2, line)
            at += pitch

    def row(self, x, y, height, cells):
        """Boxes side by side: (width, lines, fill) each. Returns where the next would begin."""
        for width, lines, fill in cells:
            self.box(x, y, width, height, lines, fill)
            x += width
        return x

    def path(self, points, red=False, dashed=False):
        self.edges += list(zip(points, points[1:]))
        steps = " ".join(f"{'L' if i else 'M'}{number(x)} {number(y)}" for i, (x, y) in enumerate(points))
        classes = ("redline" if red else "line") + (" dashed" if dashed else "")
        self.parts.append(f'<path class="{classes}" d="{steps}"/>')

    def arrow(self, *points, red=False, dashed=False):
        """A line through the points (horizontal or vertical pieces), with a head at its end."""
        (x0, y0), (x, y) = points[-2], points[-1]
        length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
        dx, dy = (x - x0) / length * 9, (y - y0) / length * 9
        self.path(list(points[:-1]) + [(x - dx, y - dy)], red, dashed)
        wings = [(x, y), (x - dx - dy * 0.5, y - dy + dx * 0.5), (x - dx + dy * 0.5, y - dy - dx * 0.5)]
        steps = "L".join(f"{number(a)} {number(b)}" for a, b in wings)
        self.parts.append(f'<path class="{"redhead" if red else "head"}" stroke="none" d="M{steps}Z"/>')

    def span(self, left, right, y, line, below=True):
        """A measure from `left` to `right`, and what it is."""
        self.path([(left, y), (right, y)])
        self.path([(left, y - 5), (left, y + 5)])
        self.path([(right, y - 5), (right, y + 5)])
        self.text((left + right) / 2, y + (15 if below else -15), line)

    def pointer(self, x, y, line, length=22):
        """An arrow from a name below up to (x, y)."""
        self.arrow((x, y + length), (x, y))
        self.text(x, y + length + 11, line)

    def check(self):
        for i, (left, top, right, bottom, words) in enumerate(self.texts):
            if left < 2 or top < 2 or right > self.width - 2 or bottom > self.height - 2:
                self.complain(f'"{words}" is not wholly inside')
            for other in self.texts[:i]:
                if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom:
                    self.complain(f'"{words}" and "{other[4]}" are on each other')
            for (x0, y0), (x1, y1) in self.edges:
                if min(x0, x1) < right and max(x0, x1) > left and min(y0, y1) < bottom and max(y0, y1) > top:
                    self.complain(f'a line goes through "{words}"')
            for x0, y0, x1, y1 in self.boxes:
                apart = right <= x0 or x1 <= left or bottom <= y0 or y1 <= top
                inside = x0 <= left and right <= x1 and y0 <= top and bottom <= y1
                if not (apart or inside):
                    self.complain(f'the edge of a box goes through "{words}"')
        for x0, y0, x1, y1 in self.boxes + [(*a, *b) for a, b in self.edges]:
            if min(x0, x1) < 1 or min(y0, y1) < 1 or max(x0, x1) > self.width - 1 or max(y0, y1) > self.height - 1:
                self.complain(f"a box or a line at {x0}, {y0} is not wholly inside")

    def svg(self):
        self.check()
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
                f'width="{self.width}" height="{self.height}" role="img" aria-labelledby="title description">',
                "<!-- Drawn by tools/handout/draw.py. -->",
                f'<title id="title">{escape(self.title)}</title>',
                f'<desc id="description">{escape(self.description)}</desc>',
                f"<style>\n{style()}\n</style>",
                f'<rect class="page" width="{self.width}" height="{self.height}" rx="6"/>',
                *self.parts,
                "</svg>\n",
            ]
        )
