"""Undo and redo at the end of a journal of hundreds of entries: the same as in a short
one, and as quick.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.model import Answer, Article, Coding
from coder.store.unit_of_work import Store
from coder.store.work import Work

ARTICLE = Article("a1", "غارات على الموقع")
EMPTY = Coding("a1", ARTICLE.text_sha256, "c@1", "amal")
SUBJECT = "coding:a1/amal"


def changed(work: Work, before: Coding | None, number: int) -> Coding:
    """The coding after a change that can be told from all others."""
    after = replace(before or EMPTY, answers={"genre": Answer(value=f"v{number}")})
    work.save_coding(before, after, f"change {number}")
    return after


def after_changes(database_url: str, count: int) -> Store:
    """A store with a coding that was changed so often."""
    store = Store.create(database_url)
    with store.begin("setup") as work:
        work.add_articles([ARTICLE])
        work.add_person("amal", "coder")
    with store.begin("amal") as work:
        coding: Coding | None = None
        for number in range(1, count + 1):
            coding = changed(work, coding, number)
    return store


def value(work: Work) -> object:
    coding = work.queries.coding("a1", "amal")
    return coding.answers["genre"].value if coding is not None else None


def test_many_undos_and_redos_go_back_and_forth_one_by_one(database_url: str) -> None:
    store = after_changes(database_url, 100)
    with store.begin("amal") as work:
        assert [work.undo(SUBJECT) for _ in range(90)] == [
            f"change {n}" for n in range(100, 10, -1)
        ]
        assert value(work) == "v10"
        redone = [name for _ in range(91) for name in work.turn(SUBJECT, "redo")[1]]
        assert redone == [f"change {n}" for n in range(11, 101)]
        assert value(work) == "v100"
        assert work.turn(SUBJECT, "undo") == (100, ["change 100"])
    store.close()


def test_an_undo_reaches_what_stands_far_before_changes_that_were_taken_back(
    database_url: str,
) -> None:
    store = after_changes(database_url, 100)
    with store.begin("amal") as work:
        for number in range(101, 151):
            changed(work, work.queries.coding("a1", "amal"), number)
            assert work.undo(SUBJECT) == f"change {number}"
        assert [work.undo(SUBJECT) for _ in range(3)] == [
            "change 100",
            "change 99",
            "change 98",
        ]
        assert value(work) == "v97"
        changed(work, work.queries.coding("a1", "amal"), 300)
        assert work.turn(SUBJECT, "redo")[1] == []
        assert [work.undo(SUBJECT) for _ in range(99)][-2:] == ["change 1", None]
        assert value(work) is None
    store.close()


@pytest.mark.parametrize("way", ["undo", "redo"])
def test_a_journal_five_times_as_long_makes_no_key_dearer(
    tmp_path: Path, way: str
) -> None:
    """Counted are the instructions of SQLite, ten at a time."""
    counts: list[int] = []
    for changes in (100, 500):
        store = after_changes(f"sqlite:///{tmp_path / f'{changes}.db'}", changes)
        with store.begin("amal") as work:
            work.undo(SUBJECT)
            told: list[None] = []
            sqlite = work.connection.connection.driver_connection
            assert sqlite is not None
            sqlite.set_progress_handler(lambda told=told: told.append(None), 10)
            assert len(work.turn(SUBJECT, "undo" if way == "undo" else "redo")[1]) == 1
            sqlite.set_progress_handler(None, 0)
        counts.append(len(told))
        store.close()
    assert counts[1] < 1.1 * counts[0]


def test_the_last_entry_of_each_coding_is_what_the_whole_journal_tells(
    database_url: str,
) -> None:
    store = after_changes(database_url, 12)
    with store.begin("setup") as work:
        work.add_person("basim", "coder")
        work.add_articles([Article("a2", "قصف")])
    with store.begin("basim") as work:
        for article in ("a1", "a2"):
            coding = replace(EMPTY, article=article, coder="basim")
            work.save_coding(None, coding, "change 1")
            work.save_coding(
                coding,
                replace(coding, answers={"genre": Answer(value="x")}),
                "change 2",
            )
    with store.read() as queries:
        entries = [
            each for each in queries.entries() if each.subject.startswith("coding:")
        ]
        last = {each.subject: each for each in entries}
        assert [*sorted(last)] == [
            "coding:a1/amal",
            "coding:a1/basim",
            "coding:a2/basim",
        ]
        assert queries.versions() == {
            name: f"{each.version} {each.at}" for name, each in last.items()
        }
        assert queries.last_actions("coding:") == {
            name: (e.what, e.person) for name, e in last.items()
        }
        assert queries.last_times("coding:", "change 2") == {
            each.subject: each.at for each in entries if each.what == "change 2"
        }
        assert queries.last_times("coding:", "change 7") == {
            SUBJECT: next(each.at for each in entries if each.what == "change 7")
        }
        assert queries.last_actions("gold:") == {}
    store.close()


def test_a_journal_five_times_as_long_tells_its_last_entries_as_quickly(
    tmp_path: Path,
) -> None:
    """Counted are the instructions of SQLite, ten at a time."""
    counts: list[int] = []
    for changes in (100, 500):
        store = after_changes(f"sqlite:///{tmp_path / f'{changes}.db'}", changes)
        with store.read() as queries:
            queries.versions()
            told: list[None] = []
            sqlite = queries.connection.connection.driver_connection
            assert sqlite is not None
            sqlite.set_progress_handler(lambda told=told: told.append(None), 10)
            queries.versions()
            queries.last_actions("coding:")
            sqlite.set_progress_handler(None, 0)
        counts.append(len(told))
        store.close()
    assert counts[1] <= counts[0] + 2
