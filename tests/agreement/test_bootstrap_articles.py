"""The BCa interval from resampled articles: against SciPy, and where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy

from coder.agreement.alpha import Coincidences, Ratings
from coder.agreement.bootstrap import (
    MOST_LEFT_OUT,
    Plan,
    Statistic,
    interval_of,
    jackknife,
    pooled,
    replicates,
)
from coder.agreement.distance import Floats
from coder.agreement.result import (
    FEW_ARTICLES,
    NO_SPREAD,
    NO_VARIATION,
    UNDEFINED_REPLICATES,
    Interval,
    make_undefined,
)
from tests.support.measures import percentile_interval

DATA = json.loads(
    (Path(__file__).parents[1] / "support" / "data" / "agreement_cases.json").read_text(
        "utf-8"
    )
)
SMALL = [
    pytest.param(run, id=run["id"])
    for run in DATA["simulations"]
    if run["articles"] == 20
]
REPLICATIONS = 300


def mean_of(data: Floats) -> Callable[[Floats], Floats]:
    def mean(weights: Floats) -> Floats:
        return np.asarray(weights @ data / weights.sum(axis=1))

    return mean


def alpha_of_articles(articles: int) -> Coincidences:
    """Articles of two to six units, whose coders err in 2 or 40 % of them."""
    rng = np.random.default_rng(articles)
    units = rng.integers(2, 7, size=articles)
    article = np.repeat(np.arange(articles), units)
    error = np.where(rng.random(articles) < 0.25, 0.4, 0.02)[article]
    first = rng.integers(3, size=len(article))
    second = np.where(rng.random(len(article)) < error, (first + 1) % 3, first)
    matrix = [first.tolist(), second.tolist()]
    return Coincidences.of(Ratings.of(matrix, articles=article.tolist()))


def bca(statistic: Statistic, articles: int, plan: Plan) -> Interval:
    score = pooled(statistic, articles, articles, NO_VARIATION)
    return interval_of(score, statistic, articles, plan)


def scipy_bca(statistic: Statistic, articles: int, plan: Plan) -> tuple[float, float]:
    """SciPy's end points from the same replicates; its sample is the numbers of the
    articles.
    """

    def of_sample(numbers: Any) -> float:
        counts = np.bincount(numbers, minlength=articles)
        return float(statistic(counts[None].astype(np.float64))[0])

    drawn = replicates(statistic, articles, plan)
    ends = scipy.stats.bootstrap(
        (np.arange(articles),),
        of_sample,
        vectorized=False,
        n_resamples=0,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=drawn),
        confidence_level=plan.confidence,
        method="BCa",
    ).confidence_interval
    return float(ends.low), float(ends.high)


@pytest.mark.parametrize("articles", [20, 40, 120])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_alpha_has_the_end_points_of_scipy(articles: int, confidence: float) -> None:
    table = alpha_of_articles(articles)
    plan = Plan(B=1000, seed=3, confidence=confidence)
    found = bca(table.alphas, articles, plan)
    assert (found.low, found.high) == pytest.approx(
        scipy_bca(table.alphas, articles, plan), abs=1e-9
    )
    assert found.method == "BCa"


def test_a_mean_has_the_interval_of_scipy_by_its_own_draws() -> None:
    data = np.random.default_rng(5).exponential(size=60)
    found = bca(mean_of(data), 60, Plan(B=20_000, seed=1))
    other = scipy.stats.bootstrap(
        (data,),
        np.mean,
        n_resamples=20_000,
        method="BCa",
        rng=np.random.default_rng(2),
    ).confidence_interval
    # Bounds of 20,000 replicates scatter by about 2 % of the standard error.
    spread = data.std() / np.sqrt(60)
    assert found.low == pytest.approx(other.low, abs=0.1 * spread)
    assert found.high == pytest.approx(other.high, abs=0.1 * spread)


def test_skewed_articles_shift_the_interval_to_the_second_order() -> None:
    # Means of exponential articles: the exact interval is that of a gamma distribution.
    data = scipy.stats.expon.ppf((np.arange(200) + 0.5) / 200)
    found = bca(mean_of(data), 200, Plan(B=40_000))
    exact = 200 * data.mean() / scipy.stats.gamma(200).ppf([0.975, 0.025])
    spread = data.std() / np.sqrt(200)
    assert found.low == pytest.approx(exact[0], abs=0.1 * spread)
    assert found.high == pytest.approx(exact[1], abs=0.1 * spread)


def test_same_seed_same_interval_and_the_plan_is_stated() -> None:
    data = np.arange(30.0)
    plan = Plan(B=500, seed=7, confidence=0.9)
    found = bca(mean_of(data), 30, plan)
    assert found == bca(mean_of(data), 30, plan)
    assert found != bca(mean_of(data), 30, Plan(B=500, seed=8, confidence=0.9))
    assert (found.B, found.seed, found.confidence, found.articles) == (500, 7, 0.9, 30)


def test_nineteen_articles_are_too_few_and_twenty_are_not() -> None:
    assert bca(mean_of(np.arange(19.0)), 19, Plan()).reason == FEW_ARTICLES
    assert bca(mean_of(np.arange(20.0)), 20, Plan()).low is not None


def test_replicates_that_miss_the_only_variation_leave_no_interval() -> None:
    # One of 20 articles holds the only b; a replicate misses it with probability .95^20
    # = .36 > .05.
    matrix = [["a"] * 19 + ["b"], ["a"] * 19 + ["b"]]
    table = Coincidences.of(Ratings.of(matrix, articles=range(20)))
    found = bca(table.alphas, table.articles, Plan(B=2000))
    assert found.reason == UNDEFINED_REPLICATES
    assert (found.low, found.high) == (None, None)
    assert 0.30 < found.dropped / 2000 < 0.42


def test_few_undefined_replicates_are_dropped_and_counted() -> None:
    # Four of 20 articles hold a b: missed by all four with probability .8^20 = .0115 <
    # .05.
    matrix = [["a"] * 16 + ["b"] * 4, ["a"] * 15 + ["b"] * 5]
    table = Coincidences.of(Ratings.of(matrix, articles=range(20)))
    found = bca(table.alphas, table.articles, Plan(B=4000))
    assert found.low is not None
    assert 0 < found.dropped < 0.05 * 4000


@pytest.mark.parametrize("share", [1.0, 0.8])
def test_articles_that_are_all_alike_leave_no_interval(share: float) -> None:
    # SciPy warns of degenerate data and gives NaN.
    data = np.full(30, share)
    with pytest.warns(scipy.stats.DegenerateDataWarning):
        low, high = scipy_bca(mean_of(data), 30, Plan(B=200))
    assert np.isnan(low) and np.isnan(high)
    found = bca(mean_of(data), 30, Plan(B=200))
    assert (found.low, found.high, found.reason) == (None, None, NO_SPREAD)


def test_an_undefined_score_has_no_interval_for_its_own_reason() -> None:
    found = interval_of(
        make_undefined(NO_VARIATION), mean_of(np.arange(30.0)), 30, Plan()
    )
    assert (found.low, found.reason) == (None, NO_VARIATION)


def test_whole_articles_move_together() -> None:
    # Ten units of an article are one draw: making ten copies of each unit cannot narrow
    # the interval much when the copies lie in the unit's article, and narrows it by
    # about sqrt(10) when they are articles.
    rng = np.random.default_rng(3)
    first = rng.integers(2, size=40)
    second = np.where(rng.random(40) < 0.2, 1 - first, first)

    def width(articles: list[int]) -> float:
        matrix = [[int(v) for v in row.repeat(10)] for row in (first, second)]
        table = Coincidences.of(Ratings.of(matrix, articles=articles))
        found = bca(table.alphas, table.articles, Plan())
        assert found.low is not None and found.high is not None
        return found.high - found.low

    clustered, apart = width([i // 10 for i in range(400)]), width(list(range(400)))
    assert clustered / apart == pytest.approx(10**0.5, rel=0.25)


def test_articles_without_a_pair_are_not_resampled() -> None:
    matrix = [["a", "b", "a", None], ["a", "b", "b", "a"]]
    assert Coincidences.of(Ratings.of(matrix, articles=[0, 0, 5, 7])).articles == 2


def test_groups_of_many_articles_give_nearly_the_same_acceleration() -> None:
    data = np.random.default_rng(4).exponential(size=4 * MOST_LEFT_OUT)

    def acceleration(effects: Floats) -> float:
        return float((effects**3).sum() / (6 * (effects**2).sum() ** 1.5))

    statistic, articles = mean_of(data), len(data)
    grouped = jackknife(statistic, articles)
    single = jackknife(statistic, articles, most_groups=articles)
    assert (len(grouped), len(single)) == (MOST_LEFT_OUT, articles)
    assert acceleration(grouped) == pytest.approx(acceleration(single), abs=0.003)


@pytest.mark.parametrize("run", SMALL)
def test_coverage_of_the_published_simulation(run: dict[str, Any]) -> None:
    # Its recipe in 300 replications: the Monte Carlo error of a coverage is about .015,
    # of a width .004.
    n, alike = run["articles"], "homogeneous" in run["id"]
    rng = np.random.default_rng(n)
    covered = dict.fromkeys(("cluster_percentile", "cluster_bca", "unit_percentile"), 0)
    width = dict.fromkeys(covered, 0.0)
    for replication in range(REPLICATIONS):
        p = np.full(n, 0.5) if alike else rng.beta(0.5, 0.5, n)
        error = (
            np.full(n, 0.0975) if alike else np.where(rng.random(n) < 0.25, 0.30, 0.03)
        )
        truth = rng.random((n, 12)) < p[:, None]
        matrix = [
            (truth ^ (rng.random((n, 12)) < error[:, None])).ravel().tolist()
            for _ in range(2)
        ]
        plan = Plan(B=1000, seed=replication)
        whole = Coincidences.of(
            Ratings.of(matrix, articles=[u // 12 for u in range(12 * n)])
        )
        apart = Coincidences.of(Ratings.of(matrix, articles=range(12 * n)))
        intervals = (
            percentile_interval(whole.alphas, n, plan),
            bca(whole.alphas, n, plan),
            percentile_interval(apart.alphas, 12 * n, plan),
        )
        for name, it in zip(covered, intervals, strict=True):
            assert it.low is not None and it.high is not None
            covered[name] += it.low <= run["target_alpha"] <= it.high
            width[name] += it.high - it.low
    for name, expected in run["coverage"].items():
        assert covered[name] / REPLICATIONS == pytest.approx(
            expected, abs=0.06 if expected > 0.9 else 0.11
        )
        assert width[name] / REPLICATIONS == pytest.approx(
            run["mean_width"][name], abs=0.016
        )


def test_the_simulation_has_not_vanished() -> None:
    assert len(SMALL) == 2
