"""Confidence intervals by reweighting or resampling whole articles, and the reliability status of an alpha.

All units, coders and events of an article are drawn together (Field & Welsh 2007). Percentile and BCa
intervals are those of Efron & Tibshirani (1993). All figures of a study get the guarded interval:

- Articles get weights from a flat Dirichlet distribution (the Bayesian bootstrap, Rubin 1981).
- Half an unseen article is added, as far from the estimate as the articles that differ most from it: at the
  ratio of the articles' third central moment to their second. This corrects for skewness, to first order
  like BCa; if articles either agree or do not, it gives the Jeffreys interval of a binomial share (Brown,
  Cai & DasGupta 2001). If hardly any articles differ, they hold no information on this distance. The moments
  therefore include two unseen articles, by half each: one coded by chance and one without errors. For alpha,
  the latter may agree on a rare value, which changes the expected disagreement, and so alpha, more than an
  error does (`leverage`). Upwards, the unseen article therefore divides 1 - alpha, as such an article does.
- The interval is widened by the uncertainty of the articles' variance, given their mean: by the share
  2 (kurtosis - skewness^2 - 1) / n of the variance. For normal data this is what Student's t adds; for
  two-valued data it is nothing.
- A study could have observed no disagreement at all if the disagreements it observed weigh no more than the
  upper limit of a share of which none was observed. Such a study cannot estimate their number: it gets only a
  lower end, and a whole unseen article coded by chance, so that this end holds by itself (Gaffke 2005; for
  articles that either agree or do not it is the exact limit of a binomial share).
- Almost all studies whose lower end would be too high are of this kind. In the others, the upper end may use
  the lower end's share of the allowed errors (`_above`); otherwise intervals would cover too often.

`benchmarks/coverage.py` measures the coverage of the intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Literal, TypeAlias

import numpy as np
from msgspec import Struct
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

# Maps article weights, shape (replicate, article), to numbers, shape (replicate,); NaN is undefined.
Statistic: TypeAlias = Callable[[Floats], Floats]
Method: TypeAlias = Literal["percentile", "bca"]
How: TypeAlias = Literal["reweighted", "resampled"]

LEAST_ARTICLES = 20
WIDENED_BELOW_ARTICLES = 500
"""With more articles it would widen by less than a hundredth, and the jackknife takes long."""
MOST_DROPPED = 0.05
SPENT = 0.9
"""The part of the allowed errors to use: shares of few articles are discrete and exceed it by a tenth."""
RELIABLE_FROM = 0.800
TENTATIVE_FROM = 0.667
"""Krippendorff (2004, p. 241): a convention, not a law."""
_NO_SPREAD = 1e-20  # squares up to this are rounding errors
_CELLS_AT_ONCE = 2_000_000  # limits the memory for drawn weights


class Plan(Struct, frozen=True):
    """How to resample: B replicates from a seed; use B = 10,000 for print."""

    B: int = 2000
    seed: int = 20240101
    confidence: float = 0.95

    @property
    def tails(self) -> Floats:
        """The shares of replicates below the lower and the upper end."""
        return np.array([1 - self.confidence, 1 + self.confidence]) / 2


class Reliability(StrEnum):
    """The conclusions that data with such an alpha supports."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    INSUFFICIENT = "insufficient"
    FEW_TO_TELL = "too few to tell"
    NO_INTERVAL = "no interval"
    FEW_ARTICLES = "too few articles"
    UNDEFINED = "undefined"


def over(numerator: Floats, denominator: Floats | Ints) -> Floats:
    """The quotients; NaN where the denominator is 0."""
    return np.where(
        denominator > 0, numerator / np.where(denominator > 0, denominator, 1), np.nan
    )


def pooled(statistic: Statistic, articles: int, n: int, reason: str) -> Score:
    """The statistic of all articles, each with weight 1; undefined for the given reason if it is NaN."""
    value = float(statistic(np.ones((1, articles)))[0])
    return undefined(reason, n) if np.isnan(value) else Score(value, n)


class Resampled(Struct, frozen=True, eq=False):
    """The replicates of a statistic over articles drawn with replacement.

    values: the defined ones. dropped: the number of undefined ones. reason: why there are no intervals, "" if
    there are: fewer than 20 articles, or more than 5 % of the replicates undefined.
    """

    statistic: Statistic
    articles: int
    plan: Plan
    values: Floats
    dropped: int = 0
    reason: str = ""

    @classmethod
    def of(
        cls, statistic: Statistic, articles: int, plan: Plan, reason: str = ""
    ) -> Resampled:
        """Resample; reason: why the statistic itself is undefined, "" if it is not."""
        if reason or articles < LEAST_ARTICLES:
            return cls(
                statistic, articles, plan, np.empty(0), 0, reason or FEW_ARTICLES
            )
        values, _ = replicates(statistic, None, _drawn(articles, plan, "resampled"))
        dropped = plan.B - len(values)
        reason = UNDEFINED_REPLICATES if dropped > MOST_DROPPED * plan.B else ""
        return cls(statistic, articles, plan, values, dropped, reason)

    def interval(self, method: Method) -> Interval:
        """The interval by the given method."""
        lower = None
        upper = None
        plan, tails = self.plan, self.plan.tails
        if not self.reason:
            if method == "bca":
                tails = _bca_tails(tails, self.values, self.statistic, self.articles)
            lower, upper = map(float, np.quantile(self.values, tails))
        given = (
            plan.confidence,
            plan.B,
            plan.seed,
            self.articles,
            self.dropped,
            self.reason,
        )
        return Interval(lower, upper, method, *given)


class Guarded(Struct, frozen=True, eq=False):
    """Draws of the true value of a figure, from which its guarded interval is read.

    values: B draws. is_few: whether the study could have observed no disagreement. above: the share of values
    above the upper end; None: that of the plan. reason: why there are no values, "" if there are.
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

        worst: the statistic of an article coded by chance; None for a difference, which has no bounds that
        articles could crowd at. Other statistics are at most 1. leverage: for article weights, how far an
        article without errors moves the statistic, as a multiple of the distance to 1; None: 1.
        """
        if score.value is None or articles < LEAST_ARTICLES:
            return cls(articles, plan, np.empty(0), reason=score.reason or FEW_ARTICLES)
        values, leverages = replicates(
            statistic, leverage, _drawn(articles, plan, "reweighted")
        )
        widened = articles < WIDENED_BELOW_ARTICLES
        effects = jackknife(statistic, articles) if widened else np.empty(0)
        return cls.from_replicates(
            values, leverages, effects, score.value, articles, plan, worst
        )

    @classmethod
    def from_replicates(
        cls,
        values: Floats,
        leverage: Floats | None,
        effects: Floats,
        estimate: float,
        articles: int,
        plan: Plan,
        worst: float | None,
    ) -> Guarded:
        """Adjust replicates for unseen articles; effects: those of single articles, see `jackknife`."""
        n = articles
        mean = float(values.mean())
        deviations = values - mean
        median_leverage = 1.0 if leverage is None else float(np.median(leverage))
        ends = np.array(
            []
            if worst is None
            else [worst - estimate, (1 - estimate) * median_leverage]
        )
        second = n**2 * float((deviations**2).mean()) + float((ends**2).sum()) / 2
        third = n**3 * float((deviations**3).mean()) / 2 + float((ends**3).sum()) / 2
        distance = third / second if second > 0 else 0.0
        values = mean + deviations * np.sqrt(
            1 + 2 * _excess_over_two_points(effects) / n
        )
        generator = np.random.default_rng([plan.seed, n])
        share = generator.beta(0.5, n, len(values))
        unseen = float(np.quantile(share, plan.tails[1]))
        is_few = worst is not None and 1 - estimate <= unseen * -distance
        if is_few and worst is not None:
            share = generator.beta(1.0, n, len(values))
            distance = min(distance, worst - estimate)
        if distance > 0 and leverage is not None:
            values = 1 - (1 - values) / (
                1 + share * distance / (1 - estimate) * leverage / median_leverage
            )
        else:
            distance = distance if worst is None else min(distance, 1 - estimate)
            values = values + share * (estimate + distance - values)
        if is_few or worst is None or np.square(effects).max(initial=0) <= _NO_SPREAD:
            return cls(n, plan, values, is_few)
        faults = 1 - estimate - (len(effects) - 1) * effects
        above = _above(values, faults, 1 - worst, unseen, n, float(plan.tails[0]))
        return cls(n, plan, values, above=above)

    def interval(self) -> Interval:
        """The interval; without an upper end if the study could have observed no disagreement."""
        lower = None
        upper = None
        if not self.reason:
            tails = (
                self.plan.tails
                if self.above is None
                else [self.plan.tails[0], 1 - self.above]
            )
            lower, upper = map(float, np.quantile(self.values, tails))
        plan = self.plan
        reason = FEW_DIFFER if self.is_few else self.reason
        upper = None if self.is_few else upper
        return Interval(
            lower,
            upper,
            "guarded",
            plan.confidence,
            plan.B,
            plan.seed,
            self.articles,
            reason=reason,
        )

    def below(self, threshold: float) -> Score:
        """The probability that the figure is below the threshold; n: B."""
        if self.reason:
            return undefined(self.reason)
        return Score(float(np.mean(self.values < threshold)), len(self.values))


def interval_of(
    score: Score,
    statistic: Statistic,
    articles: int,
    plan: Plan,
    worst: float | None = 0.0,
    leverage: Statistic | None = None,
) -> Interval:
    """The guarded interval of a score; an undefined score has none, for the same reason."""
    return Guarded.of(score, statistic, articles, plan, worst, leverage).interval()


def replicates(
    statistic: Statistic, leverage: Statistic | None, blocks: Iterable[Floats]
) -> tuple[Floats, Floats | None]:
    """The statistic for all weights, undefined replicates dropped, and the leverage for the same weights."""
    pairs = [(statistic(weights), leverage and leverage(weights)) for weights in blocks]
    values = np.concatenate([value for value, _ in pairs])
    defined = ~np.isnan(values)
    leverages = [each for _, each in pairs if each is not None]
    return values[defined], np.concatenate(leverages)[defined] if leverages else None


def share_of(
    articles: Sequence[tuple[int, int]],
    plan: Plan | None = None,
    reason: str = NO_PAIRS,
) -> tuple[Score, Interval]:
    """The share over all (count, total) of articles and its guarded interval; reason: why it is undefined."""
    counts, totals = np.array(articles, dtype=np.float64).reshape(-1, 2).T

    def statistic(weights: Floats) -> Floats:
        return over(weights @ counts, weights @ totals)

    score = pooled(statistic, len(articles), int(totals.sum()), reason)
    return score, interval_of(score, statistic, len(articles), plan or Plan())


def _drawn(articles: int, plan: Plan, how: How) -> Iterator[Floats]:
    """Yield blocks of article weights, shape (replicate, article); rows sum to the number of articles."""
    return (
        block.astype(np.float64) for block in _draws(articles, plan.B, plan.seed, how)
    )


@lru_cache(maxsize=2)
def _draws(articles: int, replicates: int, seed: int, how: How) -> list[NDArray[Any]]:
    """The draws of a plan, shared by all statistics of the same number of articles."""
    generator = np.random.default_rng(seed)
    block = max(1, _CELLS_AT_ONCE // articles)
    blocks = list[NDArray[Any]]()
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


def jackknife(statistic: Statistic, articles: int) -> Floats:
    """Each article's effect on the statistic, about the mean; 0 where it is undefined without the article."""
    block = max(1, _CELLS_AT_ONCE // articles)
    starts = range(0, articles, block)
    all_but_one = (
        1.0 - np.eye(min(block, articles - start), articles, start) for start in starts
    )
    left_out = np.concatenate([statistic(weights) for weights in all_but_one])
    return np.asarray(np.nan_to_num(np.nanmean(left_out) - left_out))


def _excess_over_two_points(data: Floats) -> float:
    """Kurtosis - skewness^2 - 1: 2 for normal data, 0 for data with at most two values."""
    second = float((data**2).mean()) if len(data) else 0.0
    if second <= _NO_SPREAD:
        return 0.0
    return max(
        0.0,
        float((data**4).mean()) / second**2
        - float((data**3).mean()) ** 2 / second**3
        - 1,
    )


def _above(
    values: Floats,
    faults: Floats,
    worst: float,
    unseen: float,
    articles: int,
    tail: float,
) -> float:
    """The share of values above the upper end with which two-sided studies have the nominal coverage.

    faults: how far each article is below 1; worst: the same for one coded by chance. unseen: the upper limit
    of a share of which none was observed.

    The articles are tilted towards agreement (Efron 1981) until the study would have only a lower end. For
    each possible true value, `one_end` is the share of studies that would reach that point (Anscombe 1948);
    among the others, so many fewer have a lower end that is too high.
    """
    tilts = np.linspace(0.0, 5.5, 64)[:, None] ** 2 / np.abs(faults).max()
    weights = np.exp(-tilts * (faults - faults.min()))
    weights /= weights.sum(axis=1, keepdims=True)
    mean = weights @ faults
    second, third = (
        articles * (weights * (faults - mean[:, None]) ** k).sum(axis=1)
        + ((worst - mean) ** k + (-mean) ** k) / 2
        for k in (2, 3)
    )
    distance = third / second
    limit = max(
        0.0,
        float(np.interp(0.0, np.maximum.accumulate(unseen * distance - mean), mean)),
    )
    # The study is as precise as one with `many` articles that are each either right or one fault below 1.
    fault = mean[0] + max(mean[0] + distance[0], 0.0)
    many = articles * max(1.0, mean[0] * (fault - mean[0]) / faults.var())
    limit_count = many * limit * (1 + 2 * unseen) / fault
    highest = np.sort(values)[: -round(2 * tail * len(values)) - 2 : -1]
    above = (np.arange(len(highest)) + 0.5) / len(values)
    shares = np.array(
        [(limit_count + 0.375) / (many + 0.75), *np.clip((1 - highest) / fault, 0, 1)]
    )
    angles = np.arcsin(np.sqrt(np.minimum(shares, 1)))
    one_end = np.array(
        [NormalDist().cdf(z) for z in np.sqrt(4 * many + 2) * (angles[0] - angles[1:])]
    )
    allowed = np.maximum(
        tail, SPENT * 2 * tail * (1 - one_end) - np.maximum(tail - one_end, 0)
    )
    return float(above[above >= allowed][0])


def _bca_tails(
    tails: Floats, values: Floats, statistic: Statistic, articles: int
) -> Floats:
    """The BCa shares of replicates for the given percentile shares.

    The percentile shares are returned if the estimate lies outside all replicates, where the correction would
    be infinite. Without spread among the replicates both intervals are the same point.
    """
    normal = NormalDist()
    estimate = float(statistic(np.ones((1, articles)))[0])
    below = float(np.mean(values < estimate) + np.mean(values <= estimate)) / 2
    if not 0 < below < 1:
        return tails
    bias = normal.inv_cdf(below)
    effects = jackknife(statistic, articles)
    spread = float((effects**2).sum()) ** 1.5
    acceleration = float((effects**3).sum()) / (6 * spread) if spread > 0 else 0.0
    shifted = (bias + normal.inv_cdf(float(tail)) for tail in tails)
    return np.array([normal.cdf(bias + z / (1 - acceleration * z)) for z in shifted])


def status(
    estimate: float | None,
    lower: float | None,
    articles: int,
    *,
    is_open: bool = False,
) -> Reliability:
    """The status of an alpha according to whether its lower bound reaches .800 or .667.

    is_open: whether the interval has no upper end, because there are too few
    disagreements. A low bound then shows how little was observed, and not that the
    agreement is insufficient.
    """
    if estimate is None:
        return Reliability.UNDEFINED
    if articles < LEAST_ARTICLES:
        return Reliability.FEW_ARTICLES
    if lower is None:
        return Reliability.NO_INTERVAL
    if lower >= RELIABLE_FROM:
        return Reliability.RELIABLE
    if lower >= TENTATIVE_FROM:
        return Reliability.TENTATIVE
    return Reliability.FEW_TO_TELL if is_open else Reliability.INSUFFICIENT


def minimum(lower_bounds: Iterable[float | None]) -> Score:
    """The smallest lower bound: a data set is only as usable as its weakest field; n: fields with a bound."""
    bounds = [bound for bound in lower_bounds if bound is not None]
    return Score(float(min(bounds)), len(bounds)) if bounds else undefined(NO_PAIRS)
