"""Which event answers which: the only matcher, for scores and for adjudication alike.

How alike two events are is the weighted mean of what both sides state: evidence .70 by Dice on characters;
date, place and actors .10 each, which together stay below the threshold, so that without shared evidence two
events with evidence never match. Two codings of one article are paired one to one by a linear sum assignment
over similarities that reach the threshold; three or more are joined by average linkage. Offsets: code points.

Events that cite nothing would match on a date or a place alone. Where a project's coders cite evidence, such
an event is therefore like no other, which `Pairing.needs_evidence` says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement.distance import Floats, incidence
from coder.agreement.spans import Fragment, covered, shared_length

Term: TypeAlias = Literal["evidence", "date", "place", "actors"]

WEIGHTS: Mapping[Term, float] = {"evidence": 0.7, "date": 0.1, "place": 0.1, "actors": 0.1}
DIGITS = 12  # of similarities, rounded so that equal ones tie and the threshold itself counts
_NEAR = 1e-9  # how far means may be apart before they are rounded and yet be equal
_ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class EventView:
    """What the matcher sees of an event; an empty or missing side removes the term from a comparison."""

    id: str
    evidence: tuple[Fragment, ...] = ()  # joined
    date: tuple[int, int] | None = None  # first and last day as day numbers
    place: str | None = None
    actors: frozenset[str] = frozenset()


CodedArticle: TypeAlias = Mapping[str, Sequence[EventView]]  # by coder; an empty list is coded and empty


class Pairing(NamedTuple):
    """How events are paired."""

    threshold: float = 0.40
    exclude: Term | None = None  # the term that similarity does not look at
    cap_days: float = 7  # from which on dates are wholly apart
    needs_evidence: bool = False  # an event without evidence is like no other


PAIRING = Pairing()


class Member(NamedTuple):
    """One coder's event; event id first, since ties go by it."""

    event: str
    coder: str


class Match(NamedTuple):
    """Two events of different coders that are the same event, by their places in the two lists."""

    first: int
    second: int
    similarity: float


def event_similarity(a: EventView, b: EventView, how: Pairing = PAIRING) -> float | None:
    """How alike two events are, from 0 to 1; None if no term is present on both sides."""
    total, weight = _weighted_terms([a], [b], how)
    return round(float(total[0, 0] / weight[0, 0]), DIGITS) if weight[0, 0] else None


def similarities(first: Sequence[EventView], second: Sequence[EventView], how: Pairing = PAIRING) -> Floats:
    """Similarities of all pairs, 0 where nothing can be compared; shape (first, second)."""
    rows = [np.zeros((0, len(second)))]
    for start in range(0, len(first), _ROWS_AT_ONCE):
        total, weight = _weighted_terms(first[start : start + _ROWS_AT_ONCE], second, how)
        rows.append(np.round(total / np.where(weight > 0, weight, 1.0), DIGITS))
    return np.concatenate(rows)


def _weighted_terms(
    first: Sequence[EventView], second: Sequence[EventView], how: Pairing
) -> tuple[Floats, Floats]:
    """The weighted terms of all pairs; shape (first, second) each."""
    return weighted(_terms(first, second, how.cap_days), (len(first), len(second)), how)


def weighted(
    terms: Iterable[tuple[Term, Floats, NDArray[np.bool_]]], shape: tuple[int, ...], how: Pairing
) -> tuple[Floats, Floats]:
    """Sums of weighted similarities, and of the weights of the terms that both sides state."""
    total, weight = np.zeros(shape), np.zeros(shape)
    is_open = np.ones(shape, dtype=bool)
    for term, alike, present in terms:
        if term == "evidence" and how.needs_evidence:
            is_open = present
        if term != how.exclude:
            total += WEIGHTS[term] * np.where(present, alike, 0.0)
            weight += WEIGHTS[term] * present
    total *= is_open
    return total, weight


def _terms(
    first: Sequence[EventView], second: Sequence[EventView], cap_days: float
) -> Iterator[tuple[Term, Floats, NDArray[np.bool_]]]:
    """Each term with its similarities and where both sides state it; shape (first, second) each."""
    sizes = [np.array([covered(e.evidence) for e in side]) for side in (first, second)]
    dice = 2 * _shared_characters(first, second) / np.maximum(np.add.outer(*sizes), 1)
    yield "evidence", dice, np.logical_and.outer(*(size > 0 for size in sizes))

    ends = [np.array([e.date or (np.nan, np.nan) for e in side]).reshape(-1, 2) for side in (first, second)]
    days = np.abs(ends[0][:, None, :] - ends[1][None, :, :]).mean(axis=2)
    yield "date", np.maximum(0.0, 1 - days / cap_days), ~np.isnan(days)

    places = [np.array([e.place or "" for e in side], dtype=np.str_) for side in (first, second)]
    same = (places[0][:, None] == places[1][None, :]).astype(np.float64)
    yield "place", same, np.logical_and.outer(*(place != "" for place in places))

    actors = incidence([e.actors for e in (*first, *second)])
    actors_first, actors_second = actors[: len(first)], actors[len(first) :]
    common = actors_first @ actors_second.T
    union = np.add.outer(actors_first.sum(axis=1), actors_second.sum(axis=1)) - common
    stated = np.logical_and.outer(actors_first.any(axis=1), actors_second.any(axis=1))
    yield "actors", common / np.maximum(union, 1.0), stated


def _shared_characters(first: Sequence[EventView], second: Sequence[EventView]) -> Floats:
    """How many characters of evidence two events have in common; shape (first, second)."""
    fragments = [(start, end, j) for j, event in enumerate(second) for start, end in event.evidence]
    shared = np.zeros((len(first), len(second)))
    if not fragments:
        return shared
    starts, ends, owner = np.array(fragments).T
    length = int(max(ends.max(), max((e.evidence[-1][1] for e in first if e.evidence), default=0)))
    before = np.zeros((len(first), length + 1))  # evidence characters before each position
    for row, event in enumerate(first):
        for start, end in event.evidence:
            before[row, start + 1 : end + 1] = 1.0
    np.cumsum(before, axis=1, out=before)
    inside = before[:, ends] - before[:, starts]
    # Fragments come event by event, so each event with evidence is one run of columns.
    owners, runs = np.unique(owner, return_index=True)
    shared[:, owners] = np.add.reduceat(inside, runs, axis=1)
    return shared


# ------------------------------------------------------------ pairs and clusters
def alignment(first: Sequence[EventView], second: Sequence[EventView], how: Pairing = PAIRING) -> list[Match]:
    """Pair the events of two coders of one article one to one, in the order of the first coder's events.

    Similarities below the threshold count nothing; the rest are paired so that their total is greatest.
    Ties fall by event ids, whatever the order of the events and of the two coders.
    """
    rows = sorted(range(len(first)), key=lambda i: first[i].id)
    columns = sorted(range(len(second)), key=lambda j: second[j].id)
    table = similarities([first[i] for i in rows], [second[j] for j in columns], how)
    turned = [second[j].id for j in columns] < [first[i].id for i in rows]
    pairs = assigned(table.T if turned else table, how.threshold)
    pairs = [(i, j) for j, i in pairs] if turned else pairs
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


def clusters(article: CodedArticle, how: Pairing = PAIRING) -> list[tuple[Member, ...]]:
    """Events of one article that are the same event, at most one per coder; members and clusters sorted.

    Two coders with events are aligned. With more, single events are joined two clusters at a time: those
    of the highest mean cross similarity, if it reaches the threshold and they share no coder; ties go to
    the smallest ids.
    """
    coded = {coder: article[coder] for coder in sorted(article) if article[coder]}
    found = _paired(coded, how) if len(coded) == 2 else _linked(coded, how)
    return sorted(tuple(sorted(members)) for members in found)


def _paired(article: CodedArticle, how: Pairing) -> list[list[Member]]:
    one, other = article
    found = [[Member(event.id, one)] for event in article[one]]
    alone = [[Member(event.id, other)] for event in article[other]]
    for match in alignment(article[one], article[other], how):
        found[match.first] += alone[match.second]
        alone[match.second] = []
    return found + [members for members in alone if members]


def _linked(article: CodedArticle, how: Pairing) -> list[list[Member]]:
    events = sorted((Member(e.id, coder), e) for coder, coded in article.items() for e in coded)
    members = [[member] for member, _ in events]
    views = [view for _, view in events]
    cross = similarities(views, views, how)  # sums over pairs of members
    coders = incidence([frozenset([member.coder]) for member, _ in events])
    alive, sizes = np.ones(len(events), dtype=bool), np.ones(len(events))
    while True:
        free = np.triu(np.logical_and.outer(alive, alive) & (coders @ coders.T == 0))
        means = np.where(free, cross / np.multiply.outer(sizes, sizes), 0.0)
        options = []
        for a, b in np.argwhere(means >= max(means.max(initial=0.0), how.threshold) - _NEAR):
            mean = round(float(cross[a, b]) / (len(members[a]) * len(members[b])), DIGITS)
            if free[a, b] and mean >= how.threshold:
                options.append((-mean, sorted(members[a] + members[b]), a, b))
        if not options:
            return [members[i] for i in np.flatnonzero(alive)]
        _, together, a, b = min(options)
        members[a] = together
        cross[a] += cross[b]
        cross[:, a] += cross[:, b]
        coders[a] += coders[b]
        sizes[a] += sizes[b]
        alive[b] = False


def split_parts(
    first: Sequence[EventView], second: Sequence[EventView], matches: Collection[Match]
) -> tuple[list[EventView], list[EventView]]:
    """Unmatched events of each coder that have at least half their evidence inside one event of the other."""

    def parts(side: int, events: Sequence[EventView], others: Sequence[EventView]) -> list[EventView]:
        taken = {match[side] for match in matches}
        alone = [(e, covered(e.evidence)) for place, e in enumerate(events) if place not in taken]
        return [
            e
            for e, size in alone
            if size and any(2 * shared_length(e.evidence, other.evidence) >= size for other in others)
        ]

    return parts(0, first, second), parts(1, second, first)
