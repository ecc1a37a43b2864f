"""Each column that a coder can write by SQL has limits, and the program refuses what
exceeds them too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from blind_team import ARTICLE, SECOND, Team, coded
from entries_by_hand import HEAD, RECORD, answer, changed, entry
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import Answer, Blank, Event, Remark, Span
from coder.store.convert import Row
from coder.store.replay import problems
from coder.store.tables import METADATA
from coder.store.unit_of_work import Store

MOST_TEXT, MOST_NAME, MOST_JSON = 20_000, 200, 30_000
"""As in docs/teams.md."""

CODING = {
    **HEAD,
    "id": "a2/amal",
    "article": "a2",
    "text_sha256": SECOND.text_sha256,
    "coder": "amal",
    "status": "open",
}
SOUND: dict[str, Row] = {
    "assignment": {
        "article": "a2",
        "coder": "amal",
        "stage": "production",
        "position": 1,
    },
    "coding": CODING,
    "span": {
        "coding": "a1/amal",
        "id": "s2",
        "position": 1,
        "kind": "trigger",
        "start": 0,
        "end": 5,
        "quote": ARTICLE.text[:5],
        "value": None,
        "decision": None,
        "candidate": "",
        "reason": "",
    },
    "event": {"coding": "a1/amal", "id": "e2", "position": 1},
    "answer": answer(),
    "remark": {
        "coder": "amal",
        "article": "a1",
        "id": "r1",
        "kind": "comment",
        "event": "",
        "field": "",
        "start": 0,
        "end": 0,
        "by": "amal",
        "at": "2026-01-01T10:00:00.000+00:00",
        "text": "?",
    },
}
"""A row of each table that a coder writes, which the team's database takes."""
SUBJECTS = {
    "assignment": "assignments:amal",
    "coding": "coding:a2/amal",
    "remark": "remarks:a1/amal",
}
TEXTS = {"comment", "reason", "text"}
"""Columns of running text; every other text is a name, or one of a few words."""
TIMES = [f"{year}-01-01T10:00:00+00:00" for year in ("0001", "1969", "3000", "9999")]


def hostile(table: str, column: str) -> list[Any]:
    """Values that no program writes into a column, by its type."""
    kind = METADATA.tables[table].c[column].type.python_type
    if column == "at":
        return [*TIMES, "2026-02-31T10:00:00+00:00", "x" * 500_000]
    if column in TEXTS:
        return ["x" * (MOST_TEXT + 1), "ش" * 5_000_000]
    if kind is str:
        return ["x" * (MOST_NAME + 1), "a\x1b[31mb", "a\nb", "a\u202eb"]
    if kind is int:
        return [-1, 2**31 - 1, 2**40]
    if kind is bool:
        return [None, 5, "yes"]
    return [
        "x" * (MOST_JSON + 1),
        [["x"] * 10_000] * 5,
        json.loads("[" * 30 + "]" * 30),
    ]


CASES = [
    (table, column, value)
    for table, row in SOUND.items()
    for column in row
    for value in hostile(table, column)
]


def told(table: str, row: Row) -> list[Any]:
    """The entry that adds one row."""
    key = [row[column.name] for column in METADATA.tables[table].primary_key]
    change = {"table": table, "key": key, "before": None, "after": row}
    return entry(SUBJECTS.get(table, "coding:a1/amal"), change)


@pytest.mark.parametrize("table", SOUND)
def test_a_sound_row_is_taken(team: Team, table: str) -> None:
    team.sql("amal").execute(RECORD, told(table, SOUND[table]))
    with team.store.read() as queries:
        assert list(problems(queries)) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    CASES,
    ids=[f"{table}-{column}-{i}" for i, (table, column, _) in enumerate(CASES)],
)
def test_no_column_takes_a_hostile_value(
    standing: Team, table: str, column: str, value: Any
) -> None:
    with pytest.raises(psycopg.Error):
        standing.sql("amal").execute(
            RECORD, told(table, {**SOUND[table], column: value})
        )


@pytest.mark.parametrize(
    "given",
    [
        {"how": "decided"},
        {"how": "policy:majority", "applied_by": "salma"},
        {"how": "nonsense"},
        {"blank": "missing"},
        {"blank": "not_applicable", "value": False},
    ],
    ids=str,
)
def test_a_coders_answer_is_as_the_program_writes_it(
    standing: Team, given: dict[str, Any]
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        row = {**SOUND["answer"], **given}
        standing.sql("amal").execute(RECORD, told("answer", row))


@pytest.mark.parametrize("number", ["5.0", "1.5", "1e5", "9223372036854775808"])
@pytest.mark.parametrize("table", ["answer", "span"])
def test_no_number_is_taken_that_sqlite_does_not_keep(
    standing: Team, table: str, number: str
) -> None:
    values = told(table, {**SOUND[table], "value": "here"})
    values[-1] = values[-1].replace('"here"', number)
    with pytest.raises(psycopg.Error):
        standing.sql("amal").execute(RECORD, values)


@pytest.mark.parametrize("number", [0, -5, 2**63 - 1])
def test_a_whole_number_is_taken(team: Team, number: int) -> None:
    team.sql("amal").execute(
        RECORD, told("answer", {**SOUND["answer"], "value": number})
    )


def test_an_answer_with_columns_of_gold_left_empty_is_taken(team: Team) -> None:
    row = answer(how="", applied_by="", value=None, blank="missing")
    team.sql("amal").execute(RECORD, told("answer", row))


@pytest.mark.parametrize("at", TIMES)
def test_no_entry_has_a_time_far_away(standing: Team, at: str) -> None:
    change = changed(None, answer(), "a1/amal", "", "mood")
    with pytest.raises(psycopg.errors.CheckViolation):
        standing.sql("amal").execute(RECORD, entry("coding:a1/amal", change, at=at))


@pytest.mark.parametrize("stage", ["", "pilot", "PRODUCTION", "training"])
def test_a_claimed_article_has_a_known_stage(standing: Team, stage: str) -> None:
    with pytest.raises(psycopg.Error):
        row = {**SOUND["assignment"], "stage": stage}
        standing.sql("amal").execute(RECORD, told("assignment", row))


def test_a_claimed_article_comes_right_after_the_last(standing: Team) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        row = {**SOUND["assignment"], "position": 2}
        standing.sql("amal").execute(RECORD, told("assignment", row))


@pytest.mark.parametrize("table", ["span", "event"])
@pytest.mark.parametrize("position", [0, 5])
def test_positions_have_no_gaps(standing: Team, table: str, position: int) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        row = {**SOUND[table], "position": position}
        standing.sql("amal").execute(RECORD, told(table, row))


def test_a_remark_ends_within_the_text(standing: Team) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        row = {**SOUND["remark"], "end": len(ARTICLE.text) + 1}
        standing.sql("amal").execute(RECORD, told("remark", row))


@pytest.mark.parametrize(("table", "most"), [("span", 5_000), ("event", 500)])
def test_a_coding_has_no_more_than_this(team: Team, table: str, most: int) -> None:
    """One of each is there already."""
    rows = [{**SOUND[table], "id": f"x{n}", "position": n} for n in range(1, most + 1)]
    changes = [changed(None, r, "a1/amal", r["id"], table=table) for r in rows]
    with pytest.raises(psycopg.errors.CheckViolation):
        team.sql("amal").execute(RECORD, entry("coding:a1/amal", *changes))
    team.sql("amal").execute(RECORD, entry("coding:a1/amal", *changes[:-1]))


def test_an_article_has_no_more_remarks_than_this(team: Team) -> None:
    rows = [{**SOUND["remark"], "id": f"x{n}"} for n in range(501)]
    key = "amal", "a1"
    changes = [changed(None, r, *key, r["id"], table="remark") for r in rows]
    with pytest.raises(psycopg.errors.CheckViolation):
        team.sql("amal").execute(RECORD, entry("remarks:a1/amal", *changes))
    team.sql("amal").execute(RECORD, entry("remarks:a1/amal", *changes[:-1]))


LONG = "x" * (MOST_TEXT + 1)
WIDE = ["x" * 1000] * (MOST_JSON // 1000 + 1)


@pytest.mark.parametrize(
    "after",
    [
        replace(coded("amal"), answers={"genre": Answer(value="x", comment=LONG)}),
        replace(coded("amal"), answers={"genre": Answer(value=WIDE)}),
        replace(coded("amal"), answers={"genre": Answer(value="x", reason=LONG)}),
        replace(coded("amal"), answers={"a\x1bb": Answer(value="x")}),
        replace(coded("amal"), events=(Event("e" * (MOST_NAME + 1)),)),
        replace(coded("amal"), spans=(Span("s1", "k\nind", 0, 5, "غارات"),)),
        replace(coded("amal"), spans=(Span("", "trigger", 0, 5, "غارات"),)),
        replace(coded("amal"), answers={"genre": Answer("x", blank=Blank.MISSING)}),
        replace(coded("amal"), answers={"genre": Answer("x", how="decided")}),
    ],
    ids=[
        "comment",
        "value",
        "reason",
        "field",
        "event",
        "kind",
        "span",
        "blank",
        "how",
    ],
)
def test_the_program_refuses_it_in_words(
    database_url: str, after: Any, tmp_path: Path
) -> None:
    store = Store.create(database_url)
    with store.begin("setup") as work:
        work.add_articles([ARTICLE])
        work.add_codebook("c@1", "0" * 64, "{}")
    with pytest.raises(CoderError) as caught, store.begin("amal") as work:
        work.save_coding(None, after, "value.set")
    assert caught.value.key == "store.over_limit"
    with store.read() as queries:
        assert queries.coding("a1", "amal") is None
        assert list(problems(queries)) == []
    store.close()


def test_the_longest_that_is_allowed_is_stored(database_url: str) -> None:
    store = Store.create(database_url)
    longest = Answer(value=["x" * 29_990], comment="ش" * MOST_TEXT, reason="x" * 9)
    coding = replace(coded("amal"), answers={"f" * MOST_NAME: longest})
    remark = Remark("a1", "amal", "r1", "amal", "", "ش" * MOST_TEXT)
    with store.begin("amal") as work:
        work.add_articles([ARTICLE])
        work.add_codebook("c@1", "0" * 64, "{}")
        work.save_coding(None, coding, "value.set")
        work.remark(None, replace(remark, at=work.now()), "comment.made")
    with store.read() as queries:
        assert queries.coding("a1", "amal") == coding
        assert len(queries.remarks("a1")[0].text) == MOST_TEXT
        assert list(problems(queries)) == []
    store.close()


def test_verify_names_a_row_beyond_the_limits(tmp_path: Path) -> None:
    """A file may hold rows from before the limits, which stay readable."""
    store = Store.create(f"sqlite:///{tmp_path}/old.db")
    with store.begin("amal") as work:
        work.add_articles([ARTICLE])
        work.add_codebook("c@1", "0" * 64, "{}")
        work.add_person("amal", "coder")
        work.save_coding(None, coded("amal"), "value.set")
        work.assign([("a1", "amal", "production", 0)])
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE answer SET comment = ?", (LONG,))
        connection.exec_driver_sql(
            "UPDATE answer SET comment = '', how = 'decided' WHERE event = 'e1'"
        )
        connection.exec_driver_sql("UPDATE assignment SET stage = 'pilot'")
    with store.read() as queries:
        found = {(each.check, each.where) for each in problems(queries)}
        assert ("limit", "answer/a1/amal//genre") in found
        assert ("row", "assignment/a1/amal") in found
        assert ("limit", "answer/a1/amal/e1/event_type") in found
        assert queries.coding("a1", "amal") is not None
        assert [each.stage for each in queries.assignments()] == [""]
    store.close()
