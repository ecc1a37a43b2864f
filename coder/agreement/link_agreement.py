"""Agreement on links between the events of an article: F1 over links whose ends are
aligned.

Links of two coders are the same if they have the same relation, and both ends are the
same events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

from coder.agreement.bootstrap import Plan
from coder.agreement.comparison import ALL_TERMS, Comparison, Counted
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import Interval, Score

Event: TypeAlias = tuple[str, str]
"""A coder and the id of an event."""
LinkKey: TypeAlias = tuple[str, int | Event, int | Event]
"""The relation and both ends: the clusters of the events, or an event that is in no
cluster.
"""


class LinkAgreement(NamedTuple):
    """Inter-coder agreement on the links of one field.

    aligned: F1 over the links of which the other coder has both ends. every: F1 over
    all links.
    """

    field: str
    articles: int
    aligned: Score
    aligned_interval: Interval
    every: Score
    every_interval: Interval


class LinkPool:
    """The link counts of comparisons, collected article by article."""

    def __init__(self) -> None:
        self._coded: list[Sequence[str]] = []
        self._counts: dict[str, tuple[list[Counted], list[Counted]]] = {}
        """By field: counts over the links with both ends aligned, and over all links.
        """

    def add(self, entry: Comparison) -> None:
        """Add the next article."""
        number = len(self._coded)
        self._coded.append(entry.coders)
        for field_id in entry.links:
            aligned, every = self._counts.setdefault(field_id, ([], []))
            for one, other, hits, of_aligned, of_all in link_hits(entry, field_id):
                aligned.append((number, one, other, hits, of_aligned))
                every.append((number, one, other, hits, of_all))

    def agreement(self, fields: Sequence[str], plan: Plan) -> list[LinkAgreement]:
        """Return one row for each of these fields."""
        articles = sum(len(coders) > 1 for coders in self._coded)
        rows = []
        for field_id in fields:
            aligned, every = self._counts.get(field_id, ([], []))
            rows.append(
                LinkAgreement(
                    field_id,
                    articles,
                    *PooledF1.counted(self._coded, aligned).figures(plan),
                    *PooledF1.counted(self._coded, every).figures(plan),
                )
            )
        return rows


def link_hits(
    entry: Comparison, field_id: str
) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield two coders, and how many links are the same, have aligned ends, and exist."""
    clusters = {}
    members_of = []
    for number, members in enumerate(entry.aligned[ALL_TERMS]):
        members_of.append({coder for coder, _ in members})
        for coder, event in members:
            clusters[coder, event] = number
    keys = {coder: _keys(entry, field_id, coder, clusters) for coder in entry.coders}
    for one, other in combinations(entry.coders, 2):
        of_one = _with_ends_of(other, keys[one], members_of)
        of_other = _with_ends_of(one, keys[other], members_of)
        both = len(keys[one] & keys[other])
        total = len(keys[one]) + len(keys[other])
        yield one, other, both, of_one + of_other, total


def _keys(
    entry: Comparison, field_id: str, coder: str, clusters: Mapping[Event, int]
) -> set[LinkKey]:
    """Return the links of a coder."""
    keys = set[LinkKey]()
    for link in entry.links[field_id]:
        if entry.coders[link.coder] == coder:
            ends = (coder, link.event), (coder, link.other)
            source, target = (clusters.get(end, end) for end in ends)
            keys.add((link.relation, source, target))
    return keys


def _with_ends_of(
    other: str, keys: set[LinkKey], members_of: Sequence[set[str]]
) -> int:
    """Return the number of links of which another coder has both ends."""
    count = 0
    for _, *ends in keys:
        has_ends = [isinstance(end, int) and other in members_of[end] for end in ends]
        count += all(has_ends)
    return count
