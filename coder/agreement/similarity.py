"""How alike two coders' events are: the weighted mean of what both sides state.

Evidence counts .70 by Dice on characters; date, place and actors .10 each, which together stay below
the threshold, so that without shared evidence two events with evidence never match.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement.distance import Floats, incidence
from coder.agreement.spans import Fragment, covered

Term: TypeAlias = Literal["evidence", "date", "place", "actors"]

WEIGHTS: Mapping[Term, float] = {"evidence": 0.7, "date": 0.1, "place": 0.1, "actors": 0.1}
DATE_CAP_DAYS = 7
DIGITS = 12
"""Similarities are rounded to so many digits, so that equal ones tie and the threshold itself counts."""
_ROWS_AT_ONCE = 64


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


def event_similarity(
    a: EventView, b: EventView, exclude: Term | None = None, cap_days: float = DATE_CAP_DAYS
) -> float | None:
    """How alike two events are, from 0 to 1; None if no term is present on both sides."""
    total, weight = _weighted_terms([a], [b], exclude, cap_days)
    return round(float(total[0, 0] / weight[0, 0]), DIGITS) if weight[0, 0] else None


def similarities(
    first: Sequence[EventView],
    second: Sequence[EventView],
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> Floats:
    """Similarities of all pairs, 0 where nothing can be compared; shape (first, second)."""
    rows = [np.zeros((0, len(second)))]
    for start in range(0, len(first), _ROWS_AT_ONCE):
        block = first[start : start + _ROWS_AT_ONCE]
        total, weight = _weighted_terms(block, second, exclude, cap_days)
        rows.append(np.round(total / np.where(weight > 0, weight, 1.0), DIGITS))
    return np.concatenate(rows)


def _weighted_terms(
    first: Sequence[EventView], second: Sequence[EventView], exclude: Term | None, cap_days: float
) -> tuple[Floats, Floats]:
    """Sums of weighted similarities and of the weights of the terms present; shape (first, second) each."""
    total = np.zeros((len(first), len(second)))
    weight = np.zeros_like(total)
    for term, alike, present in _terms(first, second, cap_days):
        if term != exclude:
            total += WEIGHTS[term] * np.where(present, alike, 0.0)
            weight += WEIGHTS[term] * present
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
    covered = np.zeros((len(first), length + 1))  # evidence characters before each position
    for row, event in enumerate(first):
        for start, end in event.evidence:
            covered[row, start + 1 : end + 1] = 1.0
    np.cumsum(covered, axis=1, out=covered)
    inside = covered[:, ends] - covered[:, starts]
    # Fragments come event by event, so each event with evidence is one run of columns.
    owners, runs = np.unique(owner, return_index=True)
    shared[:, owners] = np.add.reduceat(inside, runs, axis=1)
    return shared
