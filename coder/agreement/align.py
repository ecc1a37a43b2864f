"""Align the events of different coders.

Used both for agreement figures and for adjudication.

The similarity of two events is the weighted mean of the terms that both state: evidence
.70, by the Dice coefficient on characters; date, place and actors .10 each. The last
three together stay below the threshold, so events that both cite evidence but share
none never match. Two codings of one article are paired one to one by a linear sum
assignment over the similarities that reach the threshold; three or more are clustered
by average linkage. Offsets are code points.

Events that cite no evidence could match on a date or a place alone. In projects whose
coders cite evidence, such an event is therefore similar to no other
(`Pairing.needs_evidence`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement.distance import Floats, Ints, incidence
from coder.agreement.spans import Fragment, measure_covered, measure_shared_length

Term: TypeAlias = Literal["evidence", "date", "place", "actors"]

WEIGHTS: Mapping[Term, float] = {
    "evidence": 0.7,
    "date": 0.1,
    "place": 0.1,
    "actors": 0.1,
}
# to which similarities are rounded, so that equal ones tie and the threshold itself
# counts
DIGITS = 12
_NEAR = 1e-9  # unrounded means may differ by this much and still be equal once rounded


class EventView(NamedTuple):
    """The parts of an event used for matching.

    A term that is missing on either side is not compared.
    """

    id: str
    evidence: tuple[
        Fragment, ...
    ] = ()  # sorted; touching and overlapping fragments merged
    date: tuple[int, int] | None = None  # first and last day as day numbers
    place: str | None = None
    actors: Sequence[str] = ()  # distinct


CodedArticle: TypeAlias = Mapping[
    str, Sequence[EventView]
]  # by coder; an empty list: coded, no events


class Pairing(NamedTuple):
    """How events are paired."""

    threshold: float = 0.40
    exclude: Term | None = None  # the term left out of the similarity
    cap_days: float = 7  # dates this far apart have similarity 0
    needs_evidence: bool = (
        False  # an event without evidence has similarity 0 to all others
    )


PAIRING = Pairing()


class Member(NamedTuple):
    """One coder's event; the event id comes first because ties are broken by it."""

    event: str
    coder: str


class Match(NamedTuple):
    """A pair of aligned events: their indices in the two coders' lists, and their
    similarity.
    """

    first: int
    second: int
    similarity: float


def mean_similarity(total: Floats, weight: Floats) -> Floats:
    """Return the weighted means from their sums and weights, rounded.

    0 where the weight is 0.
    """
    return np.round(total / np.where(weight > 0, weight, 1.0), DIGITS)


def weighted(
    terms: Iterable[tuple[Term, Floats, NDArray[np.bool_]]],
    shape: tuple[int, ...],
    how: Pairing,
) -> tuple[Floats, Floats]:
    """Return the sums of weighted similarities, and of the weights.

    Of the terms that both sides state.
    """
    total = np.zeros(shape)
    weight = np.zeros(shape)
    comparable = np.ones(shape, dtype=bool)
    for term, similarity, present in terms:
        if term == "evidence" and how.needs_evidence:
            comparable = present
        if term != how.exclude:
            total += WEIGHTS[term] * np.where(present, similarity, 0.0)
            weight += WEIGHTS[term] * present
    total *= comparable
    return total, weight


def similarity_terms(
    first: Sequence[EventView], second: Sequence[EventView], cap_days: float
) -> Iterator[tuple[Term, Floats, NDArray[np.bool_]]]:
    """Yield each term with its similarities and whether both sides state it.

    Both have the shape (first, second).
    """
    cited_first = Cited.of(first)
    cited_second = Cited.of(second)
    shared = np.zeros((len(first), len(second)))
    for row, characters in enumerate(
        count_shared_characters(cited_first, cited_second)
    ):
        shared[row] = characters
    sizes = cited_first.sizes, cited_second.sizes
    dice = 2 * shared / np.maximum(np.add.outer(*sizes), 1)
    yield "evidence", dice, np.logical_and.outer(sizes[0] > 0, sizes[1] > 0)

    days_first = days_of_events(first)
    days_second = days_of_events(second)
    days = np.abs(days_first[:, None, :] - days_second[None, :, :]).mean(axis=2)
    yield "date", np.maximum(0.0, 1 - days / cap_days), ~np.isnan(days)

    places_first = np.array([event.place or "" for event in first], dtype=np.str_)
    places_second = np.array([event.place or "" for event in second], dtype=np.str_)
    same = (places_first[:, None] == places_second[None, :]).astype(np.float64)
    named = np.logical_and.outer(places_first != "", places_second != "")
    yield "place", same, named

    actors = incidence([e.actors for e in (*first, *second)])
    actors_first = actors[: len(first)]
    actors_second = actors[len(first) :]
    common = actors_first @ actors_second.T
    union = np.add.outer(actors_first.sum(axis=1), actors_second.sum(axis=1)) - common
    stated = np.logical_and.outer(actors_first.any(axis=1), actors_second.any(axis=1))
    yield "actors", common / np.maximum(union, 1.0), stated


def days_of_events(events: Sequence[EventView]) -> Floats:
    """Return the first and last day of each event, shape (event, 2), NaN for no date."""
    days = [event.date or (np.nan, np.nan) for event in events]
    return np.array(days, dtype=np.float64).reshape(-1, 2)


class Cited(NamedTuple):
    """The evidence fragments of a list of events, in the order of the events."""

    events: int
    owner: Ints  # the index of the event that cites each fragment
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, events: Sequence[EventView]) -> Cited:
        """Return the evidence that these events cite."""
        rows = []
        for number, event in enumerate(events):
            rows += [(number, start, end) for start, end in event.evidence]
        return cls(len(events), *np.array(rows, dtype=np.int64).reshape(-1, 3).T)

    def part(self, start: int, end: int) -> Cited:
        """Return the evidence of the events with indices in range(start, end)."""
        selected = slice(*np.searchsorted(self.owner, (start, end)))
        return Cited(
            end - start,
            self.owner[selected] - start,
            self.starts[selected],
            self.ends[selected],
        )

    @property
    def sizes(self) -> Ints:
        """The number of characters that each event cites."""
        return np.bincount(self.owner, self.ends - self.starts, self.events).astype(
            np.int64
        )


def count_shared_characters(first: Cited, second: Cited) -> Iterator[Ints]:
    """Yield for each of the first events the number of characters shared with each of
    the second.
    """
    fragments = np.concatenate([first.starts, first.ends, second.starts, second.ends])
    edges, position = np.unique(fragments, return_inverse=True)
    begins, finishes = position[2 * len(first.owner) :].reshape(2, -1)
    before = np.zeros((len(edges), second.events), np.int32)
    before[begins, second.owner] = 1
    before[finishes, second.owner] = -1
    np.cumsum(
        before, axis=0, out=before
    )  # 1 where an event covers the text from an edge to the next
    before[1:] = before[:-1] * np.diff(edges)[:, None]
    before[:1] = 0
    np.cumsum(
        before, axis=0, out=before
    )  # the number of characters of each event before each edge
    begins, finishes = position[: 2 * len(first.owner)].reshape(2, -1)
    for start, end in pairwise(
        np.searchsorted(first.owner, range(first.events + 1)).tolist()
    ):
        yield (before[finishes[start:end]] - before[begins[start:end]]).sum(axis=0)


# ------------------------------------------------------------ pairs and clusters
class Likeness:
    """The similarities of all events of an article.

    Each term is computed once and reused.
    """

    def __init__(
        self, article: CodedArticle, cap_days: float = PAIRING.cap_days
    ) -> None:
        """cap_days: must be that of every pairing passed to the methods."""
        rows = []
        for coder, events in article.items():
            for place, event in enumerate(events):
                rows.append((Member(event.id, coder), place, event))
        rows.sort(key=itemgetter(0))
        self._members = [member for member, _, _ in rows]
        self._places = [place for _, place, _ in rows]
        """The index of each event in its coder's list."""
        self._own: dict[str, list[int]] = {coder: [] for coder in article}
        """The indices of each coder's events in `_members`."""
        for number, member in enumerate(self._members):
            self._own[member.coder].append(number)
        views = [view for _, _, view in rows]
        self._terms = [*similarity_terms(views, views, cap_days)]
        self._tables: dict[Pairing, Floats] = {}

    def table(self, how: Pairing) -> Floats:
        """Return the similarities of all events, in the order of the members.

        0 where nothing can be compared.
        """
        key = how._replace(threshold=0)
        if key not in self._tables:
            shape = len(self._members), len(self._members)
            self._tables[key] = mean_similarity(*weighted(self._terms, shape, how))
        return self._tables[key]

    def alignment(self, one: str, other: str, how: Pairing) -> list[Match]:
        """Pair the events of two coders one to one, see `alignment`."""
        rows = self._own[one]
        columns = self._own[other]
        table = self.table(how)[np.ix_(rows, columns)]
        row_ids = [self._members[i].event for i in rows]
        column_ids = [self._members[j].event for j in columns]
        if column_ids < row_ids:  # ties are broken alike in both directions
            pairs = [(i, j) for j, i in find_best_assignment(table.T, how.threshold)]
        else:
            pairs = find_best_assignment(table, how.threshold)
        matches = []
        for i, j in pairs:
            first = self._places[rows[i]]
            second = self._places[columns[j]]
            matches.append(Match(first, second, float(table[i, j])))
        return sorted(matches)

    def clusters(self, how: Pairing) -> list[tuple[Member, ...]]:
        """Cluster the events of all coders, see `clusters`."""
        coded = sorted(coder for coder, events in self._own.items() if events)
        if len(coded) == 2:
            groups = self._pair_up(coded[0], coded[1], how)
        else:
            groups = self._find_linked(how)
        return sorted(tuple(sorted(members)) for members in groups)

    def _pair_up(self, one: str, other: str, how: Pairing) -> list[list[Member]]:
        pairs = {self._places[n]: [self._members[n]] for n in self._own[one]}
        alone = {self._places[n]: [self._members[n]] for n in self._own[other]}
        for match in self.alignment(one, other, how):
            pairs[match.first] += alone.pop(match.second)
        return [*pairs.values(), *alone.values()]

    def _find_linked(self, how: Pairing) -> list[list[Member]]:
        table = self.table(how)
        # Similarities summed over all pairs of members of two groups.
        cross = table.tolist()
        groups = {n: [member] for n, member in enumerate(self._members)}
        options: list[tuple[float, list[Member], int, int]] = []

        def add_option(a: int, b: int) -> None:
            mean = round(cross[a][b] / (len(groups[a]) * len(groups[b])), DIGITS)
            if mean < how.threshold or mean <= 0:
                return
            if _coders(groups[a]).isdisjoint(_coders(groups[b])):
                heappush(options, (-mean, sorted(groups[a] + groups[b]), a, b))

        for a, b in np.argwhere(np.triu(table >= how.threshold - _NEAR, 1)).tolist():
            add_option(a, b)
        while options:
            _, merged, a, b = heappop(options)
            if a not in groups or b not in groups:
                continue
            if len(merged) != len(groups[a]) + len(groups[b]):
                continue  # one of the two has been merged with another since
            groups[a] = merged
            del groups[b]
            for n in groups:
                total = cross[a][n] + cross[b][n]
                cross[a][n] = total
                cross[n][a] = total
                if total >= how.threshold - _NEAR and n != a:
                    add_option(min(a, n), max(a, n))
        return list(groups.values())


def _coders(members: Iterable[Member]) -> set[str]:
    return {member.coder for member in members}


def alignment(
    first: Sequence[EventView], second: Sequence[EventView], how: Pairing = PAIRING
) -> list[Match]:
    """Pair the events of two coders of one article one to one, in the order of the
    first coder's events.

    Pairs below the threshold are excluded; the rest are paired so that the total
    similarity is greatest. Ties are broken by event ids, whatever the order of the
    events; if both coders use the same ids, by the coder.
    """
    return Likeness({"first": first, "second": second}, how.cap_days).alignment(
        "first", "second", how
    )


def clusters(article: CodedArticle, how: Pairing = PAIRING) -> list[tuple[Member, ...]]:
    """Cluster the events of one article, at most one event per coder.

    Members and clusters are sorted.

    The events of two coders are paired as in `alignment`; coders without events do not
    count. With more coders, clusters are merged two at a time: those with the highest
    mean cross similarity, if it reaches the threshold and they share no coder. Ties go
    to the smallest ids.
    """
    return Likeness(article, how.cap_days).clusters(how)


def find_best_assignment(table: Floats, threshold: float) -> list[tuple[int, int]]:
    """Return the one-to-one pairs with the greatest total similarity.

    Only pairs that reach the threshold count.
    """
    strong = np.where(table >= threshold, table, 0.0)
    pairs = np.argwhere(strong > 0)
    if len(set(pairs[:, 0])) == len(pairs) == len(set(pairs[:, 1])):
        return [(int(i), int(j)) for i, j in pairs]
    return [pair for pair in best_pairs(strong.tolist()) if strong[pair] > 0]


def split_parts(
    first: Sequence[EventView], second: Sequence[EventView], matches: Collection[Match]
) -> tuple[list[EventView], list[EventView]]:
    """Return the unmatched events of each coder that are parts of an event of the
    other.

    Such an event has at least half its evidence inside one event of the other coder.
    """
    matched_first = {match.first for match in matches}
    matched_second = {match.second for match in matches}
    of_first = [each for n, each in enumerate(first) if n not in matched_first]
    of_second = [each for n, each in enumerate(second) if n not in matched_second]
    return (
        [each for each in of_first if _is_part(each, second)],
        [each for each in of_second if _is_part(each, first)],
    )


def _is_part(event: EventView, others: Sequence[EventView]) -> bool:
    """Return whether at least half the event's evidence lies inside one of the others."""
    size = measure_covered(event.evidence)
    if not size:
        return False
    return any(
        2 * measure_shared_length(event.evidence, other.evidence) >= size
        for other in others
    )


# ------------------------------------------------------------ linear sum assignment
def best_pairs(gain: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return the (row, column) pairs with the greatest total gain, by row.

    There are as many as the shorter side has.
    """
    columns = len(gain[0]) if gain else 0
    if len(gain) > columns:
        return sorted(
            (row, column) for column, row in best_pairs([*zip(*gain, strict=True)])
        )
    row_price = [0.0] * len(gain)
    column_price = [0.0] * columns
    column_of = [-1] * len(gain)
    row_of = [-1] * columns
    for new_row in range(len(gain)):
        open_columns = [*range(columns)][::-1]
        lengths = [inf] * columns
        came_from = [-1] * columns
        reached: list[int] = []
        row = new_row
        path_length = 0.0
        while row >= 0:
            gains = gain[row]
            price = row_price[row]
            nearest = inf
            for index, column in enumerate(open_columns):
                via_row = path_length - gains[column] - price - column_price[column]
                shortest = lengths[column]
                if via_row < shortest:
                    shortest = lengths[column] = via_row
                    came_from[column] = row
                if shortest < nearest or (shortest == nearest and row_of[column] < 0):
                    nearest = shortest
                    chosen = index
            # Fill the gap with the last column, as SciPy does: the order decides later
            # ties.
            column = open_columns[chosen]
            open_columns[chosen] = open_columns[-1]
            open_columns.pop()
            reached.append(column)
            row = row_of[column]
            path_length = nearest
        row_price[new_row] += path_length
        for column in reached:
            if row_of[column] >= 0:
                row_price[row_of[column]] += path_length - lengths[column]
            column_price[column] -= path_length - lengths[column]
        while column >= 0:
            row = row_of[column] = came_from[column]
            former = column_of[row]
            column_of[row] = column
            column = former
    return [*enumerate(column_of)]
