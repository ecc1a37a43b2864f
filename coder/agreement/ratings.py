"""Coding data as the coefficients take it: which value each coder gave to each unit.

Three blanks are kept apart: missing and not applicable leave the comparison, not stated is a value.
Source: Krippendorff (2011), reliability data matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from coder.agreement.distance import Distance, Ints, Nominal, Value, label
from coder.errors import CoderError
from coder.model import Blank, Json

Matrix: TypeAlias = Sequence[Sequence[Json]]
"""Coders x units as JSON holds them: null is missing, {"blank": …} one of the other blanks."""


@dataclass(frozen=True, slots=True)
class Ratings:
    """Units by coders, each cell the place of its value in `values`, or -1 where there is none.

    distance: the scale that read the values. codes: shape (unit, coder). articles: shape (unit,), the
    article each unit lies in, counted from 0.
    """

    distance: Distance
    values: tuple[Value, ...]
    codes: Ints
    articles: Ints

    @classmethod
    def of(
        cls, matrix: Matrix, distance: Distance | None = None, articles: Sequence[int] | None = None
    ) -> Ratings:
        """Read a matrix of coders x units on a scale, nominal unless given.

        articles: for each unit the number of its article; without them all units lie in one.
        Raises CoderError for rows of unequal length and for values that do not fit the scale.
        """
        scale = distance if distance is not None else Nominal()
        width = len(matrix[0]) if matrix else 0
        if any(len(row) != width for row in matrix):
            raise CoderError("agreement.rows_differ")
        places: dict[Value, int] = {}
        read: dict[Value, int] = {}  # labels that the scale has read already

        def code(cell: Json) -> int:
            if cell is None or _leaves(cell, scale):
                return -1
            if (key := label(cell)) not in read:
                read[key] = places.setdefault(scale.read(cell), len(places))
            return read[key]

        codes = np.array([[code(cell) for cell in row] for row in matrix], dtype=np.int64)
        return cls(
            scale,
            tuple(places),
            codes.reshape(len(matrix), width).T,
            np.zeros(width, np.int64) if articles is None else np.asarray(articles, np.int64),
        )

    @property
    def coders(self) -> int:
        """How many coders there are."""
        return int(self.codes.shape[1])

    @property
    def per_unit(self) -> Ints:
        """How many values each unit holds; shape (unit,)."""
        return np.asarray((self.codes >= 0).sum(axis=1), dtype=np.int64)

    @property
    def pairable(self) -> int:
        """How many units hold at least two values."""
        return int((self.per_unit >= 2).sum())

    def of_coders(self, columns: Sequence[int]) -> Ratings:
        """The ratings of some of the coders, by their columns."""
        return replace(self, codes=self.codes[:, list(columns)])

    def counts(self) -> Ints:
        """How many coders gave each value to each unit; shape (unit, value)."""
        units, coders = np.nonzero(self.codes >= 0)
        table = np.zeros((len(self.codes), len(self.values)), dtype=np.int64)
        np.add.at(table, (units, self.codes[units, coders]), 1)
        return table


def _leaves(cell: Json, scale: Distance) -> bool:
    """Whether a cell is a blank that leaves the comparison; raises CoderError for one that cannot be here."""
    if not isinstance(cell, dict) or "blank" not in cell:
        return False
    if cell["blank"] not in list(Blank):
        raise CoderError("agreement.not_a_blank", value=cell["blank"], known=", ".join(Blank))
    if cell["blank"] != Blank.NOT_STATED:
        return True
    scale.expect_bounded()
    return False
