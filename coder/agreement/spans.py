"""Marked stretches of a text, and the exact and relaxed hits of two coders, from which
F1 is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

from coder.errors import CoderError
from coder.grouping import grouped

Fragment: TypeAlias = tuple[int, int]
Stretch: TypeAlias = (
    Fragment | tuple[int, int, int]
)  # start and end, optionally followed by a value
Mode: TypeAlias = Literal["exact", "relaxed"]


class Mark(Struct, frozen=True, order=True):
    """A labelled stretch, possibly in several fragments: half-open, sorted, not
    touching.

    In code points.
    """

    fragments: tuple[Fragment, ...]
    label: str = ""

    @classmethod
    def of(cls, fragments: Iterable[Sequence[int]], label: str = "") -> Mark:
        """Create a mark from fragments in any order.

        Touching or overlapping ones are merged.
        """
        return cls(join_fragments(fragments), label)


class Hits(NamedTuple):
    """The hits of two coders, and how much each marked."""

    hits: int
    first: int
    second: int


def join_fragments(fragments: Iterable[Sequence[int]]) -> tuple[Fragment, ...]:
    """Sort fragments and merge touching or overlapping ones.

    Raises CoderError for an empty one.
    """
    merged: list[Fragment] = []
    for start, end in sorted((int(f[0]), int(f[1])) for f in fragments):
        if end <= start:
            raise CoderError("agreement.empty_span", start=start, end=end)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def overlaps(
    a: Sequence[Stretch], b: Sequence[Stretch]
) -> Iterator[tuple[int, int, int]]:
    """Yield the overlaps of two sorted lists of disjoint stretches: both indices and
    the length.
    """
    i = 0
    j = 0
    while i < len(a) and j < len(b):
        length = min(a[i][1], b[j][1]) - max(a[i][0], b[j][0])
        if length > 0:
            yield i, j, length
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1


def measure_shared_length(a: Sequence[Stretch], b: Sequence[Stretch]) -> int:
    """Return the number of characters that two sorted lists of disjoint stretches
    share.
    """
    return sum(length for _, _, length in overlaps(a, b))


def measure_covered(fragments: Iterable[Fragment]) -> int:
    """Return the number of characters that disjoint fragments cover."""
    return sum(end - start for start, end in fragments)


def span_hits(first: Iterable[Mark], second: Iterable[Mark], mode: Mode) -> Hits:
    """Count the hits of two coders; identical marks of one coder count once.

    exact: equal label and fragments. relaxed: equal label and a shared character, in a
    maximum one-to-one matching.
    """
    a = sorted(set(first))
    b = sorted(set(second))
    hits = len(set(a) & set(b)) if mode == "exact" else _most_pairs(a, b)
    return Hits(hits, len(a), len(b))


def _most_pairs(a: Sequence[Mark], b: Sequence[Mark]) -> int:
    """Return the size of a maximum matching between overlapping marks of one label.

    By augmenting paths.
    """
    numbers_by_label = grouped((mark.label, j) for j, mark in enumerate(b))
    overlapping = []
    for mark in a:
        numbers = numbers_by_label.get(mark.label, ())
        overlapping.append([j for j in numbers if _do_overlap(mark, b[j])])
    holder = dict[int, int]()
    """The mark of the first coder that each mark of the second is paired with so far.
    """
    held = dict[int, int]()
    """The same pairs, by the mark of the first coder."""

    def assign(first: int) -> bool:
        came_from = dict[int, int]()
        reached = [first]  # without recursion, as a path can have all marks
        for i in reached:
            for j in overlapping[i]:
                if j not in came_from:
                    came_from[j] = i
                    if j in holder:
                        reached.append(holder[j])
                        continue
                    free: int | None = j
                    while free is not None:
                        i = came_from[free]
                        former = held.get(i)
                        holder[free] = i
                        held[i] = free
                        free = former
                    return True
        return False

    return sum(map(assign, range(len(a))))


def _do_overlap(one: Mark, other: Mark) -> bool:
    """Return whether two marks share a character."""
    if not one.fragments or not other.fragments:
        return False
    # Comparing first starts and last ends excludes most pairs cheaply.
    if other.fragments[0][0] >= one.fragments[-1][1]:
        return False
    if one.fragments[0][0] >= other.fragments[-1][1]:
        return False
    return measure_shared_length(one.fragments, other.fragments) > 0
