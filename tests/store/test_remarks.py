"""Remarks are rows like others: journalled, replayed, and seen by whom they concern."""

from __future__ import annotations

from typing import Any

import pytest
from blind_team import Team, coded
from entries_by_hand import RECORD, changed, entry
from msgspec import to_builtins
from msgspec.structs import replace
from psycopg.errors import CheckViolation, InsufficientPrivilege, InvalidParameterValue

from coder.errors import CoderError
from coder.model import FLAG, QUESTION, Remark, Status
from coder.store.replay import problems
from coder.store.unit_of_work import Store

AT = "2026-01-01T10:00:00.000+00:00"
ASKED = Remark("a1", "amal", "r1", "amal", AT, "ليس فاعلاً؟\nأو هو", start=0, end=5)
ANSWERED = replace(
    ASKED, id="r2", by="salma", text="هو فاعل", at="2026-01-01T11:00:00.000+00:00"
)
OTHERS = replace(ASKED, coder="basim", id="r3", by="basim", text="سرّ")


def put(store: Store, by: str, before: Remark | None, after: Remark | None) -> None:
    """A remark written by somebody."""
    with store.begin(by) as work:
        work.remark(before, after, "comment.made")


def seen(store: Store) -> list[str]:
    """The texts of the remarks that a login sees, oldest first."""
    with store.read() as queries:
        return [each.text for each in queries.remarks()]


@pytest.fixture
def said(team: Team) -> Team:
    """Amal has asked and has got an answer; basim has said something too."""
    for remark in (ASKED, ANSWERED, OTHERS):
        put(team.as_(remark.by), remark.by, None, remark)
    return team


def test_what_was_said_comes_back_and_the_journal_gives_it(said: Team) -> None:
    for store in (said.store, said.as_("salma")):
        with store.read() as queries:
            assert queries.remarks("a1", "amal") == [ASKED, ANSWERED]
            assert queries.remarks(coder="basim") == [OTHERS]
            assert list(problems(queries)) == []


def test_a_coder_sees_answers_and_nothing_of_colleagues(said: Team) -> None:
    assert seen(said.as_("amal")) == [ASKED.text, ANSWERED.text]
    assert seen(said.as_("basim")) == [OTHERS.text]
    sql = said.sql("amal")
    for subject in ("remarks:a1/basim", "remarks:a1/amal/basim", "remarks:"):
        with pytest.raises(InsufficientPrivilege):
            sql.execute("SELECT * FROM own_journal(%s)", [subject])
    [who] = sql.execute("SELECT DISTINCT coder FROM own_remark()").fetchall()
    assert who == ("amal",)


def test_a_coder_says_something_about_a_submitted_coding_too(said: Team) -> None:
    store = said.as_("amal")
    with store.begin("amal") as work:
        work.save_coding(
            coded("amal"),
            replace(coded("amal"), status=Status.SUBMITTED),
            "coding.submitted",
        )
    put(store, "amal", None, replace(ASKED, id="r9", text="شكراً"))
    assert "شكراً" in seen(said.as_("salma"))


def test_who_said_something_takes_it_back_and_nobody_else(said: Team) -> None:
    for person, remark in (("amal", ANSWERED), ("salma", ASKED)):
        for after in (
            None,
            replace(remark, text="غير ذلك"),
            replace(remark, by=person),
        ):
            with pytest.raises(CoderError):
                put(said.as_(person), person, remark, after)
    put(said.as_("amal"), "amal", ASKED, None)
    assert seen(said.as_("amal")) == [ANSWERED.text]


@pytest.mark.parametrize(
    ("subject", "change"),
    [
        ("remarks:a1/basim", {}),
        ("remarks:a1/amal", {"coder": "basim"}),
        ("remarks:a1/amal", {"article": "a2"}),
        ("remarks:a1/amal", {"by": "salma"}),
        ("remarks:a1/amal", {"by": ""}),
        ("coding:a1/amal", {}),
        ("assignments:amal", {}),
    ],
)
def test_no_remark_in_another_s_name_or_place(
    team: Team, subject: str, change: dict[str, Any]
) -> None:
    row = to_builtins(ASKED) | change
    told = entry(
        subject,
        changed(None, row, row["coder"], row["article"], row["id"], table="remark"),
    )
    with pytest.raises(InsufficientPrivilege):
        team.sql("amal").execute(RECORD, told)


@pytest.mark.parametrize(
    "change", [{"kind": "gossip"}, {"start": 6}, {"at": "today"}, {"id": ""}]
)
def test_no_remark_that_cannot_be(team: Team, change: dict[str, Any]) -> None:
    row = to_builtins(ASKED) | change
    told = entry(
        "remarks:a1/amal", changed(None, row, "amal", "a1", row["id"], table="remark")
    )
    with pytest.raises((CheckViolation, InvalidParameterValue)):
        team.sql("amal").execute(RECORD, told)


def test_a_flag_needs_no_words(team: Team) -> None:
    put(
        team.as_("amal"),
        "amal",
        None,
        replace(ASKED, kind=FLAG, text="", start=0, end=0),
    )
    with team.as_("salma").read() as queries:
        assert [(each.kind, each.text) for each in queries.remarks("a1")] == [
            (FLAG, "")
        ]


def test_a_question_is_of_who_asks_and_its_answer_of_who_answers(team: Team) -> None:
    asked = replace(ASKED, kind=QUESTION)
    for remark in (asked, ANSWERED):
        put(team.as_(remark.by), remark.by, None, remark)
    with team.as_("amal").read() as queries:
        assert [(each.kind, each.by) for each in queries.remarks("a1")] == [
            (QUESTION, "amal"),
            ("comment", "salma"),
        ]
