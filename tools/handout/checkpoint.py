"""checkpoint: is a chapter done? Looks at the folder, builds it, boots it, and compares its console with what
the chapter shows below "You should now see". What is not right is said in plain words, with the place.

    check(folder, 5)     exit code: 0 right, 1 not yet, 4 the build failed
    boots()              for chapter 0: the same, of whether a first machine builds and boots here
"""

import re
import tempfile
from pathlib import Path

import compare
import console_text
import machine
import states
import steps
import terminal

NOT_YET, BUILD_FAILED = 1, 4
SECONDS = 60
SHORT = 16  # lines of a file's difference where nothing has failed
REGISTERS = re.compile(r"(^ +((ra|sp|gp|tp|fp|[ast]\d+) 0x[0-9a-f]{16} *)+\n)+", re.M)  # of a panic's report


def check(folder, number):
    look = compare.look(folder, number)
    if look.wrong:
        print(f"Chapter {number}: not yet.")
        show(look.wrong)
        return NOT_YET
    try:
        machine.build(folder)
    except machine.BuildFailed as failure:
        print(f"Chapter {number}: all is there, but it does not build. The compiler's first words:\n")
        print(failure)
        explain(look)
        return BUILD_FAILED
    for fence in expected_consoles(number):
        if not behaves(folder, number, fence):
            explain(look)
            return NOT_YET
    print(f"Chapter {number} is right: it has all that the text has, it builds, and it says what it should.")
    if look.differing:
        print("This is otherwise than in the text, though the console shows no difference (- the text, + yours). "
              "Is it meant?")
        show_differences(look, SHORT)
    show(look.notes)
    return 0


def show(lines):
    for line in lines:
        print(f"  - {line}")


def explain(look):
    """What may be the cause of a build or a boot that fails."""
    if look.hints or look.notes:
        print("\nThis may be why:")
        show(look.hints + look.notes)
    if look.differing:
        print("\nHere is where your files differ from the text (- the text, + yours):")
        show_differences(look)
    if not (look.hints or look.notes or look.differing):
        print("\nYour files are those of the text. So it is not your typing: compare the tools with  ./run.sh doctor")


def show_differences(look, most=compare.DIFF_LINES):
    for path, texts in look.differing.items():
        for line in compare.difference(path, texts, most):
            print("    " + line)


def expected_consoles(number):
    """The consoles of "You should now see" that a plain ./run.sh gives."""
    chapter = steps.chapter_of(number)
    heading = steps.headings(chapter)
    for fence in chapter.fences():
        plain = fence.words[:1] == ["./run.sh"] and all(word.startswith("--") for word in fence.words[1:])
        if fence.kind == "console" and plain and heading[fence.first] == "You should now see":
            yield fence


def without_places(lines):
    """Who has an empty line more has other line numbers, and is right all the same."""
    return [re.sub(r"(\.[cS]):\d+", r"\1:LINE", line) for line in lines]


def behaves(folder, number, fence):
    """Boot it, compare with what the chapter shows; say the difference."""
    expected = console_text.lines_of(fence.text)[1:]
    command = " ".join(fence.words)
    text, status = terminal.run(command, folder, console_text.enough(expected), SECONDS)
    said = console_text.without_quit(expected, console_text.lines_of(text))
    difference = console_text.match(expected, said)
    if difference is None or console_text.match(without_places(expected), without_places(said)) is None:
        return True
    want, got = difference
    print(f"Chapter {number}: it builds, but `{command}` does not say what the chapter shows.")
    print(f"  the chapter has:   {want if want is not None else '(nothing more)'}")
    print(f"  your machine says: {got if got is not None else '(that does not come)'}")
    if status == terminal.NO_END:
        print(f"  and it did not end in {SECONDS} seconds")
    print("\nAll that it said, after the firmware:")
    said = REGISTERS.sub("    (the registers)\n", machine.after_banner("\n".join(said))).splitlines()
    for line in said if len(said) <= 30 else ["..."] + said[-30:]:
        print("    " + line)
    return False


def boots():
    """Do compiler and QEMU work together, on the machine of chapter 1?"""
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as folder:
        states.write(states.state(1), folder)
        try:
            machine.build(folder)
        except machine.BuildFailed as failure:
            print(f"\nNot yet: the compiler is there, but it does not build the machine of chapter 1:\n\n{failure}")
            return BUILD_FAILED
        words = [str(states.ROOT / "run.sh"), "--timeout=20"]
        image = {"BUMPVISOR_IMAGE": str(Path(folder) / machine.IMAGE)}
        text, errors, _ = machine.run(words, folder, 30, machine.after_firmware, image)
    if not machine.after_firmware(text):
        print("\nNot yet: QEMU starts, but the machine of chapter 1 says nothing. Its words:\n")
        print(text + errors)
        return NOT_YET
    print("\nReady: the tools are there, and a machine boots.")
    return 0
