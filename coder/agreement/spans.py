"""Agreement on marked stretches as F1: exact, relaxed, by character and by token; and boundary similarity.

F1 = 2 hits / (n_1 + n_2). Sources: Hripcsak & Rothschild (2005) for F1 in place of kappa where nothing
counts the negatives; Fournier (2013) for boundary similarity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from coder.agreement.assignment import best_pairs
from coder.agreement.result import FEW_CODERS, MANY_CODERS, NOTHING_MARKED, Score, ratio, undefined
from coder.errors import CoderError

Fragment: TypeAlias = tuple[int, int]
Stretch: TypeAlias = Fragment | tuple[int, int, int]  # start and end, and perhaps a value behind them
Mode: TypeAlias = Literal["exact", "relaxed", "char", "token"]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A labelled stretch, possibly in several fragments: half-open code points, sorted, none touching."""

    fragments: tuple[Fragment, ...]
    label: str = ""

    @classmethod
    def of(cls, fragments: Iterable[Sequence[int]], label: str = "") -> Mark:
        """A mark from fragments in any order; touching or overlapping ones are joined."""
        return cls(joined(fragments), label)


class Hits(NamedTuple):
    """What two coders marked alike, and how much each marked."""

    hits: int
    first: int
    second: int


def joined(fragments: Iterable[Sequence[int]]) -> tuple[Fragment, ...]:
    """Fragments sorted, touching or overlapping ones made one; raises CoderError for an empty one."""
    whole: list[Fragment] = []
    for start, end in sorted((int(f[0]), int(f[1])) for f in fragments):
        if end <= start:
            raise CoderError("agreement.empty_span", start=start, end=end)
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return tuple(whole)


def overlaps(a: Sequence[Stretch], b: Sequence[Stretch]) -> Iterator[tuple[int, int, int]]:
    """Where two sorted lists of disjoint stretches overlap: the places in both lists, and the length."""
    i = j = 0
    while i < len(a) and j < len(b):
        length = min(a[i][1], b[j][1]) - max(a[i][0], b[j][0])
        if length > 0:
            yield i, j, length
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1


def shared_length(a: Sequence[Stretch], b: Sequence[Stretch]) -> int:
    """Characters that two sorted lists of disjoint stretches have in common."""
    return sum(length for _, _, length in overlaps(a, b))


def covered(fragments: Iterable[Fragment]) -> int:
    """How many characters disjoint fragments cover."""
    return sum(end - start for start, end in fragments)


def span_hits(
    first: Iterable[Mark], second: Iterable[Mark], mode: Mode, tokens: Sequence[Fragment] = ()
) -> Hits:
    """Count what two coders marked alike; identical marks of one coder count once.

    exact: equal label and fragments. relaxed: equal label and a shared character, one to one, as many
    as possible. char, token: pairs of (character or token, label), a token being marked when any of its
    characters is. tokens: half-open code points.
    """
    a, b = sorted(set(first)), sorted(set(second))
    if mode == "exact":
        return Hits(len(set(a) & set(b)), len(a), len(b))
    if mode == "relaxed":
        return Hits(_most_pairs(a, b), len(a), len(b))
    if mode == "token":
        one, other = (
            {(t, m.label) for m in marks for t in tokens if shared_length(m.fragments, (t,))}
            for marks in (a, b)
        )
        return Hits(len(one & other), len(one), len(other))
    if mode == "char":
        hits = []
        for label in {m.label for m in (*a, *b)}:
            x, y = (joined(f for m in marks if m.label == label for f in m.fragments) for marks in (a, b))
            hits.append((shared_length(x, y), covered(x), covered(y)))
        return Hits(*map(sum, zip((0, 0, 0), *hits, strict=True)))
    raise CoderError("agreement.no_such_mode", name=mode)


def span_f1(coders: Sequence[Sequence[Mark]], mode: Mode, tokens: Sequence[Fragment] = ()) -> Score:
    """F1 of two coders' marks; n counts the marks (characters, tokens) of both."""
    if blocked := not_two(coders):
        return blocked
    counted = span_hits(coders[0], coders[1], mode, tokens)
    n = counted.first + counted.second
    return ratio(2 * counted.hits, n, n, NOTHING_MARKED)


def not_two(coders: Sequence[object]) -> Score | None:
    """The undefined score of other than two coders, else None."""
    return None if len(coders) == 2 else undefined(FEW_CODERS if len(coders) < 2 else MANY_CODERS)


def _most_pairs(a: Sequence[Mark], b: Sequence[Mark]) -> int:
    """The size of a maximum matching between overlapping marks of one label, by augmenting paths."""
    # Most pairs are seen to be apart by where they begin and end.
    alike: dict[str, list[tuple[int, Mark, int, int]]] = defaultdict(list)
    for j, o in ((j, o) for j, o in enumerate(b) if o.fragments):
        alike[o.label].append((j, o, o.fragments[0][0], o.fragments[-1][1]))
    rivals = [
        [
            j
            for j, o, start, end in (alike[m.label] if m.fragments else ())
            if start < m.fragments[-1][1]
            and m.fragments[0][0] < end
            and shared_length(m.fragments, o.fragments)
        ]
        for m in a
    ]
    holder: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in rivals[i]:
            if j not in tried:
                tried.add(j)
                if j not in holder or place(holder[j], tried):
                    holder[j] = i
                    return True
        return False

    return sum(place(i, set()) for i in range(len(a)))


def boundary_similarity(first: Sequence[int], second: Sequence[int], n_t: int = 2) -> Score:
    """Fournier's B of two segmentations given as segment lengths; n counts the boundaries of both.

    Shared boundaries match; of the rest as many as possible are paired one to one at a distance below
    n_t, the nearer the better, each pair at distance d weighing d / n_t; all others are full misses.
    """
    if sum(first) != sum(second):
        raise CoderError("agreement.other_lengths", first=sum(first), second=sum(second))
    a, b = (set(list(accumulate(lengths))[:-1]) for lengths in (first, second))
    matches, n = len(a & b), len(a) + len(b)
    distances: list[int] = []
    if a - b and b - a:
        apart = np.abs(np.subtract.outer(np.array(sorted(a - b)), np.array(sorted(b - a))))
        # One pair more outweighs any distance that is saved.
        gain = np.where(apart < n_t, n_t * sum(apart.shape) - apart, 0.0)
        distances = [int(apart[pair]) for pair in best_pairs(gain.tolist()) if apart[pair] < n_t]
    misses = n - 2 * matches - 2 * len(distances)
    edits = misses + len(distances) + matches
    return ratio(edits - misses - sum(distances) / n_t, edits, n, NOTHING_MARKED)
