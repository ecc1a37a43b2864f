"""Review at project size: python benchmarks/review.py FOLDER [--keep DIR] [--keys N]
[--no-policies]

FOLDER holds generated codings, as for project.py. The policies `agreed` and `majority`
over all articles: looked at, applied, applied again, taken back; seconds, processor
seconds and memory of all that works at it. Then in a pseudo-terminal, on the article
with the most events: keys to the next open cell and decisions on cells, each until its
last bytes are back (p50, p95), and what the program computed for one (cpu), which a
busy machine lengthens less.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from keys import Session
from project import CODER, count, line, make, run

from coder.service.project.opened import open_project
from coder.service.review.review_queue import queue

POLICIES = '\n[gold]\npolicies = ["agreed", "majority"]\n'
REASON = b"1"  # the first, asked once for each kind of decision
AGREED, NEXT = b"a", b"n"


def policies(project: Path) -> None:
    """The policies over the whole project and back."""
    settings = project / "coder.toml"
    if "[gold]" not in settings.read_text("utf-8"):
        settings.write_text(settings.read_text("utf-8") + POLICIES, "utf-8")
    salma = ("--as", "salma")
    for name, words in {
        "policies, looked at": ["--dry-run"],
        "policies, applied": salma,
        "policies, applied again": salma,
        "policies, taken back": [*salma, "--undo"],
    }.items():
        print(line(name, run(project, "gold", "apply", *words)), flush=True)


def largest(project: Path) -> tuple[str, int]:
    """The article with the most events among those to review, and how many it has."""
    opened = open_project(project)
    found = max(queue(opened), key=lambda each: (each.status == "new", each.events))
    opened.close()
    return found.article, found.events


def pressed(session: Session, keys: Iterator[bytes]) -> tuple[list[float], list[float]]:
    """Milliseconds of each key until the last bytes are back, and what the program
    computed for it.
    """
    times, spent = [], []
    for key in keys:
        before = session.processor_ms()
        times.append(session.press_whole(key, 5)[1])
        spent.append(session.processor_ms() - before)
    return times, spent


def row(name: str, times: list[float], spent: list[float]) -> None:
    """Print one line."""
    p95 = sorted(times)[int(len(times) * 0.95)]
    least = f"cpu p50 {statistics.median(spent):6.1f} p95 {sorted(spent)[int(len(spent) * 0.95)]:6.1f} ms"
    print(
        f"{name:24} p50 {statistics.median(times):6.1f} ms  p95 {p95:6.1f} ms  {least}  n {len(times)}"
    )


def keys(project: Path, rounds: int) -> None:
    """The next open cell, and decisions."""
    count(project)
    article, events = largest(project)
    print(f"{article} with {events} events")
    session = Session(
        [*CODER, "review", article, "--as", "salma", "--project", str(project)]
    )
    session.until_ready()
    session.press_whole(AGREED, 5)
    row("next open cell", *pressed(session, (NEXT for _ in range(rounds))))
    for taken in (b"1", REASON):
        session.press_whole(taken, 5)
    row("decision on a cell", *pressed(session, (b"1" for _ in range(rounds))))
    session.end()


def main() -> None:
    """Build the project if need be, then measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument(
        "--keep", type=Path, help="where the project is made, and stays"
    )
    options.add_argument("--keys", type=int, default=30)
    options.add_argument("--no-policies", action="store_true")
    given = options.parse_args()
    place = given.keep or Path(tempfile.mkdtemp())
    place.mkdir(parents=True, exist_ok=True)
    project = place / "project"

    def measure(name: str, *words: str) -> None:
        print(line(name, run(project, *words)), flush=True)

    make(given.folder, project, "", measure)
    if not given.no_policies:
        policies(project)
    keys(project, given.keys)


if __name__ == "__main__":
    main()
