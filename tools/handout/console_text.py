"""console_text: compares what a machine said with what the text shows.

What differs from one compiler, QEMU or run to the next is not compared: addresses of code and data, the
sizes of the image's parts, versions, which hart the firmware chose to boot. A line `...` in the text stands
for any number of lines. Empty lines do not count.
"""

import difflib
import re

import machine

MAP_ROW = re.compile(r"^( *\.(?:text|rodata|data|bss)) +(\S+ - \S+) +\d+ bytes$")
RULES = [
    (re.compile(r"\+0x[0-9a-f]+\b"), "+0xOFFSET"),
    (re.compile(r"\b(QEMU(?: emulator version)?|OpenSBI|SBI|gcc|clang)( \([^)]*\))? v?\d+\.\d+[\w.+-]*"), r"\1 VERSION"),
    (re.compile(r"\b\d+\.\d+\.\d+[\w+-]*"), "VERSION"),
    (re.compile(r"\(hart \d+\)"), "(hart N)"),
    (re.compile(r"\bpid \d+"), "pid N"),
]
ADDRESS = re.compile(r"0x[0-9a-f]{8,16}\b")
FOUND_TOOL = re.compile(r"^( +ok +\S.*?) +/\S+.*$")  # doctor: where it is and which version
SKIP = "..."
QUIT = "QEMU: Terminated"  # what QEMU says to Ctrl-A x


def address(match):
    """Those that the linker script fixes stay: the image's begin, and what lies on pages of 2 MiB."""
    value = int(match[0], 16)
    return match[0] if value % 0x200000 == 0 else "0xADDRESS"


def normalise(line):
    line = line.rstrip()
    if row := MAP_ROW.match(line):
        line = f"{row[1]} {row[2]} SIZE bytes"
    if row := FOUND_TOOL.match(line):
        line = f"{row[1]} PATH"
    line = ADDRESS.sub(address, line)
    for rule, word in RULES:
        line = rule.sub(word, line)
    return line


def lines_of(text):
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def match(expected, actual):
    """None where they match; else (expected line or None, actual line or None) where they part first."""
    wanted, said = [normalise(line) for line in expected], [normalise(line) for line in actual]
    places = place(wanted, said)
    if isinstance(places, list):
        return None
    banner = max((j for j, line in enumerate(actual) if machine.BANNER.match(line)), default=None)
    if wanted[0].strip() == SKIP and banner is not None and len(wanted) > 1 and not machine.BANNER.match(expected[1]):
        return match(expected[1:], actual[banner + 1 :])  # the first `...` is the firmware's words
    i, j = places
    if i < len(expected) and j == len(actual):  # a `...` has searched to the end: which line is it nearest to?
        close = difflib.get_close_matches(wanted[i], said, 1)
        j = said.index(close[0]) if close else j
    return (expected[i] if i < len(expected) else None, actual[j] if j < len(actual) else None)


def place(wanted, said):
    """For each wanted line the index of what was said, None for `...`; or (i, j), the furthest point."""
    places, i, j = [], 0, 0
    furthest = (0, 0)
    star = None  # (i, j, places) to go on from: the `...` takes a line more
    while i < len(wanted) or j < len(said):
        if i < len(wanted) and wanted[i].strip() == SKIP:
            places = places + [None]
            i += 1
            star = (i, j, places)
        elif i < len(wanted) and j < len(said) and wanted[i] == said[j]:
            places = places + [j]
            i, j = i + 1, j + 1
        elif star and star[1] < len(said):
            furthest = max(furthest, (i, j))
            star = (star[0], star[1] + 1, star[2])
            i, j, places = star
        else:
            return max(furthest, (i, j))
    return places


def same(expected, actual):
    return match(expected, actual) is None


def without_quit(expected, actual):
    """QEMU's own last word belongs to the console only where the text shows it."""
    if actual and actual[-1].strip() == QUIT and not any(line.strip() == QUIT for line in expected):
        return actual[:-1]
    return actual


def enough(expected):
    """A predicate for terminal.run: has the text said all that is expected?"""
    wanted = [line for line in expected if line.strip() != QUIT]
    if not wanted or wanted[-1].strip() == SKIP:
        return None
    return lambda text: same(wanted, lines_of(text))


def renewed(expected, actual):
    """What was said, with the author's `...` kept where it matches; else the firmware's words abridged."""
    places = place([normalise(line) for line in expected], [normalise(line) for line in actual])
    if isinstance(places, list) and expected:
        return [SKIP if at is None else actual[at] for at in places]
    last = max((i for i, line in enumerate(actual) if machine.BANNER.match(line)), default=None)
    return actual if last is None else [SKIP, *actual[last + 1 :]]
