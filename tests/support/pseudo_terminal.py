"""A program in a real pseudo-terminal, with us on the other side: what it draws, what a
terminal answers.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

import pyte

ROWS, COLUMNS = 24, 80
Answers = Mapping[bytes, bytes]
"""What a terminal is asked → what it says."""
XTERM: Answers = {
    b"\x1b[8$p": b"\x1b[8;0$y",
    b"\x1b[>q": b"\x1bP>|XTerm(379)\x1b\\",
    b"\x1b[c": b"\x1b[?64;1c",
}


class PseudoTerminal:
    """A terminal of 80 x 24 cells that runs `python words…`; sent: every byte that came
    from it.
    """

    def __init__(
        self,
        words: list[str],
        *,
        answers: Answers = XTERM,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.answers = answers
        self._answered = 0
        kept = {
            key: os.environ[key]
            for key in ("PATH", "HOME", "XDG_CONFIG_HOME")
            if key in os.environ
        }
        settings = {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
        }
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(Path(__file__).parents[2])
            signal.signal(
                signal.SIGINT, signal.SIG_DFL
            )  # tests in the background ignore Ctrl+C
            os.execve(
                sys.executable,
                [sys.executable, *words],
                {**kept, **settings, **(environ or {})},
            )
        self.resize(ROWS, COLUMNS)

    def resize(self, rows: int, columns: int) -> None:
        """Another size, which the program is told by SIGWINCH."""
        fcntl.ioctl(
            self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0)
        )

    def read(self, seconds: float) -> None:
        """Take in what is sent for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:  # the program has ended
                    return
                self.take(data)

    def take(self, data: bytes) -> None:
        """Remember what came, answer it and show it."""
        self.sent += data
        self._answer()
        self.stream.feed(data)

    def wait_for(self, sign: str, seconds: float = 120) -> None:
        """Until a sign shows; fails if it never does."""
        end = time.monotonic() + seconds
        while sign not in "\n".join(self.screen.display):
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self.read(0.1)

    def wait_for_bytes(self, sign: bytes, after: int = 0, seconds: float = 120) -> None:
        """Until these bytes have been sent; fails if they never are."""
        end = time.monotonic() + seconds
        while sign not in self.sent[after:]:
            assert time.monotonic() < end, self.sent[after:]
            self.read(0.1)

    def rest(self, still: float = 0.2) -> None:
        """Until the program has had nothing to do for so many seconds, however busy the
        machine is.
        """
        end, since = time.monotonic() + 60, time.monotonic()
        while time.monotonic() - since < still:
            assert time.monotonic() < end, "it does not come to rest"
            before = len(self.sent)
            self.read(0.02)
            if len(self.sent) > before or not self._waits():
                since = time.monotonic()

    def _waits(self) -> bool:
        """Whether all its threads sleep; one that waits for a core does not."""
        try:
            told = [
                each.read_text()
                for each in Path(f"/proc/{self.pid}/task").glob("*/stat")
            ]
        except OSError:  # a thread has just ended
            return False
        return all(stat.rpartition(")")[2].split()[0] in "SZ" for stat in told)

    def press(self, key: str) -> None:
        """Type."""
        os.write(self.fd, key.encode())

    def press_all(self, keys: str, seconds: float = 60) -> None:
        """Type more than a terminal takes at once; what is sent meanwhile is taken in."""
        data = keys.encode()
        deadline = time.monotonic() + seconds
        os.set_blocking(self.fd, False)
        while data:
            assert time.monotonic() < deadline, f"{len(data)} bytes were not read"
            try:
                data = data[os.write(self.fd, data[:4096]) :]
            except BlockingIOError:
                self.read(0.01)
        os.set_blocking(self.fd, True)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def wait(self, seconds: float = 120) -> int:
        """Until the program has ended; returns its exit code, or the negative signal
        that killed it.
        """
        end = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.read(0.2)
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < end, "it does not end"
            self.read(0.05)

    def kill(self) -> None:
        """End the program whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def hang_up(self) -> int:
        """The window is closed; returns the exit code of the program."""
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _answer(self) -> None:
        """Answer in the order in which one is asked."""
        while True:
            asked = [
                (self.sent.find(each, self._answered), each) for each in self.answers
            ]
            found = min((each for each in asked if each[0] >= 0), default=None)
            if found is None:
                return
            self._answered = found[0] + len(found[1])
            os.write(self.fd, self.answers[found[1]])
