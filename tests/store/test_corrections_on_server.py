"""Corrected texts on PostgreSQL: who may write them, and what logins see and write."""

from __future__ import annotations

import psycopg
import pytest
from blind_team import ARTICLE, SPAN, Team, coded
from msgspec.structs import replace

from coder.errors import CoderError, ConflictError
from coder.model import Article, Coding, Correction
from coder.store.replay import problems

NEW = replace(ARTICLE, text="عاجل: " + ARTICLE.text, version=2)
MOVED = replace(SPAN, start=SPAN.start + 6, end=SPAN.end + 6)


def correction(article: Article) -> Correction:
    return Correction(article.id, article.version, article.text, (), "cut off")


def carried(coder: str) -> Coding:
    return replace(coded(coder), text_sha256=NEW.text_sha256, spans=(MOVED,))


def test_a_supervisor_corrects_and_coders_work_on_the_new_text(team: Team) -> None:
    with team.as_("salma").begin("salma") as work:
        work.correct_text(correction(NEW))
        work.save_coding(coded("amal"), carried("amal"), "coding.carried")
    amal = team.as_("amal")
    with amal.read() as queries:
        assert queries.article("a1") == NEW
        assert queries.coding("a1", "amal") == carried("amal")
    word = replace(MOVED, id="s2", kind="place", start=12, end=13, quote=NEW.text[12])
    more = replace(carried("amal"), spans=(MOVED, word))
    with amal.begin("amal") as work:
        work.save_coding(carried("amal"), more, "span.drawn")
    with team.store.read() as queries:
        assert queries.coding("a1", "amal") == more
        misplaced = [each.where for each in problems(queries)]
    # The others' work was not carried over.
    assert {where.split("/")[1] for where in misplaced} == {"basim", "gold"}


def test_nobody_codes_on_the_text_before(team: Team) -> None:
    with team.as_("salma").begin("salma") as work:
        work.correct_text(correction(NEW))
    new = replace(coded("amal"), answers={})
    with (
        pytest.raises(ConflictError, match="corrected"),
        team.as_("amal").begin("amal") as work,
    ):
        work.save_coding(coded("amal"), new, "value.removed")


def test_a_coders_login_corrects_nothing(team: Team) -> None:
    with pytest.raises(CoderError), team.as_("amal").begin("amal") as work:
        work.correct_text(correction(NEW))
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        team.sql("amal") as connection,
    ):
        connection.execute(
            "INSERT INTO correction VALUES ('a1', '2', 'x', 'y', NULL, 'z')"
        )
    with team.store.read() as queries:
        assert queries.article("a1") == ARTICLE
