"""How many articles to code twice for an interval of a given width.

The guarded draws of a study of N articles are estimated by repeating each of the n
coded articles N/n times; N is increased until the middle 95 % of the draws are narrow
enough. They allow for an unseen article, which a small pilot needs. Since the width
depends on the variance of the articles' effects on the figure, the uncertainty of N
follows from that of this variance: it is estimated by resampling articles, with half an
unseen article among them, and N changes with the variance of the jackknife influences
(Efron & Tibshirani 1993, chapters 10 and 11).
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import LEAST_ARTICLES, Plan, Statistic, jackknife
from coder.agreement.distance import Floats
from coder.agreement.reliability import GuardedDraws
from coder.agreement.result import FEW_ARTICLES, NO_VARIATION

LEAST_AT_HAND = 5
MOST = 100_000
TOO_MANY = f"more than {MOST:,} articles"


class Need(NamedTuple):
    """The number of articles with pairs needed for an interval of a given width, and
    its 95 % interval.

    at_hand: articles with pairs now. share: of the articles coded by two, the share
    with pairs of the field. reason: why there is no number, "" if there is.
    """

    field: str
    width: float
    at_hand: int
    share: float
    articles: int | None = None
    lower: int | None = None
    upper: int | None = None
    reason: str = ""

    def to_code(self, articles: int | None) -> int | None:
        """Return how many articles two coders must code to get so many with pairs, at
        the share seen so far.
        """
        return None if articles is None else int(np.ceil(articles / self.share))


def need(
    field: str,
    statistic: Statistic,
    at_hand: int,
    share: float,
    width: float,
    plan: Plan,
    worst: float,
) -> Need:
    """Return the articles needed for an interval of that width.

    at_hand: articles with pairs now. worst: the expected alpha of an article coded by
    chance.
    """
    result = Need(field, width, at_hand, share)
    if at_hand < LEAST_AT_HAND:
        return result._replace(reason=FEW_ARTICLES)
    estimate = float(statistic(np.ones((1, at_hand)))[0])
    if np.isnan(estimate):
        return result._replace(reason=NO_VARIATION)

    effects = jackknife(statistic, at_hand, most_groups=at_hand)

    def is_narrow(articles: int) -> bool:
        return _width(statistic, effects, articles, plan, worst) <= width

    enough = LEAST_ARTICLES
    while not is_narrow(enough):
        enough *= 2
        if enough > MOST:
            return result._replace(reason=TOO_MANY)
    too_few = enough // 2 if enough > LEAST_ARTICLES else LEAST_ARTICLES - 1
    while enough - too_few > max(1, enough // 100):
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if is_narrow(middle) else (middle, enough)
    # A normal interval is 2 z sd / sqrt(N) wide, so N changes by (2 z / width)^2 per
    # unit of variance.
    per_variance = (2 * NormalDist().inv_cdf((1 + plan.confidence) / 2) / width) ** 2
    low, high = (
        enough + round(per_variance * change)
        for change in _variances(effects, estimate, plan, worst)
    )
    return result._replace(
        articles=enough,
        lower=max(min(low, enough), LEAST_ARTICLES),
        upper=max(high, enough),
    )


def _width(
    statistic: Statistic,
    effects: Floats,
    articles: int,
    plan: Plan,
    worst: float,
) -> float:
    """Return how wide the middle 95 % of the draws of so many articles are, repeating
    those at hand.

    They end at 1 if a study of so many articles could meet no disagreement.
    """
    at_hand = len(effects)
    generator = np.random.default_rng(plan.seed)
    weights = generator.standard_gamma(articles / at_hand, size=(plan.B, at_hand))
    weights *= articles / weights.sum(axis=1, keepdims=True)
    estimate = float(statistic(np.full((1, at_hand), articles / at_hand))[0])
    values = statistic(weights)
    values = values[~np.isnan(values)]
    draws = GuardedDraws.from_replicates(
        values, effects, estimate, articles, plan, worst
    )
    low, high = np.quantile(draws.values, plan.tails)
    return float((1.0 if draws.is_few else high) - low)


def _variances(
    effects: Floats, estimate: float, plan: Plan, worst: float
) -> tuple[float, float]:
    """Return how much smaller, and larger, the variance of an article's influence may
    be than observed.
    """
    at_hand = len(effects)
    influence = np.append((at_hand - 1) * effects, worst - estimate)
    generator = np.random.default_rng(plan.seed)
    weights = np.column_stack(
        [
            generator.multinomial(at_hand, np.full(at_hand, 1 / at_hand), size=plan.B),
            generator.gamma(0.5, size=plan.B),
        ]
    )
    weights /= weights.sum(axis=1, keepdims=True)
    variances = weights @ influence**2 - (weights @ influence) ** 2
    tail = (1 - plan.confidence) / 2
    low, high = np.quantile(variances, [tail, 1 - tail]) - influence[:-1].var()
    return float(low), float(high)
