"""F1 from counts by article, between every two coders.

F1 replaces kappa where there is no count of true negatives: kappa tends to F1 as their
arbitrary number grows (Hripcsak & Rothschild 2005).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from coder.agreement.bootstrap import Plan, interval_of, over, pooled
from coder.agreement.distance import Floats
from coder.agreement.result import (
    FEW_CODERS,
    NO_PAIRS,
    NOTHING_MARKED,
    Interval,
    MeanScore,
    Score,
    make_undefined,
)
from coder.agreement.spans import Hits


class PooledF1(Struct, frozen=True, eq=False):
    """Counts by pair of coders and article.

    Both tables have the shape (pair, article).
    """

    coders: int
    pairs: tuple[tuple[str, str], ...]
    hits: Floats  # what both marked
    marked: Floats  # n_1 + n_2, 0 where not both coded the article

    @classmethod
    def counted(
        cls,
        coded: Sequence[Sequence[str]],
        counts: Iterable[tuple[int, str, str, float, float]],
    ) -> PooledF1:
        """Collect counts (article, coder, other coder, hits, marked).

        coded: the sorted coders by article.
        """
        teams = {tuple(coders) for coders in coded}
        pairs = sorted({pair for coders in teams for pair in combinations(coders, 2)})
        row = {pair: index for index, pair in enumerate(pairs)}
        shared = [number for number, coders in enumerate(coded) if len(coders) > 1]
        column = {number: index for index, number in enumerate(shared)}
        hits, marked = np.zeros((2, len(pairs), len(shared)))
        for number, a, b, common, total in counts:
            hits[row[a, b], column[number]] = common
            marked[row[a, b], column[number]] = total
        return cls(len(set().union(*teams)), tuple(pairs), hits, marked)

    def __add__(self, other: PooledF1) -> PooledF1:
        """Add the counts of two kinds of marks on the same articles."""
        return PooledF1(
            self.coders, self.pairs, self.hits + other.hits, self.marked + other.marked
        )

    def values(self, weights: Floats) -> Floats:
        """For article weights: the mean of 2 hits / (n_1 + n_2) over pairs with marks.

        NaN without any.
        """
        hits = weights @ self.hits.T
        marked = weights @ self.marked.T
        rated = np.count_nonzero(marked > 0, axis=1)
        return over(np.nan_to_num(over(2 * hits, marked)).sum(axis=1), rated)

    def score(self) -> Score:
        """Return the F1 of all articles, a `MeanScore` if several pairs marked
        anything.

        n: all their marks.
        """
        if self.coders < 2 or not self.pairs:
            return make_undefined(FEW_CODERS if self.coders < 2 else NO_PAIRS)
        score = pooled(
            self.values, self.marked.shape[1], int(self.marked.sum()), NOTHING_MARKED
        )
        marked = self.marked.sum(axis=1)
        rated = marked[marked > 0]
        if len(rated) < 2:
            return score
        over_all = float(2 * self.hits.sum() / marked.sum())
        return MeanScore(
            score.value, score.n, "", len(rated), int(rated.min()), over_all
        )

    def figures(self, plan: Plan) -> tuple[Score, Interval]:
        """Return the score and its interval."""
        score = self.score()
        return score, interval_of(score, self.values, self.marked.shape[1], plan)


class Contrast(NamedTuple):
    """The F1 of two sets of marks, and their difference (first less second) with its
    interval.

    n: marks.
    """

    articles: int
    first: Score
    second: Score
    difference: Score
    interval: Interval


def contrast(first: Sequence[Hits], second: Sequence[Hits], plan: Plan) -> Contrast:
    """Contrast two lists of counts for the same articles, in the same order."""
    one = _pool(first)
    other = _pool(second)

    def difference(weights: Floats) -> Floats:
        return one.values(weights) - other.values(weights)

    marks = int(one.marked.sum() + other.marked.sum())
    score = pooled(difference, len(first), marks, NOTHING_MARKED)
    interval = interval_of(score, difference, len(first), plan)
    return Contrast(len(first), one.score(), other.score(), score, interval)


def _pool(counts: Sequence[Hits]) -> PooledF1:
    """Return the counts of one pair, by article."""
    hits = [[each.hits for each in counts]]
    marked = [[each.first + each.second for each in counts]]
    return PooledF1(
        2,
        (("first", "second"),),
        np.array(hits, dtype=np.float64),
        np.array(marked, dtype=np.float64),
    )
