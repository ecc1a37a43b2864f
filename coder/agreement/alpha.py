"""Measures for one variable: Krippendorff's alpha, percent and specific agreement.

alpha = 1 - D_o / D_e with D_o = (1/n) sum o_ck d(c,k) and D_e = (1/(n(n-1))) sum n_c
n_k d(c,k) over the coincidence matrix o: a unit with m values adds 1/(m-1) for every
ordered pair of them. Units with fewer than two values are excluded. Of the blanks,
`missing` and `not applicable` are excluded, `not stated` is a value.

Sources: Krippendorff (1980, 2004, 2011); Feinstein & Cicchetti (1990) and Cicchetti &
Feinstein (1990) for specific agreement, extended to any number of coders.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement import result
from coder.agreement.bootstrap import over, pooled
from coder.agreement.distance import (
    Distance,
    Floats,
    IntervalScale,
    Ints,
    Nominal,
    Ordinal,
    Value,
    label,
)
from coder.errors import CoderError
from coder.model import Blank, Json

Matrix: TypeAlias = Sequence[
    Sequence[Json]
]  # coders x units; null is missing, {"blank": …} another blank
_WHOLE = 2.0**52  # from here on, floats have no fraction


class Ratings(NamedTuple):
    """Ratings on a scale, units by coders."""

    distance: Distance
    values: tuple[Value, ...]
    codes: Ints  # shape (unit, coder): the index in `values`, or -1 for no value
    articles: Ints  # shape (unit,): the number of each unit's article, from 0

    @classmethod
    def of(
        cls,
        matrix: Matrix | NDArray[Any],
        distance: Distance | None = None,
        articles: Sequence[int] | None = None,
    ) -> Ratings:
        """Read a matrix on a scale (default: nominal).

        Without `articles`, all units belong to one article.

        In an array of numbers NaN is missing. Raises CoderError for rows of unequal
        length and for values that do not fit the scale.
        """
        scale = distance if distance is not None else Nominal()
        width = len(matrix[0]) if len(matrix) else 0
        if articles is None:
            numbers = np.zeros(width, np.int64)
        else:
            numbers = np.asarray(articles, np.int64)
        if isinstance(matrix, np.ndarray) and matrix.dtype.kind in "iuf":
            distinct_numbers, codes = _read_numbers(matrix)
            values = tuple(scale.read(float(each)) for each in distinct_numbers)
            return cls(scale, values, codes, numbers)
        if any(len(row) != width for row in matrix):
            raise CoderError("agreement.rows_differ")
        reader = _CellReader(scale)
        rows = [[reader.read(cell) for cell in row] for row in matrix]
        codes = np.array(rows, dtype=np.int64).reshape(len(matrix), width).T
        return cls(scale, tuple(reader.codes_by_value), codes, numbers)

    @property
    def per_unit(self) -> Ints:
        """The number of values of each unit; shape (unit,)."""
        return np.asarray((self.codes >= 0).sum(axis=1), dtype=np.int64)

    @property
    def pairable(self) -> int:
        """The number of units with at least two values."""
        return int((self.per_unit >= 2).sum())

    def nothing_to_compare(self) -> result.Score | None:
        """Return an undefined score if there is nothing to compare, else None."""
        if self.codes.shape[1] < 2:
            return result.make_undefined(result.FEW_CODERS)
        return None if self.pairable else result.make_undefined(result.NO_PAIRS)


class _CellReader:
    """Reads cells as codes of distinct values, in the order of their first use."""

    def __init__(self, scale: Distance) -> None:
        self.scale = scale
        self.codes_by_value: dict[Value, int] = {}
        self._codes_by_label: dict[Value, int] = {}  # so that each is read only once

    def read(self, cell: Json) -> int:
        """Return the code of a cell, -1 for no value."""
        if cell is None:
            return -1
        if isinstance(cell, dict) and "blank" in cell:
            blank = cell["blank"]
            if blank not in list(Blank):
                known = ", ".join(Blank)
                raise CoderError("agreement.not_a_blank", value=blank, known=known)
            if blank != Blank.NOT_STATED:
                return -1
            self.scale.expect_bounded()
        key = label(cell)
        if key not in self._codes_by_label:
            value = self.scale.read(cell)
            code = self.codes_by_value.setdefault(value, len(self.codes_by_value))
            self._codes_by_label[key] = code
        return self._codes_by_label[key]


def alpha(ratings: Ratings, table: Coincidences | None = None) -> result.Score:
    """Krippendorff's alpha: 1 perfect, 0 chance, below 0 systematic disagreement.

    n: pairable values.
    """
    if blocked := ratings.nothing_to_compare():
        return blocked
    table = table or Coincidences.of(ratings)
    return pooled(table.alphas, table.articles, table.n, result.NO_VARIATION)


def percent(ratings: Ratings) -> result.Score:
    """Return the share of agreeing pairs of values, 1 - D_o of nominal alpha.

    n: units with two values or more.

    Units count by their number of values.
    """
    if blocked := ratings.nothing_to_compare():
        return blocked
    held = ratings.per_unit
    agreeing = np.zeros(len(held))
    for one, other in combinations(ratings.codes.T, 2):
        agreeing += 2.0 * ((one == other) & (one >= 0))
    agreeing = agreeing[held >= 2]
    held = held[held >= 2]
    shares = agreeing / (held * (held - 1))
    return result.Score(float(np.average(shares, weights=held)), len(shares))


def category_agreement(ratings: Ratings, category: Json) -> result.Score:
    """Specific agreement: of pairs in which one coder used the category, the share in
    which both did.

    sum n_uk (n_uk - 1) / sum n_uk (m_u - 1) over units with at least two values;
    2a/(2a+b+c) for two coders. n counts the uses of the category. With two categories
    this is positive and negative agreement.
    """
    if blocked := ratings.nothing_to_compare():
        return blocked
    value = ratings.distance.read(category)
    if value not in ratings.values:
        return result.make_undefined(result.UNUSED_CATEGORY)
    held = ratings.per_unit
    used = (ratings.codes == ratings.values.index(value)).sum(axis=1)[held >= 2]
    possible = float((used * (held[held >= 2] - 1)).sum())
    return result.ratio(
        float((used * (used - 1)).sum()),
        possible,
        int(used.sum()),
        result.UNUSED_CATEGORY,
    )


class Coincidences(NamedTuple):
    """Each article's coincidences, as sparse rows, so that sums over weighted articles
    are products.
    """

    distance: Distance
    values: tuple[Value, ...]
    pairs: Ints  # shape (pair, 2): distinct pairs of value codes, the smaller one first
    observed: Sparse  # shape (article, pair): coincidences of both orders
    margins: Sparse  # shape (article, value): pairable values
    units: int  # with at least two values

    @classmethod
    def of(cls, ratings: Ratings) -> Coincidences:
        """Count the coincidences of each article that has any, in the order of the
        articles.
        """
        codes, article, repeats = _distinct_units(ratings)
        # It does not matter which coder gave a value, so values move to the front and
        # gaps to the back.
        held = (codes >= 0).sum(axis=1)
        codes = -np.sort(-codes, axis=1)[held >= 2, : max(2, int(held.max(initial=0)))]
        repeats = repeats[held >= 2]
        numbers, article = distinct(article[held >= 2])
        held = held[held >= 2]
        articles = len(numbers)
        size = len(ratings.values)
        one, other = np.triu_indices(codes.shape[1], 1)
        pair, unit = np.nonzero(codes[:, other].T >= 0)
        cell, place = distinct(codes[unit, other[pair]] * size + codes[unit, one[pair]])
        both = 2.0 * repeats[unit] / (held[unit] - 1)
        observed = Sparse.of((articles, len(cell)), article[unit], place, both)
        unit, column = np.nonzero(codes >= 0)
        margins = Sparse.of(
            (articles, size), article[unit], codes[unit, column], repeats[unit]
        )
        pairs = np.stack([cell // max(size, 1), cell % max(size, 1)], axis=1)
        return cls(
            ratings.distance,
            ratings.values,
            pairs,
            observed,
            margins,
            int(repeats.sum()),
        )

    @property
    def articles(self) -> int:
        """The number of articles with pairable values."""
        return self.margins.shape[0]

    @property
    def differing(self) -> int:
        """The number of articles with a disagreement."""
        return int(np.count_nonzero(self._disagreeing_pairs))

    @property
    def n(self) -> int:
        """The number of pairable values."""
        return int(self.margins.values.sum())

    def alphas(self, weights: Floats) -> Floats:
        """Krippendorff's alpha for article weights of shape (replicate, article).

        NaN where undefined.
        """
        margins = self.margins.weighted(weights)
        observed, expected = self._disagreement(weights, margins)
        total = margins.sum(axis=1)
        # Rounding can leave an expected disagreement above 0 even where there is only
        # one value.
        usable = (np.count_nonzero(margins > 0, axis=1) >= 2) & (expected > 0)
        return np.where(
            usable, 1 - (total - 1) * observed / np.where(usable, expected, 1.0), np.nan
        )

    @property
    def disagreements(self) -> Floats:
        """The observed disagreement of each article, for any but ordinal distances."""
        first, second = self.pairs.T
        if isinstance(self.distance, Nominal):
            return self._disagreeing_pairs
        if isinstance(self.distance, IntervalScale):
            x = self._positions(self.margins.totals()[None, :])[0]
            return self.observed.times((x[first] - x[second]) ** 2)
        return self.observed.times(self.distance.table(self.values)[first, second])

    def percents(self, weights: Floats) -> Floats:
        """Percent agreement, 1 - D_o of nominal alpha, for article weights.

        NaN where undefined.
        """
        return 1 - over(weights @ self._disagreeing_pairs, weights @ self.values_held)

    @property
    def values_held(self) -> Floats:
        """The number of pairable values of each article."""
        return self.margins.times(np.ones(len(self.values)))

    @property
    def _disagreeing_pairs(self) -> Floats:
        """The number of coincidences of differing values in each article."""
        return self.observed.times(
            np.asarray(self.pairs[:, 0] != self.pairs[:, 1], np.float64)
        )

    @property
    def worst(self) -> float:
        """The expected alpha of an article that is coded by chance and contains a
        disagreement.
        """
        mean, square = self._chance_moments()
        return (
            1 - size_biased_disagreement(mean, square, self._units_per_article) / mean
            if mean > 0
            else 0.0
        )

    @property
    def _units_per_article(self) -> float:
        """The mean number of units per article; units of m values count as m / 2."""
        return self.n / 2 / max(self.articles, 1)

    def _chance_moments(self) -> tuple[float, float]:
        """Return the means of d and of d squared over pairs of values drawn by chance."""
        counts = self.margins.totals()
        if not counts.any():
            return 0.0, 0.0
        p = counts / counts.sum()
        if isinstance(self.distance, Nominal):
            unequal = 1 - float(p @ p)
            return unequal, unequal
        if isinstance(self.distance, IntervalScale | Ordinal):
            x = self._positions(counts[None, :])[0]
            x -= p @ x
            variance = float(p @ x**2)
            return 2 * variance, 2 * float(p @ x**4) + 6 * variance**2
        distances = self.distance.table(self.values)
        return float(p @ distances @ p), float(p @ distances**2 @ p)

    def matrix(self) -> Floats:
        """Return the coincidence matrix of all articles.

        Shape (value, value), symmetric, summing to n.
        """
        table = np.zeros((len(self.values), len(self.values)))
        np.add.at(
            table, (self.pairs[:, 0], self.pairs[:, 1]), self.observed.totals() / 2
        )
        return np.asarray(table + table.T)

    def _disagreement(self, weights: Floats, margins: Floats) -> tuple[Floats, Floats]:
        """Sums of o_ck d(c,k) and of n_c n_k d(c,k); shape (replicate,) each."""
        if isinstance(self.distance, Ordinal):
            first, second = self.pairs.T
            ranks = self.ranks(margins)
            counted = self.observed.weighted(weights)
            observed = (counted * (ranks[:, first] - ranks[:, second]) ** 2).sum(axis=1)
            return observed, _spread(margins, ranks)
        observed = weights @ self.disagreements
        if isinstance(self.distance, Nominal):
            return observed, margins.sum(axis=1) ** 2 - (margins**2).sum(axis=1)
        if isinstance(self.distance, IntervalScale):
            return observed, _spread(margins, self._positions(margins))
        return observed, ((margins @ self.distance.table(self.values)) * margins).sum(
            axis=1
        )

    def _positions(self, margins: Floats) -> Floats:
        """Return the position of each value on its scale: its rank or its number.

        Shape (replicate or 1, value).
        """
        if isinstance(self.distance, Ordinal):
            return self.ranks(margins)
        numbers = np.array(self.values, dtype=np.float64)[None, :]
        return numbers - float(
            numbers.min(initial=np.inf)
        )  # large ones near each other keep their digits

    def ranks(self, margins: Floats) -> Floats:
        """Return the mean rank of each value.

        Shape (replicate, value), like the margins.

        The sum of n_g from c to k, less half of n_c and n_k, is the difference of their
        mean ranks.
        """
        order = np.argsort(np.array(self.values, dtype=np.float64))
        ranks = np.empty_like(margins)
        ranks[:, order] = np.cumsum(margins[:, order], axis=1) - margins[:, order] / 2
        return ranks


def size_biased_disagreement(mean: float, square: float, units: float) -> float:
    """Return the expected disagreement of an article coded by chance.

    Given that a disagreement was observed in it.

    mean, square: the means of d and d squared over pairs of values drawn by chance.
    Articles with many disagreements are observed more often, so this exceeds the mean
    by the variance of an article's disagreement over the mean: hardly at all with many
    units per article; with one unit it is a whole disagreement.
    """
    return mean + (square / mean - mean) / units if mean > 0 else 0.0


def _read_numbers(matrix: NDArray[Any]) -> tuple[Floats, Ints]:
    """Return the distinct numbers of an array, and their codes, -1 for NaN.

    The array has the shape (coder, unit), the codes (unit, coder).
    """
    is_present = ~np.isnan(matrix)
    codes = np.full(matrix.shape, -1)
    present = matrix[is_present]
    whole = np.clip(present, -_WHOLE, _WHOLE).astype(np.int64)
    if (whole == present).all():
        values, codes[is_present] = distinct(whole)
    else:
        values, codes[is_present] = np.unique(present, return_inverse=True)
    return values.astype(np.float64), codes.T


def _distinct_units(ratings: Ratings) -> tuple[Ints, Ints, Ints]:
    """Return the distinct rows of each article.

    Three arrays: their codes, their article, and how many units have them.
    """
    number, coders = ratings.codes.shape
    first = int(ratings.articles.min(initial=0))
    size = len(ratings.values) + 1
    if (int(ratings.articles.max(initial=0)) - first + 1) * size**coders > np.iinfo(
        np.int64
    ).max:
        return ratings.codes, ratings.articles, np.ones(number, np.int64)
    key = ratings.articles - first
    for code in ratings.codes.T:
        key = key * size + code + 1
    units, place = distinct(key)
    codes = np.empty((len(units), coders), np.int64)
    rest = units
    for coder in reversed(range(coders)):
        rest, codes[:, coder] = np.divmod(rest, size)
    return codes - 1, rest + first, np.bincount(place, minlength=len(units))


def _spread(margins: Floats, x: Floats) -> Floats:
    """Sum n_c n_k (x_c - x_k)^2 over all ordered pairs.

    Computed about the mean to keep precision.
    """
    total = margins.sum(axis=1)
    mean = (margins * x).sum(axis=1) / np.maximum(total, 1.0)
    return np.asarray(2 * total * (margins * (x - mean[:, None]) ** 2).sum(axis=1))


# ------------------------------------------------------------ sparse tables
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
        """Return a table of these cells; the values of repeated cells are added."""
        height = max(shape[0], 1)
        cells, place = distinct(columns * height + rows)
        summed = np.bincount(place, values, len(cells)).astype(np.float64)
        return cls(shape, cells % height, cells // height, summed)

    def totals(self) -> Floats:
        """Return the sum of each column."""
        return np.bincount(self.columns, self.values, self.shape[1]).astype(np.float64)

    def times(self, factors: Floats) -> Floats:
        """Return the sum of each row, its cells multiplied by the factors of their
        columns.
        """
        return np.bincount(
            self.rows, self.values * factors[self.columns], self.shape[0]
        ).astype(np.float64)

    def weighted(self, weights: Floats) -> Floats:
        """Return the column sums for row weights.

        From shape (replicate, row) to (replicate, column).
        """
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
    """Return the distinct numbers, sorted, and the index of each number among them.

    Fast for small ranges.
    """
    low = int(values.min(initial=0))
    high = int(values.max(initial=0))
    if high - low > 4 * len(values) + 1024:
        return np.unique(values, return_inverse=True)
    occurs = np.zeros(high - low + 1, bool)
    occurs[values - low] = True
    places = np.cumsum(occurs) - 1
    return np.flatnonzero(occurs) + low, places[values - low]
