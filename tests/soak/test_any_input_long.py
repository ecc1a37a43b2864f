"""A hundred thousand inputs at real terminals, over all screens in both languages; and
what one run keeps.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.any_input import SCREENS, STARTED, Typist, memory, run

RUNS, INPUTS = 4 * len(SCREENS), 1200
MOST = 150_000
"""The most memory that a screen may take, in kB."""
_CODING = [
    b"\x1b[1;5B",
    b"a",
    b"e",
    b"\t",
    b"\x1b[B",
    b"\x1b[B",
    b"\r",
    b"\x1b[B",
    b"\x1b",
    b"\t",
    b"z",
    b"z",
    b"?",
    b"\x1b",
]
"""A trigger, an event, its record, a list of values, and all taken back; then the help
page.
"""
_ESC = b"\x1b[27u"  # as some terminals send it: alone, with whatever comes next
_REVIEW = [
    b"n",
    b"1",
    _ESC,
    b"]",
    b"t",
    b"\r",
    b"\r",
    _ESC,
    b".",
    b"\t",
    b"+",
    _ESC,
    b"l",
    b"l",
    b"\x1a",
    b"\x1a",
    b"\x1a",
    b"?",
    _ESC,
]
"""A value, an event, evidence and the list of events, and what was decided taken back;
then the help page.
"""


def test_a_hundred_thousand_inputs(made_demo: Path, tmp_path: Path) -> None:
    most = max(
        max(run(made_demo, tmp_path / str(seed), seed, INPUTS))
        for seed in range(1000, 1000 + RUNS)
    )
    print(
        f"\n{RUNS * INPUTS} inputs in {RUNS} runs: none crashed, verify clean after each"
    )
    print(f"kB at most: {most}")
    assert most < MOST


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        (("code", "--as", "you", "004"), _CODING),
        (("review", "--as", "salma", "001"), _REVIEW),
    ],
)
def test_memory_does_not_grow(
    made_demo: Path, tmp_path: Path, command: tuple[str, ...], keys: list[bytes]
) -> None:
    project = shutil.copytree(made_demo, tmp_path / "project")
    terminal = Typist(["-m", "coder", *command, "--project", str(project)], answers={})
    terminal.wait_for_bytes(STARTED)
    taken = []
    for number in range(1, 10_001):
        terminal.type(keys[number % len(keys)])
        terminal.read(0.01)
        drawn = b""
        while (
            number % len(keys) == 0 and terminal.sent != drawn
        ):  # else many keys would wait, and be kept
            drawn = terminal.sent
            terminal.read(0.1)
        if number % 1000 == 0:
            terminal.read(5)
            taken.append(memory(terminal.pid))
    assert terminal.leave() == 0
    with closing(sqlite3.connect(project / "coder.db")) as database:
        [entries] = database.execute("select count(*) from journal").fetchone()
    assert entries > 3 * (
        10_000 // len(keys)
    )  # each time the keys decided something and took it back
    print(f"\nkB after each thousand of keys: {taken}")
    assert taken[-1] < min(
        MOST, taken[4] * 1.06
    )  # what is kept for speed is there by then
