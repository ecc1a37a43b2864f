"""Intervals by resampling whole articles: all units, coders and events of an article move together.

Sources: Field & Welsh (2007) for resampling clusters; Efron & Tibshirani (1993) for the percentile and
the BCa interval, whose acceleration comes from leaving out one article at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np

from coder.agreement.distance import Floats
from coder.agreement.result import FEW_ARTICLES, UNDEFINED_REPLICATES, Interval, Score

Statistic: TypeAlias = Callable[[Floats], Floats]
"""From weights of articles, shape (replicate, article), to numbers, shape (replicate,); NaN is undefined."""
Method: TypeAlias = Literal["percentile", "bca"]

LEAST_ARTICLES = 20
BCA_BELOW_ARTICLES = 100
MOST_DROPPED = 0.05
_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Plan:
    """How to resample: B replicates from a seed; 10,000 for print."""

    B: int = 2000
    seed: int = 20240101
    confidence: float = 0.95


def intervals(statistic: Statistic, articles: int, plan: Plan, reason: str = "") -> dict[Method, Interval]:
    """The percentile and the BCa interval of a statistic over so many articles, from the same replicates.

    reason: why the statistic itself is undefined, if it is; then its intervals are for the same reason.
    Undefined replicates are dropped and counted; above 5 % of B, or with fewer than 20 articles, an
    interval has no bounds and a reason.
    """
    none = Interval(None, None, "percentile", plan.confidence, plan.B, plan.seed, articles)
    if reason or articles < LEAST_ARTICLES:
        return _both(replace(none, reason=reason or FEW_ARTICLES))
    values = np.concatenate([statistic(weights) for weights in _resampled(articles, plan)])
    kept = np.sort(values[~np.isnan(values)])
    none = replace(none, dropped=plan.B - len(kept))
    if none.dropped > MOST_DROPPED * plan.B:
        return _both(replace(none, reason=UNDEFINED_REPLICATES))
    tails = np.array([1 - plan.confidence, 1 + plan.confidence]) / 2
    shifted = _bca_tails(tails, kept, float(statistic(np.ones((1, articles)))[0]), statistic, articles)
    lower, upper = np.quantile(kept, tails)
    bca_lower, bca_upper = np.quantile(kept, shifted)
    return {
        "percentile": replace(none, lower=float(lower), upper=float(upper)),
        "bca": replace(none, lower=float(bca_lower), upper=float(bca_upper), method="bca"),
    }


def preferred(articles: int) -> Method:
    """BCa below 100 articles, percentile from there on."""
    return "bca" if articles < BCA_BELOW_ARTICLES else "percentile"


def interval_of(score: Score, statistic: Statistic, articles: int, plan: Plan) -> Interval:
    """The preferred interval of a score; one that is undefined has none, for its own reason."""
    return intervals(statistic, articles, plan, score.reason)[preferred(articles)]


def _resampled(articles: int, plan: Plan) -> Iterator[Floats]:
    """How often each article was drawn, in blocks of shape (replicate, article) that fit into memory."""
    generator = np.random.default_rng(plan.seed)
    block = max(1, _CELLS_AT_ONCE // articles)
    for start in range(0, plan.B, block):
        rows = min(block, plan.B - start)
        drawn = generator.integers(articles, size=(rows, articles))
        drawn += articles * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * articles)
        yield counts.reshape(rows, articles).astype(np.float64)


def _bca_tails(tails: Floats, kept: Floats, estimate: float, statistic: Statistic, articles: int) -> Floats:
    """The shares of replicates at which a BCa interval ends, given those of the percentile interval.

    Without any spread among the replicates both intervals are the same point; where the estimate lies
    outside all replicates the correction is infinite and the percentile shares stay.
    """
    normal = NormalDist()
    below = float(np.mean(kept < estimate) + np.mean(kept <= estimate)) / 2
    if not 0 < below < 1:
        return tails
    bias = normal.inv_cdf(below)
    left_out = _left_out(statistic, articles)
    pull = left_out.mean() - left_out
    spread = float((pull**2).sum()) ** 1.5
    acceleration = float((pull**3).sum()) / (6 * spread) if spread > 0 else 0.0
    shifted = []
    for tail in tails:
        z = bias + normal.inv_cdf(float(tail))
        shifted.append(normal.cdf(bias + z / (1 - acceleration * z)))
    return np.array(shifted)


def _left_out(statistic: Statistic, articles: int) -> Floats:
    """The statistic without each article in turn, undefined ones dropped."""
    block = max(1, _CELLS_AT_ONCE // articles)
    starts = range(0, articles, block)
    all_but_one = (1.0 - np.eye(min(block, articles - start), articles, start) for start in starts)
    values = np.concatenate([statistic(weights) for weights in all_but_one])
    return np.asarray(values[~np.isnan(values)])


def _both(none: Interval) -> dict[Method, Interval]:
    return {"percentile": none, "bca": replace(none, method="bca")}
