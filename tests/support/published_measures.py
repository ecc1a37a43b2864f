"""Measures that only published cases need; the program reports none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, TypeAlias

import numpy as np

from coder.agreement import align, result
from coder.agreement.align import EventView, Pairing
from coder.agreement.alpha import Ratings
from coder.agreement.distance import (
    NOT_STATED,
    Distance,
    Floats,
    Value,
    differences,
    label,
    non_negative,
    position,
)
from coder.agreement.result import Score
from coder.agreement.spans import (
    Fragment,
    Hits,
    Mark,
    join_fragments,
    measure_covered,
    measure_shared_length,
)
from coder.agreement.spans import Mode as ReportedMode
from coder.agreement.spans import span_hits as reported_hits
from coder.agreement.unitizing import (
    GAP,
    Continuum,
    LengthTable,
    Unit,
    coincident_lengths,
    compute_pooled_score,
    length_table,
    segments,
)
from coder.model import Json

Mode: TypeAlias = Literal["exact", "relaxed", "char", "token"]
Variant: TypeAlias = Literal["nominal", "binary", "cu", "ku"]


# ------------------------------------------------------------ scales
class RatioScale(Distance):
    """((c - k) / (c + k)) squared, 0 for equal values."""

    name = "ratio"
    bounded = False
    parse = non_negative

    def matrix(self, values: Sequence[Any]) -> Floats:
        total = np.add.outer(values, values)
        return np.asarray((differences(values) / np.where(total > 0, total, 1.0)) ** 2)


@dataclass(frozen=True, eq=False)
class Custom(Distance):
    """A given distance matrix of declared categories, not squared; made symmetric by
    averaging.
    """

    name = "custom"
    categories: tuple[Value, ...]
    distances: Floats

    def value(self, raw: Json) -> Value:
        return self.categories[position(label(raw), self.categories)]

    def matrix(self, values: Sequence[Any]) -> Floats:
        indices = [position(v, self.categories) for v in values]
        distances = self.distances[np.ix_(indices, indices)]
        return np.asarray((distances + distances.T) / 2)

    def table(self, values: Sequence[Value]) -> Floats:
        return (
            self.matrix(values)
            if NOT_STATED in self.categories
            else super().table(values)
        )


def distance_between(scale: Distance, a: Json, b: Json) -> float:
    """The distance between two raw values."""
    return float(scale.table([scale.read(a), scale.read(b)])[0, 1])


def percent_by_units(ratings: Ratings) -> Score:
    """Gwet's p_a: the mean share of agreeing pairs, in which all units count the same."""
    shares = []
    for unit in ratings.codes:
        pairs = list(combinations(unit[unit >= 0], 2))
        if pairs:
            shares.append(np.mean([one == other for one, other in pairs]))
    return Score(float(np.mean(shares)), len(shares))


# ------------------------------------------------------------ events
def event_similarity(
    a: EventView, b: EventView, how: Pairing = align.PAIRING
) -> float | None:
    """The similarity of two events, from 0 to 1; None if no term is present on both
    sides.
    """
    total, weight = align.weighted(
        align.similarity_terms([a], [b], how.cap_days), (1, 1), how
    )
    return (
        round(float(total[0, 0] / weight[0, 0]), align.DIGITS) if weight[0, 0] else None
    )


# ------------------------------------------------------------ stretches
def span_hits(
    first: Iterable[Mark],
    second: Iterable[Mark],
    mode: Mode,
    tokens: Sequence[Fragment] = (),
) -> Hits:
    """Count hits; char, token: pairs of (character or token, label).

    A token is marked if any of its characters is. tokens: half-open code points.
    """
    a = set(first)
    b = set(second)
    if mode == "token":
        one, other = ({*_marked_tokens(marks, tokens)} for marks in (a, b))
        return Hits(len(one & other), len(one), len(other))
    if mode == "char":
        hits = [0, 0, 0]
        for kind in {mark.label for mark in a | b}:
            x, y = (
                join_fragments(f for m in marks if m.label == kind for f in m.fragments)
                for marks in (a, b)
            )
            for place, count in enumerate(
                (measure_shared_length(x, y), measure_covered(x), measure_covered(y))
            ):
                hits[place] += count
        return Hits(*hits)
    reported: ReportedMode = mode
    return reported_hits(a, b, reported)


def _marked_tokens(
    marks: Iterable[Mark], tokens: Sequence[Fragment]
) -> Iterable[tuple[Fragment, str]]:
    for mark in marks:
        for token in tokens:
            if measure_shared_length(mark.fragments, (token,)):
                yield token, mark.label


def span_f1(
    coders: Sequence[Sequence[Mark]], mode: Mode, tokens: Sequence[Fragment] = ()
) -> Score:
    """F1 of two coders' marks; n: the marks (characters, tokens) of both."""
    if len(coders) != 2:
        few = len(coders) < 2
        return result.make_undefined(result.FEW_CODERS if few else result.MANY_CODERS)
    hits = span_hits(coders[0], coders[1], mode, tokens)
    n = hits.first + hits.second
    return result.ratio(2 * hits.hits, n, n, result.NOTHING_MARKED)


def u_alpha(
    continuum: Continuum, variant: Variant = "nominal", label: str | None = None
) -> result.Score:
    """Unitizing alpha; n: the units of all coders.

    nominal: boundaries and labels, with gaps as a value. binary: marked against
    unmarked. cu: the labels of positions marked by both of two coders. ku: one label
    among those positions. With a label, nominal and binary compare only that label, its
    touching units merged, against all else. Raises CoderError if units of one coder
    overlap or leave the continuum.
    """
    n = sum(map(len, continuum.coders))
    if len(continuum.coders) < 2:
        return result.make_undefined(result.FEW_CODERS, n)
    if variant in ("nominal", "binary") and label is not None:
        fragments = (
            [(u.start, u.end) for u in units if u.label == label]
            for units in continuum.coders
        )
        merged = tuple(
            tuple(Unit(start, end, label) for start, end in join_fragments(each))
            for each in fragments
        )
        continuum = continuum._replace(coders=merged)
        n = sum(map(len, merged))
    labels = sorted({unit.label for units in continuum.coders for unit in units})
    if variant == "nominal":
        return compute_pooled_score([length_table(continuum, labels)], n)
    if variant == "binary":
        return compute_pooled_score([collapsed(length_table(continuum, labels))], n)
    if len(continuum.coders) > 2:
        return result.make_undefined(result.MANY_CODERS, n)
    table = _jointly_marked(continuum, labels)
    lengths = table.observed.sum(axis=1)
    total = lengths.sum()
    if not total:
        return result.make_undefined(result.NO_PAIRS, n)
    products = np.outer(lengths, lengths) - np.diag(table.own)
    chance = total * products / max(total**2 - table.own.sum(), 1.0)
    if variant == "cu":
        observed, expected = (
            float(each.sum() - np.trace(each)) for each in (table.observed, chance)
        )
        return result.ratio(expected - observed, expected, n, result.NO_VARIATION)
    k = labels.index(label) + 1 if label in labels else GAP
    if not lengths[k]:
        return result.make_undefined(result.UNUSED_CATEGORY, n)
    # 1 - (e_.k / l_.k)(l_.k - l_kk) / (e_.k - e_kk)
    share = float(chance[:, k].sum())
    observed = share / float(lengths[k]) * float(lengths[k] - table.observed[k, k])
    expected = share - float(chance[k, k])
    return result.ratio(expected - observed, expected, n, result.NO_VARIATION)


def collapsed(table: LengthTable) -> LengthTable:
    """Collapse all labels into one: marked against gap."""
    gap = table.observed[GAP, GAP]
    total = table.observed.sum()
    across = table.observed[GAP, 1:].sum()
    observed = np.array([[gap, across], [across, total - gap - 2 * across]])
    return LengthTable(observed, np.array([table.own[GAP], table.own[1:].sum()]))


def _jointly_marked(continuum: Continuum, labels: Sequence[str]) -> LengthTable:
    """The table of two coders over positions marked by both; 0 for the gap."""
    one, other = (
        [
            segment
            for segment in segments(units, continuum, labels)
            if segment.value != GAP
        ]
        for units in continuum.coders
    )
    own = np.zeros(len(labels) + 1)
    for units, others in ((one, other), (other, one)):
        for unit in units:
            own[unit.value] += measure_shared_length([unit], others) ** 2
    return LengthTable(coincident_lengths((one, other), len(own)), own)
