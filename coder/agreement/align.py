"""Which event answers which: the only matcher, for scores and for adjudication alike.

Two codings of one article are paired one to one by a linear sum assignment over similarities that
reach the threshold; three or more are joined by average linkage. Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from coder.agreement.distance import Floats
from coder.agreement.result import FEW_CODERS, NO_PAIRS, NOTHING_MARKED, Score, ratio, undefined
from coder.agreement.spans import Fragment, shared_length

Term: TypeAlias = Literal["evidence", "date", "place", "actors"]

WEIGHTS: Mapping[Term, float] = {"evidence": 0.7, "date": 0.1, "place": 0.1, "actors": 0.1}
THRESHOLD = 0.40
DATE_CAP_DAYS = 7
_DIGITS = 12
"""Similarities are rounded to so many digits, so that equal ones tie and the threshold itself counts."""


@dataclass(frozen=True, slots=True)
class EventView:
    """What the matcher sees of an event; an empty or missing side removes the term from a comparison.

    evidence: joined fragments in code points. date: first and last day as day numbers.
    """

    id: str
    evidence: tuple[Fragment, ...] = ()
    date: tuple[int, int] | None = None
    place: str | None = None
    actors: frozenset[str] = frozenset()


CodedArticle: TypeAlias = Mapping[str, Sequence[EventView]]
"""The events of each coder who coded the article; an empty list is coded and empty."""


class Member(NamedTuple):
    """One coder's event; event id first, since ties go by it."""

    event: str
    coder: str


class Match(NamedTuple):
    """Two events of different coders that are the same event, by their places in the two lists."""

    first: int
    second: int
    similarity: float


def event_similarity(
    a: EventView, b: EventView, exclude: Term | None = None, cap_days: float = DATE_CAP_DAYS
) -> float | None:
    """How alike two events are, from 0 to 1: the weighted mean over the terms present on both sides.

    Evidence counts .70 by Dice on characters; date (1 - days / cap_days), place (equal or not) and
    actors (Jaccard index) .10 each. None if no term is present on both sides.
    """
    total = weight = 0.0
    for term, share in WEIGHTS.items():
        if term != exclude and (score := _term(term, a, b, cap_days)) is not None:
            total += share * score
            weight += share
    return round(total / weight, _DIGITS) if weight else None


def _term(term: Term, a: EventView, b: EventView, cap_days: float) -> float | None:
    """The similarity in one term, None where a side lacks it."""
    if term == "evidence" and a.evidence and b.evidence:
        sizes = sum(end - start for start, end in (*a.evidence, *b.evidence))
        return 2 * shared_length(a.evidence, b.evidence) / sizes
    if term == "date" and a.date is not None and b.date is not None:
        days = (abs(a.date[0] - b.date[0]) + abs(a.date[1] - b.date[1])) / 2
        return max(0.0, 1 - days / cap_days)
    if term == "place" and a.place and b.place:
        return float(a.place == b.place)
    if term == "actors" and a.actors and b.actors:
        return len(a.actors & b.actors) / len(a.actors | b.actors)
    return None


def similarities(
    first: Sequence[EventView],
    second: Sequence[EventView],
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> Floats:
    """Similarities of all pairs, 0 where nothing can be compared; shape (first, second)."""
    table = np.zeros((len(first), len(second)))
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            table[i, j] = event_similarity(a, b, exclude, cap_days) or 0.0
    return table


def alignment(
    first: Sequence[EventView],
    second: Sequence[EventView],
    threshold: float = THRESHOLD,
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> list[Match]:
    """Pair the events of two coders of one article one to one, in the order of the first coder's ids.

    Similarities below the threshold count nothing; the rest are paired so that their total is greatest.
    """
    rows = sorted(range(len(first)), key=lambda i: first[i].id)
    columns = sorted(range(len(second)), key=lambda j: second[j].id)
    table = similarities([first[i] for i in rows], [second[j] for j in columns], exclude, cap_days)
    return [Match(rows[i], columns[j], float(table[i, j])) for i, j in assigned(table, threshold)]


def assigned(table: Floats, threshold: float) -> list[tuple[int, int]]:
    """The one-to-one pairs of greatest total similarity among those that reach the threshold."""
    strong = np.where(table >= threshold, table, 0.0)
    pairs = np.argwhere(strong > 0)
    if len(set(pairs[:, 0])) == len(pairs) == len(set(pairs[:, 1])):
        return [(int(i), int(j)) for i, j in pairs]
    from scipy.optimize import linear_sum_assignment

    chosen = zip(*linear_sum_assignment(strong, maximize=True), strict=True)
    return [(int(i), int(j)) for i, j in chosen if strong[i, j] > 0]


def clusters(
    article: CodedArticle,
    threshold: float = THRESHOLD,
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> list[tuple[Member, ...]]:
    """Events of one article that are the same event, at most one per coder; members and clusters sorted.

    Two coders with events are aligned. With more, single events are joined two clusters at a time: those
    of the highest mean cross similarity, if it reaches the threshold and they share no coder; ties go to
    the smallest ids.
    """
    coders = sorted(coder for coder, events in article.items() if events)
    if len(coders) == 2:
        found = _paired(article, coders[0], coders[1], threshold, exclude, cap_days)
    else:
        found = _linked(article, coders, threshold, exclude, cap_days)
    return sorted(tuple(sorted(members)) for members in found)


def _paired(
    article: CodedArticle, one: str, other: str, threshold: float, exclude: Term | None, cap_days: float
) -> list[list[Member]]:
    matches = {
        m.first: m.second for m in alignment(article[one], article[other], threshold, exclude, cap_days)
    }
    found = [[Member(event.id, one)] for event in article[one]]
    for i, j in matches.items():
        found[i].append(Member(article[other][j].id, other))
    taken = set(matches.values())
    return found + [[Member(e.id, other)] for j, e in enumerate(article[other]) if j not in taken]


def _linked(
    article: CodedArticle, coders: Sequence[str], threshold: float, exclude: Term | None, cap_days: float
) -> list[list[Member]]:
    events = sorted((Member(e.id, coder), e) for coder in coders for e in article[coder])
    members = [[member] for member, _ in events]
    views = [view for _, view in events]
    cross = similarities(views, views, exclude, cap_days)  # sums over pairs of members
    alive = list(range(len(members)))
    while True:
        best: tuple[float, list[Member], int, int] | None = None
        for a, b in combinations(alive, 2):
            if {m.coder for m in members[a]} & {m.coder for m in members[b]}:
                continue
            mean = round(float(cross[a, b]) / (len(members[a]) * len(members[b])), _DIGITS)
            option = (-mean, sorted(members[a] + members[b]), a, b)
            if mean >= threshold and (best is None or option < best):
                best = option
        if best is None:
            return [members[i] for i in alive]
        _, together, a, b = best
        members[a] = together
        cross[a] += cross[b]
        cross[:, a] += cross[:, b]
        alive.remove(b)


class Counted(NamedTuple):
    """Matches of two coders and the events of each, pooled over the articles that both coded."""

    matches: int
    first: int
    second: int


def counted(
    pairs: Collection[tuple[Sequence[EventView], Sequence[EventView]]],
    threshold: float = THRESHOLD,
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> Counted:
    """Count events and matches over pairs of lists of events."""
    matches = sum(len(alignment(a, b, threshold, exclude, cap_days)) for a, b in pairs)
    return Counted(matches, sum(len(a) for a, _ in pairs), sum(len(b) for _, b in pairs))


def mean_f1(pools: Collection[Counted]) -> Score:
    """The mean over coder pairs of 2M / (n_1 + n_2), pairs without any event left out; n counts events."""
    rated = [2 * c.matches / (c.first + c.second) for c in pools if c.first + c.second]
    n = sum(c.first + c.second for c in pools)
    return ratio(sum(rated), len(rated), n, NOTHING_MARKED)


def pairwise_event_f1(
    articles: Sequence[CodedArticle], threshold: float = THRESHOLD, exclude: Term | None = None
) -> Score:
    """The mean over coder pairs of the F1 of their events; n counts the events of every pair."""
    if (blocked := _nothing_shared(articles)) is not None:
        return blocked
    return mean_f1(
        [
            counted([(article[a], article[b]) for article in both], threshold, exclude)
            for a, b, both in coder_pairs(articles)
        ]
    )


def chance_event_f1(
    articles: Sequence[CodedArticle], threshold: float = THRESHOLD, exclude: Term | None = None
) -> Score:
    """The same F1 over all ordered pairs of different articles that both coded.

    It shows what habits of position and common dates produce without any agreement.
    """
    if (blocked := _nothing_shared(articles)) is not None:
        return blocked
    pools = []
    for a, b, both in coder_pairs(articles):
        crossed = [(one[a], other[b]) for one in both for other in both if one is not other]
        pools.append(counted(crossed, threshold, exclude))
    return mean_f1(pools)


def _nothing_shared(articles: Sequence[CodedArticle]) -> Score | None:
    """The undefined score of articles of which none was coded by two, else None."""
    if len({coder for article in articles for coder in article}) < 2:
        return undefined(FEW_CODERS)
    return None if any(len(article) > 1 for article in articles) else undefined(NO_PAIRS)


def corrected(f1: Score, chance: Score) -> Score:
    """(F1 - C) / (1 - C): how far agreement on events exceeds chance F1 C."""
    if f1.value is None or chance.value is None:
        return undefined(f1.reason or chance.reason, f1.n)
    return ratio(f1.value - chance.value, 1 - chance.value, f1.n, NO_PAIRS)


def coder_pairs(articles: Sequence[CodedArticle]) -> list[tuple[str, str, list[CodedArticle]]]:
    """Every two coders who share an article, with the articles that both coded."""
    coders = sorted({coder for article in articles for coder in article})
    pairs = ((a, b, [t for t in articles if a in t and b in t]) for a, b in combinations(coders, 2))
    return [(a, b, both) for a, b, both in pairs if both]


def split_parts(
    first: Sequence[EventView], second: Sequence[EventView], matches: Collection[Match]
) -> tuple[list[EventView], list[EventView]]:
    """Unmatched events of each coder that have at least half their evidence inside one event of the other."""
    taken_first, taken_second = {m.first for m in matches}, {m.second for m in matches}
    return (
        [e for i, e in enumerate(first) if i not in taken_first and _lies_within(e, second)],
        [e for j, e in enumerate(second) if j not in taken_second and _lies_within(e, first)],
    )


def _lies_within(event: EventView, others: Sequence[EventView]) -> bool:
    size = sum(end - start for start, end in event.evidence)
    return size > 0 and any(2 * shared_length(event.evidence, other.evidence) >= size for other in others)
