"""The database server goes away in the middle of coding: nothing is lost, nothing is
written twice.
"""

from __future__ import annotations

import queue
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from cutting_line import CuttingLine

from coder.errors import CoderError, ConflictError, UnavailableError
from coder.model import Answer, Article, Coding
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project, create_project, open_project
from coder.service.project.ordered_writer import Writer
from coder.service.upkeep.integrity import verify
from coder.store.unit_of_work import Store
from tests.support.edits_by_hand import Becomes
from tests.support.postgres import OWNER, Server

ARTICLE = Article("a1", "غارات على الموقع")


@pytest.fixture
def project(postgres: Server, tmp_path: Path) -> Iterator[Project]:
    """A project on the server, opened as the coder amal."""
    with postgres.database() as name:
        made = create_project(
            tmp_path / "project", database=postgres.url(name)
        )  # no user in coder.toml
        yield made
        made.close()


@pytest.fixture(autouse=True)
def as_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who connects when nobody is named."""
    monkeypatch.setenv("PGUSER", OWNER)


@pytest.fixture
def amal(project: Project) -> Iterator[Project]:
    project.add_person("amal", "coder")
    project.add_person("basim", "coder")
    project.add_person("salma", "supervisor")
    with project.store.begin("setup") as work:
        work.add_articles([ARTICLE])
    opened = open_project(project.config.folder, person="amal")
    yield opened
    opened.close()


@pytest.fixture
def far(amal: Project, postgres: Server) -> Iterator[tuple[CuttingLine, CodingSession]]:
    """A line to the server that can be cut, and amal's session at its other end."""
    line = CuttingLine(postgres.folder)
    url = amal.config.database_url.replace(str(postgres.folder), str(line.folder))
    project = Project(amal.config, Store.open(url, person="amal"))
    yield line, CodingSession(project, ARTICLE, "amal")
    project.close()
    line.close()


def set_to(session: CodingSession, value: str) -> None:
    session.do(
        Becomes("value.set", session.coding.with_answer("outlet", Answer(value=value)))
    )


def stored(project: Project, coder: str = "amal") -> Coding | None:
    with project.store.read() as queries:
        return queries.coding("a1", coder)


def history(project: Project) -> list[tuple[int, str]]:
    with project.store.read() as queries:
        return [
            (version, what) for version, what, _ in queries.history("coding:a1/amal")
        ]


@pytest.mark.parametrize(
    "how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"]
)
def test_changes_wait_and_are_written_in_order(
    project: Project, amal: Project, postgres: Server, how: signal.Signals
) -> None:
    heard: queue.Queue[UnavailableError | None] = queue.Queue()
    session = CodingSession(amal, ARTICLE, "amal", Writer(on_line=heard.put))
    set_to(session, "0")
    session.writer.flush()
    postgres.stop(how)
    for value in "123":
        set_to(session, value)
    assert isinstance(heard.get(timeout=30), UnavailableError)
    assert session.writer.waiting == 3
    with pytest.raises(UnavailableError):
        session.writer.flush()
    with pytest.raises(UnavailableError):
        session.turn("undo")
    set_to(session, "4")
    session.close()
    assert amal.unwritten == [session]
    postgres.start()
    session.writer.settle(patient=True)
    assert session.writer.failure is None
    assert heard.get(timeout=30) is None and heard.empty()
    found = stored(project)
    assert (
        found == session.coding
        and found is not None
        and found.answer("outlet").value == "4"
    )
    with project.store.read() as queries:
        values = [
            c.after and c.after["value"]
            for e in queries.entries(subject="coding:a1/amal")
            for c in e.changes
            if c.table == "answer"
        ]
    assert values == ["0", "1", "2", "3", "4"]
    assert verify(project).findings == []
    undone = session.turn("undo")
    assert undone is not None and undone.what == "value.set"


def test_an_answer_lost_with_the_line_does_not_write_a_change_twice(
    project: Project, far: tuple[CuttingLine, CodingSession]
) -> None:
    line, session = far
    set_to(session, "0")
    session.writer.flush()
    for value in "123":
        line.cut_next_commit()
        set_to(session, value)
        session.writer.settle(patient=True)
    assert line.cuts == 3
    assert session.writer.failure is None
    assert history(project) == [(n, "value.set") for n in (1, 2, 3, 4)]
    assert stored(project) == session.coding


def test_an_undo_that_was_not_seen_did_not_happen(
    project: Project, far: tuple[CuttingLine, CodingSession]
) -> None:
    line, session = far
    set_to(session, "0")
    set_to(session, "1")
    session.writer.flush()
    line.cut_next_commit()
    with pytest.raises(UnavailableError):
        session.turn("undo")
    assert session.coding.answer("outlet").value == "1"
    set_to(session, "2")
    session.writer.settle(patient=True)
    assert session.writer.failure is None
    assert stored(project) == session.coding
    assert [what for _, what in history(project)] == [
        "value.set",
        "value.set",
        "undo",
        "redo",
        "value.set",
    ]
    undone = session.turn("undo")
    assert undone is not None and undone.what == "value.set"
    assert session.coding.answer("outlet").value == "1"
    assert verify(project).findings == []


def test_a_way_back_that_was_not_seen_did_not_happen(
    project: Project, far: tuple[CuttingLine, CodingSession]
) -> None:
    line, session = far
    for value in "0123":
        set_to(session, value)
    session.writer.flush()
    line.cut_next_commit()
    with pytest.raises(UnavailableError):
        session.go_to(1)
    assert session.coding.answer("outlet").value == "3"
    set_to(session, "4")
    session.writer.settle(patient=True)
    assert session.writer.failure is None
    assert stored(project) == session.coding
    done = [what for _, what in history(project)]
    assert done == [*["value.set"] * 4, *["undo"] * 3, *["redo"] * 3, "value.set"]
    assert session.go_to(1) == 4 and session.coding.answer("outlet").value == "0"
    assert stored(project) == session.coding


def test_what_is_not_the_line_s_fault_stops_the_writer(
    project: Project, amal: Project
) -> None:
    failures: list[Exception] = []
    one, other = (
        CodingSession(amal, ARTICLE, "amal"),
        CodingSession(amal, ARTICLE, "amal", Writer(failures.append)),
    )
    set_to(one, "one")
    one.writer.flush()
    set_to(other, "other")
    other.writer.settle()
    with pytest.raises(CoderError, match="Nothing more can be saved"):
        set_to(other, "another")
    with pytest.raises(ConflictError):
        other.writer.flush()
    assert len(failures) == 1 and isinstance(failures[0], ConflictError)
    assert other.writer.waiting == 1  # it stays in line, for whoever keeps it
    assert stored(project) == one.coding


def test_opening_without_a_server_says_what_to_do(
    amal: Project, postgres: Server
) -> None:
    postgres.stop()
    with pytest.raises(CoderError, match="cannot be reached") as caught:
        open_project(amal.config.folder, person="amal")
    assert "server" in caught.value.hint
    postgres.start()


def test_a_file_that_another_program_holds_is_waited_for(tmp_path: Path) -> None:
    made = create_project(
        tmp_path / "project", database="sqlite:///coder.db?timeout=0.1"
    )
    made.add_person("amal", "coder")
    with made.store.begin("setup") as work:
        work.add_articles([ARTICLE])
    heard: queue.Queue[UnavailableError | None] = queue.Queue()
    session = CodingSession(made, ARTICLE, "amal", Writer(on_line=heard.put))
    holder = sqlite3.connect(tmp_path / "project" / "coder.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    set_to(session, "0")
    set_to(session, "1")
    assert isinstance(heard.get(timeout=30), UnavailableError)
    assert session.writer.waiting == 2
    holder.execute("ROLLBACK")
    session.writer.settle(patient=True)
    assert heard.get(timeout=30) is None and heard.empty()
    assert stored(made) == session.coding
    assert history(made) == [(1, "value.set"), (2, "value.set")]
    made.close()
