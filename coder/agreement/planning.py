"""How many articles to code twice for an interval so wide, from those at hand, and how sure that is.

The guarded interval of a study of N articles is taken in which there are those at hand, each N/n times; N is
sought at which that is as wide as asked. The width goes with the spread of what single articles do to
the figure, so how sure N is follows from how sure that spread is: articles are resampled, half an article
that nobody saw among them, and N changes with the variance of the jackknife's influences (Efron & Tibshirani
1993, chapters 10 and 11).
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import LEAST_ARTICLES, Guarded, Plan, Statistic, pulls_of, replicates
from coder.agreement.distance import Floats
from coder.agreement.result import FEW_ARTICLES, NO_VARIATION

LEAST_AT_HAND = 5
MOST = 100_000
TOO_MANY = f"more than {MOST:,} articles"


class Need(NamedTuple):
    """Articles that must hold pairs for an interval so wide, and between which numbers that lies (95 %).

    at_hand: articles with pairs now. share: of the articles that two coded, how many hold pairs of the field.
    reason: why there is no number, if there is none.
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
        """How many articles two must code for so many with pairs, at the share seen so far."""
        return None if articles is None else int(np.ceil(articles / self.share))


def need(
    field: str,
    statistic: Statistic,
    at_hand: int,
    share: float,
    width: float,
    plan: Plan,
    worst: float,
    leverage: Statistic | None = None,
) -> Need:
    """What an interval of that width needs; worst and leverage are those of `Guarded.of`."""
    found = Need(field, width, at_hand, share)
    if at_hand < LEAST_AT_HAND:
        return found._replace(reason=FEW_ARTICLES)
    whole = float(statistic(np.ones((1, at_hand)))[0])
    if np.isnan(whole):
        return found._replace(reason=NO_VARIATION)

    pulls = pulls_of(statistic, at_hand)

    def is_narrow(articles: int) -> bool:
        return _width(statistic, leverage, pulls, articles, plan, worst) <= width

    enough = LEAST_ARTICLES
    while not is_narrow(enough):
        enough *= 2
        if enough > MOST:
            return found._replace(reason=TOO_MANY)
    too_few = enough // 2 if enough > LEAST_ARTICLES else LEAST_ARTICLES - 1
    while enough - too_few > max(1, enough // 100):
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if is_narrow(middle) else (middle, enough)
    # A normal interval is 2 z sd / sqrt(N) wide, so N changes by (2 z / width)^2 for each unit of variance.
    each = (2 * NormalDist().inv_cdf((1 + plan.confidence) / 2) / width) ** 2
    low, high = (enough + round(each * more) for more in _variances(pulls, whole, plan, worst))
    return found._replace(
        articles=enough, lower=max(min(low, enough), LEAST_ARTICLES), upper=max(high, enough)
    )


def _width(
    statistic: Statistic,
    leverage: Statistic | None,
    pulls: Floats,
    articles: int,
    plan: Plan,
    worst: float,
) -> float:
    """How wide the interval of so many articles is, each at hand N/n times; without an upper end, to 1."""
    at_hand, generator = len(pulls), np.random.default_rng(plan.seed)
    weights = generator.standard_gamma(articles / at_hand, size=(plan.B, at_hand))
    weights *= articles / weights.sum(axis=1, keepdims=True)
    estimate = float(statistic(np.full((1, at_hand), articles / at_hand))[0])
    values = replicates(statistic, leverage, [weights])
    found = Guarded.read(*values, pulls, estimate, articles, plan, worst).interval()
    return (1.0 if found.upper is None else found.upper) - (found.lower or 0.0)


def _variances(pulls: Floats, whole: float, plan: Plan, worst: float) -> tuple[float, float]:
    """By how much the variance of an article's influence may be less, and more, than at hand."""
    at_hand = len(pulls)
    influence = np.append((at_hand - 1) * pulls, worst - whole)
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
