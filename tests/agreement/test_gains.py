"""By how much a figure rises where one article's coders said the same."""

from __future__ import annotations

import numpy as np
import pytest

from coder.agreement.alpha import Coincidences, Ratings
from coder.agreement.bootstrap import Plan, Resampled, raised


def table(units: list[tuple[str, str]]) -> Coincidences:
    """Two coders, nominal, a unit an article."""
    one, other = zip(*units, strict=True)
    return Coincidences.of(Ratings.of([one, other], articles=range(len(units))))


def test_the_rise_of_alpha_by_hand() -> None:
    # n = 6 values, three of each: D_o = 2/6, D_e = 18/30; alpha = 1 - 5 * 2 / 18.
    found = table([("a", "b"), ("a", "a"), ("b", "b")])
    alphas, rises = found.rises(np.ones((1, 3)))
    assert alphas[0] == pytest.approx(1 - 10 / 18)
    assert rises[0] == pytest.approx([10 / 18, 0, 0])
    assert raised(found.rises, 3, Plan(B=50)) == pytest.approx([10 / 18, 0, 0])


def test_with_twenty_articles_it_is_the_lower_bound_that_rises() -> None:
    found = table([("a", "b"), ("b", "a"), *[("a", "a"), ("b", "b")] * 12])
    plan, articles = Plan(B=300), found.articles
    rises = raised(found.rises, articles, plan)
    before = Resampled.of(found.alphas, articles, plan).interval("percentile").lower
    settled = Resampled.of(
        lambda w: found.alphas(w) + found.rises(w)[1][:, 0], articles, plan
    )
    after = settled.interval("percentile").lower
    assert before is not None and after is not None
    assert rises[0] == pytest.approx(after - before) and rises[0] > 0
    assert rises[2:] == pytest.approx(0)
