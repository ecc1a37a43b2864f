"""Krippendorff's alpha for marking and labelling stretches of a continuum.

Source: Krippendorff, Mathet, Bouvry & Widloecher (2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain, combinations
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from coder.agreement import result
from coder.agreement.bootstrap import pooled
from coder.agreement.distance import Floats
from coder.agreement.spans import joined, overlaps, shared_length
from coder.errors import CoderError

Variant: TypeAlias = Literal["nominal", "binary", "cu", "ku"]
GAP = 0


class Unit(NamedTuple):
    """A stretch marked by a coder: half-open positions and a label."""

    start: int
    end: int
    label: str


class Segment(NamedTuple):
    """A unit or a gap between units; value: GAP, or the index of the unit's label, from 1."""

    start: int
    end: int
    value: int


class Continuum(NamedTuple):
    """The units of each coder on the positions from begin to begin + length."""

    length: int
    coders: tuple[tuple[Unit, ...], ...]
    begin: int = 0


class LengthTable(NamedTuple):
    """The coincident lengths of values, the first being the gap, and the correction for self-coincidence."""

    observed: Floats  # l_ck, shape (value, value)
    own: Floats  # q_c, shape (value,)


def u_alpha(
    continuum: Continuum, variant: Variant = "nominal", label: str | None = None
) -> result.Score:
    """Unitizing alpha; n: the units of all coders.

    nominal: boundaries and labels, with gaps as a value. binary: marked against unmarked. cu: the labels of
    positions marked by both of two coders. ku: one label among those positions. With a label, nominal and
    binary compare only that label, its touching units merged, against all else. Raises CoderError if units of
    one coder overlap or leave the continuum.
    """
    n = sum(map(len, continuum.coders))
    if len(continuum.coders) < 2:
        return result.undefined(result.FEW_CODERS, n)
    if variant in ("nominal", "binary") and label is not None:
        fragments = (
            [(u.start, u.end) for u in units if u.label == label]
            for units in continuum.coders
        )
        merged = tuple(
            tuple(Unit(start, end, label) for start, end in joined(each))
            for each in fragments
        )
        continuum = continuum._replace(coders=merged)
        n = sum(map(len, merged))
    labels = sorted({unit.label for units in continuum.coders for unit in units})
    if variant == "nominal":
        return pooled_score([length_table(continuum, labels)], n)
    if variant == "binary":
        return pooled_score([collapsed(length_table(continuum, labels))], n)
    if variant not in ("cu", "ku"):
        raise CoderError("agreement.no_such_variant", name=variant)
    if len(continuum.coders) > 2:
        return result.undefined(result.MANY_CODERS, n)
    table = _jointly_marked(continuum, labels)
    lengths = table.observed.sum(axis=1)
    total = lengths.sum()
    if not total:
        return result.undefined(result.NO_PAIRS, n)
    products = np.outer(lengths, lengths) - np.diag(table.own)
    chance = total * products / max(total**2 - table.own.sum(), 1.0)
    if variant == "cu":
        observed, expected = (
            float(each.sum() - np.trace(each)) for each in (table.observed, chance)
        )
        return result.ratio(expected - observed, expected, n, result.NO_VARIATION)
    k = labels.index(label) + 1 if label in labels else GAP
    if not lengths[k]:
        return result.undefined(result.UNUSED_CATEGORY, n)
    # 1 - (e_.k / l_.k)(l_.k - l_kk) / (e_.k - e_kk)
    share = float(chance[:, k].sum())
    observed = share / float(lengths[k]) * float(lengths[k] - table.observed[k, k])
    expected = share - float(chance[k, k])
    return result.ratio(expected - observed, expected, n, result.NO_VARIATION)


def length_table(continuum: Continuum, labels: Sequence[str]) -> LengthTable:
    """The coincident lengths over the whole continuum, including gaps, averaged over pairs of coders."""
    sequences = [_segments(units, continuum, labels) for units in continuum.coders]
    own = np.zeros(len(labels) + 1)
    for start, end, value in chain(*sequences):
        own[value] += (end - start) ** (1 if value == GAP else 2)
    return LengthTable(_coincident(sequences, len(own)), own)


def _coincident(sequences: Sequence[Sequence[Segment]], size: int) -> Floats:
    """The length on which values coincide, averaged over pairs of coders; shape (size, size)."""
    table = np.zeros((size, size))
    for one, other in combinations(sequences, 2):
        for i, j, length in overlaps(one, other):
            table[one[i].value, other[j].value] += length
    return np.asarray((table + table.T) / (len(sequences) - 1))


def collapsed(table: LengthTable) -> LengthTable:
    """Collapse all labels into one: marked against gap."""
    gap = table.observed[GAP, GAP]
    total = table.observed.sum()
    across = table.observed[GAP, 1:].sum()
    observed = np.array([[gap, across], [across, total - gap - 2 * across]])
    return LengthTable(observed, np.array([table.own[GAP], table.own[1:].sum()]))


def pooled_alphas(tables: Sequence[LengthTable], weights: Floats) -> Floats:
    """u_alpha of concatenated texts, for weights of shape (replicate, text); NaN where undefined."""
    observed = np.tensordot(weights, np.stack([table.observed for table in tables]), 1)
    own = (weights @ np.stack([table.own for table in tables])).sum(axis=1)
    margins = observed.sum(axis=2)
    total = margins.sum(axis=1)
    disagreement = total - np.trace(observed, axis1=1, axis2=2)
    chance = (
        total * (total**2 - (margins**2).sum(axis=1)) / np.maximum(total**2 - own, 1.0)
    )
    usable = np.count_nonzero(margins > 0, axis=1) >= 2
    return np.where(usable, 1 - disagreement / np.where(usable, chance, 1.0), np.nan)


def pooled_score(tables: Sequence[LengthTable], n: int) -> result.Score:
    """u_alpha of several concatenated texts; n: the count reported with it."""
    return pooled(partial(pooled_alphas, tables), len(tables), n, result.NO_VARIATION)


def _jointly_marked(continuum: Continuum, labels: Sequence[str]) -> LengthTable:
    """The table of two coders over positions marked by both; 0 for the gap."""
    one, other = (
        [
            segment
            for segment in _segments(units, continuum, labels)
            if segment.value != GAP
        ]
        for units in continuum.coders
    )
    own = np.zeros(len(labels) + 1)
    for units, others in ((one, other), (other, one)):
        for unit in units:
            own[unit.value] += shared_length([unit], others) ** 2
    return LengthTable(_coincident((one, other), len(own)), own)


def _segments(
    units: Sequence[Unit], continuum: Continuum, labels: Sequence[str]
) -> list[Segment]:
    """One coder's units and the gaps between them, in order."""
    segments: list[Segment] = []
    reached = continuum.begin
    stop = continuum.begin + continuum.length
    for unit in sorted(units):
        if unit.start < reached or unit.end > stop or unit.end <= unit.start:
            raise CoderError(
                "agreement.unit_overlaps",
                start=unit.start,
                end=unit.end,
                label=unit.label,
            )
        marked = Segment(unit.start, unit.end, labels.index(unit.label) + 1)
        segments += [Segment(reached, unit.start, GAP), marked]
        reached = unit.end
    return [
        each
        for each in (*segments, Segment(reached, stop, GAP))
        if each.start < each.end
    ]
