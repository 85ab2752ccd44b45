"""terminal: runs a command as somebody at a terminal would, who quits QEMU when there is nothing more to
see.

    text, status = terminal.run("./run.sh", folder, enough=lambda text: "Hello" in text)

The command has a terminal of its own, so it does what it does for a reader; what it prints comes back as
plain text. Once `enough(text)` is true, or once a machine has been silent for long, it may end by itself for
a moment, then Ctrl-A x is typed; what does not end even then is ended.
"""

import os
import pty
import select
import signal
import subprocess
import time

import machine

QUIT = b"\x01x"  # QEMU's own: Ctrl-A, then x
TO_END_BY_ITSELF = 0.7  # seconds
SILENCE = 8  # after what a machine has said
LONG_SILENCE = 25  # where more is expected: a machine that computes on a busy host says nothing either
TO_OBEY = 5
NO_END = 124


class Terminal:
    """A command with a terminal, and what it has said so far."""

    def __init__(self, words, folder, environment=None, **more):
        self.ours, theirs = pty.openpty()
        self.said = b""
        self.process = subprocess.Popen(
            words, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env=machine.environment() | {"PWD": str(folder), "TERM": "dumb"} | (environment or {}), **more)
        os.close(theirs)

    def read(self, seconds):
        """Wait so long for something new; False when the command has closed the terminal."""
        if not select.select([self.ours], [], [], max(seconds, 0))[0]:
            return True
        try:
            piece = os.read(self.ours, 65536)
        except OSError:  # Linux says so when nobody holds the other end
            return False
        self.said += piece
        return bool(piece)

    def text(self):
        return machine.plain(self.said)

    def type(self, what):
        os.write(self.ours, what)

    def close(self):
        """End what still runs; returns the exit code."""
        if self.process.poll() is None:
            try:
                self.process.wait(0.2)
            except subprocess.TimeoutExpired:
                for how in (signal.SIGTERM, signal.SIGKILL):
                    os.killpg(self.process.pid, how)
                    try:
                        self.process.wait(TO_OBEY)
                        break
                    except subprocess.TimeoutExpired:
                        continue
        os.close(self.ours)
        return self.process.returncode


def run(command, folder, enough=None, seconds=60, environment=None):
    """What the command says, and its exit code; 124 where its time was over."""
    terminal = Terminal(["bash", "-c", command], folder, environment)
    end = time.monotonic() + seconds
    quiet = None  # when it had said enough
    patience = LONG_SILENCE if enough else SILENCE
    last, length = time.monotonic(), 0  # when it said something, and how much that was
    typed = over = False
    while terminal.read(min(0.1, end - time.monotonic())):
        now = time.monotonic()
        if len(terminal.said) != length:
            last, length = now, len(terminal.said)
        if terminal.process.poll() is not None:
            while select.select([terminal.ours], [], [], 0)[0] and terminal.read(0):
                pass
            break
        if quiet is None and ((enough and enough(terminal.text()))
                              or (now - last > patience and machine.after_firmware(terminal.text()))):
            quiet = now
        if quiet is not None and not typed and now - quiet > TO_END_BY_ITSELF:
            terminal.type(QUIT)
            typed, end = True, min(end, now + TO_OBEY)
        if now >= end:
            over = not typed
            break
    text = terminal.text()
    status = terminal.close()
    return text, NO_END if over else status
