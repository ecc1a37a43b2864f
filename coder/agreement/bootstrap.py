"""Intervals by resampling whole articles, and what an interval says of an alpha.

All units, coders and events of an article move together. Sources: Field & Welsh (2007) for resampling
clusters; Efron & Tibshirani (1993) for the percentile and the BCa interval, whose acceleration comes from
leaving out one article at a time.

Resampling knows nothing of what no article shows: where nearly all articles agree, the few that would not may
be missing, and both intervals end too high. The guarded interval has half an article more that nobody saw, as
bad as chance makes one: every replicate gives it a share drawn from Beta(1/2, n), which for articles that
either agree or not is the upper limit of Jeffreys' interval of a binomial share (Brown, Cai & DasGupta 2001).
Where five articles or more hold a disagreement, half of that is enough; where fewer do, so many studies see
none at all that no interval can hold the true value in 95 of 100 and not in nearly all: there is a lower end
alone. `benchmarks/coverage.py` shows how often each interval holds the true value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from statistics import NormalDist
from typing import Literal, NamedTuple, TypeAlias

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
Method: TypeAlias = Literal["percentile", "bca", "guarded"]

LEAST_ARTICLES = 20
BCA_BELOW_ARTICLES = 500
"""From there on percentile and BCa interval are the same to the second digit, and the latter takes long."""
FEW_DIFFERING = 5
"""Below so many articles with a disagreement a figure has a lower end only."""
MOST_DROPPED = 0.05
RELIABLE_FROM, TENTATIVE_FROM = 0.800, 0.667
"""Krippendorff (2004, p. 241): a convention, not a law."""
CELLS_AT_ONCE = 2_000_000  # so that what is drawn fits into memory


class Unseen(NamedTuple):
    """What the statistic would be in an article as bad, and in one as good, as none may have been seen.

    best: None for a statistic whose upper end is left to resampling. differing: how many articles hold a
    disagreement, None where that is not counted.
    """

    worst: float
    best: float | None = None
    differing: int | None = None

    @property
    def few(self) -> bool:
        """Whether the articles seen tell next to nothing of those that disagree."""
        return self.differing is not None and self.differing < FEW_DIFFERING

    @property
    def size(self) -> float:
        """How much of an article nobody saw."""
        return 0.5 if self.few or self.differing is None else 0.25


SHARE = Unseen(0.0, 1.0)
"""Of a statistic that is a share, such as F1."""


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


@dataclass(frozen=True, eq=False)
class Resampled:
    """The replicates of a statistic over so many articles, from which every interval is read.

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
        values = _defined(statistic, _resampled(articles, plan))
        dropped = plan.B - len(values)
        reason = UNDEFINED_REPLICATES if dropped > MOST_DROPPED * plan.B else ""
        return cls(statistic, articles, plan, values, dropped, reason)

    def interval(self, method: Method, unseen: Unseen = SHARE) -> Interval:
        """The interval by that method; unseen: what the guarded one allows for."""
        bounds: tuple[float | None, float | None] = (None, None)
        reason = self.reason
        if not reason:
            tails = np.array([1 - self.plan.confidence, 1 + self.plan.confidence]) / 2
            is_bca = method == "bca" or (method == "guarded" and self.articles < BCA_BELOW_ARTICLES)
            if is_bca:
                shares = _bca_tails(tails, self.values, self.statistic, self.articles)
            lower, upper = map(float, np.quantile(self.values, shares if is_bca else tails))
            if method == "guarded":
                lower = float(np.quantile(self.lowered(unseen), tails[0]))
                if unseen.best is not None:
                    raised = self.values + self._share(unseen) * np.maximum(unseen.best - self.values, 0.0)
                    upper = max(upper, float(np.quantile(raised, tails[1])))
            bounds = (lower, upper)
            if method == "guarded" and unseen.few:
                bounds, reason = (lower, None), FEW_DIFFER
        plan = self.plan
        return Interval(
            *bounds, method, plan.confidence, plan.B, plan.seed, self.articles, self.dropped, reason
        )

    def lowered(self, unseen: Unseen) -> Floats:
        """The replicates, each with a share of an article more in which the statistic is as low as can be."""
        return self.values - self._share(unseen) * np.maximum(self.values - unseen.worst, 0.0)

    def _share(self, unseen: Unseen) -> Floats:
        generator = np.random.default_rng([self.plan.seed, self.articles])
        return generator.beta(unseen.size, self.articles, len(self.values))

    def below(self, threshold: float, unseen: Unseen = SHARE) -> Score:
        """The probability that the statistic is below the threshold, as far as a resampling tells; n: B."""
        if self.reason:
            return undefined(self.reason)
        return Score(float(np.mean(self.lowered(unseen) < threshold)), len(self.values))


def raised(rises: Callable[[Floats], tuple[Floats, Floats]], articles: int, plan: Plan) -> Floats:
    """By how much the lower bound rises with each article's own rise; shape (article,), NaN where undefined.

    rises: from weights of articles to a statistic, and to how much each article would add to it. Percentile
    intervals; with fewer than 20 articles there is no bound, and the statistic itself is what rises.
    """
    if articles < LEAST_ARTICLES:
        return np.asarray(rises(np.ones((1, articles)))[1][0])
    blocks = [rises(weights) for weights in _resampled(articles, plan)]
    values = np.concatenate([value for value, _ in blocks])
    more = np.concatenate([each for _, each in blocks])[~np.isnan(values)]
    values = values[~np.isnan(values)]
    if not len(values):
        return np.full(articles, np.nan)
    tail = (1 - plan.confidence) / 2
    return np.asarray(np.quantile(values[:, None] + more, tail, axis=0) - np.quantile(values, tail))


def interval_of(
    score: Score, statistic: Statistic, articles: int, plan: Plan, unseen: Unseen | None = SHARE
) -> Interval:
    """The guarded interval of a score; one that is undefined has none, for its own reason.

    unseen: None for a difference, which has no end that articles could crowd at: percentile or BCa.
    """
    found = Resampled.of(statistic, articles, plan, score.reason)
    if unseen is None:
        return found.interval("bca" if articles < BCA_BELOW_ARTICLES else "percentile")
    return found.interval("guarded", unseen)


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


def _resampled(articles: int, plan: Plan) -> Iterator[Floats]:
    """How often each article was drawn; shape (replicate, article) each."""
    return (block.astype(np.float64) for block in _draws(articles, plan.B, plan.seed))


@lru_cache(maxsize=2)
def _draws(articles: int, replicates: int, seed: int) -> list[NDArray[np.uint16]]:
    """The draws of a plan, which all statistics of so many articles share."""
    generator = np.random.default_rng(seed)
    block, blocks = max(1, CELLS_AT_ONCE // articles), []
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
    block = max(1, CELLS_AT_ONCE // articles)
    starts = range(0, articles, block)
    all_but_one = (1.0 - np.eye(min(block, articles - start), articles, start) for start in starts)
    left_out = _defined(statistic, all_but_one)
    pull = left_out.mean() - left_out
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
