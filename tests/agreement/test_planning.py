"""How many articles an interval needs, where it can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from coder.agreement.bootstrap import Plan
from coder.agreement.distance import Floats
from coder.agreement.planning import TOO_MANY, Need, need
from coder.agreement.result import FEW_ARTICLES, NO_VARIATION

PLAN = Plan(B=4000)


def wanted(data: Floats, width: float, worst: float, share: float = 1.0) -> Need:
    def mean(weights: Floats) -> Floats:
        return np.asarray(weights @ data / weights.sum(axis=1))

    return need("f", mean, len(data), share, width, PLAN, worst)


def test_a_mean_needs_what_the_normal_interval_needs() -> None:
    # Means of N: 2 * 1.96 * sd / sqrt(N) wide. sd .2 and .1 wide: 61.5 articles, .05
    # wide: four times that.
    data = np.random.default_rng(1).normal(0.5, 1, 200)
    data = 0.5 + 0.2 * (data - data.mean()) / data.std()
    nobody = float(data.max())  # an article not seen changes nothing
    tenth, twentieth = (wanted(data, width, nobody) for width in (0.1, 0.05))
    assert tenth.articles == pytest.approx((3.92 * 0.2 / 0.1) ** 2, rel=0.08)
    assert twentieth.articles == pytest.approx((3.92 * 0.2 / 0.05) ** 2, rel=0.08)
    # The variance of 200 normal values is known to about 2 * sqrt(2/200) = 20 %.
    assert tenth.lower == pytest.approx(61.5 * 0.8, rel=0.12)
    assert tenth.upper == pytest.approx(61.5 * 1.2, rel=0.12)


def test_articles_that_all_agree_need_so_many_that_one_not_seen_would_not_matter() -> (
    None
):
    found = wanted(np.ones(20), 0.05, 0.0)
    assert found.articles is not None and found.upper is not None
    # They have a lower end alone, the exact limit of a binomial share of which none was
    # seen.
    assert 1 - 0.025 ** (1 / found.articles) == pytest.approx(0.05, abs=0.004)
    assert found.upper > 1.5 * found.articles  # what twenty that agree do not know


def test_articles_without_pairs_are_coded_too() -> None:
    found = wanted(np.random.default_rng(1).normal(0.5, 0.2, 50), 0.1, 0.0, share=0.25)
    assert found.articles is not None
    assert found.to_code(found.articles) == pytest.approx(4 * found.articles)
    assert found.to_code(None) is None


def test_what_cannot_be_planned_says_why() -> None:
    assert wanted(np.ones(4), 0.1, 0.0).reason == FEW_ARTICLES
    assert wanted(np.full(30, np.nan), 0.1, 0.0).reason == NO_VARIATION
    assert wanted(np.arange(30.0) / 30, 0.0001, 0.0).reason == TOO_MANY
