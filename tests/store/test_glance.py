"""The first look finds what the coding screen is about to open, and keeps silent where it cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from blind_team import ARTICLE, SECOND, SPAN, Team, coded
from msgspec.structs import replace

from coder.model import SKIP, Remark, Status
from coder.store.glance import glance
from coder.store.unit_of_work import Store


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    """A database in which amal has two articles and has begun the first."""
    store = Store.create(database_url)
    with store.begin("setup") as work:
        work.add_articles([ARTICLE, SECOND])
        work.add_person("amal", "coder")
        if store.has_logins:
            work.add_login("amal", "coder", "")
        work.assign([("a1", "amal", "production", 1), ("a2", "amal", "production", 2)])
        begun = replace(
            coded("amal"),
            spans=(SPAN, replace(SPAN, id="s2", start=6, end=9, quote="على")),
        )
        work.save_coding(None, begun, "coding.imported")
    yield database_url.replace("owner@", "")
    store.close()


def test_the_next_article_and_where_it_was_left(url: str, database_url: str) -> None:
    assert glance(url, "amal", None) == (ARTICLE.text, 6)
    assert glance(url, "amal", "a2") == (SECOND.text, 0)
    store = Store.open(database_url)
    with store.begin("setup") as work:
        before = work.queries.coding("a1", "amal")
        assert before is not None
        work.save_coding(
            before, replace(before, status=Status.SUBMITTED), "coding.submitted"
        )
    store.close()
    assert glance(url, "amal", None) == (SECOND.text, 0)


def test_what_was_begun_comes_first(url: str, database_url: str) -> None:
    third = replace(SECOND, id="a0", text="نص ثالث")
    store = Store.open(database_url)
    with store.begin("setup") as work:
        work.add_articles([third])
        work.assign([("a0", "amal", "production", 0)])
    store.close()
    assert glance(url, "amal", None) == (ARTICLE.text, 6)


def test_what_is_put_off_comes_last(url: str, database_url: str) -> None:
    store = Store.open(database_url)
    with store.begin("amal") as work:
        skip = Remark(
            "a1", "amal", "s1", "amal", "2026-01-01T10:00:00.000+00:00", "", SKIP
        )
        work.remark(None, skip, "skip.made")
        work.remark(
            None, replace(skip, article="a2", coder="basim", by="basim"), "skip.made"
        )
    assert glance(url, "amal", None) == (SECOND.text, 0)
    with store.begin("amal") as work:
        work.remark(skip, None, "skip.removed")
    store.close()
    assert glance(url, "amal", None) == (ARTICLE.text, 6)


def test_what_is_not_plain_is_left_to_the_real_door(url: str) -> None:
    assert glance(url, "amal", "a") is None  # two begin so
    assert glance(url, "amal", "x") is None
    assert glance(url, "nobody", None) is None
    assert glance("sqlite:////nowhere.db", "amal", None) is None
    assert glance("postgresql+psycopg:///nowhere?host=/nowhere", "amal", None) is None


def test_a_first_look_sees_no_more_than_its_person(team: Team) -> None:
    with team.store.begin("setup") as work:
        work.assign([("a2", "basim", "production", 1)])
    url = team.server.url(team.name)
    assert glance(url, "basim", "a2") == (SECOND.text, 0)
    assert glance(url, "amal", None) == (ARTICLE.text, 0)
