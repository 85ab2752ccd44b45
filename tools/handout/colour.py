"""colour: marks comments, strings and the like in code that is HTML already, with a few patterns.

    coloured(language, html)    the same text, with <span class="..."> around what has a colour

It never changes a letter: who copies the text gets what the Markdown has.
"""

import re

KEYWORDS = ("auto bool break case char const continue default do double else enum extern false float for goto if inline int "
            "int64_t long nullptr register return short signed sizeof size_t static struct switch true typedef typeof "
            "uint16_t uint32_t uint64_t uint8_t uintptr_t union unsigned void volatile while NULL").split()

STRING = r"(?P<string>&quot;(?:\\.|(?!&quot;)[^\\\n])*&quot;)"
HOLE = r"(?P<hole>/\* \[/?[\w-]+\] \*/)"
COMMENT = r"(?P<comment>/\*.*?\*/|//[^\n]*)"
C = rf"{HOLE}|{COMMENT}|{STRING}|(?P<word>^[ ]*#[ ]*\w+|\b(?:{'|'.join(KEYWORDS)})\b)"
ASSEMBLY = rf"{HOLE}|{COMMENT}|{STRING}|(?P<word>^[ ]*#[ ]*\w+|(?<![\w.])\.[a-z]\w*|^\w+:)"
LINKER = rf"{HOLE}|{COMMENT}|{STRING}|(?P<word>\b(?:ALIGN|ASSERT|ENTRY|KEEP|OUTPUT_ARCH|PHDRS|SECTIONS|SIZEOF|ADDR)\b)"

PATTERNS = {
    language: re.compile(pattern, re.S | re.M)
    for language, pattern in {
        "c": C,
        "asm": ASSEMBLY,
        "ld": LINKER,
        "sh": r"(?P<comment>(?:^|(?<=\s))\#[^\n]*)",
        "console": r"(?P<prompt>\A\$ [^\n]*)",
        "diff": r"^(?P<comment>(?:---|\+\+\+|@@)[^\n]*)$|^(?P<new>\+[^\n]*)$|^(?P<old>-[^\n]*)$",
    }.items()
}


def coloured(language, html):
    pattern = PATTERNS.get(language)
    if not pattern:
        return html
    return pattern.sub(lambda match: f'<span class="{match.lastgroup}">{match[0]}</span>', html)
