"""Intervals by reweighting or resampling whole articles, and what an interval says of an alpha.

All units, coders and events of an article move together (Field & Welsh 2007). Percentile and BCa intervals
are those of Efron & Tibshirani (1993). Every figure of a study has the guarded interval:

- Articles have weights from a flat Dirichlet distribution (the Bayesian bootstrap, Rubin 1981).
- Half an article that nobody saw is among them, as far from the figure as the articles that differ most from
  it: the third central moment of the articles over the second. That makes up for the skew, in the first
  order as BCa does; for articles that agree or do not it is the interval of Jeffreys for a binomial share
  (Brown, Cai & DasGupta 2001). Where hardly an article differs nothing is known of that half one: it counts
  for its own moments as one that is coded by chance, and as one without a fault. Of alpha the latter may be
  one that agrees on a value hardly met, which moves what is expected by chance, and so alpha, more than a
  fault does (`leverage`). Towards 1 it divides 1 - alpha, as such an article does.
- It is wider by what the variance of the articles is uncertain, given their mean: 2 (kurtosis - skewness^2
  - 1) / n of it, which is what Student's t adds where articles are normal, and nothing where they agree or
  do not.
- Where a study might have met none of the disagreements that it did, because they weigh no more than the
  upper limit of a share of which none was seen, it tells nothing of how many there are: there is a lower end
  alone, and a whole article that nobody saw, coded by chance, so that it holds by itself (Gaffke 2005; for
  articles that agree or do not the exact limit of a binomial share).
- Those are the studies whose lower end would be too high, which it hardly ever is in the others. So the upper
  end takes that share over (`_above`), lest intervals with both ends hold too often.

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
SPENT = 0.9
"""Of what both ends together may miss: the shares of few articles go in steps, and pass it by a tenth."""
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
        values, _ = replicates(statistic, None, _drawn(articles, plan, "resampled"))
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

    is_few: whether the study might have met none of the disagreements that it did. above: the share of values
    above the upper end, if not that of the plan. reason: why there are no values, if there are none.
    """

    articles: int
    plan: Plan
    values: Floats
    is_few: bool = False
    reason: str = ""
    above: float | None = None

    @classmethod
    def of(
        cls,
        score: Score,
        statistic: Statistic,
        articles: int,
        plan: Plan,
        worst: float | None = 0.0,
        leverage: Statistic | None = None,
    ) -> Guarded:
        """Reweight the articles of a score.

        worst: the statistic in an article coded by chance, None for a difference, which articles cannot crowd
        at an end of. No statistic exceeds 1. leverage: by weights of articles, how many times as far as to 1
        an article without a fault moves the statistic; None: as far.
        """
        if score.value is None or articles < LEAST_ARTICLES:
            return cls(articles, plan, np.empty(0), reason=score.reason or FEW_ARTICLES)
        values, told = replicates(statistic, leverage, _drawn(articles, plan, "reweighted"))
        widened = articles < WIDENED_BELOW_ARTICLES
        pulls = pulls_of(statistic, articles) if widened else np.empty(0)
        return cls.read(values, told, pulls, score.value, articles, plan, worst)

    @classmethod
    def read(
        cls,
        values: Floats,
        leverage: Floats | None,
        pulls: Floats,
        estimate: float,
        articles: int,
        plan: Plan,
        worst: float | None,
    ) -> Guarded:
        """Add to replicates what nobody saw; pulls: what single articles do to the estimate."""
        n, middle = articles, float(values.mean())
        beside = values - middle
        middling = 1.0 if leverage is None else float(np.median(leverage))
        ends = np.array([] if worst is None else [worst - estimate, (1 - estimate) * middling])
        second = n**2 * float((beside**2).mean()) + float((ends**2).sum()) / 2
        third = n**3 * float((beside**3).mean()) / 2 + float((ends**3).sum()) / 2
        away = third / second if second > 0 else 0.0
        values = middle + beside * np.sqrt(1 + 2 * _beyond_two_points(pulls) / n)
        generator = np.random.default_rng([plan.seed, n])
        share = generator.beta(0.5, n, len(values))
        unseen = float(np.quantile(share, plan.tails[1]))
        is_few = worst is not None and 1 - estimate <= unseen * -away
        if is_few and worst is not None:
            share, away = generator.beta(1.0, n, len(values)), min(away, worst - estimate)
        if away > 0 and leverage is not None:
            values = 1 - (1 - values) / (1 + share * away / (1 - estimate) * leverage / middling)
        else:
            away = away if worst is None else min(away, 1 - estimate)
            values = values + share * (estimate + away - values)
        if is_few or worst is None or np.square(pulls).max(initial=0) <= _NO_SPREAD:
            return cls(n, plan, values, is_few)
        apart = 1 - estimate - (len(pulls) - 1) * pulls
        above = _above(values, apart, 1 - worst, unseen, n, float(plan.tails[0]))
        return cls(n, plan, values, above=above)

    def interval(self) -> Interval:
        """From the lower to the upper end, which is None where a study might have met no disagreement."""
        lower = upper = None
        if not self.reason:
            tails = self.plan.tails if self.above is None else [self.plan.tails[0], 1 - self.above]
            lower, upper = map(float, np.quantile(self.values, tails))
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
    score: Score,
    statistic: Statistic,
    articles: int,
    plan: Plan,
    worst: float | None = 0.0,
    leverage: Statistic | None = None,
) -> Interval:
    """The guarded interval of a score; one that is undefined has none, for its own reason."""
    return Guarded.of(score, statistic, articles, plan, worst, leverage).interval()


def replicates(
    statistic: Statistic, leverage: Statistic | None, blocks: Iterable[Floats]
) -> tuple[Floats, Floats | None]:
    """The statistic by every weighting, undefined ones dropped, and what articles tell by the same."""
    found = [(statistic(weights), leverage and leverage(weights)) for weights in blocks]
    values = np.concatenate([value for value, _ in found])
    known = ~np.isnan(values)
    told = [each for _, each in found if each is not None]
    return values[known], np.concatenate(told)[known] if told else None


def share_of(articles: Sequence[tuple[int, int]]) -> tuple[Score, Interval]:
    """A share over all articles, each with how many of how many, and its guarded interval."""
    some, of = np.array(articles, dtype=np.float64).reshape(-1, 2).T

    def statistic(weights: Floats) -> Floats:
        return over(weights @ some, weights @ of)

    score = pooled(statistic, len(articles), int(of.sum()), NO_PAIRS)
    return score, interval_of(score, statistic, len(articles), Plan())


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


def _above(values: Floats, apart: Floats, worst: float, unseen: float, articles: int, tail: float) -> float:
    """The share of values above the upper end, so that studies with both ends miss as often as they should.

    apart: how far from 1 each article is; worst: one coded by chance. unseen: the upper limit of a share of
    which none was met.

    Articles are tilted towards agreement (Efron 1981) to where the study would have a lower end alone. Had
    the truth been a value, so many studies would be there, `one_end` (Anscombe 1948), and of the others so
    many fewer would have a lower end that is too high.
    """
    tilts = np.linspace(0.0, 5.5, 64)[:, None] ** 2 / np.abs(apart).max()
    weights = np.exp(-tilts * (apart - apart.min()))
    weights /= weights.sum(axis=1, keepdims=True)
    mean = weights @ apart
    second, third = (
        articles * (weights * (apart - mean[:, None]) ** k).sum(axis=1)
        + ((worst - mean) ** k + (-mean) ** k) / 2
        for k in (2, 3)
    )
    away = third / second
    limit = max(0.0, float(np.interp(0.0, np.maximum.accumulate(unseen * away - mean), mean)))
    # The study is as sure as one of so many articles, each of which is a fault away from 1 or not at all.
    fault = mean[0] + max(mean[0] + away[0], 0.0)
    many = articles * max(1.0, mean[0] * (fault - mean[0]) / apart.var())
    refused = many * limit * (1 + 2 * unseen) / fault
    highest = np.sort(values)[: -round(2 * tail * len(values)) - 2 : -1]
    above = (np.arange(len(highest)) + 0.5) / len(values)
    shares = np.array([(refused + 0.375) / (many + 0.75), *np.clip((1 - highest) / fault, 0, 1)])
    angles = np.arcsin(np.sqrt(np.minimum(shares, 1)))
    one_end = np.array([NormalDist().cdf(z) for z in np.sqrt(4 * many + 2) * (angles[0] - angles[1:])])
    allowed = np.maximum(tail, SPENT * 2 * tail * (1 - one_end) - np.maximum(tail - one_end, 0))
    return float(above[above >= allowed][0])


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
