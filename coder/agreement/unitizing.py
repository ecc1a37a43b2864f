"""Unitizing alpha: Krippendorff's alpha for marking and labelling stretches of a
continuum.

Source: Krippendorff, Mathet, Bouvry & Widloecher (2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from coder.agreement import result
from coder.agreement.bootstrap import pooled
from coder.agreement.distance import Floats
from coder.agreement.spans import overlaps
from coder.errors import CoderError

GAP = 0


class Unit(NamedTuple):
    """A stretch marked by a coder: half-open positions and a label."""

    start: int
    end: int
    label: str


class Segment(NamedTuple):
    """A unit or a gap between units.

    value: GAP, or the index of the unit's label, from 1.
    """

    start: int
    end: int
    value: int


class Continuum(NamedTuple):
    """The units of each coder on the positions from begin to begin + length."""

    length: int
    coders: tuple[tuple[Unit, ...], ...]
    begin: int = 0


class LengthTable(NamedTuple):
    """The coincident lengths of values, the first being the gap, and the correction for
    self-coincidence.
    """

    observed: Floats  # l_ck, shape (value, value)
    own: Floats  # q_c, shape (value,)


def length_table(continuum: Continuum, labels: Sequence[str]) -> LengthTable:
    """Return the coincident lengths over the whole continuum, including gaps, averaged
    over pairs of coders.
    """
    sequences = [segments(units, continuum, labels) for units in continuum.coders]
    own = np.zeros(len(labels) + 1)
    for start, end, value in chain(*sequences):
        own[value] += (end - start) ** (1 if value == GAP else 2)
    return LengthTable(coincident_lengths(sequences, len(own)), own)


def coincident_lengths(sequences: Sequence[Sequence[Segment]], size: int) -> Floats:
    """Return the length on which values coincide, averaged over pairs of coders.

    Shape (size, size).
    """
    table = np.zeros((size, size))
    for one, other in combinations(sequences, 2):
        for i, j, length in overlaps(one, other):
            table[one[i].value, other[j].value] += length
    return np.asarray((table + table.T) / (len(sequences) - 1))


def compute_pooled_alphas(tables: Sequence[LengthTable], weights: Floats) -> Floats:
    """u_alpha of concatenated texts, for weights of shape (replicate, text).

    NaN where undefined.
    """
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


def compute_pooled_score(tables: Sequence[LengthTable], n: int) -> result.Score:
    """u_alpha of several concatenated texts; n: the count reported with it."""
    return pooled(
        partial(compute_pooled_alphas, tables), len(tables), n, result.NO_VARIATION
    )


def segments(
    units: Sequence[Unit], continuum: Continuum, labels: Sequence[str]
) -> list[Segment]:
    """Return one coder's units and the gaps between them, in order."""
    found: list[Segment] = []
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
        found += [Segment(reached, unit.start, GAP), marked]
        reached = unit.end
    return [
        each for each in (*found, Segment(reached, stop, GAP)) if each.start < each.end
    ]
