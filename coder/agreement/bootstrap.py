"""Intervals by reweighting or resampling whole articles, and what an interval says of an alpha.

All units, coders and events of an article move together (Field & Welsh 2007). Percentile and BCa intervals
are those of Efron & Tibshirani (1993). Every figure of a study has the guarded interval:

- Articles have weights from a flat Dirichlet distribution (the Bayesian bootstrap, Rubin 1981).
- Half an article that nobody saw is among them, as far from the figure as the articles that differ most from
  it: the third central moment of the articles over the second. That makes up for the skew, in the first
  order as BCa does; for articles that agree or do not it is the interval of Jeffreys for a binomial share
  (Brown, Cai & DasGupta 2001). Where hardly an article differs nothing is known of that half one: it counts
  for its own moments as one that is coded by chance, and as one without a fault.
- It is wider by what the variance of the articles is uncertain, given their mean: 2 (kurtosis - skewness^2
  - 1) / n of it, which is what Student's t adds where articles are normal, and nothing where they agree or
  do not.
- Where a study might have met none of the disagreements that it did, because they weigh no more than the
  upper limit of a share of which none was seen, it tells nothing of how many there are: there is a lower end
  alone, and a whole article that nobody saw, coded by chance, so that it holds by itself (Gaffke 2005; for
  articles that agree or do not the exact limit of a binomial share).

`benchmarks/coverage.py` shows how often the intervals hold the true value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement.distance import Floats, Ints
from coder.agreement.result import (
    FEW_ARTICLES,
    FEW_DIFFER,
    NO_PAIRS,
    UNDEFINED_REPLICATES,
    Interval,
    Score,
    undefined,
)

# From weights of articles, shape (replicate, article), to numbers, shape (replicate,); NaN is undefined.
Statistic: TypeAlias = Callable[[Floats], Floats]
Method: TypeAlias = Literal["percentile", "bca"]
How: TypeAlias = Literal["reweighted", "resampled"]

LEAST_ARTICLES = 20
WIDENED_BELOW_ARTICLES = 500
"""From there on it would be by less than a hundredth, and leaving out each article takes long."""
MOST_DROPPED = 0.05
RELIABLE_FROM, TENTATIVE_FROM = 0.800, 0.667
"""Krippendorff (2004, p. 241): a convention, not a law."""
_NO_SPREAD = 1e-20  # of the squares of what rounding leaves
CELLS_AT_ONCE = 2_000_000  # so that what is drawn fits into memory


@dataclass(frozen=True)
class Plan:
    """How to resample: B replicates from a seed; 10,000 for print."""

    B: int = 2000
    seed: int = 20240101
    confidence: float = 0.95

    @property
    def tails(self) -> Floats:
        """The shares of replicates below the lower and the upper end."""
        return np.array([1 - self.confidence, 1 + self.confidence]) / 2


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


@dataclass(frozen=True, eq=False)
class Resampled:
    """The replicates of a statistic over so many articles drawn with replacement.

    values: those that are defined. reason: why there are no intervals, if there are none; undefined
    replicates are dropped and counted, and above 5 % of B, or with fewer than 20 articles, there are none.
    """

    statistic: Statistic
    articles: int
    plan: Plan
    values: Floats
    dropped: int = 0
    reason: str = ""

    @classmethod
    def of(cls, statistic: Statistic, articles: int, plan: Plan, reason: str = "") -> Resampled:
        """Resample; reason: why the statistic itself is undefined, if it is."""
        if reason or articles < LEAST_ARTICLES:
            return cls(statistic, articles, plan, np.empty(0), 0, reason or FEW_ARTICLES)
        values = _defined(statistic, _drawn(articles, plan, "resampled"))
        dropped = plan.B - len(values)
        reason = UNDEFINED_REPLICATES if dropped > MOST_DROPPED * plan.B else ""
        return cls(statistic, articles, plan, values, dropped, reason)

    def interval(self, method: Method) -> Interval:
        """The interval by that method."""
        bounds: tuple[float | None, float | None] = (None, None)
        plan = self.plan
        if not self.reason:
            tails = plan.tails
            if method == "bca":
                tails = _bca_tails(tails, self.values, self.statistic, self.articles)
            lower, upper = map(float, np.quantile(self.values, tails))
            bounds = (lower, upper)
        return Interval(
            *bounds, method, plan.confidence, plan.B, plan.seed, self.articles, self.dropped, self.reason
        )


@dataclass(frozen=True, eq=False)
class Guarded:
    """What a figure may be in truth, given so many articles: B values, from which its interval is read.

    is_few: whether the study might have met none of the disagreements that it did. reason: why there are no
    values, if there are none.
    """

    articles: int
    plan: Plan
    values: Floats
    is_few: bool = False
    reason: str = ""

    @classmethod
    def of(
        cls, score: Score, statistic: Statistic, articles: int, plan: Plan, worst: float | None = 0.0
    ) -> Guarded:
        """Reweight the articles of a score.

        worst: the statistic in an article coded by chance, None for a difference, which articles cannot crowd
        at an end of. No statistic exceeds 1.
        """
        if score.value is None or articles < LEAST_ARTICLES:
            return cls(articles, plan, np.empty(0), reason=score.reason or FEW_ARTICLES)
        values = _defined(statistic, _drawn(articles, plan, "reweighted"))
        widened = articles < WIDENED_BELOW_ARTICLES
        pulls = pulls_of(statistic, articles) if widened else np.empty(0)
        return cls.read(values, pulls, score.value, articles, plan, worst)

    @classmethod
    def read(
        cls, values: Floats, pulls: Floats, estimate: float, articles: int, plan: Plan, worst: float | None
    ) -> Guarded:
        """Add to replicates what nobody saw; pulls: what single articles do to the estimate."""
        n, middle = articles, float(values.mean())
        beside = values - middle
        ends = np.array([] if worst is None else [worst, 1.0]) - estimate
        second = n**2 * float((beside**2).mean()) + float((ends**2).sum()) / 2
        third = n**3 * float((beside**3).mean()) / 2 + float((ends**3).sum()) / 2
        away = min(third / second if second > 0 else 0.0, np.inf if worst is None else 1 - estimate)
        values = middle + beside * np.sqrt(1 + 2 * _beyond_two_points(pulls) / n)
        generator = np.random.default_rng([plan.seed, n])
        share = generator.beta(0.5, n, len(values))
        is_few = worst is not None and bool(1 - estimate <= np.quantile(share, plan.tails[1]) * -away)
        if is_few and worst is not None:
            share, away = generator.beta(1.0, n, len(values)), min(away, worst - estimate)
        return cls(n, plan, values + share * (estimate + away - values), is_few)

    def interval(self) -> Interval:
        """From the lower to the upper end, which is None where a study might have met no disagreement."""
        lower = upper = None
        if not self.reason:
            lower, upper = map(float, np.quantile(self.values, self.plan.tails))
        plan, reason = self.plan, FEW_DIFFER if self.is_few else self.reason
        upper = None if self.is_few else upper
        return Interval(
            lower, upper, "guarded", plan.confidence, plan.B, plan.seed, self.articles, reason=reason
        )

    def below(self, threshold: float) -> Score:
        """The probability that the figure is below the threshold; n: B."""
        if self.reason:
            return undefined(self.reason)
        return Score(float(np.mean(self.values < threshold)), len(self.values))


def raised(rises: Callable[[Floats], tuple[Floats, Floats]], articles: int, plan: Plan) -> Floats:
    """By how much the lower bound rises with each article's own rise; shape (article,), NaN where undefined.

    rises: from weights of articles to a statistic, and to how much each article would add to it. Percentile
    intervals; with fewer than 20 articles there is no bound, and the statistic itself is what rises.
    """
    if articles < LEAST_ARTICLES:
        return np.asarray(rises(np.ones((1, articles)))[1][0])
    blocks = [rises(weights) for weights in _drawn(articles, plan, "resampled")]
    values = np.concatenate([value for value, _ in blocks])
    more = np.concatenate([each for _, each in blocks])[~np.isnan(values)]
    values = values[~np.isnan(values)]
    if not len(values):
        return np.full(articles, np.nan)
    tail = (1 - plan.confidence) / 2
    return np.asarray(np.quantile(values[:, None] + more, tail, axis=0) - np.quantile(values, tail))


def interval_of(
    score: Score, statistic: Statistic, articles: int, plan: Plan, worst: float | None = 0.0
) -> Interval:
    """The guarded interval of a score; one that is undefined has none, for its own reason."""
    return Guarded.of(score, statistic, articles, plan, worst).interval()


def share_of(articles: Sequence[tuple[int, int]]) -> tuple[Score, Interval]:
    """A share over all articles, each with how many of how many, and its guarded interval."""
    some, of = np.array(articles, dtype=np.float64).reshape(-1, 2).T

    def statistic(weights: Floats) -> Floats:
        return over(weights @ some, weights @ of)

    score = pooled(statistic, len(articles), int(of.sum()), NO_PAIRS)
    return score, interval_of(score, statistic, len(articles), Plan())


def _defined(statistic: Statistic, blocks: Iterable[Floats]) -> Floats:
    """The statistic for every weighting, undefined ones dropped; each block fits into memory."""
    values = np.concatenate([statistic(weights) for weights in blocks])
    return np.asarray(values[~np.isnan(values)])


def _drawn(articles: int, plan: Plan, how: How) -> Iterator[Floats]:
    """The weights of articles, which sum to their number; shape (replicate, article) each."""
    return (block.astype(np.float64) for block in _draws(articles, plan.B, plan.seed, how))


@lru_cache(maxsize=2)
def _draws(articles: int, replicates: int, seed: int, how: How) -> list[NDArray[Any]]:
    """The draws of a plan, which all statistics of so many articles share."""
    generator = np.random.default_rng(seed)
    block, blocks = max(1, CELLS_AT_ONCE // articles), list[NDArray[Any]]()
    for start in range(0, replicates, block):
        rows = min(block, replicates - start)
        if how == "reweighted":
            weights = generator.standard_exponential((rows, articles), dtype=np.float32)
            blocks.append(weights * (articles / weights.sum(axis=1, keepdims=True)))
            continue
        drawn = generator.integers(articles, size=(rows, articles))
        drawn += articles * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * articles)
        blocks.append(counts.reshape(rows, articles).astype(np.uint16))
    return blocks


def pulls_of(statistic: Statistic, articles: int) -> Floats:
    """What each article does to the statistic, about their mean; 0 without which it is undefined."""
    block = max(1, CELLS_AT_ONCE // articles)
    starts = range(0, articles, block)
    all_but_one = (1.0 - np.eye(min(block, articles - start), articles, start) for start in starts)
    left_out = np.concatenate([statistic(weights) for weights in all_but_one])
    return np.asarray(np.nan_to_num(np.nanmean(left_out) - left_out))


def _beyond_two_points(data: Floats) -> float:
    """Kurtosis less the square of skewness less 1: 2 of normal data, 0 of data with two values or one."""
    second = float((data**2).mean()) if len(data) else 0.0
    if second <= _NO_SPREAD:
        return 0.0
    return max(0.0, float((data**4).mean()) / second**2 - float((data**3).mean()) ** 2 / second**3 - 1)


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
    pull = pulls_of(statistic, articles)
    spread = float((pull**2).sum()) ** 1.5
    acceleration = float((pull**3).sum()) / (6 * spread) if spread > 0 else 0.0
    shifted = (bias + normal.inv_cdf(float(tail)) for tail in tails)
    return np.array([normal.cdf(bias + z / (1 - acceleration * z)) for z in shifted])


def status(estimate: float | None, lower: float | None, articles: int) -> Reliability:
    """The status of an alpha by its lower bound, which must reach .800 or .667."""
    if estimate is None:
        return Reliability.UNDEFINED
    if articles < LEAST_ARTICLES:
        return Reliability.FEW_ARTICLES
    if lower is None:
        return Reliability.NO_INTERVAL
    if lower >= RELIABLE_FROM:
        return Reliability.RELIABLE
    return Reliability.TENTATIVE if lower >= TENTATIVE_FROM else Reliability.INSUFFICIENT


def minimum(lower_bounds: Iterable[float | None]) -> Score:
    """The smallest lower bound: a data set is as usable as its weakest field; n: fields with a bound."""
    bounds = [bound for bound in lower_bounds if bound is not None]
    return Score(float(min(bounds)), len(bounds)) if bounds else undefined(NO_PAIRS)
