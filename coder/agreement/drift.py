"""Test whether agreement changed over time: the likeliest change point, its p-value and its size.

Articles are in the order of their submission. The deviations of the articles from the overall mean are summed
cumulatively; the change point is where this sum, scaled by its position, is furthest from zero. The p-value
is the share of random orders of the articles with as large a maximum. Source: Antoch & Hušková (2001),
Permutation tests in change point analysis, Statistics & Probability Letters 53:37-46.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import (
    CELLS_AT_ONCE,
    LEAST_ARTICLES,
    Plan,
    Resampled,
    Statistic,
)
from coder.agreement.distance import Floats, Ints
from coder.agreement.result import Interval, Score

SURE = 0.05


class Change(NamedTuple):
    """The likeliest change point of one figure.

    place: the number of articles before it. p: the share of random orders with a change at least as large.
    interval: of `after` less `before`, by resampling the articles on each side.
    """

    place: int
    before: Score
    after: Score
    difference: Score
    interval: Interval
    p: float


def change(
    statistic: Statistic, amounts: Floats, sizes: Floats, order: Ints, plan: Plan
) -> Change | None:
    """Find the change of a statistic over ordered articles; None with fewer than 20 on either side.

    amounts, sizes: each article's numerator and denominator of the pooled figure.
    """
    n = len(order)
    if n < 2 * LEAST_ARTICLES or not sizes.sum():
        return None
    deviations = (amounts - amounts.sum() / sizes.sum() * sizes)[order]
    places = np.arange(LEAST_ARTICLES, n - LEAST_ARTICLES + 1)
    scale = np.sqrt(places * (n - places))

    def scaled_sums(rows: Floats) -> Floats:
        return np.asarray(np.abs(np.cumsum(rows, axis=1)[:, places - 1]) / scale)

    statistics = scaled_sums(deviations[None, :])[0]
    place = int(places[statistics.argmax()])
    largest = statistics.max() * (1 - 1e-12)  # rounding depends on the order of the sum
    generator, as_large = np.random.default_rng(plan.seed), 0
    block = max(1, CELLS_AT_ONCE // n)
    for start in range(0, plan.B, block):
        rows = np.tile(deviations, (min(block, plan.B - start), 1))
        as_large += int(
            (scaled_sums(generator.permuted(rows, axis=1)).max(axis=1) >= largest).sum()
        )
    estimates, replicates = [], []
    for side in (order[:place], order[place:]):
        once, weights = np.zeros((1, n)), np.zeros((plan.B, n))
        once[0, side] = 1.0
        weights[:, side] = generator.multinomial(
            len(side), np.full(len(side), 1 / len(side)), size=plan.B
        )
        estimates.append(float(statistic(once)[0]))
        replicates.append(statistic(weights))
    if np.isnan(estimates).any():
        return None
    differences = replicates[1] - replicates[0]
    defined = differences[~np.isnan(differences)]
    interval = Resampled.from_values(statistic, n, plan, defined).interval("percentile")
    before, after = estimates
    p = (1 + as_large) / (1 + plan.B)
    scores = Score(before, place), Score(after, n - place), Score(after - before, n)
    return Change(place, *scores, interval, p)
