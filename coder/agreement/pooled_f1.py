"""F1 counted article by article: of every two coders, and of two ways to mark, held against the same marks.

F1 takes the place of kappa where nothing counts the negatives: kappa tends to F1 as their arbitrary
number grows (Hripcsak & Rothschild 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np

from coder.agreement.bootstrap import Plan, Statistic, interval_of
from coder.agreement.distance import Floats, Ints
from coder.agreement.result import FEW_CODERS, NO_PAIRS, NOTHING_MARKED, Interval, Score, undefined
from coder.agreement.spans import Hits

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class PooledF1:
    """Counts of coder pairs by article; both tables have the shape (pair, article).

    hits: what both marked. marked: n_1 + n_2, 0 where not both coded the article. coders: how many there are.
    """

    coders: int
    pairs: tuple[tuple[str, str], ...]
    hits: Floats
    marked: Floats

    @classmethod
    def of(cls, articles: Sequence[Mapping[str, T]], count: Callable[[T, T], Hits]) -> PooledF1:
        """Count article by article what each two coders of it marked alike; others have no column."""
        names = sorted({coder for article in articles for coder in article})
        shared = [article for article in articles if len(article) > 1]
        pairs = [p for p in combinations(names, 2) if any(set(p) <= set(article) for article in shared)]
        hits = np.zeros((len(pairs), len(shared)))
        marked = np.zeros_like(hits)
        for row, (a, b) in enumerate(pairs):
            for column, article in enumerate(shared):
                if a in article and b in article:
                    found = count(article[a], article[b])
                    hits[row, column] = found.hits
                    marked[row, column] = found.first + found.second
        return cls(len(names), tuple(pairs), hits, marked)

    def __add__(self, other: PooledF1) -> PooledF1:
        """The counts of two kinds of marks on the same articles together."""
        return PooledF1(self.coders, self.pairs, self.hits + other.hits, self.marked + other.marked)

    @classmethod
    def of_counts(cls, counts: Sequence[Hits]) -> PooledF1:
        """What two sides, as if they were two coders, marked alike in each article."""
        hits = np.array([[found.hits for found in counts]], dtype=np.float64)
        marked = np.array([[found.first + found.second for found in counts]], dtype=np.float64)
        return cls(2, (("first", "second"),), hits, marked)

    @property
    def articles(self) -> int:
        """How many articles two coders share."""
        return int(self.marked.shape[1])

    def values(self, weights: Floats) -> Floats:
        """The mean over pairs of 2 hits / (n_1 + n_2) for each weighting of the articles, else NaN.

        weights: shape (replicate, article). Pairs in which nobody marked anything leave the mean.
        """
        hits, marked = weights @ self.hits.T, weights @ self.marked.T
        rated = np.count_nonzero(marked > 0, axis=1)
        total = np.where(marked > 0, 2 * hits / np.where(marked > 0, marked, 1.0), 0.0).sum(axis=1)
        return over(total, rated)

    def score(self) -> Score:
        """The F1 of all articles; n counts the marks of both coders of every pair."""
        if self.coders < 2:
            return undefined(FEW_CODERS)
        if not self.pairs:
            return undefined(NO_PAIRS)
        return _score(self.values, self.articles, int(self.marked.sum()))


@dataclass(frozen=True, slots=True)
class Contrast:
    """The F1 of either, the first less the second, and its interval by resampling articles; n: marks."""

    articles: int
    first: Score
    second: Score
    difference: Score
    interval: Interval


def contrast(first: Sequence[Hits], second: Sequence[Hits], plan: Plan) -> Contrast:
    """The contrast of two counts of the same articles, in the same order."""
    one, other = PooledF1.of_counts(first), PooledF1.of_counts(second)

    def difference(weights: Floats) -> Floats:
        return one.values(weights) - other.values(weights)

    apart = _score(difference, len(first), int(one.marked.sum() + other.marked.sum()))
    interval = interval_of(apart, difference, len(first), plan)
    return Contrast(len(first), one.score(), other.score(), apart, interval)


def no_contrast(reason: str, plan: Plan) -> Contrast:
    """A contrast that cannot be told, with its reason."""
    none = undefined(reason)
    return Contrast(0, none, none, none, interval_of(none, np.sum, 0, plan))


def over(numerator: Floats, denominator: Floats | Ints) -> Floats:
    """The quotients, NaN where nothing is counted."""
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1), np.nan)


def _score(statistic: Statistic, articles: int, n: int) -> Score:
    value = float(statistic(np.ones((1, articles)))[0])
    return undefined(NOTHING_MARKED, n) if np.isnan(value) else Score(value, n)
