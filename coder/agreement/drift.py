"""Whether agreement changed over time: the likeliest point of change, how sure it is, and how much changed.

Articles stand in the order of their submission. What each differs from the mean of all is summed up; where
the sum is furthest from zero, for its place in the order, agreement changed most. How often articles in any
other order have as large a sum tells whether that is chance. Source: Antoch & Hušková (2001), Permutation
tests in change point analysis, Statistics & Probability Letters 53:37-46.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import CELLS_AT_ONCE, LEAST_ARTICLES, Plan, Statistic
from coder.agreement.distance import Floats, Ints
from coder.agreement.result import UNDEFINED_REPLICATES, Interval, Score

SURE = 0.05


class Change(NamedTuple):
    """The likeliest point of change of one figure.

    place: how many articles lie before it. p: of articles in random order, the share with as large a change
    anywhere. interval: of after less before, at that point, by resampling the articles of either side.
    """

    place: int
    before: Score
    after: Score
    difference: Score
    interval: Interval
    p: float


def change(statistic: Statistic, amounts: Floats, sizes: Floats, order: Ints, plan: Plan) -> Change | None:
    """The change of a statistic over articles in that order; None with fewer than 20 on either side.

    amounts: how much each article adds to what is pooled; sizes: out of how much.
    """
    n = len(order)
    if n < 2 * LEAST_ARTICLES or not sizes.sum():
        return None
    beyond = (amounts - amounts.sum() / sizes.sum() * sizes)[order]
    places = np.arange(LEAST_ARTICLES, n - LEAST_ARTICLES + 1)
    scale = np.sqrt(places * (n - places))

    def sums(rows: Floats) -> Floats:
        return np.asarray(np.abs(np.cumsum(rows, axis=1)[:, places - 1]) / scale)

    found = sums(beyond[None, :])[0]
    place = int(places[found.argmax()])
    largest = found.max() * (1 - 1e-12)  # rounding depends on the order of the sum
    generator, as_large = np.random.default_rng(plan.seed), 0
    block = max(1, CELLS_AT_ONCE // n)
    for start in range(0, plan.B, block):
        rows = np.tile(beyond, (min(block, plan.B - start), 1))
        as_large += int((sums(generator.permuted(rows, axis=1)).max(axis=1) >= largest).sum())
    sides, drawn = [], []
    for part in (order[:place], order[place:]):
        once, weights = np.zeros((1, n)), np.zeros((plan.B, n))
        once[0, part] = 1.0
        weights[:, part] = generator.multinomial(len(part), np.full(len(part), 1 / len(part)), size=plan.B)
        sides.append(float(statistic(once)[0]))
        drawn.append(statistic(weights))
    if np.isnan(sides).any():
        return None
    apart = drawn[1] - drawn[0]
    kept = apart[~np.isnan(apart)]
    tails = np.array([1 - plan.confidence, 1 + plan.confidence]) / 2
    few = len(kept) < 0.95 * plan.B
    lower, upper = (None, None) if few else map(float, np.quantile(kept, tails))
    interval = Interval(
        lower, upper, "percentile", plan.confidence, plan.B, plan.seed, n, plan.B - len(kept),
        UNDEFINED_REPLICATES if few else "",
    )  # fmt: skip
    before, after = sides
    p = (1 + as_large) / (1 + plan.B)
    scores = Score(before, place), Score(after, n - place), Score(after - before, n)
    return Change(place, *scores, interval, p)
