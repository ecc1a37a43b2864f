"""What a coder may write by SQL: entries about their own open work that hold together, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from blind_team import Team, coded
from entries_by_hand import CLAIM, HEAD, NO_DAY, RECORD, answer, changed, entry
from psycopg.errors import InsufficientPrivilege

from coder.model import Answer
from coder.store import journal
from coder.store.verify import findings


def test_a_coder_changes_their_own_coding_and_the_journal_says_so(team: Team) -> None:
    change = changed(None, answer(), "a1/amal", "", "mood")
    assert team.sql("amal").execute(RECORD, entry("coding:a1/amal", change)).fetchone() == (2,)
    assert team.sql("amal").execute(RECORD, CLAIM).fetchone() == (1,)
    with team.store.read() as queries:
        coding = queries.coding("a1", "amal")
        assert coding is not None and coding.answers["mood"] == Answer(value="calm")
        assert [a.article for a in queries.assignments("amal")] == ["a1", "a2"]
        assert list(findings(queries)) == []


@pytest.mark.parametrize(
    "refused",
    [
        entry("coding:a1/amal", changed(None, answer("a1/basim"), "a1/basim", "", "mood")),
        entry("coding:a1/basim", changed(None, answer("a1/basim"), "a1/basim", "", "mood")),
        entry("coding:a1/basim", changed(None, answer("a1/basim"), "a1/basim", "", "mood"), person="basim"),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), person="basim"),
        entry("coding:a1/gold", changed(None, answer("a1/gold"), "a1/gold", "", "mood")),
        entry("gold:a1", changed(None, answer("a1/gold"), "a1/gold", "", "mood")),
        entry("coding:a2/x/amal", changed(None, answer(), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, {"name": "eve", "role": "supervisor"}, "eve", table="person")),
        entry("people", changed(None, {"name": "eve", "role": "supervisor"}, "eve", table="person")),
        entry("codebooks", changed(None, {"ref": "c@2", "digest": "0" * 64}, "c@2", table="codebook")),
        entry("articles"),
        entry("lexicon"),
        entry("assignments", *json.loads(CLAIM[-1])),
        entry("assignments:basim", *json.loads(CLAIM[-1])),
        entry("assignments:amal", changed(None, {"article": "a2", "coder": "basim", "stage": "production",
              "position": 0}, "a2", "basim", table="assignment")),
        entry("assignments:amal", changed({"article": "a1", "coder": "amal", "stage": "production",
              "position": 0}, None, "a1", "amal", table="assignment")),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), what="coding.recoded"),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), what="x\x1b]0;"),
    ],
)  # fmt: skip
def test_a_coder_writes_nothing_of_anybody_else_s_nor_in_their_name(team: Team, refused: list[Any]) -> None:
    with pytest.raises(InsufficientPrivilege):
        team.sql("amal").execute(RECORD, refused)
    with team.store.read() as queries:
        assert list(findings(queries)) == []


@pytest.mark.parametrize(
    "unfit",
    [
        entry("coding:a1/amal", changed(None, answer(evidence=5), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(evidence=[5]), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(taken_from={"a": 1}), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(blank="none"), "a1/amal", "", "mood")),
        entry("coding:a1/amal", told=json.dumps([changed(None, answer(), "a1/amal", "", "mood")])
              .replace('"calm"', "[" * 5000 + "]" * 5000)),
        entry("coding:a1/amal", told=json.dumps([changed(None, answer(), "a1/amal", "", "mood")])
              .replace('"calm"', "1" * 5000)),
        entry("coding:a1/amal", changed(None, answer(value="\ud800"), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(value="\0"), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(event="e9"), "a1/amal", "e9", "mood")),
        entry("coding:a1/amal", changed(None, {**answer(), "more": 1}, "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, {"coding": "a1/amal"}, "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "other")),
        entry("coding:a1/amal", changed(answer(), answer(), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(answer(), None, "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), at="x"),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), at=NO_DAY),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), undoes=7),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), what="undo"),
        entry("coding:a1/amal", told="[]"),
        entry("coding:a1/amal", told="5"),
        entry("coding:a1/amal", told="{"),
        entry("coding:a1/amal", told="[5]"),
        entry("coding:a1/amal", told='[{"table": "answer"}]'),
        entry("coding:a1/amal", changed({**HEAD, "id": "a1/amal", "coder": "amal", "status": "open"},
              {**HEAD, "id": "a1/amal", "coder": "amal", "status": "done"}, "a1/amal", table="coding")),
        entry("coding:a1/amal", changed({**HEAD, "id": "a1/amal", "coder": "amal", "status": "open"},
              {**HEAD, "id": "a1/amal", "coder": "amal", "status": "open", "codebook": "c@9"}, "a1/amal",
              table="coding")),
        entry("coding:a1/amal", changed(None, {"coding": "a1/amal", "id": "s9", "position": 9, "kind": "x",
              "start": 0, "end": 5, "quote": "xxxxx", "value": None, "decision": None, "candidate": "",
              "reason": ""}, "a1/amal", "s9", table="span")),
        entry("coding:a1/amal", changed(None, {"coding": "a1/amal", "id": "s9", "position": 9, "kind": "x",
              "start": 5, "end": 0, "quote": "", "value": None, "decision": None, "candidate": "",
              "reason": ""}, "a1/amal", "s9", table="span")),
    ],
)  # fmt: skip
def test_what_would_break_others_commands_is_refused_whole(team: Team, unfit: list[Any]) -> None:
    with pytest.raises(psycopg.Error) as caught:
        team.sql("amal").execute(RECORD, unfit)
    assert not isinstance(caught.value, InsufficientPrivilege)
    with team.store.read() as queries:
        assert queries.coding("a1", "amal") == coded("amal")
        assert len(queries.history("coding:a1/amal")) == 1
        assert list(findings(queries)) == []


def test_a_turn_that_turns_nothing_leaves_undo_and_everybody_else_standing(team: Team) -> None:
    sql = team.sql("amal")
    for n, (what, target) in enumerate((("redo", 1), ("undo", 1), ("undo", 1), ("redo", 2))):
        change = changed(None, answer(field=f"f{n}"), "a1/amal", "", f"f{n}")
        sql.execute(RECORD, entry("coding:a1/amal", change, what=what, undoes=target))
    with team.store.read() as queries:
        assert journal.stacks(queries.history("coding:a1/amal"))[0] == []
        assert journal.last_recoding(queries.history("coding:a1/amal")) is None
        assert list(findings(queries)) == []


def test_a_coding_belongs_to_an_article_and_an_id_to_its_coder(team: Team) -> None:
    for row in ({"id": "a2/amal", "coder": "basim"}, {"id": "a2/amal", "article": "a1", "coder": "amal"}):
        head = {**HEAD, "article": "a2", "status": "open", **row}
        with pytest.raises(psycopg.errors.IntegrityError):
            change = changed(None, head, "a2/amal", table="coding")
            team.sql("amal").execute(RECORD, entry("coding:a2/amal", change))


def test_a_submitted_coding_is_closed_to_its_coder(team: Team) -> None:
    sql = team.sql("amal")
    opened = {**HEAD, "id": "a1/amal", "coder": "amal", "status": "open"}
    submitted = {**opened, "status": "submitted"}
    sql.execute(RECORD, entry("coding:a1/amal", changed(opened, submitted, "a1/amal", table="coding")))
    for change in (
        changed(submitted, opened, "a1/amal", table="coding"),
        changed(None, answer(), "a1/amal", "", "mood"),
    ):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(RECORD, entry("coding:a1/amal", change))


def test_a_supervisor_writes_in_their_own_name_only_and_not_about_the_team(team: Team) -> None:
    sql = team.sql("salma")
    row = {"article": "a2", "coder": "basim", "stage": "production", "position": 1}
    change = changed(None, row, "a2", "basim", table="assignment")
    assert sql.execute(RECORD, entry("assignments", change, person="salma")).fetchone() == (2,)
    eve = changed(None, {"name": "eve", "role": "supervisor"}, "eve", table="person")
    for refused in (entry("assignments", change), entry("people", eve, person="salma")):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(RECORD, refused)
