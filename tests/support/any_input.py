"""Any input at a real terminal: keys of both layouts, broken sequences, answers, mouse,
pastes, new sizes.

A run opens a screen of a sample project, types what its seed says, leaves with Ctrl+Q
and looks at what is left. What is typed follows from the seed alone; when it arrives is
the machine's affair.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from coder.service.project.opened import open_project
from coder.service.upkeep.integrity import verify
from tests.support.pseudo_terminal import PseudoTerminal

Size = tuple[int, int]
"""Rows and columns."""

QUIT, STARTED, LEFT = b"\x11", b"\x1b[?2004h", b"\x1b[?1049l"
PATIENCE = 60.0
"""Seconds after which a program that does not read, or does not end, hangs."""
MOST_TYPED_AHEAD = 240.0
"""Seconds that it may take for what was typed ahead of it."""
KEPT = 200_000
"""Bytes of what was drawn last: at the start, more than a whole screen."""
Screen = tuple[tuple[str, ...], str]
"""The command that opens it, and the keys from there."""
_ARTICLE, _REVIEW = ("code", "--as", "you", "004"), ("review", "--as", "salma")
_GRID = "\x15\x1b[B\r"
"""From the queue, whatever is looked for there, to the second article."""
FIRST: tuple[Screen, ...] = (
    (_ARTICLE, ""),
    (_REVIEW, _GRID),
    (("code", "--as", "you"), ""),
    (_REVIEW, ""),
)
SCREENS: tuple[Screen, ...] = (
    *FIRST,
    (_ARTICLE, "\x1bOQ"),  # the list of articles
    (_ARTICLE, "ef\x1bOS"),  # the list of events
    (_ARTICLE, "ef\x1bOS\t"),  # the table
    (_ARTICLE, "ax\x1b[15~"),  # the history
    (_ARTICLE, "ax\x1b[15~\t"),  # the time
    (_ARTICLE, ";a\r\x1b[18~"),  # the comments
    (_ARTICLE, "ef\x13"),  # what is missing
    (_ARTICLE, "?"),
    (_ARTICLE, "\x10"),  # the palette
    (_ARTICLE, "\x1b[17~"),  # the themes
    (_ARTICLE, "ef\t\x1b[B\x1b[B="),  # a definition
    (_REVIEW, "\rnnr"),  # the reasons
    (_REVIEW, "\rl"),  # the events
    (_REVIEW, "\r\x1b[18~"),  # the comments
    (("tour",), ""),
    (("tour", "--as", "supervisor"), ""),
    (("doctor",), ""),
)
AGAIN = 15
"""After so many inputs it is gone back to the screen, as nearly all of them leave it.
"""
SIZES = [
    (24, 80),
    (50, 160),
    (12, 40),
    (30, 121),
    (30, 119),
    (5, 20),
    (2, 3),
    (1, 1),
    (60, 300),
]

_LATIN = "abcdefghijklmnopqrstuvwxyzFJDKSLA0123456789?/.=;:+-*&@<>[],_~!'\" \r\t\x7f"
_ARABIC = "شسيبلاتنمكطذدجحخهعغفقثصضئءؤرىةوزظ٠١٢٣٤٥٦٧٨٩۰۹؟؛،ﻻﻷأـ\u064e\u0650\u064d"
_SPECIAL = [
    *"ABCDHFZPQRSIO",
    "5~",
    "6~",
    "3~",
    "2~",
    *(["11~", "12~", "13~", "14~", "15~", "17~", "18~", "19~", "20~"]),
]
_SPECIAL += [
    "1;2A",
    "1;2B",
    "1;5A",
    "1;5B",
    "1;5C",
    "1;5D",
    "1;3D",
    "1;5H",
    "1;2P",
    "1;2Q",
]
_CONTROL = [chr(code) for code in range(32) if chr(code) != "\x11"]
_CLOSING = ["\x1b", "q", "?", "=", "\r", "\x1bOP", "ض", "؟"]
_ANSWERS = (
    *(
        "\x1b[?64;1c",
        "\x1b[?1;2c",
        "\x1b[>41;379;0c",
        "\x1b[?2048;0$y",
        "\x1b[?2048;2$y",
        "\x1b[?2026;2$y",
    ),
    *(
        "\x1b[8;1$y",
        "\x1b[0n",
        "\x1b[12;40R",
        "\x1b[?7u",
        "\x1bP>|XTerm(379)\x1b\\",
        "\x1b]11;rgb:0/0/0\x07",
    ),
    *(
        "\x1b[48;24;80;480;640t",
        "\x1b[48;30;100;0;0t",
        "\x1b[48;0;0;0;0t",
        "\x1b[48;99999;99999;1;1t",
    ),
    *(
        "\x1b[97;5u",
        "\x1b[27u",
        "\x1b[1588;;1588u",
        "\x1b[1114112u",
        "\x1b[99999999999u",
        "\x1b[;u",
    ),
)
_PASTED = (
    *(
        "نص من الحافظة",
        "two\nlines\r\n",
        "\x00\x01\x02\x07\x08",
        "\x1b[31mred",
        "\u202eabc\u2066",
        "\x1b",
    ),
    *(
        "q?\x1b",
        "ـ" * 3000,
        "٣-٥",
        "2024-02-30",
        "\ufffe",
        "👩\u200d👩\u200d👧",
        "x" * 40,
        "",
    ),
)


_ACTS = {
    "code": (
        *(
            "a",
            "x",
            " ",
            "ef",
            "e\t",
            "\x0es",
            "'d",
            "\x06",
            "0",
            '"',
            "\\s",
            "\\f",
            "\x18",
            "|1",
            "*",
        ),
        *("\\FJ", "\\\u0650ب"),
        *(
            "v\x1b[D\r",
            "v\x1b[D ",
            "\x1b[1;2D\r",
            "\x1b[1;2C\r",
            "&\r",
            "@\r",
            "\x121",
            "\x142\r",
            "\x05s",
        ),
        *(
            "\r1",
            "\r\x1b[B\r",
            "\r3 أيار 2024\r",
            "\r5-7\r",
            "\x04",
            "zz",
            "\x19",
            "]",
            "\x7f",
            ";a\r",
            ",1",
        ),
        *(
            "\x13",
            "\x13\r",
            "\x1bOS\x1b[B\r",
            "\x1bOS\td",
            "\x1b[15~\x1b[B\x1b[B\r",
            "/قتل\rv\r",
        ),
    ),
    "review": (
        *(
            "n1",
            "n2",
            "nu",
            "ni",
            "n0",
            "a",
            "t1",
            "t2",
            "k1",
            "x1",
            "r1",
            "\x12",
            "\x7f",
            "zz",
            "\x19",
        ),
        *(
            "\t+",
            "\t-",
            "e\r",
            "m\r",
            "s\r",
            "\r1",
            "\r2\r",
            "v\x1b[D\r",
            "*a",
            "*1",
            "\x1b[1;2B2",
            "]",
        ),
        *(
            "l2",
            "l\x1b[Bx1",
            "b1x\r",
            "\x181",
            "\x13",
            "\x13\r",
            "\x1b[15~",
            "r\x1b[Btext\r",
            "xother\r",
        ),
    ),
}
"""What changes something, as somebody would type it: single keys alone are mostly
caught in some list.
"""


def inputs(seed: int, count: int, command: str = "") -> list[bytes | Size]:
    """What is typed into the screens of a command, in order; a size is a new one of the
    terminal.
    """
    chance = random.Random(seed)
    kinds = [
        (_key, 60),
        (_special, 12),
        (_control, 6),
        (_alt, 3),
        (_closing, 4),
        (_broken, 3),
        (_noise, 1),
    ]
    kinds += [(_answer, 3), (_mouse, 6), (_paste, 2)]
    if acts := _ACTS.get(command):
        kinds += [(lambda chance: chance.choice(acts).encode(), 100)]
    made = chance.choices(
        [kind for kind, _ in kinds], [weight for _, weight in kinds], k=count
    )
    return [
        chance.choice(SIZES) if chance.random() < 0.02 else kind(chance)
        for kind in made
    ]


def _key(chance: random.Random) -> bytes:
    return chance.choice(chance.choice([_LATIN, _ARABIC])).encode()


def _special(chance: random.Random) -> bytes:
    return f"\x1b[{chance.choice(_SPECIAL)}".encode()


def _control(chance: random.Random) -> bytes:
    return chance.choice(_CONTROL).encode()


def _alt(chance: random.Random) -> bytes:
    return b"\x1b" + _key(chance)


def _closing(chance: random.Random) -> bytes:
    """Keys that open and close pages and choosers, several in one read."""
    return "".join(chance.choices(_CLOSING, k=chance.randrange(2, 6))).encode()


def _broken(chance: random.Random) -> bytes:
    """The beginning of a sequence; what comes next is taken for its rest, or not."""
    whole = chance.choice([_special, _answer, _mouse, _paste])(chance)
    return whole[: chance.randrange(1, min(len(whole), 12) + 1)]


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 6)).replace(QUIT, b"")


def _answer(chance: random.Random) -> bytes:
    return chance.choice(_ANSWERS).encode()


def _mouse(chance: random.Random) -> bytes:
    x, y = (
        chance.choice([chance.randrange(1, 161), chance.randrange(1, 25), 0, -5, 99999])
        for _ in "xy"
    )
    button = chance.choice([0, 0, 0, 1, 2, 32, 32, 35, 64, 65, 4, 999])
    return f"\x1b[<{button};{x};{y}{chance.choice('Mm')}".encode()


def _paste(chance: random.Random) -> bytes:
    return f"\x1b[200~{chance.choice(_PASTED)}\x1b[201~".encode()


class Typist(PseudoTerminal):
    """A terminal that nobody looks at: only the last of what was drawn is kept."""

    def take(self, data: bytes) -> None:
        """Remember the end of what came, and answer nothing."""
        self.sent = (self.sent + data)[-KEPT:]

    def type(self, data: bytes) -> None:
        """Send bytes, and take in what is drawn while the program is too busy to read
        them.
        """
        end = time.monotonic() + PATIENCE
        while data:
            assert time.monotonic() < end, "it does not read"
            readable, writable, _ = select.select([self.fd], [self.fd], [], 1)
            if readable:
                self.read(0.001)
            if writable:
                data = data[os.write(self.fd, data[:256]) :]
            elif self.has_ended:
                return

    @property
    def has_ended(self) -> bool:
        """Whether the program has left, as the tour and the self-test do by keys of
        their own.
        """
        return (
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            is not None
        )

    def leave(self) -> int:
        """Press Ctrl+Q, and again for as long as somebody would; returns the exit code.

        On a busy machine what was typed before takes its time: while something is
        drawn, it does not hang.
        """
        end = time.monotonic() + PATIENCE
        latest = end + MOST_TYPED_AHEAD
        while time.monotonic() < min(end, latest):
            self.type(QUIT)
            before = self.sent
            self.read(1.5)  # longer than a paste that has not ended goes on
            if self.sent != before:
                end = time.monotonic() + PATIENCE
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGABRT)  # it then says what its threads are doing
        self.read(2)
        raise AssertionError(
            f"it does not leave: {self.sent[-6000:].decode('utf-8', 'replace')}"
        )


def memory(pid: int) -> int:
    """How much of a program stands in memory, in kB; 0 when it has ended."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def run(
    made_demo: Path,
    folder: Path,
    seed: int,
    count: int,
    screens: Sequence[Screen] = SCREENS,
) -> tuple[int, int]:
    """Start, type, leave; the program must end in order and leave a sound project.

    Returns how much memory it took after a tenth of the inputs and after the last, in
    kB.
    """
    chance = random.Random(-1 - seed)
    shutil.copytree(made_demo, folder)
    settings = folder / "coder.toml"
    language = ("ar", "en")[seed // len(screens) % 2]
    settings.write_text(
        settings.read_text().replace('language = "ar"', f'language = "{language}"')
    )
    command, there = screens[seed % len(screens)]
    words = ["-m", "coder", *command, "--project", str(folder)]
    # What is chosen there is nobody's.
    environ = {"XDG_CONFIG_HOME": str(folder / "config"), "PYTHONFAULTHANDLER": "1"}
    if chance.random() < 0.2:
        environ["NO_COLOR"] = "1"
    terminal = Typist(words, answers={}, environ=environ)
    try:
        for _ in range(chance.choice((0, 0, 5))):  # before there is anything to see
            terminal.type(_key(chance))
        terminal.wait_for_bytes(STARTED)
        taken = [0, 0]
        for number, each in enumerate(inputs(seed, count, command[0])):
            if terminal.has_ended or LEFT in terminal.sent:
                # what is typed then is the shell's: Ctrl+S would stop it, Ctrl+C too
                break
            if number % AGAIN == 0:
                terminal.type(f"\x1b\x1b{there}".encode())
            if number == count // 10:
                taken[0] = memory(terminal.pid)
            if isinstance(each, bytes):
                terminal.type(each)
            else:
                terminal.resize(*each)
            terminal.read(
                chance.choice((0, 0, 0, 0.001, 0.01, chance.choice((0, 0.02, 0.15))))
            )
        taken[1] = memory(terminal.pid)
        by_itself = LEFT in terminal.sent
        code = terminal.leave()
    except BaseException:
        terminal.kill()
        raise
    os.close(terminal.fd)
    # A traceback is a box, of lines as narrow as the terminal, drawn after the screen
    # was left.
    is_crash = "╰".encode() in terminal.sent.rpartition(LEFT)[2]
    in_order = not is_crash and (code == 0 or by_itself)
    assert in_order, (seed, code, terminal.sent.decode("utf-8", "replace"))
    project = open_project(folder)
    findings = verify(project).findings
    assert not findings, (seed, findings)
    project.close()
    shutil.rmtree(folder)
    return taken[0], taken[1]
