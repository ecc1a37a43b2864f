"""Recall and anchoring by hand, on articles small enough to count."""

from __future__ import annotations

import pytest

from coder.agreement.blind_sample import (
    NO_BLIND,
    NO_CONTRAST,
    SampledArticle,
    anchoring,
    recalls,
)
from coder.agreement.bootstrap import Plan
from coder.agreement.result import FEW_ARTICLES, NO_SPREAD, NOTHING_MARKED
from coder.agreement.spans import Mark

PLAN = Plan(B=200)
KINDS = ("place", "actor", "date")


def mark(kind: str, start: int, end: int) -> Mark:
    return Mark.of([(start, end)], kind)


CANDIDATES = (mark("actor", 0, 5), mark("place", 10, 15))
BLIND = (mark("actor", 0, 5), mark("actor", 20, 25), mark("place", 11, 15))
ARTICLE = SampledArticle(CANDIDATES, (BLIND,), (CANDIDATES,))


def test_recall_is_the_share_of_blind_coders_spans_that_a_candidate_of_the_kind_overlaps_or_equals() -> (
    None
):
    found = {row.kind: row for row in recalls([ARTICLE], KINDS, PLAN)}
    # Of three spans one is equalled (actor 0-5), one more overlapped (place 11-15 by
    # 10-15), one missed.
    assert list(found) == ["", "place", "actor"]
    counted = {
        kind: (r.overlap.value, r.exact.value, r.overlap.n) for kind, r in found.items()
    }
    assert counted[""] == (pytest.approx(2 / 3), pytest.approx(1 / 3), 3)
    assert counted["place"] == (1, 0, 1)
    assert counted["actor"] == (0.5, 0.5, 2)
    assert found[""].overlap_interval.reason == FEW_ARTICLES


def test_a_candidate_of_another_kind_finds_nothing() -> None:
    [every, *_] = recalls(
        [SampledArticle((mark("date", 0, 5),), ((mark("actor", 0, 5),),))], KINDS, PLAN
    )
    assert (every.overlap.value, every.exact.value) == (0, 0)


def test_anchoring_is_how_much_more_those_agree_with_the_candidates_who_saw_them() -> (
    None
):
    found = anchoring([ARTICLE], PLAN)
    # Who saw them took both: F1 = 2*2 / (2+2) = 1. Who did not: one of three hit, 2*1 /
    # (3+2) = 0.4.
    assert found.first.value == 1 and found.first.n == 4
    assert found.second.value == pytest.approx(0.4) and found.second.n == 5
    assert found.difference.value == pytest.approx(0.6) and found.difference.n == 9
    assert (found.articles, found.interval.reason) == (1, FEW_ARTICLES)


def test_articles_that_are_all_alike_leave_no_interval() -> None:
    found = anchoring([ARTICLE] * 20, PLAN)
    assert found.difference.value == pytest.approx(0.6)
    assert (found.interval.low, found.interval.reason) == (None, NO_SPREAD)
    [every, *_] = recalls([ARTICLE] * 20, KINDS, PLAN)
    assert every.overlap_interval.reason == NO_SPREAD


def test_articles_that_differ_give_an_interval_around_the_figure() -> None:
    led = SampledArticle(CANDIDATES, (BLIND,), (CANDIDATES,))
    not_led = SampledArticle(CANDIDATES, (CANDIDATES,), (CANDIDATES,))
    found = anchoring([led, not_led] * 15, PLAN)
    # Without candidates: 15 articles with 1 hit of 3+2 marks, 15 with 2 of 2+2: 2*45 /
    # 135 = 2/3.
    assert found.difference.value == pytest.approx(1 / 3)
    assert found.interval.low is not None and found.interval.high is not None
    assert 0 < found.interval.low < 1 / 3 < found.interval.high < 0.6


def test_what_cannot_be_told_is_said_with_its_reason() -> None:
    [every] = recalls([], KINDS, PLAN)
    assert (every.overlap.value, every.overlap.reason) == (None, NO_BLIND)
    [every] = recalls([SampledArticle(CANDIDATES, ((),))], KINDS, PLAN)
    assert every.exact.reason == NOTHING_MARKED
    alone = anchoring([SampledArticle(CANDIDATES, (BLIND,))], PLAN)
    assert (alone.articles, alone.difference.reason, alone.interval.reason) == (
        0,
        NO_CONTRAST,
        NO_CONTRAST,
    )
