"""Matching events: laws of the alignment, of clusters and of F1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coder.agreement.align import (
    PAIRING,
    CodedArticle,
    EventView,
    Member,
    Pairing,
    alignment,
    clusters,
    split_parts,
)
from coder.agreement.event_agreement import chance_event_f1, corrected, event_counts
from coder.agreement.result import FEW_CODERS, NO_PAIRS, Score
from coder.agreement.spans import join_fragments
from tests.support.published_measures import event_similarity

FRAGMENTS = st.lists(
    st.builds(
        lambda start, size: (start, start + size),
        st.integers(0, 60),
        st.integers(1, 30),
    ),
    max_size=3,
).map(join_fragments)
DATES = st.none() | st.builds(
    lambda day, more: (day, day + more), st.integers(1, 12), st.integers(0, 4)
)


def events(prefix: str) -> st.SearchStrategy[list[EventView]]:
    one = st.builds(
        EventView,
        st.just(""),
        FRAGMENTS,
        DATES,
        st.none() | st.sampled_from(["Homs", "Hama"]),
        st.lists(st.sampled_from("pqr"), max_size=2, unique=True),
    )
    return st.lists(one, max_size=6).map(
        lambda found: [
            EventView(f"{prefix}{n}", e.evidence, e.date, e.place, e.actors)
            for n, e in enumerate(found, 1)
        ]
    )


ARTICLES = st.lists(
    st.fixed_dictionaries(
        {}, optional={"A": events("a"), "B": events("b"), "C": events("c")}
    ),
    max_size=4,
)


def named(first: list[EventView], second: list[EventView]) -> set[tuple[str, str]]:
    return {(first[i].id, second[j].id) for i, j, _ in alignment(first, second)}


def pairwise_event_f1(articles: Sequence[CodedArticle]) -> Score:
    return event_counts(articles).score()


@given(events("a"), events("b"))
def test_similarity_is_symmetric_and_between_0_and_1(
    first: list[EventView], second: list[EventView]
) -> None:
    for a, b in product(first, second):
        assert event_similarity(a, b) == event_similarity(b, a)
        assert 0 <= (event_similarity(a, b) or 0) <= 1


@given(events("a"), events("b"), st.randoms(use_true_random=False))
def test_alignment_forgets_order_and_side(
    first: list[EventView], second: list[EventView], random: Any
) -> None:
    expected = named(first, second)
    assert {(a, b) for b, a in named(second, first)} == expected
    shuffled, other = list(first), list(second)
    random.shuffle(shuffled)
    random.shuffle(other)
    assert named(shuffled, other) == expected


@given(events("a"), events("b"))
def test_alignment_is_one_to_one_above_the_threshold_and_best(
    first: list[EventView], second: list[EventView]
) -> None:
    matches = alignment(first, second)
    assert (
        len({m.first for m in matches})
        == len({m.second for m in matches})
        == len(matches)
    )
    table = [[event_similarity(a, b) or 0.0 for b in second] for a in first]
    assert all(
        m.similarity == table[m.first][m.second] >= PAIRING.threshold for m in matches
    )
    assert sum(m.similarity for m in matches) == pytest.approx(_best_total(table))


def _best_total(table: list[list[float]]) -> float:
    """The greatest total of a one-to-one choice among entries that reach the threshold,
    by trying all.
    """
    if not table:
        return 0.0
    head, rest = table[0], table[1:]
    best = _best_total(rest)
    for j, weight in enumerate(head):
        if weight >= PAIRING.threshold:
            without = [[*row[:j], 0.0, *row[j + 1 :]] for row in rest]
            best = max(best, weight + _best_total(without))
    return best


@given(events("a"), events("b"))
def test_without_shared_evidence_events_with_evidence_never_match(
    first: list[EventView], second: list[EventView]
) -> None:
    for i, j, _ in alignment(first, second):
        a, b = first[i].evidence, second[j].evidence
        if a and b:
            assert any(s < f and t < e for s, e in a for t, f in b)


@given(ARTICLES)
def test_clusters_hold_every_event_once_and_one_per_coder(
    articles: list[dict[str, list[EventView]]],
) -> None:
    for article in articles:
        found = clusters(article)
        members = [m for cluster in found for m in cluster]
        assert sorted(members) == sorted(
            Member(e.id, c) for c, held in article.items() for e in held
        )
        assert all(len({m.coder for m in cluster}) == len(cluster) for cluster in found)


@given(events("a"), events("b"))
def test_clusters_of_two_coders_are_the_alignment(
    first: list[EventView], second: list[EventView]
) -> None:
    found = {
        tuple(m.event for m in c)
        for c in clusters({"A": first, "B": second})
        if len(c) == 2
    }
    assert found == named(first, second)


@given(ARTICLES)
def test_an_empty_coding_moves_no_other_cluster(
    articles: list[dict[str, list[EventView]]],
) -> None:
    for article in articles:
        assert clusters({**article, "D": []}) == clusters(article)


@given(ARTICLES, st.randoms(use_true_random=False))
def test_f1_forgets_the_order_of_articles_and_coders(
    articles: list[dict[str, list[EventView]]], random: Any
) -> None:
    shuffled = [
        dict(random.sample(list(article.items()), len(article))) for article in articles
    ]
    random.shuffle(shuffled)
    for measure in (pairwise_event_f1, chance_event_f1):
        expected = measure(articles)
        found = measure(shuffled)
        assert found.value == pytest.approx(expected.value)
        assert (found.n, found.reason) == (expected.n, expected.reason)


def numbers_of_pairs(
    first: Sequence[EventView], second: Sequence[EventView], how: Pairing
) -> set[int]:
    """How many pairs the pairings with the greatest total similarity have, from all
    that there are.
    """
    totals: dict[int, float] = {0: 0.0}  # number of pairs → the greatest total

    def pair_on(at: int, free: frozenset[int], pairs: int, total: float) -> None:
        totals[pairs] = max(total, totals.get(pairs, 0.0))
        for i in range(at, len(first)):
            for j in free:
                similarity = event_similarity(first[i], second[j], how) or 0.0
                if similarity >= how.threshold:
                    pair_on(i + 1, free - {j}, pairs + 1, total + similarity)

    pair_on(0, frozenset(range(len(second))), 0, 0.0)
    return {
        pairs
        for pairs, total in totals.items()
        if total == pytest.approx(max(totals.values()))
    }


# One equal pair and two half alike have the same total: either is a greatest one.
TIED = [EventView("b1", actors="pq"), EventView("b2", actors="p")]
TIED_TOO = [EventView("a1"), EventView("a2", actors="q"), EventView("a3", actors="pq")]


@given(ARTICLES)
@example([{"A": [], "B": TIED}, {"A": TIED_TOO, "B": []}])
def test_chance_f1_crosses_every_article_with_every_other(
    articles: list[dict[str, list[EventView]]],
) -> None:
    both = [article for article in articles if "A" in article and "B" in article]
    crossed = [(t["A"], u["B"]) for t in both for u in both if t is not u]
    n = sum(len(a) + len(b) for a, b in crossed)
    for how in (PAIRING, Pairing(needs_evidence=True)):
        hits = [numbers_of_pairs(a, b, how) for a, b in crossed]
        found = chance_event_f1([{c: t[c] for c in "AB"} for t in both], how)
        if found.value is None:
            assert n == 0
        else:
            fewest, most = (2 * sum(map(bound, hits)) / n for bound in (min, max))
            assert fewest - 1e-9 <= found.value <= most + 1e-9


def test_chance_f1_of_more_events_than_are_looked_at_at_once() -> None:
    """In each of 50 stretches 44 events of 44 articles: each is like 43 of the 2,199 in
    other articles.
    """
    articles = [
        {
            coder: [EventView("e", ((10 * (n % 50), 10 * (n % 50) + 10),))]
            for coder in "AB"
        }
        for n in range(2200)
    ]
    assert chance_event_f1(articles).value == pytest.approx(43 / 2199)


def test_an_event_without_evidence_matches_by_its_values_or_not_at_all() -> None:
    bare = (
        EventView("a", date=(5, 5), place="Homs"),
        EventView("b", date=(5, 5), place="Homs"),
    )
    cited = EventView("c", ((0, 5),), date=(5, 5), place="Homs")
    strict = Pairing(needs_evidence=True)
    assert event_similarity(*bare) == 1.0
    assert event_similarity(*bare, strict) == 0
    assert named([bare[0]], [bare[1]]) == {("a", "b")}
    assert alignment([bare[0]], [bare[1]], strict) == []
    assert alignment([bare[0]], [cited], strict) == []
    assert event_similarity(cited, cited, strict) == 1.0
    three = {"A": [bare[0]], "B": [bare[1]], "C": [cited]}
    assert len(clusters(three)) == 1 and len(clusters(three, strict)) == 3


def test_events_that_share_nothing_are_never_one_even_at_threshold_0() -> None:
    coded = {
        name: [EventView("e", ((10 * n, 10 * n + 5),))] for n, name in enumerate("abc")
    }
    assert [len(cluster) for cluster in clusters(coded, Pairing(threshold=0.0))] == [
        1,
        1,
        1,
    ]


def test_f1_needs_two_coders_of_one_article() -> None:
    assert pairwise_event_f1([{"A": []}]).reason == FEW_CODERS
    assert pairwise_event_f1([{"A": []}, {"B": []}]).reason == NO_PAIRS


def test_corrected_f1_sets_chance_to_zero() -> None:
    assert corrected(Score(0.6, 10), Score(0.2, 90)).value == pytest.approx(0.5)
    assert corrected(Score(0.2, 10), Score(0.2, 90)).value == 0
    assert corrected(Score(1.0, 10), Score(1.0, 90)).value is None


def test_events_that_share_no_stated_term_have_no_similarity() -> None:
    a, b = EventView("a", evidence=((0, 5),)), EventView("b", place="Homs")
    assert event_similarity(a, b) is None
    assert alignment([a], [b], Pairing(threshold=0.0)) == []


def test_a_similarity_at_the_threshold_counts() -> None:
    # Dice 2 * 40 / 200 = .4 exactly, though .7 * .4 / .7 falls short of it in binary.
    a, b = EventView("a", ((0, 100),)), EventView("b", ((60, 160),))
    assert named([a], [b]) == {("a", "b")}


def test_a_split_part_has_half_its_evidence_inside_one_event() -> None:
    whole = EventView("b1", ((0, 100),))
    parts = [
        EventView("a1", ((0, 60),)),
        EventView("a2", ((60, 140),)),
        EventView("a3", ((98, 140),)),
    ]
    of_first, of_second = split_parts(parts, [whole], alignment(parts, [whole]))
    assert ([e.id for e in of_first], of_second) == (["a2"], [])
