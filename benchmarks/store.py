"""The store at work: python benchmarks/store.py [--articles N]; some ten minutes for
100,000.

On SQLite and PostgreSQL, both syncing to disk: the import of N articles of the sample
articles' size with the most memory it took; changes that are committed one by one, in a
small project and in one of N articles and ten times as many candidates; a claim, and
opening the coding screen, in the large one.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from keys import Session
from sqlalchemy import text

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))  # for the PostgreSQL server, which the tests have

from coder.model import Answer  # noqa: E402
from coder.service.coding.session import CodingSession  # noqa: E402
from coder.service.delivery.intake import import_files  # noqa: E402
from coder.service.project.opened import Project, create_project, open_project  # noqa: E402
from coder.service.team.members import assign, claim  # noqa: E402
from tests.support.edits_by_hand import Becomes  # noqa: E402
from tests.support.postgres import OWNER, Server  # noqa: E402

ARTICLES, SMALL, CODERS = 100_000, 100, 10
CHANGES, CLAIMS, STARTS = 500, 10, 5
SEEDS = [path.read_text("utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
READY = re.compile(b"Tab")
"""A key of the footer, which shows that the whole screen is there."""

_CANDIDATES = """
WITH place(n) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))
INSERT INTO candidate (article, id, position, kind, start, "end", quote, value, origin, score)
SELECT a.id, 'k' || p.n, p.n, 'trigger', 20 * p.n, 20 * p.n + 9, substr(a.text, 20 * p.n + 1, 9), NULL,
       'benchmark', 1
FROM article a, place p
"""
_SUGGESTED = (
    "INSERT INTO suggested (article, suggester) SELECT id, 'benchmark' FROM article"
)


def write_articles(folder: Path, count: int) -> None:
    """So many files of the sample articles' size, no two alike."""
    folder.mkdir()
    for number in range(count):
        (folder / f"a{number:06}.txt").write_text(
            f"{SEEDS[number % len(SEEDS)]}\n{number}\n", "utf-8"
        )


def import_apart(project: Path, files: Path) -> dict[str, float]:
    """The import in a process of its own: seconds, those its processor worked, the most
    memory it had.
    """
    command = [sys.executable, __file__, "--import", str(project), str(files)]
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True).stdout
    )
    return found


def import_here(project: Path, files: Path) -> None:
    """What `import_apart` runs."""
    opened = open_project(project)
    began, busy = time.perf_counter(), time.process_time()
    report = import_files(opened, [files])
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    opened.close()
    [peak] = re.findall(
        r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii")
    )
    found = {
        "seconds": round(seconds, 1),
        "cpu_s": round(busy, 1),
        "peak_mb": int(peak) // 1024,
    }
    print(json.dumps({"articles": report.articles, **found}))


def team_of(folder: Path, database: str | None) -> Project:
    """An empty project with its coders."""
    project = create_project(folder, **({"database": database} if database else {}))
    for number in range(CODERS):
        project.add_person(f"coder{number}", "coder")
    return project


def fill(project: Project) -> None:
    """Ten candidates for each article, and each article for one coder."""
    with project.store.begin("setup") as work:
        work.connection.execute(text(_CANDIDATES))
        work.connection.execute(text(_SUGGESTED))
    assign(project, [f"coder{number}" for number in range(CODERS)], 1)
    if project.store.has_logins:  # what the server's autovacuum does within minutes
        with project.store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("ANALYZE")
            )


def changes(*folders: Path) -> list[dict[str, float]]:
    """A coder's changes in each project, each committed before the next is made.

    The projects take turns, so that whatever else the machine does falls on all of them
    alike.
    """
    projects = [open_project(folder, person="coder0") for folder in folders]
    sessions = [
        CodingSession(project, project.article("a000000"), "coder0")
        for project in projects
    ]
    waits: list[list[float]] = [[] for _ in sessions]
    for number in range(CHANGES):
        for session, times in zip(sessions, waits, strict=True):
            began = time.perf_counter()
            session.do(
                Becomes(
                    "value.set",
                    session.coding.with_answer("genre", Answer(value=f"{number}")),
                )
            )
            session.writer.flush()
            times.append((time.perf_counter() - began) * 1000)
    for session, project in zip(sessions, projects, strict=True):
        session.close()
        project.close()
    return [_summary(times) for times in waits]


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "per_s": round(1000 * len(times) / sum(times)),
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(ordered[int(0.95 * len(times))], 2),
    }


def claims(folder: Path) -> float:
    """Milliseconds of a claim, the median."""
    project = open_project(folder, person="coder1")
    waits = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        claim(project, "coder1")
        waits.append((time.perf_counter() - began) * 1000)
    project.close()
    return round(statistics.median(waits), 1)


def opening(folder: Path) -> dict[str, float]:
    """Milliseconds from the start of `coder code` to the first Arabic letters and to
    the whole screen.
    """
    paints, readies = [], []
    for _ in range(STARTS):
        session = Session(
            [
                sys.executable,
                "-m",
                "coder",
                "code",
                "--as",
                "coder2",
                "--project",
                str(folder),
            ]
        )
        paints.append(session.until_words())
        seen = b""
        while not READY.search(seen):
            select.select([session.fd], [], [], 20)
            seen += os.read(session.fd, 65536)
        readies.append((time.perf_counter() - session.began) * 1000)
        session.end()
    return {
        "first_letters_ms": round(statistics.median(paints)),
        "ready_ms": round(statistics.median(readies)),
    }


def measure(
    folder: Path, files: dict[int, Path], url: str | None, small_url: str | None
) -> dict[str, object]:
    """One engine; files: folders of articles by their number."""
    count = max(files)
    report: dict[str, object] = {}
    small, large = folder / "small", folder / "large"
    team_of(small, small_url).close()
    imports = [import_apart(small, files[SMALL])]
    team_of(large, url).close()
    imports.append(import_apart(large, files[count]))
    report["import"] = imports
    project = open_project(large)
    fill(project)
    project.close()
    report["change, small"], report["change, large"] = changes(small, large)
    report["claim, large, ms"] = claims(large)
    report["open, large"] = opening(large)
    return report


def main() -> None:
    """Both engines, one after the other."""
    count = (
        int(sys.argv[sys.argv.index("--articles") + 1])
        if "--articles" in sys.argv
        else ARTICLES
    )
    os.environ["PGUSER"] = OWNER
    folder = Path(tempfile.mkdtemp(prefix="coder-bench-"))
    server = Server(
        fsync="on", full_page_writes="on", shared_buffers="512MB", max_wal_size="4GB"
    )
    try:
        files = {number: folder / f"articles-{number}" for number in (SMALL, count)}
        for number, path in files.items():
            write_articles(path, number)
        with server.database() as small, server.database() as large:
            report = {
                "n": {
                    "articles": count,
                    "candidates": 10 * count,
                    "changes": CHANGES,
                    "starts": STARTS,
                },
                "sqlite": measure(folder / "sqlite", files, None, None),
                "postgresql": measure(
                    folder / "postgresql", files, server.url(large), server.url(small)
                ),
            }
    finally:
        server.remove()
        shutil.rmtree(folder)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    if "--import" in sys.argv:
        import_here(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
