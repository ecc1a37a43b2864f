"""kill -9 in the middle of work: what the screen had shown is there when one comes back."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte

from coder.service.integrity import verify
from coder.service.project import open_project

ROWS, COLUMNS = 24, 80
KEYS = ("a", "\x1b[D", "x", "\x1b[D", "e", "z", "\x1b[D", "a", "p", "i")


class Terminal:
    """The coding screen in a real pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
            words = [sys.executable, "-m", "coder", "code", "--as", "you", "--project", str(folder), "004"]
            os.execv(sys.executable, words)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds: float) -> None:
        """Take in what is drawn for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                try:
                    self.stream.feed(os.read(self.fd, 65536))
                except OSError:
                    return

    def wait_for(self, sign: str, seconds: float = 30) -> None:
        """Until a sign shows; fails if it never does."""
        end = time.monotonic() + seconds
        while sign not in "\n".join(self.screen.display):
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self.read(0.1)

    def press(self, key: str) -> None:
        os.write(self.fd, key.encode())

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def undecided(display: str) -> int:
    """The number of candidates left, as the header shows it."""
    return int("".join(c for c in display.splitlines()[0].split("·")[1] if c.isdecimal()))


def test_ten_kills_at_random_moments_lose_nothing_that_was_shown(demo_folder: Path) -> None:
    chance = random.Random(7)
    for _ in range(10):
        terminal = Terminal(demo_folder)
        terminal.wait_for("Tab")
        for _ in range(chance.randrange(3, 12)):
            terminal.press(chance.choice(KEYS))
            terminal.read(chance.uniform(0.0, 0.05))
        terminal.read(chance.uniform(0.1, 0.4))
        shown = undecided("\n".join(terminal.screen.display))
        terminal.kill()

        project = open_project(demo_folder)
        assert not verify(project).findings
        with project.store.read() as queries:
            coding = queries.coding(project.article("004").id, "you")
            candidates = queries.candidates(project.article("004").id)
        from coder.service.marks import UNDECIDED, marks

        stored = sum(m.state == UNDECIDED for m in marks(candidates, coding))
        project.close()
        # At most the keystroke in flight may be missing on either side.
        assert abs(stored - shown) <= 1
