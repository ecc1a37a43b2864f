"""A command that waits for somebody else's transaction says so, and for whom."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coder.service.delivery.intake import import_files
from coder.service.project.opened import create_project
from tests.conftest import ROOT, SEEDS
from tests.support.postgres import OWNER, Server


def begin(*words: object) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "coder", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline().strip()


@pytest.fixture
def team(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Path, str]]:
    """A project on a server with gold, and the name of its database."""
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database() as name:
        project = create_project(tmp_path / "project", database=postgres.url(name))
        project.add_person("salma", "supervisor")
        import_files(
            project, [*SEEDS.glob("*.txt"), ROOT / "exports" / "gold.native.jsonl"]
        )
        project.close()
        yield tmp_path / "project", name


def test_a_release_says_whose_transaction_it_waits_for(
    postgres: Server, team: tuple[Path, str]
) -> None:
    folder, name = team
    with postgres.connect(name, OWNER) as sql, sql.transaction():
        sql.execute("LOCK TABLE journal IN ROW EXCLUSIVE MODE")
        release = begin("gold", "release", "--as", "salma", "--project", folder)
        assert first_line(release) == f"waiting: the journal is held by {OWNER}"
    out, err = release.communicate()
    assert release.returncode == 0, err
    assert "sha256" in out


def test_a_command_says_that_another_program_writes_to_the_file(
    demo_folder: Path,
) -> None:
    with closing(sqlite3.connect(demo_folder / "coder.db")) as database:
        database.execute("BEGIN IMMEDIATE")
        words = ["people", "add", "nadia", "--role", "coder"]
        adding = begin(*words, "--project", demo_folder)
        said = "waiting: another program is writing to the database"
        assert first_line(adding) == said
        database.rollback()
    _, err = adding.communicate()
    assert adding.returncode == 0, err
