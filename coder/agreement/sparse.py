"""Tables in which most cells are 0, such as how often each article holds each of many values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coder.agreement.distance import Floats, Ints

_CELLS_AT_ONCE = 1_000_000
_DENSE = 32  # of so many cells one that is not 0: from there on zeros are multiplied too, which is quicker


class Sparse(NamedTuple):
    """What stands in the cells that are not 0, by column and then by row."""

    shape: tuple[int, int]
    rows: Ints
    columns: Ints
    values: Floats

    @classmethod
    def of(cls, shape: tuple[int, int], rows: Ints, columns: Ints, values: Floats) -> Sparse:
        """A table of these cells; what is said of one cell is added up."""
        height = max(shape[0], 1)
        cells, place = numbered(columns * height + rows)
        summed = np.bincount(place, values, len(cells)).astype(np.float64)
        return cls(shape, cells % height, cells // height, summed)

    def totals(self) -> Floats:
        """The sum of each column."""
        return np.bincount(self.columns, self.values, self.shape[1]).astype(np.float64)

    def times(self, factors: Floats) -> Floats:
        """The sum of each row, by factors of columns."""
        return np.bincount(self.rows, self.values * factors[self.columns], self.shape[0]).astype(np.float64)

    def weighted(self, weights: Floats) -> Floats:
        """The sums of columns by weights of rows; shape (replicate, row) to (replicate, column)."""
        if _DENSE * len(self.values) >= self.shape[0] * self.shape[1]:
            table = np.zeros(self.shape)
            table[self.rows, self.columns] = self.values
            return weights @ table
        sums = np.zeros((len(weights), self.shape[1]))
        filled, first = np.unique(self.columns, return_index=True)
        step = max(1, _CELLS_AT_ONCE // max(1, len(self.rows)))
        for start in range(0, len(weights), step):
            counted = weights[start : start + step, self.rows] * self.values
            sums[start : start + step, filled] = np.add.reduceat(counted, first, axis=1)
        return sums


def numbered(values: Ints) -> tuple[Ints, Ints]:
    """The distinct numbers, in order, and the place of each among them; quick where they lie close."""
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    if most - least > 4 * len(values) + 1024:
        return np.unique(values, return_inverse=True)
    occurs = np.zeros(most - least + 1, bool)
    occurs[values - least] = True
    places = np.cumsum(occurs) - 1
    return np.flatnonzero(occurs) + least, places[values - least]
