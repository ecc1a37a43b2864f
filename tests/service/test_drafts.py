"""Texts that were begun and not sent come back for the same person in the same project."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cutting_line import CuttingLine

from coder.errors import CoderError, UnavailableError
from coder.service.delivery.project_copy import backup, restore
from coder.service.project.config import user_file
from coder.service.project.drafts import Drafts, Place
from coder.service.project.opened import Project, create_project, open_project
from coder.service.upkeep.integrity import verify
from coder.store.unit_of_work import Store
from tests.support.postgres import OWNER, Server

PLACE: Place = ("004", "amal", "e1", "killed", 52, 57)
OTHER: Place = ("004", "e1", "notes")


@pytest.fixture(params=["sqlite", "postgresql"])
def project(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """A project with a team, opened by its owner."""
    if request.param == "sqlite":
        made = create_project(tmp_path / "project")
        add_team(made)
        yield made
        made.close()
        return
    postgres: Server = request.getfixturevalue("postgres")
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database() as name:
        made = create_project(tmp_path / "project", database=postgres.url(name))
        add_team(made)
        yield made
        made.close()


def add_team(project: Project) -> None:
    for name in ("amal", "basim"):
        project.add_person(name, "coder")
    project.add_person("salma", "supervisor")


def drafts_of(project: Project, person: str) -> Drafts:
    """A new window of the person on the project."""
    return Drafts(open_project(project.config.folder, person=person), person)


def earlier_file(texts: dict[str, object]) -> Path:
    """The file of an earlier version, with these texts by project folder and person."""
    path = user_file().with_name("drafts.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(texts), "utf-8")
    return path


def test_each_person_gets_their_own_texts_back(project: Project) -> None:
    texts = {PLACE: "نصف تعليق\nوسطر", OTHER: "x"}
    drafts_of(project, "amal").store(texts)
    drafts_of(project, "basim").store({OTHER: "y"})
    drafts_of(project, "salma").store({OTHER: "z"})
    assert drafts_of(project, "amal").texts == texts
    drafts_of(project, "amal").store({})
    found = [drafts_of(project, name).texts for name in ("amal", "basim", "salma")]
    assert found == [{}, {OTHER: "y"}, {OTHER: "z"}]


def test_a_window_changes_only_its_own_texts(project: Project) -> None:
    one, other = drafts_of(project, "amal"), drafts_of(project, "amal")
    one.store({PLACE: "half"})
    other.store({OTHER: "x"})
    assert drafts_of(project, "amal").texts == {PLACE: "half", OTHER: "x"}
    other.store({})  # which ends
    assert drafts_of(project, "amal").texts == {PLACE: "half"}


def test_a_text_that_one_window_sent_does_not_come_back(project: Project) -> None:
    one = drafts_of(project, "amal")
    one.store({PLACE: "half"})
    other = drafts_of(project, "amal")  # begins with the text of the first
    one.store({})  # sent
    other.store({**other.texts, OTHER: "x"})
    assert drafts_of(project, "amal").texts == {OTHER: "x"}


def test_a_window_does_not_take_away_what_another_typed_on(project: Project) -> None:
    one = drafts_of(project, "amal")
    one.store({PLACE: "half"})
    other = drafts_of(project, "amal")
    one.store({PLACE: "half a comment"})
    other.store({})
    assert drafts_of(project, "amal").texts == {PLACE: "half a comment"}


def test_drafts_leave_no_journal_entry_and_verify_clean(project: Project) -> None:
    with project.store.read() as queries:
        before = queries.last_position()
    drafts_of(project, "amal").store({PLACE: "half"})
    with project.store.read() as queries:
        assert queries.last_position() == before
    assert verify(project).findings == []


def test_a_text_that_cannot_be_stored_keeps_no_other_away(project: Project) -> None:
    drafts = drafts_of(project, "amal")
    for refused in ("a\0b", "x" * 20_001):
        for _ in range(2):
            with pytest.raises(CoderError):
                drafts.store({PLACE: refused, OTHER: "x"})
        assert drafts_of(project, "amal").texts == {OTHER: "x"}


def test_a_portable_backup_holds_no_drafts(project: Project, tmp_path: Path) -> None:
    drafts_of(project, "amal").store({PLACE: "half"})
    by_salma = open_project(project.config.folder, person="salma")
    backup(by_salma, tmp_path / "backup.jsonl", portable=True)
    assert "half" not in (tmp_path / "backup.jsonl").read_text("utf-8")
    again = restore(tmp_path / "backup.jsonl", tmp_path / "again")
    assert Drafts(again, "amal").texts == {}
    again.close()


def test_a_copy_of_the_database_file_holds_the_drafts(tmp_path: Path) -> None:
    project = create_project(tmp_path / "project")
    add_team(project)
    Drafts(project, "amal").store({PLACE: "half"})
    backup(project, tmp_path / "backup.db")
    again = restore(tmp_path / "backup.db", tmp_path / "again")
    assert Drafts(again, "amal").texts == {PLACE: "half"}


@pytest.mark.parametrize("person", ["basim", "salma"])
def test_nobody_else_reads_or_writes_a_draft_with_any_sql(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database() as name:
        project = create_project(tmp_path / "project", database=postgres.url(name))
        add_team(project)
        drafts_of(project, "amal").store({OTHER: "half"})
        with postgres.connect(name, person) as sql:
            for statement in ("SELECT * FROM draft", "DELETE FROM draft"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    sql.execute(statement)
                sql.rollback()
            assert sql.execute("SELECT * FROM own_draft()").fetchall() == []
            keep = 'SELECT keep_draft(\'["004","e1","notes"]\', %s, %s)'
            sql.execute(keep, ["half", ""])
            sql.execute(keep, ["half", "mine"])
        assert drafts_of(project, "amal").texts == {OTHER: "half"}
        assert drafts_of(project, person).texts == {OTHER: "mine"}
        assert verify(project).findings == []
        project.close()


def test_without_a_connection_the_text_waits_in_memory(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database() as name:
        project = create_project(tmp_path / "project", database=postgres.url(name))
        add_team(project)
        line = CuttingLine(postgres.folder)
        url = project.config.database_url.replace(
            str(postgres.folder), str(line.folder)
        )
        far = Drafts(Project(project.config, Store.open(url, person="amal")), "amal")
        line.cut_next_commit()
        with pytest.raises(UnavailableError):
            far.store({PLACE: "half"})
        far.store({PLACE: "half a comment"})
        assert drafts_of(project, "amal").texts == {PLACE: "half a comment"}
        far.project.close()
        line.close()
        project.close()


def test_texts_of_an_earlier_version_are_taken_in_once(project: Project) -> None:
    folder = str(project.config.folder)
    mine = [[list(OTHER), "half"], [list(PLACE), "x"]]
    others = {folder: {"basim": [[list(OTHER), "y"]]}, "/elsewhere": {"amal": mine}}
    path = earlier_file({**others, folder: {**others[folder], "amal": mine}})
    assert drafts_of(project, "amal").texts == {OTHER: "half", PLACE: "x"}
    assert json.loads(path.read_text("utf-8"))[folder]["basim"] == [[list(OTHER), "y"]]
    drafts_of(project, "amal").store({})
    assert drafts_of(project, "amal").texts == {}
    assert drafts_of(project, "basim").texts == {OTHER: "y"}


def test_a_file_without_texts_that_are_left_is_removed(project: Project) -> None:
    path = earlier_file({str(project.config.folder): {"amal": [[list(OTHER), "y"]]}})
    assert drafts_of(project, "amal").texts == {OTHER: "y"}
    assert not path.exists()


@pytest.mark.parametrize(
    "damaged", ["", "{", "[1]", '{"a": {"amal": [["x", 1]]}}', '{"a": 1}']
)
def test_a_damaged_file_is_no_obstacle(tmp_path: Path, damaged: str) -> None:
    project = create_project(tmp_path / "project")
    add_team(project)
    earlier_file({}).write_text(damaged, "utf-8")
    drafts = Drafts(project, "amal")
    drafts.store({OTHER: "x"})
    assert Drafts(project, "amal").texts == {OTHER: "x"}


def test_a_database_of_the_schema_before_gets_drafts(tmp_path: Path) -> None:
    create_project(tmp_path / "project").close()
    with sqlite3.connect(tmp_path / "project" / "coder.db") as connection:
        connection.execute("DROP TABLE correction")
        connection.execute("DROP TABLE draft")
        connection.execute("UPDATE alembic_version SET version_num = '0011'")
    connection.close()
    project = open_project(tmp_path / "project")
    add_team(project)
    Drafts(project, "amal").store({OTHER: "x"})
    assert Drafts(project, "amal").texts == {OTHER: "x"}
    assert verify(project).findings == []
