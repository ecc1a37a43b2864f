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
from heapq import heappop, heappush
from itertools import pairwise
from operator import itemgetter
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement.assignment import best_pairs
from coder.agreement.distance import Floats, Ints, incidence
from coder.agreement.spans import Fragment, covered, shared_length

Term: TypeAlias = Literal["evidence", "date", "place", "actors"]

WEIGHTS: Mapping[Term, float] = {"evidence": 0.7, "date": 0.1, "place": 0.1, "actors": 0.1}
DIGITS = 12  # of similarities, rounded so that equal ones tie and the threshold itself counts
_NEAR = 1e-9  # how far means may be apart before they are rounded and yet be equal


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
    return _rounded(*_weighted_terms(first, second, how))


def _rounded(total: Floats, weight: Floats) -> Floats:
    return np.round(total / np.where(weight > 0, weight, 1.0), DIGITS)


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
    cited = Cited.of(first), Cited.of(second)
    shared = np.zeros((len(first), len(second)))
    for row, characters in enumerate(shared_characters(*cited)):
        shared[row] = characters
    sizes = [side.sizes for side in cited]
    dice = 2 * shared / np.maximum(np.add.outer(*sizes), 1)
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


class Cited(NamedTuple):
    """The evidence of so many events, fragment by fragment, in the order of the events."""

    events: int
    owner: Ints  # the place of the event that cites the fragment
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, events: Sequence[EventView]) -> Cited:
        """What these events cite."""
        found = [(n, start, end) for n, event in enumerate(events) for start, end in event.evidence]
        return cls(len(events), *np.array(found, dtype=np.int64).reshape(-1, 3).T)

    def part(self, start: int, end: int) -> Cited:
        """What the events from one place to before another cite."""
        its = slice(*np.searchsorted(self.owner, (start, end)))
        return Cited(end - start, self.owner[its] - start, self.starts[its], self.ends[its])

    @property
    def sizes(self) -> Ints:
        """How many characters each event cites."""
        return np.bincount(self.owner, self.ends - self.starts, self.events).astype(np.int64)


def shared_characters(first: Cited, second: Cited) -> Iterator[Ints]:
    """Of each of the first events, the characters of evidence in common with each of the second."""
    fragments = np.concatenate([first.starts, first.ends, second.starts, second.ends])
    edges, at = np.unique(fragments, return_inverse=True)
    opened, closed = at[2 * len(first.owner) :].reshape(2, -1)
    before = np.zeros((len(edges), second.events), np.int32)
    before[opened, second.owner], before[closed, second.owner] = 1, -1
    np.cumsum(before, axis=0, out=before)  # which of the second's events go on from each edge to the next
    before[1:], before[:1] = before[:-1] * np.diff(edges)[:, None], 0
    np.cumsum(before, axis=0, out=before)  # how many characters of each lie before each edge
    opened, closed = at[: 2 * len(first.owner)].reshape(2, -1)
    for start, end in pairwise(np.searchsorted(first.owner, range(first.events + 1)).tolist()):
        yield (before[closed[start:end]] - before[opened[start:end]]).sum(axis=0)


# ------------------------------------------------------------ pairs and clusters
class Likeness:
    """How alike the events of an article are: each term is worked out once, whatever is then asked for."""

    def __init__(self, article: CodedArticle, cap_days: float = PAIRING.cap_days) -> None:
        """cap_days: that of every pairing that is asked for."""
        every = [(Member(e.id, who), n, e) for who, coded in article.items() for n, e in enumerate(coded)]
        every.sort(key=itemgetter(0))
        self._members = [member for member, _, _ in every]
        self._places = [place for _, place, _ in every]
        """Of each event, the place in its coder's list."""
        self._of = {coder: [n for n, m in enumerate(self._members) if m.coder == coder] for coder in article}
        views = [view for _, _, view in every]
        self._terms = [*_terms(views, views, cap_days)]
        self._tables: dict[Pairing, Floats] = {}

    def table(self, how: Pairing) -> Floats:
        """Similarities of all events, sorted as members, 0 where nothing can be compared."""
        key = how._replace(threshold=0)
        if key not in self._tables:
            shape = len(self._members), len(self._members)
            self._tables[key] = _rounded(*weighted(self._terms, shape, how))
        return self._tables[key]

    def alignment(self, one: str, other: str, how: Pairing) -> list[Match]:
        """The events of two coders paired one to one, as `alignment` has them."""
        rows, columns = self._of[one], self._of[other]
        table = self.table(how)[np.ix_(rows, columns)]
        turned = [self._members[j].event for j in columns] < [self._members[i].event for i in rows]
        pairs = assigned(table.T if turned else table, how.threshold)
        pairs = [(i, j) for j, i in pairs] if turned else pairs
        places = self._places
        return sorted(Match(places[rows[i]], places[columns[j]], float(table[i, j])) for i, j in pairs)

    def clusters(self, how: Pairing) -> list[tuple[Member, ...]]:
        """The events that are the same event, as `clusters` has them."""
        coded = sorted(coder for coder, events in self._of.items() if events)
        found = self._paired(coded[0], coded[1], how) if len(coded) == 2 else self._linked(how)
        return sorted(tuple(sorted(members)) for members in found)

    def _paired(self, one: str, other: str, how: Pairing) -> list[list[Member]]:
        found, alone = ({self._places[n]: [self._members[n]] for n in self._of[who]} for who in (one, other))
        for match in self.alignment(one, other, how):
            found[match.first] += alone.pop(match.second)
        return [*found.values(), *alone.values()]

    def _linked(self, how: Pairing) -> list[list[Member]]:
        table = self.table(how)
        cross = table.tolist()  # sums over pairs of members
        groups = {n: [member] for n, member in enumerate(self._members)}
        options: list[tuple[float, list[Member], int, int]] = []

        def offer(a: int, b: int) -> None:
            mean = round(cross[a][b] / (len(groups[a]) * len(groups[b])), DIGITS)
            if mean >= how.threshold and _coders(groups[a]).isdisjoint(_coders(groups[b])):
                heappush(options, (-mean, sorted(groups[a] + groups[b]), a, b))

        for a, b in np.argwhere(np.triu(table >= how.threshold - _NEAR, 1)).tolist():
            offer(a, b)
        while options:
            _, together, a, b = heappop(options)
            if not (a in groups and b in groups and len(together) == len(groups[a]) + len(groups[b])):
                continue  # offered before one of them was joined to another
            groups[a] = together
            del groups[b]
            for n in groups:
                cross[a][n] = cross[n][a] = total = cross[a][n] + cross[b][n]
                if total >= how.threshold - _NEAR and n != a:
                    offer(min(a, n), max(a, n))
        return list(groups.values())


def _coders(members: Iterable[Member]) -> set[str]:
    return {member.coder for member in members}


def alignment(first: Sequence[EventView], second: Sequence[EventView], how: Pairing = PAIRING) -> list[Match]:
    """Pair the events of two coders of one article one to one, in the order of the first coder's events.

    Similarities below the threshold count nothing; the rest are paired so that their total is greatest.
    Ties fall by event ids, whatever the order of the events and of the two coders.
    """
    return Likeness({"first": first, "second": second}, how.cap_days).alignment("first", "second", how)


def clusters(article: CodedArticle, how: Pairing = PAIRING) -> list[tuple[Member, ...]]:
    """Events of one article that are the same event, at most one per coder; members and clusters sorted.

    Two coders with events are aligned. With more, single events are joined two clusters at a time: those
    of the highest mean cross similarity, if it reaches the threshold and they share no coder; ties go to
    the smallest ids.
    """
    return Likeness(article, how.cap_days).clusters(how)


def assigned(table: Floats, threshold: float) -> list[tuple[int, int]]:
    """The one-to-one pairs of greatest total similarity among those that reach the threshold."""
    strong = np.where(table >= threshold, table, 0.0)
    pairs = np.argwhere(strong > 0)
    if len(set(pairs[:, 0])) == len(pairs) == len(set(pairs[:, 1])):
        return [(int(i), int(j)) for i, j in pairs]
    return [pair for pair in best_pairs(strong.tolist()) if strong[pair] > 0]


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
