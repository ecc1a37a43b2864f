"""Things that go wrong, done for real to a project: kills, full disks, damaged files."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from coder.service.delivery.project_copy import backup, restore
from coder.service.project.opened import Project, open_project
from coder.service.upkeep.integrity import verify
from tests.support.postgres import OWNER, Server
from tests.support.scripted_coder import digest

ROOT = Path(__file__).parents[2]
ARTICLE = "004"
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("verify",),
    ("status",),
    ("show", "004"),
    ("agree",),
    ("check",),
    ("export", "native", "--what", "codings", "--out", "o"),
    ("packet", "make", "--for", "amal", "p"),
    ("backup", "b"),
    ("backup", "c", "--portable"),
    ("people", "add", "nadia"),
)
"""What is tried on a damaged database."""
_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 24, 1, 2


@contextmanager
def on_a_server(server: Server, made_demo: Path, folder: Path) -> Iterator[Path]:
    """The sample project with its database on a server, where each coder logs in by
    their own name.
    """
    demo = open_project(made_demo)
    backup(demo, folder / "dump", portable=True)
    demo.close()
    with server.database() as name, pytest.MonkeyPatch.context() as environment:
        environment.setenv("PGUSER", OWNER)  # who looks at what the coder left
        shared = restore(folder / "dump", folder / "shared", server.url(name))
        shared.add_person("you", "coder")
        shared.close()
        yield folder / "shared"


def coder_at_work(
    folder: Path, seed: int, steps: int, *limit: int
) -> subprocess.Popen[str]:
    """A scripted run as its own process; see tests.support.scripted_coder."""
    words = [str(word) for word in (folder, "you", ARTICLE, seed, steps, *limit)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.scripted_coder", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stored(folder: Path) -> str:
    """The digest of the coding in the database, after a look that all is well with it."""
    project = open_project(folder)
    try:
        _wait_for_the_server(project)
        found = verify(project).findings
        assert not found, found
        with project.store.read() as queries:
            return digest(queries.coding(project.article(ARTICLE).id, "you"))
    finally:
        project.close()


def _wait_for_the_server(project: Project) -> None:
    """A server ends what a killed client had sent; until then nobody can say what is
    stored.
    """
    sessions = text("SELECT count(*) FROM pg_stat_activity WHERE usename = 'you'")
    while project.store.has_logins:
        with project.store.read() as queries:
            if not queries.connection.execute(sessions).scalar_one():
                return
        time.sleep(0.02)


def told(lines: list[str]) -> tuple[str, str]:
    """The last state that a run said was written, and the one that it was about to
    write (or the same).
    """
    states = [line.split() for line in lines if len(line.split()) == 2]
    written = next(state for word, state in reversed(states) if word == "at")
    return written, states[-1][1]


def kill_at_work(folder: Path, seed: int, chance: random.Random) -> int:
    """Start a run and kill -9 it at some moment; nothing said to be written may be
    lost.

    Returns how many changes it had written.
    """
    process = coder_at_work(folder, seed, 10_000)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(chance.uniform(0.0, 0.3))
    process.send_signal(signal.SIGKILL)
    rest = (
        process.stdout.read()
    )  # not communicate(), which forgets what readline() had read ahead
    process.communicate()
    lines = [
        first,
        *(line for line in rest.splitlines(keepends=True) if line.endswith("\n")),
    ]
    written, coming = told(lines)
    assert stored(folder) in (written, coming)
    return sum(line.startswith("at ") for line in lines) - 1


def fill_the_disk(folder: Path, seed: int, room: int) -> str:
    """A run in which no file may grow by more than `room` bytes; returns what it said
    on stderr.
    """
    size = (folder / "coder.db").stat().st_size
    process = coder_at_work(folder, seed, 10_000, size + room)
    out, err = process.communicate()
    written, coming = told(out.splitlines())
    assert process.returncode == 2, err
    assert stored(folder) in (written, coming)
    return err


def without_root_powers() -> None:
    """In a child before exec: even root is bound by the modes of files."""
    libc = ctypes.CDLL(None)
    for power in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        libc.prctl(
            _PR_CAPBSET_DROP, power, 0, 0, 0
        )  # refused to others than root, whom modes bind anyway


def run_bound(*words: object) -> subprocess.CompletedProcess[str]:
    """A command in its own process, bound by the modes of files."""
    return subprocess.run(
        [sys.executable, "-m", "coder", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=without_root_powers,
        capture_output=True,
        text=True,
        check=False,
    )


Damage = Callable[[bytearray, random.Random], None]


def cut(data: bytearray, chance: random.Random) -> None:
    """The end is missing."""
    del data[chance.randrange(len(data)) :]


def flip(data: bytearray, chance: random.Random) -> None:
    """Some bits are other bits."""
    for _ in range(chance.randrange(1, 20)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def blank(data: bytearray, chance: random.Random) -> None:
    """A stretch of zeros, as after a power cut."""
    start = chance.randrange(len(data))
    end = min(len(data), start + 4096 * chance.randrange(1, 8))
    data[start:end] = bytes(end - start)


def swap(data: bytearray, chance: random.Random) -> None:
    """Two pages in each other's place."""
    pages = len(data) // 4096
    one, two = (4096 * chance.randrange(pages) for _ in range(2))
    data[one : one + 4096], data[two : two + 4096] = (
        data[two : two + 4096],
        data[one : one + 4096],
    )


DAMAGES: tuple[Damage, ...] = (cut, flip, blank, swap)
