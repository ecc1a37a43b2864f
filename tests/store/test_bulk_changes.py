"""Many new articles and codings at once: by the owner of the tables, by logins of
supervisor and coder.
"""

from __future__ import annotations

import pytest
from blind_team import SECOND, SPAN, Team, coded
from msgspec.structs import replace
from small_project import CODED, EMPTY, fill

from coder.errors import CoderError, ConflictError
from coder.model import Article, Coding
from coder.store import convert, journal
from coder.store.replay import problems
from coder.store.unit_of_work import Store


def coded_second(coder: str) -> Coding:
    return replace(coded(coder, SECOND), spans=(replace(SPAN, quote=SECOND.text[:5]),))


def test_a_coding_that_is_there_is_not_added_again_and_nothing_with_it(
    database_url: str,
) -> None:
    store = fill(Store.create(database_url))
    new = replace(EMPTY, coder="basim")
    with pytest.raises(ConflictError), store.begin("setup") as work:
        work.add_codings([new, CODED], "coding.imported")
    with store.read() as queries:
        assert (
            queries.coding("a1", "basim") is None
            and queries.history("coding:a1/basim") == []
        )
        assert queries.coding("a1", "amal") == CODED
        assert list(problems(queries)) == []
    store.close()


def test_a_supervisor_adds_codings_as_the_owner_does(team: Team) -> None:
    for person, store in (("setup", team.store), ("salma", team.as_("salma"))):
        coder = {"setup": "amal", "salma": "basim"}[person]
        with store.begin(person) as work:
            work.add_codings([coded_second(coder)], "coding.imported")
    with team.store.read() as queries:
        told = {}
        for coder in ("amal", "basim"):
            assert queries.coding("a2", coder) == coded_second(coder)
            [entry] = queries.entries(subject=f"coding:a2/{coder}")
            told[coder] = entry.told
        assert told["amal"].replace("amal", "basim") == told["basim"]
        assert list(problems(queries)) == []


def test_a_coder_s_login_adds_none(team: Team) -> None:
    with pytest.raises(CoderError), team.as_("amal").begin("amal") as work:
        work.add_codings([coded_second("amal")], "coding.imported")
    with team.store.read() as queries:
        assert queries.coding("a2", "amal") is None


KNOWN = {"published": "2024-01-05", "outlet": "\u2028"}
NEWS = [
    Article("b2", "نصّ \U0001f4f0 ثانٍ", 'a "b"\\c.jsonl', ((0, 3), (5, 6)), KNOWN),
    Article("b1", "نص\nأول", "a.txt"),
]


def test_articles_are_written_and_told_as_any_other_change_is(
    database_url: str,
) -> None:
    store = fill(Store.create(database_url))
    with store.begin("setup") as work:
        work.add_articles(NEWS)
    with store.read() as queries:
        assert queries.articles_of({"b1", "b2"}) == {each.id: each for each in NEWS}
        assert list(problems(queries)) == []
        told = [
            [*queries.entries(subject=name)][-1].told
            for name in ("articles", "metadata")
        ]
    rows = [convert.article_rows(NEWS), convert.metadata_rows({"b2": KNOWN})]
    assert told == [journal.dump(journal.differences({}, each)) for each in rows]
    store.close()


def test_a_supervisor_adds_articles_as_the_owner_does_and_a_coder_none(
    team: Team,
) -> None:
    for person, store in (("setup", team.store), ("salma", team.as_("salma"))):
        with store.begin(person) as work:
            work.add_articles(
                [replace(each, id=f"{person}/{each.id}") for each in NEWS]
            )
    with pytest.raises(CoderError), team.as_("amal").begin("amal") as work:
        work.add_articles(NEWS)
    with team.store.read() as queries:
        entries = {
            e.person: e.told
            for e in queries.entries(subject="articles")
            if e.version > 1
        }
        assert entries["setup"].replace("setup/", "salma/") == entries["salma"]
        assert queries.articles_of({"salma/b2"})["salma/b2"].text == NEWS[0].text
        assert queries.articles_of({"b1", "b2"}) == {}
        assert list(problems(queries)) == []


def test_what_no_database_keeps_is_no_article(database_url: str) -> None:
    store = fill(Store.create(database_url))
    for wrong in (
        replace(NEWS[0], text="a\0b"),
        replace(NEWS[0], metadata={"outlet": "\ud800"}),
    ):
        with (
            pytest.raises(CoderError, match="cannot be stored"),
            store.begin("setup") as work,
        ):
            work.add_articles([NEWS[1], wrong])
    with store.read() as queries:
        assert queries.articles_of({"b1", "b2"}) == {}
    store.close()
