"""regions: marked pieces of the project's sources.

A region stands between two lines of comment that say nothing else:

    /* [bump-take] */
    ...
    /* [/bump-take] */

(in a Makefile, `# [name]` and `# [/name]`). Regions may lie in one another. A region of a file can be
shown with some of the regions within it left out: each of those becomes a hole, the line
`/* [name] */` alone, where a learner pastes it later; or it is cut away without a trace.
"""

import re

MARKER = re.compile(r"^(?P<indent>\s*)(?:/\* \[(?P<c>/?[a-z0-9-]+)\] \*/|# \[(?P<make>/?[a-z0-9-]+)\])\s*$")


class RegionError(Exception):
    """A marker that is missing, doubled or badly nested; the text names file and line."""


class Region:
    """A piece of a file: lines, and regions within it, in order. The file itself is one, without a name."""

    def __init__(self, name, line, marker=""):
        self.name, self.line, self.marker = name, line, marker
        self.parts = []  # str (a line) or Region

    def regions(self):
        """This region and all within it."""
        yield self
        for part in self.parts:
            if isinstance(part, Region):
                yield from part.regions()

    def find(self, name):
        return next((r for r in self.regions() if r.name == name), None)

    def lines(self, fate):
        """The lines; fate(name) of each region within is "show", "hole" or "cut"."""
        result = []
        for part in self.parts:
            if isinstance(part, str):
                result.append(part)
                continue
            what = fate(part.name)
            if what == "show":
                result += part.lines(fate)
            elif what == "hole":
                result.append(part.marker)
            elif result and not result[-1].strip():
                result.pop()  # a cut leaves no second empty line behind
        return result


def parse(text, path):
    """The file as a Region whose name is None. Raises RegionError."""
    whole = Region(None, 0)
    stack, names = [whole], set()
    for number, line in enumerate(text.splitlines(), 1):
        marker = MARKER.match(line)
        if not marker:
            stack[-1].parts.append(line)
            continue
        name = marker["c"] or marker["make"]
        if name.startswith("/"):
            if stack[-1].name != name[1:]:
                open_name = stack[-1].name
                raise RegionError(f"{path}:{number}: [{name}] ends a region that is not open here"
                                  + (f"; [{open_name}] is" if open_name else ""))
            stack.pop()
        else:
            if name in names:
                raise RegionError(f"{path}:{number}: the region [{name}] begins a second time")
            names.add(name)
            region = Region(name, number, line)
            stack[-1].parts.append(region)
            stack.append(region)
    if len(stack) > 1:
        raise RegionError(f"{path}:{stack[-1].line}: the region [{stack[-1].name}] never ends")
    return whole
