"""What is reported of one variable: percent, agreement on one category, and Krippendorff's alpha.

alpha = 1 - D_o / D_e with D_o = (1/n) sum o_ck d(c,k) and D_e = (1/(n(n-1))) sum n_c n_k d(c,k) over the
coincidence matrix o: a unit with m values adds 1/(m-1) for every ordered pair of them; units with fewer than
two add nothing, and their values do not count. Of the blanks missing and not applicable leave the comparison,
not stated is a value. Sources: Krippendorff (1980, 2004, 2011); Gwet (2014) for percent by units; Feinstein &
Cicchetti (1990) and Cicchetti & Feinstein (1990) for specific agreement, extended to any number of coders.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement import result
from coder.agreement.bootstrap import over, pooled
from coder.agreement.distance import Distance, Floats, IntervalScale, Ints, Nominal, Ordinal, Value, label
from coder.agreement.sparse import Sparse, numbered
from coder.errors import CoderError
from coder.model import Blank, Json

Matrix: TypeAlias = Sequence[Sequence[Json]]  # coders x units; null is missing, {"blank": …} another blank
_WHOLE = 2.0**52  # beyond it numbers have no place for a fraction


class Ratings(NamedTuple):
    """Units by coders, as read on a scale."""

    distance: Distance
    values: tuple[Value, ...]
    codes: Ints  # shape (unit, coder): the place in `values`, or -1 where there is none
    articles: Ints  # shape (unit,): the article each unit lies in, counted from 0

    @classmethod
    def of(
        cls,
        matrix: Matrix | NDArray[Any],
        distance: Distance | None = None,
        articles: Sequence[int] | None = None,
    ) -> Ratings:
        """Read a matrix on a scale, nominal unless given; without numbers of articles all units lie in one.

        In an array of numbers NaN is missing. Raises CoderError for rows of unequal length and for values
        that do not fit the scale.
        """
        scale = distance if distance is not None else Nominal()
        width = len(matrix[0]) if len(matrix) else 0
        numbers = np.zeros(width, np.int64) if articles is None else np.asarray(articles, np.int64)
        if isinstance(matrix, np.ndarray) and matrix.dtype.kind in "iuf":
            found, codes = _read_numbers(matrix)
            return cls(scale, tuple(scale.read(float(each)) for each in found), codes, numbers)
        if any(len(row) != width for row in matrix):
            raise CoderError("agreement.rows_differ")
        places: dict[Value, int] = {}
        read: dict[Value, int] = {}  # labels that the scale has read already

        def code(cell: Json) -> int:
            if cell is None:
                return -1
            if isinstance(cell, dict) and "blank" in cell:
                if cell["blank"] not in list(Blank):
                    raise CoderError("agreement.not_a_blank", value=cell["blank"], known=", ".join(Blank))
                if cell["blank"] != Blank.NOT_STATED:
                    return -1
                scale.expect_bounded()
            if (key := label(cell)) not in read:
                read[key] = places.setdefault(scale.read(cell), len(places))
            return read[key]

        rows = np.array([[code(cell) for cell in row] for row in matrix], dtype=np.int64)
        return cls(scale, tuple(places), rows.reshape(len(matrix), width).T, numbers)

    @property
    def per_unit(self) -> Ints:
        """How many values each unit holds; shape (unit,)."""
        return np.asarray((self.codes >= 0).sum(axis=1), dtype=np.int64)

    @property
    def pairable(self) -> int:
        """How many units hold at least two values."""
        return int((self.per_unit >= 2).sum())

    def nothing_to_compare(self) -> result.Score | None:
        """The undefined score of data in which nothing can be compared, else None."""
        if self.codes.shape[1] < 2:
            return result.undefined(result.FEW_CODERS)
        return None if self.pairable else result.undefined(result.NO_PAIRS)


def alpha(ratings: Ratings, table: Coincidences | None = None) -> result.Score:
    """Krippendorff's alpha: 1 is perfect, 0 chance, below 0 systematic disagreement; n: pairable values."""
    if blocked := ratings.nothing_to_compare():
        return blocked
    table = table or Coincidences.of(ratings)
    return pooled(table.alphas, table.articles, table.n, result.NO_VARIATION)


def percent(ratings: Ratings, weighting: Literal["values", "units"] = "values") -> result.Score:
    """The share of agreeing pairs of values; n counts units with at least two values.

    weighting: each unit counts by its number of values (1 - D_o of nominal alpha), or all units alike
    (Gwet's p_a). The two are the same without missing values.
    """
    if blocked := ratings.nothing_to_compare():
        return blocked
    held = ratings.per_unit
    agreeing = np.zeros(len(held))
    for one, other in combinations(ratings.codes.T, 2):
        agreeing += 2.0 * ((one == other) & (one >= 0))
    agreeing, held = agreeing[held >= 2], held[held >= 2]
    shares = agreeing / (held * (held - 1))
    weights = held if weighting == "values" else None
    return result.Score(float(np.average(shares, weights=weights)), len(shares))


def category_agreement(ratings: Ratings, category: Json) -> result.Score:
    """Of the pairs in which one coder used the category, the share in which both did; n counts its uses.

    sum n_uk (n_uk - 1) / sum n_uk (m_u - 1) over units with at least two values; 2a/(2a+b+c) for two
    coders. Called positive or negative agreement where the category is one of two.
    """
    if blocked := ratings.nothing_to_compare():
        return blocked
    wanted = ratings.distance.read(category)
    if wanted not in ratings.values:
        return result.undefined(result.UNUSED_CATEGORY)
    held = ratings.per_unit
    used = (ratings.codes == ratings.values.index(wanted)).sum(axis=1)[held >= 2]
    possible = float((used * (held[held >= 2] - 1)).sum())
    return result.ratio(float((used * (used - 1)).sum()), possible, int(used.sum()), result.UNUSED_CATEGORY)


class Coincidences(NamedTuple):
    """What each article adds to the coincidence matrix, in sparse rows: resampled sums are products."""

    distance: Distance
    values: tuple[Value, ...]
    pairs: Ints  # shape (pair, 2): distinct pairs of value codes, the smaller one first
    observed: Sparse  # shape (article, pair): coincidences of both orders
    margins: Sparse  # shape (article, value): pairable values
    units: int  # that hold at least two values

    @classmethod
    def of(cls, ratings: Ratings) -> Coincidences:
        """Count the coincidences of each article that holds any, in the articles' order."""
        codes, article, times = _alike(ratings)
        # Who gave a value is irrelevant, so values move to the front and blanks to the back.
        held = (codes >= 0).sum(axis=1)
        codes = -np.sort(-codes, axis=1)[held >= 2, : max(2, int(held.max(initial=0)))]
        times, (numbers, article) = times[held >= 2], numbered(article[held >= 2])
        held, articles, size = held[held >= 2], len(numbers), len(ratings.values)
        one, other = np.triu_indices(codes.shape[1], 1)
        pair, unit = np.nonzero(codes[:, other].T >= 0)
        cell, place = numbered(codes[unit, other[pair]] * size + codes[unit, one[pair]])
        both = 2.0 * times[unit] / (held[unit] - 1)
        observed = Sparse.of((articles, len(cell)), article[unit], place, both)
        unit, column = np.nonzero(codes >= 0)
        margins = Sparse.of((articles, size), article[unit], codes[unit, column], times[unit])
        pairs = np.stack([cell // max(size, 1), cell % max(size, 1)], axis=1)
        return cls(ratings.distance, ratings.values, pairs, observed, margins, int(times.sum()))

    @property
    def articles(self) -> int:
        """How many articles hold pairable values."""
        return self.margins.shape[0]

    @property
    def differing(self) -> int:
        """How many articles hold two values of a unit that differ."""
        return int(np.count_nonzero(self._unlike))

    @property
    def n(self) -> int:
        """How many pairable values there are."""
        return int(self.margins.values.sum())

    def alphas(self, weights: Floats) -> Floats:
        """Krippendorff's alpha by weights of articles, shape (replicate, article); NaN where undefined."""
        margins = self.margins.weighted(weights)
        observed, expected = self._disagreement(weights, margins)
        total = margins.sum(axis=1)
        # Two distinct values are needed whatever rounding makes of the expected disagreement.
        usable = (np.count_nonzero(margins > 0, axis=1) >= 2) & (expected > 0)
        return np.where(usable, 1 - (total - 1) * observed / np.where(usable, expected, 1.0), np.nan)

    def rises(self, weights: Floats) -> tuple[Floats, Floats]:
        """Alpha by weights of articles, and by how much it rises where one article's coders say the same.

        Shapes (replicate,) and (replicate, article). What is expected by chance stays as it is; of ranks, how
        far values are apart is that of all articles.
        """
        margins = self.margins.weighted(weights)
        _, expected = self._disagreement(weights, margins)
        factor = over(margins.sum(axis=1) - 1, expected)
        return self.alphas(weights), weights * self.disagreements * factor[:, None]

    @property
    def disagreements(self) -> Floats:
        """What each article adds to the observed disagreement; ranks are those of all articles."""
        first, second = self.pairs.T
        if isinstance(self.distance, Ordinal):
            ranks = self._ranks(self.margins.totals()[None, :])[0]
            return self.observed.times((ranks[first] - ranks[second]) ** 2)
        return self.observed.times(self._apart())

    def percents(self, weights: Floats) -> Floats:
        """Percent agreement, 1 - D_o of nominal alpha, for each weighting; NaN where undefined."""
        return 1 - over(weights @ self._unlike, weights @ self.values_held)

    @property
    def values_held(self) -> Floats:
        """How many pairable values each article holds."""
        return self.margins.times(np.ones(len(self.values)))

    @property
    def _unlike(self) -> Floats:
        """The coincidences of each article whose values differ."""
        return self.observed.times(np.asarray(self.pairs[:, 0] != self.pairs[:, 1], np.float64))

    def leverage(self, weights: Floats) -> Floats:
        """How much an article tells in which all agree, in one unit on the value farthest from the others.

        By weights of articles, NaN where alpha is undefined; the other units are as chance brings them. With
        a share of s it divides 1 - alpha by 1 + s times this, since it adds to what is expected by chance: of
        single units and two values (1 - p) / p, p being the share of the rarer one.
        """
        counts = self.margins.weighted(weights)
        p = over(counts, counts.sum(axis=1, keepdims=True))
        if isinstance(self.distance, IntervalScale | Ordinal):
            is_ranked = isinstance(self.distance, Ordinal)
            x = self._ranks(p) if is_ranked else np.array(self.values, dtype=np.float64)[None, :]
            far = (x - (p * x).sum(axis=1, keepdims=True)) ** 2
            far = far + (p * far).sum(axis=1, keepdims=True)
        else:
            far = 1 - p if isinstance(self.distance, Nominal) else p @ self.distance.table(self.values)
        farthest = far[:, self.margins.totals() > 0].max(axis=1)
        return np.asarray(1 + 2 * (over(farthest, (far * p).sum(axis=1)) - 1) * self.articles / self.units)

    @property
    def worst(self) -> float:
        """Alpha in an article that is coded by chance, and in which a disagreement was met."""
        mean, square = self._by_chance()
        return 1 - met_disagreement(mean, square, self._units) / mean if mean > 0 else 0.0

    @property
    def worst_percent(self) -> float:
        """Percent agreement in such an article."""
        mean, square = self._replace(distance=Nominal())._by_chance()
        return 1 - met_disagreement(mean, square, self._units)

    @property
    def _units(self) -> float:
        """How many units an article has, those of more than two values counting more."""
        return self.n / 2 / max(self.articles, 1)

    def _by_chance(self) -> tuple[float, float]:
        """The means of d and of d squared over pairs of values that chance brings together."""
        counts = self.margins.totals()
        if not counts.any():
            return 0.0, 0.0
        p = counts / counts.sum()
        if isinstance(self.distance, Nominal):
            unlike = 1 - float(p @ p)
            return unlike, unlike
        if isinstance(self.distance, IntervalScale | Ordinal):
            x = np.array(self.values, dtype=np.float64)
            if isinstance(self.distance, Ordinal):
                order = np.argsort(x)
                x[order] = np.cumsum(counts[order]) - counts[order] / 2
            x -= p @ x
            variance = float(p @ x**2)
            return 2 * variance, 2 * float(p @ x**4) + 6 * variance**2
        apart = self.distance.table(self.values)
        return float(p @ apart @ p), float(p @ apart**2 @ p)

    def matrix(self) -> Floats:
        """The coincidence matrix of all articles; shape (value, value), symmetric, summing to n."""
        table = np.zeros((len(self.values), len(self.values)))
        np.add.at(table, (self.pairs[:, 0], self.pairs[:, 1]), self.observed.totals() / 2)
        return np.asarray(table + table.T)

    def _disagreement(self, weights: Floats, margins: Floats) -> tuple[Floats, Floats]:
        """Sums of o_ck d(c,k) and of n_c n_k d(c,k); shape (replicate,) each."""
        first, second = self.pairs.T
        if isinstance(self.distance, Ordinal):
            ranks = self._ranks(margins)
            counted = self.observed.weighted(weights)
            observed = (counted * (ranks[:, first] - ranks[:, second]) ** 2).sum(axis=1)
            return observed, _spread(margins, ranks)
        observed = weights @ self.observed.times(self._apart())
        if isinstance(self.distance, Nominal):
            return observed, margins.sum(axis=1) ** 2 - (margins**2).sum(axis=1)
        if isinstance(self.distance, IntervalScale):
            return observed, _spread(margins, np.array(self.values, dtype=np.float64)[None, :])
        return observed, ((margins @ self.distance.table(self.values)) * margins).sum(axis=1)

    def _apart(self) -> Floats:
        """How far the values of each pair are apart, on any scale but ranks; shape (pair,)."""
        first, second = self.pairs.T
        if isinstance(self.distance, Nominal):
            return np.asarray(first != second, dtype=np.float64)
        if isinstance(self.distance, IntervalScale):
            x = np.array(self.values, dtype=np.float64)
            return np.asarray((x[first] - x[second]) ** 2)
        return np.asarray(self.distance.table(self.values)[first, second])

    def _ranks(self, margins: Floats) -> Floats:
        """The mean rank of each value; shape as the margins, (replicate, value).

        The sum of n_g from c to k, less half of n_c and n_k, is the difference of their mean ranks.
        """
        order = np.argsort(np.array(self.values, dtype=np.float64))
        ranks = np.empty_like(margins)
        ranks[:, order] = np.cumsum(margins[:, order], axis=1) - margins[:, order] / 2
        return ranks


def met_disagreement(mean: float, square: float, units: float) -> float:
    """The mean disagreement of an article coded by chance, of so many units, in which one was met.

    mean, square: of d and d squared over pairs of values that chance brings together. A disagreement is met
    where there are many, so this exceeds the mean by the variance of an article's disagreement over the mean:
    with many units an article nothing is left of it, with one unit a whole disagreement is met.
    """
    return mean + (square / mean - mean) / units if mean > 0 else 0.0


def _read_numbers(matrix: NDArray[Any]) -> tuple[Floats, Ints]:
    """The distinct numbers of an array, coders x units, and their codes, units x coders; -1 for NaN."""
    there = ~np.isnan(matrix)
    codes = np.full(matrix.shape, -1)
    given = matrix[there]
    whole = np.clip(given, -_WHOLE, _WHOLE).astype(np.int64)
    if (whole == given).all():
        found, codes[there] = numbered(whole)
    else:
        found, codes[there] = np.unique(given, return_inverse=True)
    return found.astype(np.float64), codes.T


def _alike(ratings: Ratings) -> tuple[Ints, Ints, Ints]:
    """Units of one article that hold the same values as one: codes, article, and how many there are of it."""
    number, coders = ratings.codes.shape
    first = int(ratings.articles.min(initial=0))
    size = len(ratings.values) + 1
    if (int(ratings.articles.max(initial=0)) - first + 1) * size**coders > np.iinfo(np.int64).max:
        return ratings.codes, ratings.articles, np.ones(number, np.int64)
    key = ratings.articles - first
    for code in ratings.codes.T:
        key = key * size + code + 1
    distinct, place = numbered(key)
    codes = np.empty((len(distinct), coders), np.int64)
    left = distinct
    for coder in reversed(range(coders)):
        left, codes[:, coder] = np.divmod(left, size)
    return codes - 1, left + first, np.bincount(place, minlength=len(distinct))


def _spread(margins: Floats, x: Floats) -> Floats:
    """Sum of n_c n_k (x_c - x_k)^2 over all ordered pairs, taken about the mean so that no digit is lost."""
    total = margins.sum(axis=1)
    mean = (margins * x).sum(axis=1) / np.maximum(total, 1.0)
    return np.asarray(2 * total * (margins * (x - mean[:, None]) ** 2).sum(axis=1))
