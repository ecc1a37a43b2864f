"""A project that may only be read is read: by commands in processes of their own, bound
by files' modes.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coder.cli import launch
from coder.errors import CoderError
from coder.service.project.opened import open_project
from coder.store import engine, same_file
from tests.support.faults import run_bound

READING = (
    "status",
    "people",
    "gold",
    "check",
    "verify",
    "agree",
    "lexicon",
    "questions",
    "withdraw",
)


@pytest.fixture
def read_only(demo_folder: Path) -> Iterator[Path]:
    """The sample project in a read-only folder, where nobody has it open."""
    (demo_folder / "coder.db").chmod(0o444)
    demo_folder.chmod(0o555)
    yield demo_folder
    demo_folder.chmod(0o755)
    (demo_folder / "coder.db").chmod(0o644)


def test_commands_that_only_read_work_in_a_read_only_folder(
    read_only: Path, tmp_path: Path
) -> None:
    others = (
        ("show", "001"),
        ("export", "jsonl", "--out", "-"),
        ("backup", tmp_path / "copy"),
    )
    for words in (*((name,) for name in READING), *others):
        out = run_bound(*words, "--project", read_only)
        assert out.returncode == 0 and "error" not in out.stderr, (words, out.stderr)
    assert not (read_only / "coder.db-wal").exists()


def test_they_see_what_somebody_who_may_write_there_is_writing(read_only: Path) -> None:
    with closing(sqlite3.connect(read_only / "coder.db")) as writer:
        writer.execute("INSERT INTO person (name, role) VALUES ('nadia', 'coder')")
        writer.commit()
        out = run_bound("people", "--project", read_only)
    assert out.returncode == 0 and "nadia" in out.stdout, out.stderr


def test_what_was_written_while_it_was_read_as_it_lay_is_not_trusted(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (engine, same_file):
        monkeypatch.setattr(module, "lies_still", lambda path: True)
    project = open_project(demo_folder)
    with pytest.raises(  # noqa: SIM117
        CoderError, match=r"coder\.db was written to while it was being read"
    ):
        with project.store.read() as queries:
            os.utime(demo_folder / "coder.db")
            assert queries.people()
    project.close()


def test_who_could_not_save_is_told_before_a_screen_opens(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "is_terminal", lambda: True)
    monkeypatch.setattr(
        launch, "open_screen", lambda *_: pytest.fail("a screen opened")
    )
    monkeypatch.setattr(os, "access", lambda path, mode: path != demo_folder)
    project = open_project(demo_folder)
    with pytest.raises(
        CoderError, match=r"coder\.db or its folder is read-only"
    ) as refused:
        launch.code(project, "you", "001")
    assert str(demo_folder) in refused.value.hint
    project.close()
