"""Which event answers which: the only matcher, for scores and for adjudication alike.

Two codings of one article are paired one to one by a linear sum assignment over similarities that
reach the threshold; three or more are joined by average linkage. Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np

from coder.agreement.distance import Floats
from coder.agreement.similarity import DATE_CAP_DAYS, DIGITS, EventView, Term, similarities
from coder.agreement.spans import covered, shared_length

THRESHOLD = 0.40

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


def alignment(
    first: Sequence[EventView],
    second: Sequence[EventView],
    threshold: float = THRESHOLD,
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> list[Match]:
    """Pair the events of two coders of one article one to one, in the order of the first coder's events.

    Similarities below the threshold count nothing; the rest are paired so that their total is greatest.
    Ties fall by event ids, whatever the order of the events and of the two coders.
    """
    rows = sorted(range(len(first)), key=lambda i: first[i].id)
    columns = sorted(range(len(second)), key=lambda j: second[j].id)
    table = similarities([first[i] for i in rows], [second[j] for j in columns], exclude, cap_days)
    if [second[j].id for j in columns] < [first[i].id for i in rows]:
        pairs = [(i, j) for j, i in assigned(table.T, threshold)]
    else:
        pairs = assigned(table, threshold)
    return sorted(Match(rows[i], columns[j], float(table[i, j])) for i, j in pairs)


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
    coded = {coder: article[coder] for coder in sorted(article) if article[coder]}
    pair = _paired if len(coded) == 2 else _linked
    return sorted(tuple(sorted(members)) for members in pair(coded, threshold, exclude, cap_days))


def _paired(
    article: CodedArticle, threshold: float, exclude: Term | None, cap_days: float
) -> list[list[Member]]:
    one, other = article
    matches = alignment(article[one], article[other], threshold, exclude, cap_days)
    found = [[Member(event.id, one)] for event in article[one]]
    for match in matches:
        found[match.first].append(Member(article[other][match.second].id, other))
    taken = {match.second for match in matches}
    return found + [[Member(e.id, other)] for j, e in enumerate(article[other]) if j not in taken]


def _linked(
    article: CodedArticle, threshold: float, exclude: Term | None, cap_days: float
) -> list[list[Member]]:
    events = sorted((Member(e.id, coder), e) for coder, coded in article.items() for e in coded)
    members = [[member] for member, _ in events]
    views = [view for _, view in events]
    cross = similarities(views, views, exclude, cap_days)  # sums over pairs of members
    alive = list(range(len(members)))
    while True:
        best: tuple[float, list[Member], int, int] | None = None
        for a, b in combinations(alive, 2):
            if {m.coder for m in members[a]} & {m.coder for m in members[b]}:
                continue
            mean = round(float(cross[a, b]) / (len(members[a]) * len(members[b])), DIGITS)
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
    size = covered(event.evidence)
    return size > 0 and any(2 * shared_length(event.evidence, other.evidence) >= size for other in others)
