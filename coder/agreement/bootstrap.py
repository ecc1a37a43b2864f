"""The confidence interval of every figure: the BCa bootstrap of articles.

Whole articles are drawn with replacement. All units, coders and events of an article
move together, because those of one article are alike (the cluster bootstrap; Davison &
Hinkley 1997, section 3.8; Field & Welsh 2007). The end points are those of Efron
(1987), as in `scipy.stats.bootstrap(method="BCa")`. The acceleration comes from leaving
out one article at a time; of many articles, one group at a time (Efron & Narasimhan
2020).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Literal, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from coder.agreement.distance import Floats, Ints
from coder.agreement.result import (
    FEW_ARTICLES,
    NO_PAIRS,
    NO_SPREAD,
    UNDEFINED_REPLICATES,
    Interval,
    Score,
    make_undefined,
)

Statistic: TypeAlias = Callable[[Floats], Floats]
"""Maps article weights, shape (replicate, article), to figures, shape (replicate,); NaN
is undefined.
"""
Weighting: TypeAlias = Literal["drawn", "dirichlet"]

LEAST_ARTICLES = 20
"""The fewest articles for an interval."""
MOST_UNDEFINED = 0.05
"""The largest share of undefined replicates with which an interval is given."""
MOST_LEFT_OUT = 500
"""The number of articles from which the jackknife leaves out groups, so that it does
not take long.
"""
ROUNDING = 1e-20
"""Squares up to this are rounding errors."""
_CELLS_AT_ONCE = 2_000_000
"""The most weights at once, to limit memory."""


class Plan(Struct, frozen=True):
    """How to resample: B replicates from a seed; use B = 10,000 for print."""

    B: int = 2000
    seed: int = 20240101
    confidence: float = 0.95

    @property
    def tails(self) -> Floats:
        """The shares of a distribution below the low and the high end."""
        return np.array([1 - self.confidence, 1 + self.confidence]) / 2


def over(numerator: Floats, denominator: Floats | Ints) -> Floats:
    """Return the quotients; NaN where the denominator is 0."""
    is_usable = denominator > 0
    return np.where(is_usable, numerator / np.where(is_usable, denominator, 1), np.nan)


def pooled(statistic: Statistic, articles: int, n: int, reason: str) -> Score:
    """Return the figure of all articles, undefined for the given reason if it is NaN."""
    value = float(statistic(np.ones((1, articles)))[0])
    if np.isnan(value):
        return make_undefined(reason, n)
    return Score(value, n)


def interval_of(
    score: Score, statistic: Statistic, articles: int, plan: Plan
) -> Interval:
    """Return the BCa interval of a score, or the reason why it has none.

    There is none if the score is undefined, of fewer than 20 articles, if more than 5 %
    of the replicates are undefined, and if the articles do not differ or all replicates
    lie on one side of the score. In the last two cases the BCa end points are
    undefined, in SciPy too.
    """

    def interval(
        low: float | None, high: float | None, dropped: int, reason: str
    ) -> Interval:
        return Interval(
            low,
            high,
            "BCa",
            plan.confidence,
            plan.B,
            plan.seed,
            articles,
            dropped,
            reason,
        )

    if score.value is None or articles < LEAST_ARTICLES:
        return interval(None, None, 0, score.reason or FEW_ARTICLES)
    values = replicates(statistic, articles, plan)
    dropped = plan.B - len(values)
    if dropped > MOST_UNDEFINED * plan.B:
        return interval(None, None, dropped, UNDEFINED_REPLICATES)
    effects = jackknife(statistic, articles)
    tails = bca_tails(values, score.value, effects, plan)
    if tails is None:
        return interval(None, None, dropped, NO_SPREAD)
    low, high = np.quantile(values, tails)
    return interval(float(low), float(high), dropped, "")


def share_of(
    articles: Sequence[tuple[int, int]],
    plan: Plan | None = None,
    reason: str = NO_PAIRS,
) -> tuple[Score, Interval]:
    """Return the share over all (count, total) of articles, and its interval.

    reason: why the share is undefined if all totals are 0.
    """
    counts, totals = np.array(articles, dtype=np.float64).reshape(-1, 2).T

    def statistic(weights: Floats) -> Floats:
        return over(weights @ counts, weights @ totals)

    score = pooled(statistic, len(articles), int(totals.sum()), reason)
    return score, interval_of(score, statistic, len(articles), plan or Plan())


def replicates(
    statistic: Statistic, articles: int, plan: Plan, weighting: Weighting = "drawn"
) -> Floats:
    """Return the defined values of a statistic for random article weights.

    At most B values.

    drawn: how often each article is drawn, with replacement. dirichlet: flat Dirichlet
    weights, which leave no article out (the Bayesian bootstrap, Rubin 1981).
    """
    values = np.concatenate(
        [statistic(weights) for weights in _weights(articles, plan, weighting)]
    )
    return np.asarray(values[~np.isnan(values)])


def jackknife(
    statistic: Statistic, articles: int, most_groups: int = MOST_LEFT_OUT
) -> Floats:
    """Return the effect of each article on the statistic, about their mean.

    With more articles than `most_groups`, of each of so many groups of articles.
    0 where the statistic is undefined without it.
    """
    groups = min(articles, most_groups)
    group = np.arange(articles) % groups
    block = max(1, _CELLS_AT_ONCE // articles)
    parts = []
    for start in range(0, groups, block):
        left_out = np.arange(start, min(start + block, groups))
        parts.append(statistic((group != left_out[:, None]).astype(np.float64)))
    values = np.concatenate(parts)
    return np.asarray(np.nan_to_num(np.nanmean(values) - values))


def bca_tails(
    values: Floats, estimate: float, effects: Floats, plan: Plan
) -> Floats | None:
    """Return the shares of replicates below the BCa end points (Efron 1987), None if
    they are undefined.

    values: the replicates. effects: those of single articles, see `jackknife`.
    """
    below = float(np.mean(values < estimate) + np.mean(values <= estimate)) / 2
    if np.square(effects).max() <= ROUNDING or not 0 < below < 1:
        return None
    normal = NormalDist()
    bias = normal.inv_cdf(below)
    acceleration = float((effects**3).sum() / (6 * (effects**2).sum() ** 1.5))
    tails = []
    for tail in plan.tails:
        z = bias + normal.inv_cdf(float(tail))
        tails.append(normal.cdf(bias + z / (1 - acceleration * z)))
    return np.array(tails)


def _weights(articles: int, plan: Plan, weighting: Weighting) -> Iterator[Floats]:
    """Yield blocks of article weights, shape (replicate, article).

    A row sums to the number of articles.
    """
    for block in _random_weights(articles, plan.B, plan.seed, weighting):
        yield block.astype(np.float64)


@lru_cache(maxsize=2)
def _random_weights(
    articles: int, replicates: int, seed: int, weighting: Weighting
) -> list[NDArray[Any]]:
    """Return the weights of a plan, shared by all statistics of the same number of
    articles.
    """
    generator = np.random.default_rng(seed)
    block = max(1, _CELLS_AT_ONCE // articles)
    blocks = list[NDArray[Any]]()
    for start in range(0, replicates, block):
        rows = min(block, replicates - start)
        if weighting == "dirichlet":
            weights = generator.standard_exponential((rows, articles), dtype=np.float32)
            blocks.append(weights * (articles / weights.sum(axis=1, keepdims=True)))
            continue
        drawn = generator.integers(articles, size=(rows, articles))
        drawn += articles * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * articles)
        blocks.append(counts.reshape(rows, articles).astype(np.uint16))
    return blocks
