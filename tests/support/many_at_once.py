"""Many coders on one database at once, in any number: the quick tests and the soak run
the same.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path

from coder.service.project.opened import Project, create_project
from tests.support.postgres import Server
from tests.support.simulated_coder import articles, check, in_threads, names

ROOT = Path(__file__).parents[2]
ARTICLE = "a000"


def team_of(folder: Path, coders: int, database: str | None = None) -> Project:
    """A project with so many coders and one article."""
    project = create_project(folder, **({"database": database} if database else {}))
    for name in names(coders):
        project.add_person(name, "coder")
    with project.store.begin("setup") as work:
        work.add_articles(articles(1))
    return project


def on_a_server(server: Server, folder: Path, coders: int, changes: int) -> None:
    """Coders in threads, each under a login and on connections of their own, on
    PostgreSQL.
    """
    with server.database() as name:
        project = team_of(folder, coders, server.url(name))
        assert in_threads(folder, names(coders), ARTICLE, changes) == []
        check(project, names(coders), ARTICLE, changes)
        project.close()


def on_a_file(folder: Path, coders: int, changes: int) -> None:
    """Coders in processes on one SQLite file, whose log is emptied into it again and
    again.
    """
    project = team_of(folder, coders)
    commands = [
        [
            sys.executable,
            "-m",
            "tests.support.simulated_coder",
            str(folder),
            name,
            ARTICLE,
            str(changes),
        ]
        for name in names(coders)
    ]
    processes = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    with closing(sqlite3.connect(folder / "coder.db", timeout=1)) as database:
        for way in cycle(("PASSIVE", "RESTART", "TRUNCATE")):
            if all(process.poll() is not None for process in processes):
                break
            database.execute(f"PRAGMA wal_checkpoint({way})").fetchone()
            time.sleep(0.1)
    assert [process.returncode for process in processes] == [0] * coders
    check(project, names(coders), ARTICLE, changes)
    project.close()
