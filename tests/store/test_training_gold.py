"""A trainee reads closed gold of what they submitted in training: what it says, and
nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from blind_team import SECOND, Team, at_work, coded
from entries_by_hand import RECORD, changed, entry
from msgspec.structs import replace
from psycopg.errors import InsufficientPrivilege

from coder.model import GOLD, Answer, Coding, Span, Status
from tests.support.postgres import Server

PARTS = ("coding", "span", "event", "answer")


@pytest.fixture
def trained(postgres: Server) -> Iterator[Team]:
    """Amal has a2 in training; its gold is salma's, made of basim's coding."""
    with at_work(postgres) as team:
        with team.store.begin("setup") as work:
            work.assign(
                [("a2", "amal", "training", 1), ("a2", "basim", "production", 1)]
            )
        with team.as_("salma").begin("salma") as work:
            work.save_gold((None, []), (gold(Status.OPEN), []), "gold.taken", "a2")
        yield team


def of_second(person: str) -> Coding:
    """A small coding of a2."""
    return replace(coded(person, SECOND), spans=(Span("s1", "trigger", 0, 3, "قصف"),))


def gold(status: Status) -> Coding:
    genre = Answer(
        value="g",
        taken_from=("basim",),
        reason="evidence",
        by="salma",
        comment="basim: سرّ",
    )
    return replace(of_second(GOLD), answers={"genre": genre}, status=status)


def submit(team: Team, person: str) -> None:
    """A small coding of a2 by somebody, submitted."""
    own = of_second(person)
    with team.as_(person).begin(person) as work:
        work.save_coding(None, own, "value.set")
        work.save_coding(own, replace(own, status=Status.SUBMITTED), "coding.submitted")


def close(team: Team) -> None:
    with team.as_("salma").begin("salma") as work:
        work.save_gold(
            (gold(Status.OPEN), []), (gold(Status.SUBMITTED), []), "gold.closed", "a2"
        )


def seen(team: Team, person: str, article: str = "a2") -> Coding | None:
    """The gold that a login sees."""
    with team.as_(person).read() as queries:
        return queries.gold(article)


def test_gold_is_seen_when_the_coding_is_submitted_and_the_gold_closed(
    trained: Team,
) -> None:
    assert seen(trained, "amal") is None
    submit(trained, "amal")
    assert seen(trained, "amal") is None
    close(trained)
    found = seen(trained, "amal")
    assert found is not None and found.answers["genre"] == Answer(
        value="g"
    )  # whose and why is not told
    assert (found.events, found.spans) == (
        gold(Status.OPEN).events,
        gold(Status.OPEN).spans,
    )


def test_closed_gold_alone_is_not_enough(trained: Team) -> None:
    close(trained)
    assert seen(trained, "amal") is None


def test_who_codes_the_data_sees_none(trained: Team) -> None:
    submit(trained, "basim")
    submit(trained, "amal")
    close(trained)
    trained.sql("owner").execute(
        "UPDATE coding SET status = 'submitted' WHERE article = 'a1'"
    )
    assert (
        seen(trained, "basim")
        is seen(trained, "basim", "a1")
        is seen(trained, "amal", "a1")
        is None
    )


def test_no_sql_gets_at_more_of_it(trained: Team) -> None:
    submit(trained, "amal")
    close(trained)
    sql = trained.sql("amal")
    for part in PARTS:
        for article in ("a1", "", "a2/gold", "a2/basim", "%"):
            assert sql.execute(
                f"SELECT count(*) FROM gold_{part}(%s)", [article]
            ).fetchone() == (0,)
    for refused in (
        "SELECT training_gold('a2')",
        "SELECT * FROM own_journal('gold:a2')",
    ):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(refused)
    [told] = sql.execute(
        "SELECT taken_from, reason, \"by\", comment FROM gold_answer('a2') WHERE event = ''"
    )
    assert told == ([], "", "", "")


@pytest.mark.parametrize("stage", ["training", "production"])
def test_nobody_takes_an_article_for_training(trained: Team, stage: str) -> None:
    row: dict[str, Any] = {
        "article": "a2",
        "coder": "basim",
        "stage": stage,
        "position": 0,
    }
    trained.sql("owner").execute(
        "DELETE FROM assignment WHERE article = 'a2' AND coder = 'basim'"
    )
    told = entry(
        "assignments:basim",
        changed(None, row, "a2", "basim", table="assignment"),
        person="basim",
    )
    if stage == "production":
        trained.sql("basim").execute(RECORD, told)
    else:
        with pytest.raises(InsufficientPrivilege, match="training"):
            trained.sql("basim").execute(RECORD, told)


def test_gold_of_a_withdrawn_article_is_not_seen(trained: Team) -> None:
    submit(trained, "amal")
    close(trained)
    trained.sql("owner").execute("INSERT INTO withdrawn VALUES ('a2', 'twice')")
    assert seen(trained, "amal") is None
