"""Sparse tables, such as how often each of many values occurs in each article."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coder.agreement.distance import Floats, Ints

_CELLS_AT_ONCE = 1_000_000
_DENSE = 32  # with at least one filled cell in so many, dense multiplication is faster


class Sparse(NamedTuple):
    """The cells that are not 0, sorted by column and then by row."""

    shape: tuple[int, int]
    rows: Ints
    columns: Ints
    values: Floats

    @classmethod
    def of(
        cls, shape: tuple[int, int], rows: Ints, columns: Ints, values: Floats
    ) -> Sparse:
        """A table of these cells; the values of repeated cells are added."""
        height = max(shape[0], 1)
        cells, place = distinct(columns * height + rows)
        summed = np.bincount(place, values, len(cells)).astype(np.float64)
        return cls(shape, cells % height, cells // height, summed)

    def totals(self) -> Floats:
        """The sum of each column."""
        return np.bincount(self.columns, self.values, self.shape[1]).astype(np.float64)

    def times(self, factors: Floats) -> Floats:
        """The sum of each row, its cells multiplied by the factors of their columns."""
        return np.bincount(
            self.rows, self.values * factors[self.columns], self.shape[0]
        ).astype(np.float64)

    def weighted(self, weights: Floats) -> Floats:
        """The column sums for row weights; from shape (replicate, row) to (replicate, column)."""
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


def distinct(values: Ints) -> tuple[Ints, Ints]:
    """The distinct numbers, sorted, and the index of each number among them; fast for small ranges."""
    low = int(values.min(initial=0))
    high = int(values.max(initial=0))
    if high - low > 4 * len(values) + 1024:
        return np.unique(values, return_inverse=True)
    occurs = np.zeros(high - low + 1, bool)
    occurs[values - low] = True
    places = np.cumsum(occurs) - 1
    return np.flatnonzero(occurs) + low, places[values - low]
