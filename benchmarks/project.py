"""Work over a whole project: python benchmarks/project.py FOLDER [--keep DIR] [--rounds
N] [--postgres]

FOLDER holds generated codings: articles/ and one JSONL file a coder. Every command runs
in a process of its own, its start included; printed are the median of the seconds, and
the most memory of it and what it began.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))  # for the PostgreSQL server, which the tests have

from keys import Session  # noqa: E402

from coder.service.project.opened import open_project  # noqa: E402
from coder.service.review.review_queue import queue  # noqa: E402
from tests.support.postgres import OWNER, Server  # noqa: E402

NEWCOMER = "newcomer"  # who has all articles before them
CODER = [sys.executable, "-m", "coder"]


def run(project: Path, *words: str) -> dict[str, float]:
    """One command: seconds, processor seconds, and the most memory in MB, workers' too."""
    command = [
        *CODER,
        *words,
        *([] if words[0] == "init" else ["--project", str(project)]),
    ]
    with tempfile.TemporaryFile() as said:
        began, spent = time.perf_counter(), processor_seconds()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        peak = 0
        for look in count():
            if process.poll() is not None:
                break
            if look % 10 == 0:  # looking takes time from the job, which has all cores
                peak = max(peak, memory_of(process.pid))
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        if process.returncode not in (0, 1):
            said.seek(0)
            sys.exit(f"{' '.join(words)}: {said.read().decode()}")
    return {
        "s": round(seconds, 2),
        "cpu": round(processor_seconds() - spent, 2),
        "mb": peak // 1024,
    }


def processor_seconds() -> float:
    """What the processes below this one computed: those that have ended, and a server
    that runs.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = (
        sum(map(int, told.rpartition(")")[2].split()[11:15]))
        for told in below(os.getpid(), "stat")
    )
    return ended.ru_utime + ended.ru_stime + sum(ticks) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> int:
    """kB that a process and those it began have in memory now."""
    told = "\n".join(below(pid, "status"))
    with suppress(OSError):  # it has just ended
        told += Path(f"/proc/{pid}/status").read_text("utf-8", "replace")
    return sum(map(int, re.findall(r"(?m)^VmRSS:\s+(\d+)", told)))


def below(pid: int, file: str) -> Iterator[str]:
    """What /proc tells in a file of that name of each process that one began, and those
    began, and so on.
    """
    with suppress(OSError):  # it has just ended
        for child in (
            Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        ):
            yield Path(f"/proc/{child}/{file}").read_text("utf-8", "replace")
            yield from below(int(child), file)


def screens(project: Path, rounds: int) -> dict[str, float]:
    """Median seconds until the screens are drawn, in a pseudo-terminal; the queue is
    counted before.
    """
    review = [*CODER, "review", "--as", "salma", "--project", str(project)]
    count_queue(project)
    times: dict[str, list[float]] = {}

    def note(name: str, milliseconds: float) -> None:
        times.setdefault(name, []).append(milliseconds / 1000)

    for _ in range(rounds):
        session = Session(review)
        note("queue, first letters", session.until_words())
        note("queue, complete", session.until_still())
        session.press_whole(b"\r", 5)  # the first article
        session.press_whole(b"a", 5)  # everything that is agreed
        note("back to the queue after deciding", session.press_whole(b"q", 5)[1])
        session.end()
        session = Session([*CODER, "code", "--as", NEWCOMER, "--project", str(project)])
        note("coding screen, first letters", session.until_words())
        note("coding screen, complete", session.until_still())
        session.end()
    return {name: round(statistics.median(each), 2) for name, each in times.items()}


def count_queue(project: Path) -> None:
    """What the queue counts the first time, with how long that takes."""
    began = time.perf_counter()
    opened = open_project(project)
    queue(opened)
    opened.close()
    print(
        f"{'queue, counted for the first time':40} {time.perf_counter() - began:8.2f} s",
        flush=True,
    )


def main() -> None:
    """Build the project, then every job on it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument(
        "--postgres", action="store_true", help="on a server that syncs to disk"
    )
    options.add_argument(
        "--keep", type=Path, help="where the project is made, and stays"
    )
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with served() if given.postgres else nullcontext("") as database:
        jobs(
            given.folder, given.keep or Path(tempfile.mkdtemp()), database, given.rounds
        )


@contextmanager
def served() -> Iterator[str]:
    """The URL of an empty database on a server of its own."""
    os.environ["PGUSER"] = OWNER
    server = Server(
        fsync="on", full_page_writes="on", shared_buffers="512MB", max_wal_size="4GB"
    )
    try:
        with server.database() as name:
            yield server.url(name)
    finally:
        server.remove()


def line(name: str, took: Mapping[str, float]) -> str:
    """One job as it is printed."""
    return f"{name:40} {took['s']:8.2f} s {took['cpu']:8.2f} cpu s {took['mb']:6.0f} MB"


def make(
    folder: Path, project: Path, database: str, measure: Callable[..., None]
) -> list[str]:
    """The project of the codings in a folder, if it is not there yet; returns the
    coders.
    """
    coders = sorted(file.stem for file in folder.glob("*.jsonl"))
    if not project.exists():
        measure(
            "init",
            "init",
            str(project),
            *(["--database", database] if database else []),
        )
        (project.parent / "password").write_text("asked for on a server\n", "utf-8")
        password = (
            ["--password-file", str(project.parent / "password")] if database else []
        )
        for name, role in {
            **dict.fromkeys((*coders, NEWCOMER), "coder"),
            "salma": "supervisor",
        }.items():
            run(project, "people", "add", name, "--role", role, *password)
        measure("import articles", "import", str(folder / "articles"))
        measure(
            "import codings",
            "import",
            *(str(folder / f"{name}.jsonl") for name in coders),
        )
    return coders


def jobs(folder: Path, place: Path, database: str, rounds: int) -> None:
    """Every job on the codings in a folder."""
    place.mkdir(parents=True, exist_ok=True)
    project = place / "project"
    found: dict[str, dict[str, float]] = {}

    def measure(name: str, *words: str, rounds: int = 1) -> None:
        runs = [run(project, *words) for _ in range(rounds)]
        found[name] = {
            key: statistics.median(each[key] for each in runs) for key in runs[0]
        }
        print(line(name, found[name]), flush=True)

    coders = make(folder, project, database, measure)
    measure("first comparison (agree)", "agree", "--json")
    measure("agree, compared", "agree", "--json", rounds=rounds)
    measure("check anew", "check", "--json")
    measure("check, nothing changed", "check", "--json", rounds=rounds)
    for name in ("csv", "jsonl", "native"):
        out = str(place / f"out.{name}")
        words = (
            "export",
            name,
            "--what",
            "codings",
            "--out",
            out,
            "--force",
            "--allow-loss",
        )
        measure(f"export {name}", *words, rounds=rounds)
    measure("verify", "verify", rounds=rounds)
    measure("status", "status", rounds=rounds)
    article = min(file.stem for file in (folder / "articles").iterdir())
    measure("show", "show", article, rounds=rounds)
    everybody = (*coders, NEWCOMER)
    measure(
        "assign",
        "assign",
        "--coders",
        ",".join(everybody),
        "--per-article",
        str(len(everybody)),
    )
    for name, seconds in screens(project, rounds).items():
        found[name] = {"s": seconds}
        print(f"{name:40} {seconds:8.2f} s", flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
