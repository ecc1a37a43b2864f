"""Another program writes into the database while somebody codes: it is noticed before
the next change.

Each case leaves device and inode as they were. In a process of its own, as `cp` or a
tool that synchronises.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import Decision
from coder.service.coding.session import CodingSession
from coder.service.edits.span_edits import Confirm, Reject
from coder.service.project.opened import Project, create_project, open_project
from coder.service.upkeep.integrity import verify

Run = Callable[..., tuple[int, str, str]]


def write(path: Path, data: bytes) -> None:
    """Write into a file, which stays the same file."""
    subprocess.run(["cp", "/dev/stdin", str(path)], input=data, check=True)


def empty(folder: Path) -> None:
    write(folder / "coder.db", b"")


def halve(folder: Path) -> None:
    os.truncate(folder / "coder.db", (folder / "coder.db").stat().st_size // 2)


def zero(folder: Path) -> None:
    write(folder / "coder.db", bytes((folder / "coder.db").stat().st_size))


def scramble(folder: Path) -> None:
    write(folder / "coder.db", os.urandom((folder / "coder.db").stat().st_size))


def put_other_project(folder: Path) -> None:
    other = folder.parent / "other"
    create_project(other).close()
    write(folder / "coder.db", (other / "coder.db").read_bytes())


def put_older_copy(folder: Path) -> None:
    write(folder / "coder.db", (folder.parent / "older.db").read_bytes())


def put_backup(folder: Path) -> None:
    write(folder / "coder.db", (folder.parent / "older.backup").read_bytes())


def put_newer_copy(folder: Path) -> None:
    """The project as it was continued on another machine."""
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(folder / "coder.toml", elsewhere)
    shutil.copy(folder / "codebook.yaml", elsewhere)
    shutil.copy(folder.parent / "before.db", elsewhere / "coder.db")
    project = open_project(elsewhere)
    for name in ("nadia", "omar", "rima"):
        project.add_person(name, "coder")
    project.close()
    write(folder / "coder.db", (elsewhere / "coder.db").read_bytes())


def empty_log(folder: Path) -> None:
    write(folder / "coder.db-wal", b"")


def halve_log(folder: Path) -> None:
    os.truncate(folder / "coder.db-wal", (folder / "coder.db-wal").stat().st_size // 2)


def zero_log(folder: Path) -> None:
    write(folder / "coder.db-wal", bytes((folder / "coder.db-wal").stat().st_size))


OVERWRITTEN = [
    empty,
    halve,
    zero,
    scramble,
    put_other_project,
    put_older_copy,
    put_backup,
    put_newer_copy,
    empty_log,
    halve_log,
    zero_log,
]


@pytest.fixture
def folder(demo_folder: Path, run_coder: Run) -> Path:
    """The sample project, with older copies of it beside it, and one of how it is now."""
    above = demo_folder.parent
    shutil.copy(demo_folder / "coder.db", above / "older.db")
    run_coder("backup", above / "older.backup", "--project", demo_folder)
    run_coder("people", "add", "huda", "--role", "coder", "--project", demo_folder)
    shutil.copy(demo_folder / "coder.db", above / "before.db")
    return demo_folder


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    opened = open_project(folder)
    yield opened
    opened.close()


def restore(folder: Path) -> None:
    for path in folder.glob("coder.db*"):
        path.unlink()
    shutil.copy(folder.parent / "before.db", folder / "coder.db")


def decisions(folder: Path) -> list[Decision | None]:
    project = open_project(folder)
    with closing(project):
        assert verify(project).findings == []
        with project.store.read() as queries:
            coding = queries.coding(project.article("004").id, "you")
    return [span.decision for span in coding.spans] if coding else []


@pytest.mark.parametrize("overwrite", OVERWRITTEN)
def test_no_change_is_written_into_what_others_wrote(
    project: Project, folder: Path, run_coder: Run, overwrite: Callable[[Path], None]
) -> None:
    session = CodingSession(project, project.article("004"), "you")
    session.do(Confirm([session.candidates[0]]))
    session.writer.flush()
    overwrite(folder)
    left = (folder / "coder.db").read_bytes()
    session.do(Reject([session.candidates[1]]))
    with pytest.raises(CoderError, match="Another program wrote into"):
        session.writer.flush()
    session.close()
    said = session.rescue()
    project.close()
    assert (folder / "coder.db").read_bytes() == left
    restore(folder)
    rescued = said.hint.rpartition(" ")[2]
    code, _, err = run_coder("packet", "merge", rescued, "--project", folder)
    assert code == 0, err
    assert decisions(folder) == [Decision.CONFIRMED, Decision.REJECTED]


@pytest.mark.parametrize("overwrite", [empty, put_older_copy, put_newer_copy])
def test_it_is_noticed_before_the_first_change(
    project: Project, folder: Path, overwrite: Callable[[Path], None]
) -> None:
    session = CodingSession(project, project.article("004"), "you")
    overwrite(folder)
    session.do(Confirm([session.candidates[0]]))
    with pytest.raises(CoderError, match="Another program wrote into"):
        session.writer.flush()


def delete(folder: Path) -> None:
    for path in folder.glob("coder.db*"):
        path.unlink()


@pytest.mark.parametrize("lose", [empty, put_older_copy, delete])
@pytest.mark.parametrize("undo", [True, False], ids=["undo", "leave"])
def test_what_was_written_before_is_rescued_too(
    project: Project,
    folder: Path,
    run_coder: Run,
    lose: Callable[[Path], None],
    undo: bool,
) -> None:
    session = CodingSession(project, project.article("004"), "you")
    session.do(Confirm([session.candidates[0]]))
    session.writer.flush()
    lose(folder)
    if undo:
        with pytest.raises(CoderError, match="while it was open"):
            session.turn("undo")
    session.close()
    assert project.unwritten == [session]
    rescued = session.rescue().hint.rpartition(" ")[2]
    restore(folder)
    code, _, err = run_coder("packet", "merge", rescued, "--project", folder)
    assert code == 0, err
    assert decisions(folder) == [Decision.CONFIRMED]


def test_a_command_does_not_write_into_it_either(
    project: Project, folder: Path
) -> None:
    project.people()
    put_older_copy(folder)
    with pytest.raises(CoderError, match="Another program wrote into"):
        project.add_person("nadia", "coder")


def checkpoint(folder: Path) -> None:
    """As another coder's program does after every thousand pages."""
    program = (
        "import sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1])\n"
        "print(database.execute(sys.argv[2]).fetchone())"
    )
    words = [str(folder / "coder.db"), "PRAGMA wal_checkpoint(TRUNCATE)"]
    out = subprocess.run(
        [sys.executable, "-c", program, *words], check=True, capture_output=True
    )
    assert out.stdout.startswith(b"(0,"), out


def vacuum(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "coder.db")) as database:
        database.execute("DELETE FROM candidate")
        database.commit()
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def add_people(folder: Path) -> None:
    name = os.urandom(4).hex()
    words = ["-m", "coder", "people", "add", name, "--role", "coder"]
    words += ["--project", str(folder)]
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    checkpoint(folder)


def touch(folder: Path) -> None:
    (folder / "coder.db").touch()
    (folder / "coder.db").chmod(0o600)


def empty_index(folder: Path) -> None:
    os.truncate(folder / "coder.db-shm", 0)


def scramble_index(folder: Path) -> None:
    write(folder / "coder.db-shm", os.urandom(32768))


def put_same(folder: Path) -> None:
    """What was copied when the log began holds all that the log does not."""
    write(folder / "coder.db", (folder.parent / "before.db").read_bytes())


@pytest.mark.parametrize(
    "happens",
    [
        checkpoint,
        vacuum,
        add_people,
        touch,
        empty_index,
        scramble_index,
        put_same,
    ],
)
def test_what_does_no_harm_stops_nobody(
    project: Project, folder: Path, happens: Callable[[Path], None]
) -> None:
    session = CodingSession(project, project.article("004"), "you")
    session.do(Confirm([session.candidates[0]]))
    session.writer.flush()
    happens(folder)
    session.do(Reject([session.candidates[1]]))
    session.writer.flush()
    happens(folder)
    session.turn("undo")
    session.turn("redo")
    session.close()
    project.close()
    assert decisions(folder) == [Decision.CONFIRMED, Decision.REJECTED]
