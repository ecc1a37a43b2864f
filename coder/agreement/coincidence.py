"""Coincidences of values within units, kept article by article so that resampled sums are products.

Source: Krippendorff (2011), coincidence matrices. A unit with m values adds 1/(m-1) for every ordered
pair of them; units with fewer than two values add nothing, and their values do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from coder.agreement.distance import Distance, Floats, IntervalScale, Ints, Nominal, Ordinal, Value
from coder.agreement.ratings import Ratings

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Coincidences:
    """What each article adds to the coincidence matrix, as sparse rows.

    pairs: shape (pair, 2), distinct pairs of value codes, the smaller one first. observed: shape
    (article, pair), coincidences of both orders. margins: shape (article, value), pairable values.
    """

    distance: Distance
    values: tuple[Value, ...]
    pairs: Ints
    observed: csr_array
    margins: csr_array

    @classmethod
    def of(cls, ratings: Ratings) -> Coincidences:
        """Count the coincidences of each article that holds any, in the articles' order."""
        from scipy.sparse import csr_array

        # Who gave a value is irrelevant, so values move to the front and blanks to the back.
        codes = -np.sort(-ratings.codes, axis=1)[:, : max(2, int(ratings.per_unit.max(initial=0)))]
        keep = ratings.per_unit >= 2
        codes, held = codes[keep], ratings.per_unit[keep]
        numbers, article = np.unique(ratings.articles[keep], return_inverse=True)
        articles = len(numbers)
        size = len(ratings.values)
        cells, weights, rows = [], [], []
        for i, j in combinations(range(codes.shape[1]), 2):
            both = codes[:, j] >= 0
            cells.append(codes[both, j] * size + codes[both, i])
            weights.append(2.0 / (held[both] - 1))
            rows.append(article[both])
        cell, place = np.unique(_joined(cells), return_inverse=True)
        observed = csr_array(
            (np.concatenate([*weights, []]), (_joined(rows), place)), shape=(articles, len(cell))
        )
        unit, column = np.nonzero(codes >= 0)
        margins = csr_array(
            (np.ones(len(unit)), (article[unit], codes[unit, column])), shape=(articles, size)
        )
        pairs = np.stack([cell // max(size, 1), cell % max(size, 1)], axis=1)
        return cls(ratings.distance, ratings.values, pairs, observed, margins)

    @property
    def articles(self) -> int:
        """How many articles hold pairable values."""
        return int(self.margins.shape[0])

    @property
    def n(self) -> int:
        """How many pairable values there are."""
        return int(self.margins.sum())

    def alphas(self, weights: Floats) -> Floats:
        """Krippendorff's alpha for each weighting of the articles, NaN where it is undefined.

        weights: shape (replicate, article), how often each article counts.
        """
        margins = _weighted(self.margins, weights)
        observed, expected = self._disagreement(weights, margins)
        total = margins.sum(axis=1)
        # Two distinct values are needed whatever rounding makes of the expected disagreement.
        usable = (np.count_nonzero(margins > 0, axis=1) >= 2) & (expected > 0)
        return np.where(usable, 1 - (total - 1) * observed / np.where(usable, expected, 1.0), np.nan)

    def percents(self, weights: Floats) -> Floats:
        """Percent agreement, 1 - D_o of nominal alpha, for each weighting; NaN where it is undefined."""
        unlike = self.observed @ (self.pairs[:, 0] != self.pairs[:, 1]).astype(np.float64)
        total = weights @ self.margins.sum(axis=1)
        return np.where(total > 0, 1 - weights @ unlike / np.where(total > 0, total, 1.0), np.nan)

    def matrix(self) -> Floats:
        """The coincidence matrix of all articles; shape (value, value), symmetric, summing to n."""
        table = np.zeros((len(self.values), len(self.values)))
        np.add.at(table, (self.pairs[:, 0], self.pairs[:, 1]), np.asarray(self.observed.sum(axis=0)) / 2)
        return np.asarray(table + table.T)

    def _disagreement(self, weights: Floats, margins: Floats) -> tuple[Floats, Floats]:
        """Sums of o_ck d(c,k) and of n_c n_k d(c,k); shape (replicate,) each."""
        first, second = self.pairs.T
        total = margins.sum(axis=1)
        if isinstance(self.distance, Nominal):
            observed = weights @ (self.observed @ (first != second).astype(np.float64))
            return observed, total**2 - (margins**2).sum(axis=1)
        if isinstance(self.distance, IntervalScale):
            x = np.array(self.values, dtype=np.float64)
            return weights @ (self.observed @ (x[first] - x[second]) ** 2), _spread(margins, x[None, :])
        if isinstance(self.distance, Ordinal):
            ranks = self._mean_ranks(margins)
            counted = _weighted(self.observed, weights)
            observed = (counted * (ranks[:, first] - ranks[:, second]) ** 2).sum(axis=1)
            return observed, _spread(margins, ranks)
        apart = self.distance.table(self.values)
        observed = weights @ (self.observed @ apart[first, second])
        return observed, ((margins @ apart) * margins).sum(axis=1)

    def _mean_ranks(self, margins: Floats) -> Floats:
        """The mean rank of each value, of which ordinal distances are the squared differences.

        The sum of n_g from c to k, less half of n_c and n_k, is the difference of the two mean ranks.
        """
        order = np.argsort(np.array(self.values, dtype=np.float64))
        ranks = np.empty_like(margins)
        ranks[:, order] = np.cumsum(margins[:, order], axis=1) - margins[:, order] / 2
        return ranks


def _weighted(table: csr_array, weights: Floats) -> Floats:
    """weights @ table for a dense (replicate, article) and a sparse (article, column) array."""
    return np.asarray((table.T @ weights.T).T)


def _spread(margins: Floats, x: Floats) -> Floats:
    """Sum of n_c n_k (x_c - x_k)^2 over all ordered pairs, taken about the mean so that no digit is lost."""
    total = margins.sum(axis=1)
    mean = (margins * x).sum(axis=1) / np.maximum(total, 1.0)
    return np.asarray(2 * total * (margins * (x - mean[:, None]) ** 2).sum(axis=1))


def _joined(parts: list[Ints]) -> Ints:
    """The parts one after another, also where there is none."""
    return np.concatenate([*parts, np.empty(0, np.int64)]).astype(np.int64)
