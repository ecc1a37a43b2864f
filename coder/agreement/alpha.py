"""What is reported of one variable: percent, agreement on one category, and Krippendorff's alpha.

alpha = 1 - D_o / D_e with D_o = (1/n) sum o_ck d(c,k) and D_e = (1/(n(n-1))) sum n_c n_k d(c,k) over the
coincidence matrix o: a unit with m values adds 1/(m-1) for every ordered pair of them; units with fewer than
two add nothing, and their values do not count. Sources: Krippendorff (1980, 2004, 2011); Gwet (2014) for
percent by units; Feinstein & Cicchetti (1990) and Cicchetti & Feinstein (1990) for specific agreement,
extended to any number of coders.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from coder.agreement.distance import Distance, Floats, IntervalScale, Ints, Nominal, Ordinal, Value
from coder.agreement.ratings import Ratings
from coder.agreement.result import (
    FEW_CODERS,
    NO_PAIRS,
    NO_VARIATION,
    UNUSED_CATEGORY,
    Score,
    ratio,
    undefined,
)
from coder.model import Json

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def alpha(ratings: Ratings, table: Coincidences | None = None) -> Score:
    """Krippendorff's alpha on the scale that read the ratings; n counts pairable values.

    1 is perfect, 0 is chance, below 0 is systematic disagreement. table: the coincidences of these ratings,
    where they are at hand.
    """
    if blocked := nothing_to_compare(ratings):
        return blocked
    table = table or Coincidences.of(ratings)
    value = float(table.alphas(np.ones((1, table.articles)))[0])
    return undefined(NO_VARIATION, table.n) if np.isnan(value) else Score(value, table.n)


def percent(ratings: Ratings, weighting: Literal["values", "units"] = "values") -> Score:
    """The share of agreeing pairs of values; n counts units with at least two values.

    weighting: each unit counts by its number of values (1 - D_o of nominal alpha), or all units alike
    (Gwet's p_a). The two are the same without missing values.
    """
    if blocked := nothing_to_compare(ratings):
        return blocked
    held = ratings.per_unit
    agreeing = np.zeros(len(held))
    for one, other in combinations(ratings.codes.T, 2):
        agreeing += 2.0 * ((one == other) & (one >= 0))
    agreeing, held = agreeing[held >= 2], held[held >= 2]
    shares = agreeing / (held * (held - 1))
    if weighting == "units":
        return Score(float(shares.mean()), len(shares))
    return Score(float((shares * held).sum() / held.sum()), len(shares))


def category_agreement(ratings: Ratings, category: Json) -> Score:
    """Of the pairs in which one coder used the category, the share in which both did.

    sum n_uk (n_uk - 1) / sum n_uk (m_u - 1) over units with at least two values; 2a/(2a+b+c) for two
    coders. n counts the uses of the category in those units. Called positive or negative agreement
    where the category is one of two.
    """
    if blocked := nothing_to_compare(ratings):
        return blocked
    wanted = ratings.distance.read(category)
    if wanted not in ratings.values:
        return undefined(UNUSED_CATEGORY)
    held = ratings.per_unit
    used = (ratings.codes == ratings.values.index(wanted)).sum(axis=1)[held >= 2]
    possible = used * (held[held >= 2] - 1)
    return ratio(float((used * (used - 1)).sum()), float(possible.sum()), int(used.sum()), UNUSED_CATEGORY)


def nothing_to_compare(ratings: Ratings) -> Score | None:
    """The undefined score of data in which nothing can be compared, else None."""
    if ratings.coders < 2:
        return undefined(FEW_CODERS)
    return None if ratings.pairable else undefined(NO_PAIRS)


@dataclass(frozen=True, slots=True)
class Coincidences:
    """What each article adds to the coincidence matrix, as sparse rows, so that resampled sums are products.

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
        one, other = np.triu_indices(codes.shape[1], 1)
        pair, unit = np.nonzero(codes[:, other].T >= 0)
        cell, place = np.unique(codes[unit, other[pair]] * size + codes[unit, one[pair]], return_inverse=True)
        observed = csr_array((2.0 / (held[unit] - 1), (article[unit], place)), shape=(articles, len(cell)))
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
            # The sum of n_g from c to k, less half of n_c and n_k, is the difference of their mean ranks.
            order = np.argsort(np.array(self.values, dtype=np.float64))
            ranks = np.empty_like(margins)
            ranks[:, order] = np.cumsum(margins[:, order], axis=1) - margins[:, order] / 2
            counted = _weighted(self.observed, weights)
            observed = (counted * (ranks[:, first] - ranks[:, second]) ** 2).sum(axis=1)
            return observed, _spread(margins, ranks)
        apart = self.distance.table(self.values)
        observed = weights @ (self.observed @ apart[first, second])
        return observed, ((margins @ apart) * margins).sum(axis=1)


def _weighted(table: csr_array, weights: Floats) -> Floats:
    """weights @ table for a dense (replicate, article) and a sparse (article, column) array."""
    return np.asarray((table.T @ weights.T).T)


def _spread(margins: Floats, x: Floats) -> Floats:
    """Sum of n_c n_k (x_c - x_k)^2 over all ordered pairs, taken about the mean so that no digit is lost."""
    total = margins.sum(axis=1)
    mean = (margins * x).sum(axis=1) / np.maximum(total, 1.0)
    return np.asarray(2 * total * (margins * (x - mean[:, None]) ** 2).sum(axis=1))
