"""State and journal in one transaction: nothing lost, nothing half, nothing overwritten
unseen.

The same tests on both engines.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from coder.errors import CoderError, ConflictError, DamagedError, UnavailableError
from coder.model import (
    Answer,
    Article,
    Blank,
    Candidate,
    Cluster,
    Coding,
    Decision,
    Event,
    Span,
    Status,
)
from coder.store.journal import stacks
from coder.store.replay import problems
from coder.store.unit_of_work import Store

ARTICLE = Article("a1", "غارات على الموقع", "a1.txt", ((0, 2),))
EMPTY = Coding("a1", ARTICLE.text_sha256, "c@1", "amal")
SPAN = Span("s1", "trigger", 0, 5, "غارات", value="air_strike")
CODED = replace(
    EMPTY,
    spans=(SPAN,),
    answers={"genre": Answer(value="news")},
    events=(
        Event("e1", {"event_type": Answer(value="air_strike", evidence=("s1",))}),
        Event("e2", {"date": Answer(blank=Blank.NOT_STATED)}),
    ),
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store.create(database_url)
    with made.begin("setup") as work:
        work.add_articles([ARTICLE])
        work.add_person("amal", "coder")
    yield made
    made.close()


def read(store: Store) -> Coding | None:
    with store.read() as queries:
        return queries.coding("a1", "amal")


def save(
    store: Store, before: Coding | None, after: Coding, what: str = "value.set"
) -> None:
    with store.begin("amal") as work:
        work.save_coding(before, after, what)


def clean(store: Store) -> bool:
    with store.read() as queries:
        return not list(problems(queries))


def test_what_was_saved_is_read_back(store: Store) -> None:
    save(store, None, CODED)
    assert read(store) == CODED
    with store.read() as queries:
        assert queries.article("a1") == ARTICLE
    assert clean(store)


def test_a_change_journals_only_the_rows_that_differ(store: Store) -> None:
    save(store, None, CODED)
    changed = CODED.with_answer("genre", Answer(value="analysis"))
    save(store, CODED, changed)
    with store.read() as queries:
        last = list(queries.entries(subject="coding:a1/amal"))[-1]
    assert [(c.table, c.key) for c in last.changes] == [
        ("answer", ("a1/amal", "", "genre"))
    ]
    assert (
        last.changes[0].before is not None and last.changes[0].before["value"] == "news"
    )
    assert (
        last.changes[0].after is not None
        and last.changes[0].after["value"] == "analysis"
    )
    assert (last.person, last.what) == ("amal", "value.set")


def test_leaving_by_an_error_undoes_everything(store: Store) -> None:
    with pytest.raises(RuntimeError), store.begin("amal") as work:
        work.save_coding(None, CODED, "value.set")
        raise RuntimeError("the program fell over")
    assert read(store) is None
    assert clean(store)


def test_a_change_over_a_stale_state_is_a_conflict_and_writes_nothing(
    store: Store,
) -> None:
    save(store, None, CODED)
    newer = CODED.with_answer("genre", Answer(value="analysis"))
    save(store, CODED, newer)
    with pytest.raises(ConflictError):
        save(store, CODED, CODED.with_answer("genre", Answer(value="other")))
    with pytest.raises(ConflictError):
        save(store, None, EMPTY)
    assert read(store) == newer
    assert clean(store)


_ROW = "SELECT position, subject, version, at, 'x', what, undoes, changes, digest FROM journal"
REWRITES = {
    "sqlite": (
        "UPDATE journal SET person = 'x'",
        "DELETE FROM journal",
        f"INSERT OR REPLACE INTO journal {_ROW}",
        f"INSERT INTO journal {_ROW} WHERE true ON CONFLICT DO UPDATE SET person = 'x'",
    ),
    "postgresql": (
        "UPDATE journal SET person = 'x'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        f"INSERT INTO journal {_ROW} ON CONFLICT (position) DO UPDATE SET person = 'x'",
    ),
}


def test_the_journal_refuses_whatever_would_change_it(store: Store) -> None:
    for statement in REWRITES[store.engine.dialect.name]:
        with (
            pytest.raises(CoderError, match="append-only"),
            store.begin("amal") as work,
        ):
            work.connection.execute(text(statement))
    assert clean(store)


def test_undo_and_redo_reach_over_sessions(store: Store, database_url: str) -> None:
    first = replace(EMPTY, spans=(SPAN,))
    save(store, None, first, "span.confirmed")
    save(store, first, CODED, "event.opened")
    store.close()
    again = Store.open(database_url)
    subject = "coding:a1/amal"
    with again.begin("amal") as work:
        assert work.undo(subject) == "event.opened"
    assert read(again) == first
    with again.begin("amal") as work:
        assert work.undo(subject) == "span.confirmed"
        assert work.undo(subject) is None
    assert read(again) is None
    with again.begin("amal") as work:
        assert work.turn(subject, "redo")[1] == ["span.confirmed"]
        assert work.turn(subject, "redo")[1] == ["event.opened"]
        assert work.turn(subject, "redo")[1] == []
    assert read(again) == CODED
    assert clean(again)
    again.close()


def test_undo_does_not_reach_over_a_submission(store: Store) -> None:
    save(store, None, CODED)
    save(store, CODED, replace(CODED, status=Status.SUBMITTED), "coding.submitted")
    with store.begin("amal") as work:
        assert work.undo("coding:a1/amal") is None


def test_stacks_by_hand() -> None:
    # 1 done, 2 done, 3 undoes 2, 4 undoes 1, 5 redoes 1, 6 done: redo of 2 is gone.
    history = [
        (1, "a", None),
        (2, "b", None),
        (3, "undo", 2),
        (4, "undo", 1),
        (5, "redo", 1),
    ]
    assert stacks(history) == ([1], [2])
    assert stacks([*history, (6, "c", None)]) == ([1, 6], [])


def test_deleting_an_event_in_the_middle_keeps_the_order(store: Store) -> None:
    save(store, None, CODED)
    without = replace(CODED, events=CODED.events[1:])
    save(store, CODED, without, "event.deleted")
    assert read(store) == without
    with store.begin("amal") as work:
        work.undo("coding:a1/amal")
    assert read(store) == CODED
    assert clean(store)


def test_gold_and_clusters_are_one_change(store: Store) -> None:
    gold = replace(CODED, coder="gold", spans=(SPAN,))
    clusters = [Cluster("c1", "a1", (("amal", "e1"), ("basim", "e2")), gold="g1")]
    with store.begin("salma") as work:
        work.save_gold((None, []), (gold, clusters), "gold.taken", "a1")
    with store.read() as queries:
        assert queries.gold("a1") == gold
        assert queries.clusters("a1") == clusters
        assert len(list(queries.entries(subject="gold:a1"))) == 1
    with store.begin("salma") as work:
        work.undo("gold:a1")
    with store.read() as queries:
        assert queries.gold("a1") is None and queries.clusters("a1") == []


def test_candidates_are_replaced_and_not_journaled(store: Store) -> None:
    found = [Candidate("k1", "trigger", 0, 5, "غارات", "air_strike", "lexicon", 1.0)]
    with store.begin("setup") as work:
        work.replace_candidates("a1", found, "rules 1")
        work.replace_candidates("a1", found, "rules 1")
    with store.read() as queries:
        assert queries.candidates("a1") == found
        assert [*queries.suggested()] == queries.article_ids()
    assert clean(store)


def test_a_locked_file_says_so_and_changes_nothing(tmp_path: Path) -> None:
    store = Store.create(f"sqlite:///{tmp_path}/t.db")
    holder = sqlite3.connect(tmp_path / "t.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    impatient = Store.open(f"sqlite:///{tmp_path}/t.db?timeout=0.2")
    with pytest.raises(UnavailableError) as caught:
        save(impatient, None, CODED)
    assert "locked" in caught.value.message and "Another program" in caught.value.hint
    holder.execute("ROLLBACK")
    assert read(store) is None


def test_a_missing_or_foreign_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CoderError, match="does not exist"):
        Store.open(f"sqlite:///{tmp_path}/none.db")
    (tmp_path / "x.db").write_text("this is not a database, it is a text " * 50)
    with pytest.raises(CoderError, match="cannot be read"):
        Store.open(f"sqlite:///{tmp_path}/x.db")
    sqlite3.connect(tmp_path / "empty.db").execute(
        "CREATE TABLE t (x)"
    ).connection.close()
    with pytest.raises(CoderError, match="no project"):
        Store.open(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(CoderError, match="cannot be used"):
        Store.open("nosuch://engine")


COMMENT = b"y" * 200


def test_rows_on_damaged_pages_are_named_as_such_wherever_reading_meets_them(
    tmp_path: Path,
) -> None:
    store = Store.create(f"sqlite:///{tmp_path}/t.db")
    many = {
        f"e{n}": Answer(value="x" * 100, comment=COMMENT.decode()) for n in range(500)
    }
    with store.begin("setup") as work:
        work.add_articles([ARTICLE])
        work.add_person("amal", "coder")
        work.add_codings([replace(EMPTY, answers=many)], "coding.imported")
        size = work.connection.execute(text("PRAGMA page_size")).scalar_one()
    store.close()
    data = (tmp_path / "t.db").read_bytes()
    pages = [
        at
        for at in range(0, len(data), size)
        if data[at] == 13 and COMMENT in data[at : at + size]
    ]
    damaged = pages[
        len(pages) // 2
    ]  # 13: a leaf with rows of a table; the journal's entry overflows its own
    (tmp_path / "t.db").write_bytes(
        data[:damaged] + b"\xff" * size + data[damaged + size :]
    )
    store = Store.open(f"sqlite:///{tmp_path}/t.db")
    with pytest.raises(DamagedError, match=r"cannot be read.*malformed"):
        read(store)
    with (
        pytest.raises(DamagedError, match=r"cannot be read.*malformed"),
        store.read() as queries,
    ):
        list(queries.codings_of(queries.coding_heads()))


def test_a_newer_schema_is_refused(store: Store, database_url: str) -> None:
    with store.begin("setup") as work:
        work.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CoderError, match="schema 9999"):
        Store.open(database_url)


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE answer SET value = '\"x\"' WHERE field = 'genre'", "replay"),
        ("DELETE FROM answer WHERE field = 'genre'", "replay"),
        ("UPDATE span SET quote = 'xxxxx'", "span"),
        ('UPDATE span SET start = 900, "end" = 905', "span"),
        (
            "UPDATE answer SET evidence = '[\"s9\"]' WHERE field = 'event_type'",
            "evidence",
        ),
        ("UPDATE article SET text = 'x'", "article"),
    ],
)
def test_verify_finds_what_was_changed_behind_its_back(
    store: Store, statement: str, check: str
) -> None:
    save(store, None, CODED)
    with store.begin("x") as work:
        work.connection.execute(text(statement))
    with store.read() as queries:
        found = list(problems(queries))
    assert check in {f.check for f in found}
    assert all(f.hint for f in found)


GUARDS_DOWN = {
    "sqlite": ("DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete"),
    "postgresql": ("ALTER TABLE journal DISABLE TRIGGER journal_append_only",),
}


def test_verify_finds_a_hole_and_a_forgery_in_the_journal(store: Store) -> None:
    save(store, None, EMPTY)
    save(store, EMPTY, CODED)
    with store.begin("x") as work:
        for statement in GUARDS_DOWN[store.engine.dialect.name]:
            work.connection.execute(text(statement))
        work.connection.execute(
            text("UPDATE journal SET person = 'basim' WHERE version = 2")
        )
    with store.read() as queries:
        assert "altered since it was written" in " ".join(
            f.what for f in problems(queries)
        )
    with store.begin("x") as work:
        work.connection.execute(
            text("DELETE FROM journal WHERE subject = 'coding:a1/amal' AND version = 1")
        )
    with store.read() as queries:
        assert "is missing" in " ".join(f.what for f in problems(queries))


SPANS = (
    Span(
        "s2",
        "trigger",
        0,
        5,
        "غارات",
        {"x": [1, None, "أ"]},
        Decision.EDITED,
        "k1",
        "because",
    ),
    Span("s1", "trigger", 0, 5, "غارات", 7),
    Span("s3", "trigger", 6, 9, "على", None, Decision.REJECTED),
)
FULL = replace(
    EMPTY,
    status=Status.SUBMITTED,
    spans=SPANS,
    answers={
        "b": Answer("news", evidence=("s2", "s1")),
        "a": Answer(blank=Blank.MISSING, comment="%s {}\n"),
    },
    events=(
        Event(
            "e2", {"x": Answer([], taken_from=("amal", "~2"), reason="r", by="salma")}
        ),
        Event(
            "e1",
            {
                "x": Answer(False, proposed=True),
                "y": Answer({"min": 2**60, "max": 0.5}),
                "z": Answer(""),
            },
        ),
        Event("e3"),
    ),
)


@pytest.mark.parametrize("coding", [EMPTY, CODED, FULL], ids=["empty", "coded", "full"])
def test_many_new_codings_are_written_as_one_is(store: Store, coding: Coding) -> None:
    other = replace(coding, coder="basim")
    with store.begin("setup") as work:
        work.save_coding(None, coding, "coding.imported")
        work.add_codings([other], "coding.imported")
    with store.read() as queries:
        assert queries.coding("a1", "basim") == other
        [one], [new] = (
            queries.entries(subject=f"coding:a1/{name}") for name in ("amal", "basim")
        )
        assert new.told == one.told.replace("a1/amal", "a1/basim").replace(
            '"amal", "code', '"basim", "code'
        )
        for table in (
            ("span", "event", "answer") if store.engine.dialect.name == "sqlite" else ()
        ):
            query = text(f"SELECT * FROM {table} WHERE coding = :id ORDER BY 1, 2, 3")
            both = [
                queries.connection.execute(query, {"id": f"a1/{c}"}).all()
                for c in ("amal", "basim")
            ]
            assert [row[1:] for row in both[0]] == [row[1:] for row in both[1]]
    assert clean(store)


@pytest.mark.parametrize(
    "value", [5.0, 2**70, float("inf"), "\ud800", {"a": ["\0"]}], ids=repr
)
def test_no_new_coding_holds_what_a_database_would_change(
    store: Store, value: object
) -> None:
    for coding in (
        replace(EMPTY, answers={"x": Answer(value)}),
        replace(EMPTY, spans=(replace(SPAN, value=value),)),
    ):
        with pytest.raises(CoderError), store.begin("setup") as work:
            work.add_codings([coding], "coding.imported")


def test_every_character_that_a_database_holds_is_read_back(store: Store) -> None:
    every = "".join(
        map(chr, (*range(1, 0x120), 0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600))
    )
    printable = "".join(filter(str.isprintable, every))
    name, kind = printable[:200], printable[-200:]  # names hold no control characters
    spans = (
        Span(name, kind, 0, len(every), every, every, candidate=kind, reason=every),
    )
    noted = {"comment": every, "reason": every, "by": kind}
    answers = {
        'genre\\"': Answer(every, evidence=(every,), taken_from=(every,), **noted)
    }
    coding = replace(
        EMPTY, spans=spans, answers=answers, events=(Event(name, answers),)
    )
    save(store, None, coding)
    assert read(store) == coding
    with store.read() as queries:
        assert [*queries.codings_of(queries.coding_heads())] == [coding]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("UPDATE answer SET comment = x'ff'", r"its comment is b'.xff'"),
        ("UPDATE answer SET proposed = 9e999", "answer"),
        ("UPDATE answer SET event = x'65' WHERE event = 'e1'", "its event is b'e'"),
        ("UPDATE answer SET evidence = '{'", "its evidence is"),
        (
            "UPDATE span SET decision = 'perhaps'",
            "a1/amal/s1 .*its decision is 'perhaps'",
        ),
        ("UPDATE span SET start = -1", "a1/amal/s1 .*its start is -1"),
        ("UPDATE span SET quote = x'616263'", "its quote is b'abc'"),
    ],
)
def test_a_value_that_no_program_wrote_is_refused(
    tmp_path: Path, change: str, names: str
) -> None:
    store = Store.create(f"sqlite:///{tmp_path / 'p.db'}")
    with store.begin("setup") as work:
        work.add_articles([ARTICLE])
        work.save_coding(None, CODED, "coding.imported")
    with sqlite3.connect(tmp_path / "p.db") as connection:
        connection.execute(change)
    with pytest.raises(DamagedError, match=f"(?i){names}"):
        read(store)
    with pytest.raises(DamagedError, match=f"(?i){names}"), store.read() as queries:
        list(queries.codings_of(queries.coding_heads()))
    store.close()
