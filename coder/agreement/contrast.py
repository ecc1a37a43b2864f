"""Two ways to mark the same articles, held against the same marks: the F1 of each, and the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.distance import Floats
from coder.agreement.result import NOTHING_MARKED, Interval, Score, undefined
from coder.agreement.spans import Hits


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
    one, other = (
        np.array([[h.hits, h.first + h.second] for h in counts], float).T for counts in (first, second)
    )
    articles = len(first)

    def difference(weights: Floats) -> Floats:
        return _f1(one, weights) - _f1(other, weights)

    whole = np.ones((1, articles))
    apart = _score(difference(whole), np.hstack([one, other]))
    return Contrast(
        articles,
        _score(_f1(one, whole), one),
        _score(_f1(other, whole), other),
        apart,
        interval_of(apart, difference, articles, plan),
    )


def no_contrast(reason: str, plan: Plan) -> Contrast:
    """A contrast that cannot be told, with its reason."""
    none = undefined(reason)
    return Contrast(0, none, none, none, interval_of(none, np.sum, 0, plan))


def over(numerator: Floats, denominator: Floats) -> Floats:
    """The quotients, NaN where nothing is counted."""
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1.0), np.nan)


def _counts(found: Sequence[Hits]) -> Floats:
    """Hits, and marks of both sides; shape (2, article)."""
    return np.array([[h.hits for h in found], [h.first + h.second for h in found]], dtype=float)


def _f1(counts: Floats, weights: Floats) -> Floats:
    return over(2 * weights @ counts[0], weights @ counts[1])


def _score(value: Floats, counts: Floats) -> Score:
    n = int(counts[1].sum())
    return undefined(NOTHING_MARKED, n) if np.isnan(value[0]) else Score(float(value[0]), n)
