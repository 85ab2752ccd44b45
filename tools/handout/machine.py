"""machine: builds and boots a learner's folder, for the checks of the steps and of the exercises.

    with machine.copy(folder) as mine:         a copy that may be changed; it is gone afterwards
        (mine / "src/main.c").write_text(...)
        machine.build(mine)                    BuildFailed has the compiler's words
        console = machine.boot(mine, smp=4, seconds=20, until="harts added")
        if "400000" not in console.text:
            raise machine.NotYet("the sum is too small: look at the lock")

QEMU is started by the project's run.sh, as the learner does it.
"""

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import elf

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGE = "build/hypervisor.elf"
ENDED_BY_TIME = 124

# What OpenSBI prints: a title, then a table of names, spaces, a colon and a value.
BANNER = re.compile(r"^(Platform|Firmware|Runtime|Domain\d+|Boot HART|Standard SBI|Custom SBI) ?[^:]*\s: ")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class NotYet(Exception):
    """The exercise is not solved. The text says what is missing and where to look."""


class BuildFailed(Exception):
    """The compiler or the linker refused. The text is their first words."""


@dataclass
class Boot:
    text: str  # what the machine said after the firmware's banner
    status: int  # 0: it ended well, or said what was waited for; 1: panic; 124: no end in time
    words: str  # what run.sh said about the end


@contextlib.contextmanager
def copy(folder):
    """A temporary copy of the folder, without what was made from it."""
    with tempfile.TemporaryDirectory(prefix="bumpvisor-") as where:
        target = Path(where) / "machine"
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns("build", ".git", "before-*"))
        yield target


def build(folder, toolchain=None):
    """make, in the folder."""
    words = ["make", "-C", str(folder), "-j2", "--no-print-directory"]
    if toolchain:
        words.append("TOOLCHAIN=" + toolchain)
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", errors="replace", env=environment())
    if done.returncode != 0:
        raise BuildFailed(first_words(done.stdout))


def first_words(log, lines=24):
    """What is worth reading of a failed build: from the first complaint on, without make's steps. What make
    itself says is worth it only where nobody else has said anything."""
    said = [line for line in log.splitlines() if not re.match(r"^  (CC|AS|LD|OFF|GEN)\b", line)]
    kept = [line for line in said if not re.match(r"make(\[\d+\])?: ", line)] or said
    complaint = re.compile(r"error\b|undefined reference|: warning|\bld(\.lld)?:", re.I)
    first = next((i for i, line in enumerate(kept) if complaint.search(line)), 0)
    while first > 0 and re.search(r": In function|^In file included|^ +from |: Assembler messages:", kept[first - 1]):
        first -= 1
    return "\n".join(kept[first : first + lines])


def environment():
    """Ours, without what would change how run.sh and make behave."""
    dropped = ("CI", "BUILD", "TOOLCHAIN", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "BUMPVISOR_WORKSHOP", "BUMPVISOR_IMAGE")
    return {name: value for name, value in os.environ.items() if name not in dropped} | {"NO_COLOR": "1"}


def run(words, folder, seconds, seen=None, extra=None):
    """Run a command until it ends, or `seen(text)` is true of its stdout, or the time is over.
    Returns stdout, stderr and the exit code."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                   env=environment() | (extra or {}), start_new_session=True)
        output, end, status = b"", time.monotonic() + seconds, None
        while status is None:
            left = end - time.monotonic()
            if left <= 0:
                status = ENDED_BY_TIME
            elif select.select([process.stdout], [], [], left)[0]:
                piece = os.read(process.stdout.fileno(), 65536)
                output += piece
                if not piece:
                    status = process.wait()
                elif seen and seen(plain(output)):
                    status = 0
        stop(process)
        errors.seek(0)
        return plain(output), plain(errors.read()), status


def stop(process):
    """End the process and all that it started; run.sh ends its machine when it is told to."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    process.stdout.close()


def plain(data):
    """Bytes of a terminal as text, without colour and carriage returns."""
    return ESCAPES.sub("", data.decode("utf-8", "replace")).replace("\r", "")


def after_banner(text):
    """What the machine said when the firmware had ended its own words."""
    lines = [line for line in text.splitlines(keepends=True) if "terminating on signal" not in line]
    last = max((i for i, line in enumerate(lines) if BANNER.match(line)), default=None)
    return "".join(lines if last is None else lines[last + 1 :]).lstrip("\n")


def after_firmware(text):
    """Has the machine said something of its own?"""
    return any(BANNER.match(line) for line in text.splitlines()) and after_banner(text).strip() != ""


def boot(folder, smp=1, seconds=10, until=None):
    """Boot what build() made."""
    words = [str(ROOT / "run.sh"), f"--smp={smp}", f"--timeout={seconds}"]
    seen = (lambda text: until in after_banner(text)) if until else None
    image = str(Path(folder).resolve() / IMAGE)
    text, errors, status = run(words, folder, seconds + 10, seen, {"BUMPVISOR_IMAGE": image})
    return Boot(after_banner(text), status, errors)


def symbols(folder):
    """Name -> address, of what build() made."""
    return elf.symbols(Path(folder) / IMAGE)
