"""Intervals by resampling whole articles, and what an interval says of an alpha.

All units, coders and events of an article move together. Sources: Field & Welsh (2007) for resampling
clusters; Efron & Tibshirani (1993) for the percentile and the BCa interval, whose acceleration comes from
leaving out one article at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement.distance import Floats, Ints
from coder.agreement.result import FEW_ARTICLES, NO_PAIRS, UNDEFINED_REPLICATES, Interval, Score, undefined

# From weights of articles, shape (replicate, article), to numbers, shape (replicate,); NaN is undefined.
Statistic: TypeAlias = Callable[[Floats], Floats]
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


class Reliability(StrEnum):
    """How far data with such an alpha may carry conclusions."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    INSUFFICIENT = "insufficient"
    NO_INTERVAL = "no interval"
    FEW_ARTICLES = "too few articles"
    UNDEFINED = "undefined"


def over(numerator: Floats, denominator: Floats | Ints) -> Floats:
    """The quotients, NaN where nothing is counted."""
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1), np.nan)


def pooled(statistic: Statistic, articles: int, n: int, reason: str) -> Score:
    """The statistic of so many articles, each taken once; where it is undefined, it is so for that reason."""
    value = float(statistic(np.ones((1, articles)))[0])
    return undefined(reason, n) if np.isnan(value) else Score(value, n)


def intervals(statistic: Statistic, articles: int, plan: Plan, reason: str = "") -> dict[Method, Interval]:
    """The percentile and the BCa interval of a statistic over so many articles, from the same replicates.

    reason: why the statistic itself is undefined, if it is; then its intervals are for the same reason.
    Undefined replicates are dropped and counted; above 5 % of B, or with fewer than 20 articles, an
    interval has no bounds and a reason.
    """
    reason = reason or (FEW_ARTICLES if articles < LEAST_ARTICLES else "")
    none = Interval(None, None, "percentile", plan.confidence, plan.B, plan.seed, articles, 0, reason)
    if not reason:
        kept = np.sort(_defined(statistic, _resampled(articles, plan)))
        none = replace(none, dropped=plan.B - len(kept))
        if none.dropped > MOST_DROPPED * plan.B:
            none = replace(none, reason=UNDEFINED_REPLICATES)
    if none.reason:
        return {"percentile": none, "bca": replace(none, method="bca")}
    tails = np.array([1 - plan.confidence, 1 + plan.confidence]) / 2
    lower, upper = np.quantile(kept, tails)
    bca_lower, bca_upper = np.quantile(kept, _bca_tails(tails, kept, statistic, articles))
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


def _defined(statistic: Statistic, blocks: Iterable[Floats]) -> Floats:
    """The statistic for every weighting, undefined ones dropped; each block fits into memory."""
    values = np.concatenate([statistic(weights) for weights in blocks])
    return np.asarray(values[~np.isnan(values)])


def _resampled(articles: int, plan: Plan) -> Iterator[Floats]:
    """How often each article was drawn; shape (replicate, article) each."""
    return (block.astype(np.float64) for block in _draws(articles, plan.B, plan.seed))


@lru_cache(maxsize=2)
def _draws(articles: int, replicates: int, seed: int) -> list[NDArray[np.uint16]]:
    """The draws of a plan, which all statistics of so many articles share."""
    generator = np.random.default_rng(seed)
    block, blocks = max(1, _CELLS_AT_ONCE // articles), []
    for start in range(0, replicates, block):
        rows = min(block, replicates - start)
        drawn = generator.integers(articles, size=(rows, articles))
        drawn += articles * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * articles)
        blocks.append(counts.reshape(rows, articles).astype(np.uint16))
    return blocks


def _bca_tails(tails: Floats, kept: Floats, statistic: Statistic, articles: int) -> Floats:
    """The shares of replicates at which a BCa interval ends, given those of the percentile interval.

    Without any spread among the replicates both intervals are the same point; where the estimate lies
    outside all replicates the correction is infinite and the percentile shares stay.
    """
    normal = NormalDist()
    estimate = float(statistic(np.ones((1, articles)))[0])
    below = float(np.mean(kept < estimate) + np.mean(kept <= estimate)) / 2
    if not 0 < below < 1:
        return tails
    bias = normal.inv_cdf(below)
    block = max(1, _CELLS_AT_ONCE // articles)
    starts = range(0, articles, block)
    all_but_one = (1.0 - np.eye(min(block, articles - start), articles, start) for start in starts)
    left_out = _defined(statistic, all_but_one)
    pull = left_out.mean() - left_out
    spread = float((pull**2).sum()) ** 1.5
    acceleration = float((pull**3).sum()) / (6 * spread) if spread > 0 else 0.0
    shifted = (bias + normal.inv_cdf(float(tail)) for tail in tails)
    return np.array([normal.cdf(bias + z / (1 - acceleration * z)) for z in shifted])


def status(estimate: float | None, lower: float | None, articles: int) -> Reliability:
    """The status of an alpha by its lower bound; .800 and .667: Krippendorff (2004, p. 241), a convention."""
    if estimate is None:
        return Reliability.UNDEFINED
    if articles < LEAST_ARTICLES:
        return Reliability.FEW_ARTICLES
    if lower is None:
        return Reliability.NO_INTERVAL
    if lower >= 0.800:
        return Reliability.RELIABLE
    return Reliability.TENTATIVE if lower >= 0.667 else Reliability.INSUFFICIENT


def minimum(lower_bounds: Iterable[float | None]) -> Score:
    """The smallest lower bound: a data set is as usable as its weakest field; n: fields with a bound."""
    bounds = [bound for bound in lower_bounds if bound is not None]
    return Score(float(min(bounds)), len(bounds)) if bounds else undefined(NO_PAIRS)
