"""Runs a command in a process of its own, and tells how much memory it took at its
peak.

The command is the child of a small process: what the tests themselves take does not
count.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import NamedTuple


class Measured(NamedTuple):
    """A command that has ended; peak: of its largest process, in MB."""

    code: int
    out: str
    err: str
    peak: int


def measured(*words: object) -> Measured:
    """Run `coder` with these words."""
    command = [sys.executable, __file__, *map(str, words)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measured(*json.loads(ran.stdout))


if __name__ == "__main__":
    ran = subprocess.run(
        [sys.executable, "-m", "coder", *sys.argv[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(json.dumps([ran.returncode, ran.stdout, ran.stderr, peak]))
