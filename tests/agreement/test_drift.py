"""Where agreement changed over time: the place, how much, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest

from coder.agreement.bootstrap import Plan, over
from coder.agreement.distance import Floats
from coder.agreement.drift import Change, change

PLAN = Plan(B=400)


def of(amounts: Floats, order: list[int] | None = None) -> Change | None:
    sizes = np.ones(len(amounts))
    put = np.arange(len(amounts)) if order is None else np.array(order)
    return change(lambda w: over(w @ amounts, w @ sizes), amounts, sizes, put, PLAN)


def test_a_change_is_found_where_it_is_with_its_size_and_interval() -> None:
    rng = np.random.default_rng(3)
    amounts = np.concatenate([rng.random(50) < 0.9, rng.random(40) < 0.4]).astype(float)
    found = of(amounts)
    assert found is not None and abs(found.place - 50) <= 4
    assert found.p == pytest.approx(1 / 401)
    assert found.before.value == pytest.approx(amounts[: found.place].mean())
    assert found.after.value == pytest.approx(amounts[found.place :].mean())
    assert (found.before.n, found.after.n) == (found.place, 90 - found.place)
    # Of two shares the normal interval: .9 less .4, standard error sqrt(.09/50 + .24/40) = .088.
    assert found.interval.lower == pytest.approx(
        found.difference.value - 1.96 * 0.088, abs=0.05
    )  # type: ignore[operator]
    assert found.interval.upper is not None and found.interval.upper < 0


def test_the_order_of_submission_counts_and_not_that_of_the_articles() -> None:
    amounts = np.tile([1.0, 0.0], 40)
    by_value = [*range(0, 80, 2), *range(1, 80, 2)]
    alternating, sorted_out = of(amounts), of(amounts, by_value)
    assert alternating is not None and alternating.p > 0.5
    assert sorted_out is not None and (
        sorted_out.place,
        sorted_out.difference.value,
    ) == (40, -1.0)


def test_without_a_change_one_is_seldom_found() -> None:
    rng = np.random.default_rng(4)
    found = [of((rng.random(60) < 0.8).astype(float)) for _ in range(200)]
    false = sum(each is not None and each.p < 0.05 for each in found)
    assert 1 <= false <= 20  # 5 % of 200, give or take three standard errors


def test_a_side_needs_twenty_articles() -> None:
    assert of(np.repeat([1.0, 0.0], [30, 9])) is None
    found = of(np.repeat([1.0, 0.0], [5, 35]))
    assert found is not None and found.place == 20
    assert (
        change(lambda w: w[:, 0], np.zeros(50), np.zeros(50), np.arange(50), PLAN)
        is None
    )
