"""What a coder may write by SQL: entries about their own open work that hold together,
and nothing else.
"""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from blind_team import SECOND, Team, coded
from entries_by_hand import CLAIM, HEAD, NO_DAY, RECORD, answer, changed, entry
from psycopg.errors import InsufficientPrivilege

from coder.model import Answer
from coder.store import journal
from coder.store.replay import problems

GENRE = answer(field="genre", value="of amal")  # what the coding has already


def test_a_coder_changes_their_own_coding_and_the_journal_says_so(team: Team) -> None:
    change = changed(None, answer(), "a1/amal", "", "mood")
    assert team.sql("amal").execute(
        RECORD, entry("coding:a1/amal", change)
    ).fetchone() == (2,)
    assert team.sql("amal").execute(RECORD, CLAIM).fetchone() == (1,)
    with team.store.read() as queries:
        coding = queries.coding("a1", "amal")
        assert coding is not None and coding.answers["mood"] == Answer(value="calm")
        assert [a.article for a in queries.assignments("amal")] == ["a1", "a2"]
        assert list(problems(queries)) == []


@pytest.mark.parametrize(
    "refused",
    [
        entry(
            "coding:a1/amal", changed(None, answer("a1/basim"), "a1/basim", "", "mood")
        ),
        entry(
            "coding:a1/basim", changed(None, answer("a1/basim"), "a1/basim", "", "mood")
        ),
        entry(
            "coding:a1/basim",
            changed(None, answer("a1/basim"), "a1/basim", "", "mood"),
            person="basim",
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            person="basim",
        ),
        entry(
            "coding:a1/gold", changed(None, answer("a1/gold"), "a1/gold", "", "mood")
        ),
        entry("gold:a1", changed(None, answer("a1/gold"), "a1/gold", "", "mood")),
        entry("coding:a2/x/amal", changed(None, answer(), "a1/amal", "", "mood")),
        entry(
            "coding:a1/amal",
            changed(None, {"name": "eve", "role": "supervisor"}, "eve", table="person"),
        ),
        entry(
            "people",
            changed(None, {"name": "eve", "role": "supervisor"}, "eve", table="person"),
        ),
        entry(
            "codebooks",
            changed(None, {"ref": "c@2", "digest": "0" * 64}, "c@2", table="codebook"),
        ),
        entry("articles"),
        entry("lexicon"),
        entry("assignments", *json.loads(CLAIM[-1])),
        entry("assignments:basim", *json.loads(CLAIM[-1])),
        entry(
            "assignments:amal",
            changed(
                None,
                {
                    "article": "a2",
                    "coder": "basim",
                    "stage": "production",
                    "position": 0,
                },
                "a2",
                "basim",
                table="assignment",
            ),
        ),
        entry(
            "assignments:amal",
            changed(
                {
                    "article": "a1",
                    "coder": "amal",
                    "stage": "production",
                    "position": 0,
                },
                None,
                "a1",
                "amal",
                table="assignment",
            ),
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            what="coding.recoded",
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            what="x\x1b]0;",
        ),
    ],
)
def test_a_coder_writes_nothing_of_anybody_else_s_nor_in_their_name(
    standing: Team, refused: list[Any]
) -> None:
    with pytest.raises(InsufficientPrivilege):
        standing.sql("amal").execute(RECORD, refused)
    with standing.store.read() as queries:
        assert list(problems(queries)) == []


@pytest.mark.parametrize(
    "unfit",
    [
        entry(
            "coding:a1/amal", changed(None, answer(evidence=5), "a1/amal", "", "mood")
        ),
        entry(
            "coding:a1/amal", changed(None, answer(evidence=[5]), "a1/amal", "", "mood")
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(taken_from={"a": 1}), "a1/amal", "", "mood"),
        ),
        entry(
            "coding:a1/amal", changed(None, answer(blank="none"), "a1/amal", "", "mood")
        ),
        entry(
            "coding:a1/amal",
            told=json.dumps([changed(None, answer(), "a1/amal", "", "mood")]).replace(
                '"calm"', "[" * 5000 + "]" * 5000
            ),
        ),
        entry(
            "coding:a1/amal",
            told=json.dumps([changed(None, answer(), "a1/amal", "", "mood")]).replace(
                '"calm"', "1" * 5000
            ),
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(value="\ud800"), "a1/amal", "", "mood"),
        ),
        entry(
            "coding:a1/amal", changed(None, answer(value="\0"), "a1/amal", "", "mood")
        ),
        entry(
            "coding:a1/amal", changed(None, answer(event="e9"), "a1/amal", "e9", "mood")
        ),
        entry(
            "coding:a1/amal",
            changed(None, {**answer(), "more": 1}, "a1/amal", "", "mood"),
        ),
        entry(
            "coding:a1/amal",
            changed(None, {"coding": "a1/amal"}, "a1/amal", "", "mood"),
        ),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "other")),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            changed(None, answer(field="tone"), "a1/amal", "", "other"),
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            changed(None, {**answer(field="tone"), "more": 1}, "a1/amal", "", "tone"),
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            changed(None, answer(), "a1/amal", "", "mood"),
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            changed(None, None, "a1/amal", "", "tone"),
        ),
        entry(
            "coding:a1/amal",
            changed(None, GENRE, "a1/amal", "", "genre"),
            changed(GENRE, None, "a1/amal", "", "genre"),
        ),
        entry("coding:a1/amal", changed(answer(), answer(), "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(answer(), None, "a1/amal", "", "mood")),
        entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), at="x"),
        entry(
            "coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), at=NO_DAY
        ),
        entry(
            "coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"), undoes=7
        ),
        entry(
            "coding:a1/amal",
            changed(None, answer(), "a1/amal", "", "mood"),
            what="undo",
        ),
        entry("coding:a1/amal", told="[]"),
        entry("coding:a1/amal", told="5"),
        entry("coding:a1/amal", told="{"),
        entry("coding:a1/amal", told="[5]"),
        entry("coding:a1/amal", told='[{"table": "answer"}]'),
        entry(
            "coding:a1/amal",
            changed(
                {**HEAD, "id": "a1/amal", "coder": "amal", "status": "open"},
                {**HEAD, "id": "a1/amal", "coder": "amal", "status": "done"},
                "a1/amal",
                table="coding",
            ),
        ),
        entry(
            "coding:a1/amal",
            changed(
                {**HEAD, "id": "a1/amal", "coder": "amal", "status": "open"},
                {
                    **HEAD,
                    "id": "a1/amal",
                    "coder": "amal",
                    "status": "open",
                    "codebook": "c@9",
                },
                "a1/amal",
                table="coding",
            ),
        ),
        entry(
            "coding:a1/amal",
            changed(
                None,
                {
                    "coding": "a1/amal",
                    "id": "s9",
                    "position": 9,
                    "kind": "x",
                    "start": 0,
                    "end": 5,
                    "quote": "xxxxx",
                    "value": None,
                    "decision": None,
                    "candidate": "",
                    "reason": "",
                },
                "a1/amal",
                "s9",
                table="span",
            ),
        ),
        entry(
            "coding:a1/amal",
            changed(
                None,
                {
                    "coding": "a1/amal",
                    "id": "s9",
                    "position": 9,
                    "kind": "x",
                    "start": 5,
                    "end": 0,
                    "quote": "",
                    "value": None,
                    "decision": None,
                    "candidate": "",
                    "reason": "",
                },
                "a1/amal",
                "s9",
                table="span",
            ),
        ),
    ],
)
def test_what_would_break_others_commands_is_refused_whole(
    standing: Team, unfit: list[Any]
) -> None:
    with pytest.raises(psycopg.Error) as caught:
        standing.sql("amal").execute(RECORD, unfit)
    assert not isinstance(caught.value, InsufficientPrivilege)
    with standing.store.read() as queries:
        assert queries.coding("a1", "amal") == coded("amal")
        assert len(queries.history("coding:a1/amal")) == 1
        assert list(problems(queries)) == []


def test_a_turn_that_turns_nothing_leaves_undo_and_everybody_else_standing(
    team: Team,
) -> None:
    sql = team.sql("amal")
    for n, (what, target) in enumerate(
        (("redo", 1), ("undo", 1), ("undo", 1), ("redo", 2))
    ):
        change = changed(None, answer(field=f"f{n}"), "a1/amal", "", f"f{n}")
        sql.execute(RECORD, entry("coding:a1/amal", change, what=what, undoes=target))
    with team.store.read() as queries:
        assert journal.stacks(queries.history("coding:a1/amal"))[0] == []
        assert list(problems(queries)) == []


def test_a_coding_belongs_to_an_article_and_an_id_to_its_coder(standing: Team) -> None:
    for row in (
        {"id": "a2/amal", "coder": "basim"},
        {"id": "a2/amal", "article": "a1", "coder": "amal"},
    ):
        head = {**HEAD, "article": "a2", "status": "open", **row}
        with pytest.raises(psycopg.errors.IntegrityError):
            change = changed(None, head, "a2/amal", table="coding")
            standing.sql("amal").execute(RECORD, entry("coding:a2/amal", change))


def test_a_submitted_coding_is_closed_to_its_coder(team: Team) -> None:
    sql = team.sql("amal")
    opened = {**HEAD, "id": "a1/amal", "coder": "amal", "status": "open"}
    submitted = {**opened, "status": "submitted"}
    sql.execute(
        RECORD,
        entry("coding:a1/amal", changed(opened, submitted, "a1/amal", table="coding")),
    )
    for change in (
        changed(submitted, opened, "a1/amal", table="coding"),
        changed(None, answer(), "a1/amal", "", "mood"),
    ):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(RECORD, entry("coding:a1/amal", change))


def test_a_supervisor_writes_in_their_own_name_only_and_not_about_the_team(
    team: Team,
) -> None:
    sql = team.sql("salma")
    row = {"article": "a2", "coder": "basim", "stage": "production", "position": 1}
    change = changed(None, row, "a2", "basim", table="assignment")
    assert sql.execute(
        RECORD, entry("assignments", change, person="salma")
    ).fetchone() == (2,)
    eve = changed(None, {"name": "eve", "role": "supervisor"}, "eve", table="person")
    for refused in (entry("assignments", change), entry("people", eve, person="salma")):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(RECORD, refused)


def row_of(coder: str, coding: str) -> Any:
    """A new coding of the second article, by its id and whose it says it is."""
    head = {
        "id": coding,
        "article": coding.rpartition(f"/{coder}")[0],
        "coder": coder,
        "codebook": "c@1",
    }
    more = {"text_sha256": SECOND.text_sha256, "status": "submitted"}
    return changed(None, {**head, **more}, coding, table="coding")


@pytest.mark.parametrize("coder", ["x/amal", "basim~2/amal", "gold/amal"])
def test_no_coder_is_invented_by_a_name_that_ends_in_one_s_own(
    standing: Team, coder: str
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        standing.sql("amal").execute(
            RECORD, entry(f"coding:a2/{coder}", row_of(coder, f"a2/{coder}"))
        )


def text_of(**given: Any) -> str:
    return json.dumps(
        [changed(None, answer(**given), "a1/amal", given.get("event", ""), "mood")]
    )


@pytest.mark.parametrize(
    "told",
    [
        text_of(value="V").replace('"before": null, ', ""),
        text_of(value="V").replace(
            '"before": null', '"before": null, "junk": ' + "[" * 500 + "]" * 500
        ),
        text_of(value="V").replace(
            '"before": null', '"before": ' + "9" * 5000 + ', "before": null'
        ),
        text_of(value="V").replace('"V"', '{"a": ' + "9" * 5000 + ', "a": 1}'),
        text_of(value="V").replace(
            '"V"', '{"a": ' + "[" * 1500 + "]" * 1500 + ', "a": 1}'
        ),
        text_of(value="V").replace('"V"', "1.799e308"),
        text_of(value="V").replace('"V"', "0.10000000000000000001"),
        text_of(value="V").replace('"V"', "1e23"),
        text_of(field="").replace('"mood"', '""'),
        text_of(value="V").replace(
            '["a1/amal", "", "mood"]', '["a1/amal", "", "mood", "junk"]'
        ),
        json.dumps(
            [
                changed(
                    None,
                    {"coding": "a1/amal", "id": "e2", "position": -1},
                    "a1/amal",
                    "e2",
                    table="event",
                )
            ]
        ),
        json.dumps(
            [
                changed(
                    None,
                    {"coding": "a1/amal", "id": "", "position": 1},
                    "a1/amal",
                    "",
                    table="event",
                )
            ]
        ),
        text_of(comment="🙂" * 1_700_000),  # 12 bytes of JSON each: more than 20 MB
    ],
    ids=range(13),
)
def test_what_cannot_be_read_back_as_it_was_written_is_refused(
    standing: Team, told: str
) -> None:
    with pytest.raises(psycopg.Error) as caught:
        standing.sql("amal").execute(RECORD, entry("coding:a1/amal", told=told))
    assert not isinstance(caught.value, InsufficientPrivilege)
    with standing.store.read() as queries:
        assert list(problems(queries)) == []


def test_new_rows_among_other_changes_are_written_in_their_order(team: Team) -> None:
    key, more = (
        ("a1/amal", "", "mood"),
        changed(None, answer(field="tone"), "a1/amal", "", "tone"),
    )
    changes = [
        changed(GENRE, None, "a1/amal", "", "genre"),
        more,
        changed(None, answer(), *key),
    ]
    changes += [
        changed(answer(), None, *key),
        changed(None, answer(value="angry"), *key),
    ]
    team.sql("amal").execute(RECORD, entry("coding:a1/amal", *changes))
    with team.store.read() as queries:
        coding = queries.coding("a1", "amal")
        assert coding is not None
        assert coding.answers == {
            "mood": Answer(value="angry"),
            "tone": Answer(value="calm"),
        }
        assert list(problems(queries)) == []


def test_a_delete_names_its_row_by_its_own_key(team: Team) -> None:
    sql = team.sql("amal")
    sql.execute(
        RECORD, entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood"))
    )
    with pytest.raises(psycopg.errors.SerializationFailure):
        sql.execute(
            RECORD,
            entry(
                "coding:a1/amal", changed(answer(), None, "a1/amal", "", "mood", "junk")
            ),
        )


@pytest.mark.parametrize("what", ["gold.recoded", "lexicon.recoded", "gold.closed"])
def test_a_coder_forges_no_step_of_gold_or_of_an_upgrade(
    standing: Team, what: str
) -> None:
    change = changed(None, answer(), "a1/amal", "", "mood")
    with pytest.raises(InsufficientPrivilege):
        standing.sql("amal").execute(RECORD, entry("coding:a1/amal", change, what=what))


def test_a_refused_entry_does_not_tell_its_place_in_the_journal(standing: Team) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        change = changed(None, answer(), "a1/amal", "", "mood")
        standing.sql("amal").execute(RECORD, entry("coding:a1/amal", change, at="x"))
    assert caught.value.diag.message_detail is None


def test_a_coding_that_is_submitted_meanwhile_stays_closed(team: Team) -> None:
    opened = {**HEAD, "id": "a1/amal", "coder": "amal", "status": "open"}
    submitted = {**opened, "status": "submitted"}
    first, second = team.sql("amal"), team.sql("amal")
    first.execute("BEGIN")
    first.execute(
        RECORD,
        entry("coding:a1/amal", changed(opened, submitted, "a1/amal", table="coding")),
    )
    second.execute("SET lock_timeout = '200ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        second.execute(
            RECORD,
            entry("coding:a1/amal", changed(GENRE, None, "a1/amal", "", "genre")),
        )
    first.execute("COMMIT")
    with pytest.raises(InsufficientPrivilege):
        second.execute(
            RECORD,
            entry("coding:a1/amal", changed(GENRE, None, "a1/amal", "", "genre")),
        )


def test_nobody_loses_their_role_when_somebody_else_leaves(team: Team) -> None:
    retire = changed(None, {"person": "basim"}, "basim", table="retired")
    team.sql("owner").execute(RECORD, entry("people", retire, person="setup"))
    for person, role in (
        ("amal", "coder"),
        ("salma", "supervisor"),
        ("basim", None),
        ("owner", "owner"),
    ):
        assert team.sql(person).execute("SELECT team_role()").fetchone() == (role,)


def test_nothing_is_claimed_for_nobody(standing: Team) -> None:
    with pytest.raises(InsufficientPrivilege):
        standing.sql("amal").execute("SELECT unclaimed_article(NULL)")
