"""The reliability status of an alpha, and the guarded lower bound that decides it.

In small studies the low end of the BCa interval is often too high: if nearly all
articles agree and a few hold the few disagreements, a study of 20 articles may meet
none of those, and resampling cannot show what no article shows. The guarded lower bound
allows for an unseen article. It is the lower tail of B draws of alpha:

- Articles get weights from a flat Dirichlet distribution (the Bayesian bootstrap, Rubin
  1981).
- The deviations of the draws are widened by the uncertainty of the variance between
  articles, given their mean: the variance by the share 2 (kurtosis - skewness^2 - 1) /
  n. For normal data this is what Student's t adds; for articles that either agree or do
  not it is nothing.
- Half an unseen article gets a share of the weight, drawn from Beta(1/2, n). It lies as
  far from alpha as the articles that differ most: the third central moment of the
  articles' effects divided by the second. Both moments include half an article coded by
  chance and half an article without a disagreement. If articles either agree or do not,
  the bound is that of Jeffreys' interval of a share (Brown, Cai & DasGupta 2001).
- If a study could by chance have met none of its disagreements, a whole unseen article,
  coded by chance, gets a share drawn from Beta(1, n). If articles either agree or do
  not, the bound is the exact limit of a binomial share (Gaffke 2005). This is so if the
  disagreements weigh no more than the upper limit of a share of which none was met.

`benchmarks/coverage.py` measures how often the bound and the BCa interval hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import numpy as np
from msgspec import Struct

from coder.agreement.bootstrap import (
    LEAST_ARTICLES,
    ROUNDING,
    Plan,
    Statistic,
    jackknife,
    replicates,
)
from coder.agreement.distance import Floats
from coder.agreement.result import FEW_ARTICLES, NO_PAIRS, Score, make_undefined

RELIABLE_FROM = 0.800
TENTATIVE_FROM = 0.667
"""Krippendorff (2004, p. 241): a convention, not a law."""
WIDENED_BELOW_ARTICLES = 500
"""With more articles, the draws would be widened by less than a hundredth."""


class Reliability(StrEnum):
    """The conclusions that data with such an alpha supports."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    INSUFFICIENT = "insufficient"
    FEW_TO_TELL = "too few to tell"
    NO_INTERVAL = "no interval"
    FEW_ARTICLES = "too few articles"
    UNDEFINED = "undefined"


class GuardedDraws(Struct, frozen=True, eq=False):
    """Draws of an alpha that allow for an unseen article.

    values: the draws. is_few: whether the study could have met no disagreement at all.
    reason: why there are no draws, "" if there are.
    """

    articles: int
    plan: Plan
    values: Floats
    is_few: bool = False
    reason: str = ""

    @classmethod
    def of(
        cls,
        score: Score,
        statistic: Statistic,
        articles: int,
        plan: Plan,
        worst: float,
    ) -> GuardedDraws:
        """Draw; worst: the expected alpha of an article coded by chance."""
        if score.value is None or articles < LEAST_ARTICLES:
            reason = score.reason or FEW_ARTICLES
            return cls(articles, plan, np.empty(0), reason=reason)
        values = replicates(statistic, articles, plan, "dirichlet")
        effects = np.empty(0)
        if articles < WIDENED_BELOW_ARTICLES:
            effects = jackknife(statistic, articles)
        return cls.from_replicates(values, effects, score.value, articles, plan, worst)

    @classmethod
    def from_replicates(
        cls,
        values: Floats,
        effects: Floats,
        estimate: float,
        articles: int,
        plan: Plan,
        worst: float,
    ) -> GuardedDraws:
        """Adjust replicates for an unseen article.

        effects: of single articles, see `jackknife`.
        """
        mean = float(values.mean())
        deviations = values - mean
        unseen_ends = np.array([worst - estimate, 1 - estimate])
        second = articles**2 * float((deviations**2).mean())
        second += float((unseen_ends**2).sum()) / 2
        third = articles**3 * float((deviations**3).mean()) / 2
        third += float((unseen_ends**3).sum()) / 2
        distance = third / second if second > 0 else 0.0
        widening = 1 + 2 * _excess_over_two_points(effects) / articles
        values = mean + deviations * np.sqrt(widening)
        generator = np.random.default_rng([plan.seed, articles])
        share = generator.beta(0.5, articles, len(values))
        most_unseen = float(np.quantile(share, plan.tails[1]))
        is_few = 1 - estimate <= most_unseen * -distance
        if is_few:
            share = generator.beta(1.0, articles, len(values))
            distance = min(distance, worst - estimate)
        distance = min(distance, 1 - estimate)
        values = values + share * (estimate + distance - values)
        return cls(articles, plan, values, is_few)

    def lower_bound(self) -> Score:
        """Return the guarded lower bound; n: articles."""
        if self.reason:
            return make_undefined(self.reason, self.articles)
        return Score(float(np.quantile(self.values, self.plan.tails[0])), self.articles)

    def below(self, threshold: float) -> Score:
        """Return the probability that alpha is below the threshold; n: B."""
        if self.reason:
            return make_undefined(self.reason)
        return Score(float(np.mean(self.values < threshold)), len(self.values))


def status(
    estimate: float | None,
    lower_bound: float | None,
    articles: int,
    *,
    is_few: bool = False,
) -> Reliability:
    """Return the status of an alpha: whether its lower bound reaches .800 or .667.

    is_few: whether the study could have met no disagreement at all. A low bound then
    shows how little was observed, and not that the agreement is insufficient.
    """
    if estimate is None:
        return Reliability.UNDEFINED
    if articles < LEAST_ARTICLES:
        return Reliability.FEW_ARTICLES
    if lower_bound is None:
        return Reliability.NO_INTERVAL
    if lower_bound >= RELIABLE_FROM:
        return Reliability.RELIABLE
    if lower_bound >= TENTATIVE_FROM:
        return Reliability.TENTATIVE
    return Reliability.FEW_TO_TELL if is_few else Reliability.INSUFFICIENT


def minimum(lower_bounds: Iterable[float | None]) -> Score:
    """Return the smallest lower bound: data are only as usable as their weakest field.

    n: fields with a bound.
    """
    bounds = [bound for bound in lower_bounds if bound is not None]
    if not bounds:
        return make_undefined(NO_PAIRS)
    return Score(float(min(bounds)), len(bounds))


def _excess_over_two_points(effects: Floats) -> float:
    """Return kurtosis - skewness^2 - 1: 2 for normal data, 0 for data with at most two
    values.
    """
    if not len(effects):
        return 0.0
    second = float((effects**2).mean())
    if second <= ROUNDING:
        return 0.0
    kurtosis = float((effects**4).mean()) / second**2
    squared_skewness = float((effects**3).mean()) ** 2 / second**3
    return max(0.0, kurtosis - squared_skewness - 1)
