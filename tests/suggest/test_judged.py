"""Precision, from a list on which every candidate of two sample articles was judged by
reading the text.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.registry import propose

Key = tuple[str, str, int, int]
LIST = Path(__file__).with_name("judged.tsv")


@pytest.fixture(scope="module")
def judged() -> dict[Key, bool]:
    rows = (
        line.split("\t")
        for line in LIST.read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    return {
        (a, kind, int(start), int(end)): verdict == "yes"
        for a, kind, start, end, verdict, *_ in rows
    }


@pytest.fixture(scope="module")
def offered(
    conflict_events: Codebook, sample_articles: dict[str, Article]
) -> dict[Key, str]:
    return {
        (name[:3], c.kind, c.start, c.end): c.quote
        for name, article in sample_articles.items()
        if name[:3] in ("000", "004")
        for c in propose(article, conflict_events)
    }


def test_every_candidate_has_been_judged(
    judged: dict[Key, bool], offered: dict[Key, str]
) -> None:
    unjudged = [(*key, quote) for key, quote in offered.items() if key not in judged]
    assert not unjudged, (
        f"read them in the article and add them to {LIST.name}: {unjudged}"
    )


def test_most_candidates_are_mentions_that_an_annotator_would_mark(
    judged: dict[Key, bool], offered: dict[Key, str]
) -> None:
    right = sum(judged.get(key, False) for key in offered)
    assert len(offered) >= 250
    assert right / len(offered) >= 0.85


def test_the_quotes_of_the_list_are_those_of_the_articles(
    sample_articles: dict[str, Article],
) -> None:
    texts = {name[:3]: article.text for name, article in sample_articles.items()}
    for line in LIST.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            article, _, start, end, _, quote, *_ = line.split("\t")
            assert texts[article][int(start) : int(end)].replace("\n", " ") == quote
