"""F1 counted article by article: of every two coders, and of two ways to mark, held against the same marks.

F1 takes the place of kappa where nothing counts the negatives: kappa tends to F1 as their arbitrary
number grows (Hripcsak & Rothschild 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, TypeVar

import numpy as np

from coder.agreement.bootstrap import Plan, interval_of, over, pooled
from coder.agreement.distance import Floats
from coder.agreement.result import FEW_CODERS, NO_PAIRS, NOTHING_MARKED, Interval, Score, undefined
from coder.agreement.spans import Hits

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class PooledF1:
    """Counts of coder pairs by article; both tables have the shape (pair, article)."""

    coders: int
    pairs: tuple[tuple[str, str], ...]
    hits: Floats  # what both marked
    marked: Floats  # n_1 + n_2, 0 where not both coded the article

    @classmethod
    def of(cls, articles: Sequence[Mapping[str, T]], count: Callable[[T, T], Hits]) -> PooledF1:
        """Count article by article what each two coders of it marked alike; others have no column."""
        counted = (
            (number, a, b, found.hits, found.first + found.second)
            for number, article in enumerate(articles)
            for a, b in combinations(sorted(article), 2)
            for found in [count(article[a], article[b])]
        )
        return cls.counted([sorted(article) for article in articles], counted)

    @classmethod
    def counted(
        cls, coded: Sequence[Sequence[str]], counts: Iterable[tuple[int, str, str, float, float]]
    ) -> PooledF1:
        """Counts as (article, coder, other coder, hits, marked); coded: who coded each article, in order."""
        pairs = sorted({pair for coders in coded for pair in combinations(coders, 2)})
        row = {pair: place for place, pair in enumerate(pairs)}
        shared = [number for number, coders in enumerate(coded) if len(coders) > 1]
        column = {number: place for place, number in enumerate(shared)}
        hits, marked = np.zeros((2, len(pairs), len(shared)))
        for number, a, b, both, together in counts:
            hits[row[a, b], column[number]] = both
            marked[row[a, b], column[number]] = together
        return cls(len({coder for coders in coded for coder in coders}), tuple(pairs), hits, marked)

    def __add__(self, other: PooledF1) -> PooledF1:
        """The counts of two kinds of marks on the same articles together."""
        return PooledF1(self.coders, self.pairs, self.hits + other.hits, self.marked + other.marked)

    def values(self, weights: Floats) -> Floats:
        """By weights of articles: the mean of 2 hits / (n_1 + n_2) over pairs with marks, or NaN."""
        hits, marked = weights @ self.hits.T, weights @ self.marked.T
        rated = np.count_nonzero(marked > 0, axis=1)
        total = np.where(marked > 0, 2 * hits / np.where(marked > 0, marked, 1.0), 0.0).sum(axis=1)
        return over(total, rated)

    def score(self) -> Score:
        """The F1 of all articles; n counts the marks of both coders of every pair."""
        if self.coders < 2 or not self.pairs:
            return undefined(FEW_CODERS if self.coders < 2 else NO_PAIRS)
        return pooled(self.values, self.marked.shape[1], int(self.marked.sum()), NOTHING_MARKED)

    def figures(self, plan: Plan) -> tuple[Score, Interval]:
        """The score and its interval by resampling articles."""
        score = self.score()
        return score, interval_of(score, self.values, self.marked.shape[1], plan)


class Contrast(NamedTuple):
    """The F1 of either, the first less the second, and its interval by resampling articles; n: marks."""

    articles: int
    first: Score
    second: Score
    difference: Score
    interval: Interval


def contrast(first: Sequence[Hits], second: Sequence[Hits], plan: Plan) -> Contrast:
    """The contrast of two counts of the same articles, in the same order."""
    one, other = (
        PooledF1(
            2,
            (("first", "second"),),
            np.array([[found.hits for found in counts]], dtype=np.float64),
            np.array([[found.first + found.second for found in counts]], dtype=np.float64),
        )
        for counts in (first, second)
    )

    def difference(weights: Floats) -> Floats:
        return one.values(weights) - other.values(weights)

    apart = pooled(difference, len(first), int(one.marked.sum() + other.marked.sum()), NOTHING_MARKED)
    interval = interval_of(apart, difference, len(first), plan, worst=None)
    return Contrast(len(first), one.score(), other.score(), apart, interval)
