"""A command killed at each step that it takes on the disk, in one run after the other.

python -m tests.support.killed_at EVENTS EVERY WORDS…: the events of Python that are a
step, with commas between them, and how many of them are passed over from run to run.
`{}` in the words of the command becomes the number of the step. Prints the numbers of
the runs that were killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from itertools import count, takewhile
from pathlib import Path

from coder.cli.main import main
from coder.codebook import load, shipped

STEPS = (
    "os.mkdir",
    "os.link",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "sqlite3.connect",
    "open",
)
_LOADED = (
    *("coder.cli.demo", "coder.cli.delivery", "coder.cli.upkeep"),
    *("coder.service.delivery.project_copy", "coder.service.sample_project"),
    *("sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite"),
)
"""What the commands need; it is loaded, and the shipped codebook read, once before they
are forked.
"""


def kill_at_each_step(
    *words: object, steps: Sequence[str] = STEPS, every: int = 1
) -> list[int]:
    """Run the command once for each of its steps, killed at that step; returns their
    numbers.
    """
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.killed_at",
            ",".join(steps),
            str(every),
            *map(str, words),
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(number) for number in found.stdout.split()]


def _is_killed(step: int, steps: Sequence[str], words: Sequence[str]) -> bool:
    """Run the command in a process of its own; whether it was killed."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count_down(event: str, args: tuple[object, ...]) -> None:
            writes = event != "open" or (
                isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
            )
            if event in steps and writes:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        sys.addaudithook(count_down)
        os._exit(main([word.replace("{}", str(step)) for word in words]))
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    events, every, *words = sys.argv[1:]
    for name in _LOADED:
        import_module(name)
    load.read_with_files = cache(load.read_with_files)
    load.read_codebook(shipped.codebook())
    print(
        *takewhile(
            lambda step: _is_killed(step, events.split(","), words),
            count(0, int(every)),
        )
    )
