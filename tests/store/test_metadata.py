"""What is known of an article is a row like others: journalled, replayed, read by all,
written by few.
"""

from __future__ import annotations

import pytest
from blind_team import Team
from psycopg.errors import InsufficientPrivilege

from coder.errors import CoderError
from coder.model import Article
from coder.store.replay import problems
from coder.store.unit_of_work import Store

KNOWN = {"outlet": "سانا", "published": "2024-03-05"}
MORE = {**KNOWN, "title": "غارة"}


def correct(store: Store, by: str) -> None:
    with store.begin(by) as work:
        before = work.queries.metadata(["a1"])
        work.save_metadata(before, {"a1": MORE}, "metadata.corrected")


def test_it_comes_back_with_its_article_and_the_journal_gives_it(
    database_url: str,
) -> None:
    store = Store.create(database_url)
    with store.begin("setup") as work:
        work.add_articles([Article("a1", "نص", metadata=KNOWN), Article("a2", "نص")])
    correct(store, "setup")
    with store.read() as queries:
        assert queries.article("a1") == Article("a1", "نص", metadata=MORE)
        assert queries.articles_of(["a1", "a2"])["a2"].metadata == {}
        assert queries.metadata() == {"a1": MORE}
        assert [e.what for e in queries.entries(subject="metadata")] == [
            "metadata.imported",
            "metadata.corrected",
        ]
        assert list(problems(queries)) == []
    store.close()


def test_a_coder_reads_it_and_a_supervisor_corrects_it(team: Team) -> None:
    correct(team.as_("salma"), "salma")
    with team.as_("amal").read() as queries:
        article = queries.article("a1")
    assert article is not None and article.metadata == MORE
    with pytest.raises(CoderError), team.as_("amal").begin("amal") as work:
        work.save_metadata({"a1": MORE}, {"a1": KNOWN}, "metadata.corrected")
    with pytest.raises(InsufficientPrivilege):
        team.sql("amal").execute("DELETE FROM metadata")
