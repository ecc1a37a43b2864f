"""The guarded lower bound of alpha, against exact limits of shares, and the status that
it decides.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy

from coder.agreement.alpha import Coincidences, Ratings, alpha
from coder.agreement.bootstrap import Plan, interval_of, pooled
from coder.agreement.distance import (
    Date,
    Distance,
    Floats,
    IntervalScale,
    Nominal,
    Ordinal,
)
from coder.agreement.reliability import (
    GuardedDraws,
    Reliability,
    minimum,
    status,
)
from coder.agreement.result import (
    FEW_ARTICLES,
    NO_SPREAD,
    NO_VARIATION,
    UNDEFINED_REPLICATES,
    Score,
)
from coder.model import Json


def mean_of(data: Floats) -> Callable[[Floats], Floats]:
    def mean(weights: Floats) -> Floats:
        return np.asarray(weights @ data / weights.sum(axis=1))

    return mean


def draws_of(data: Floats, draws: int = 40_000, worst: float = 0.0) -> GuardedDraws:
    score = Score(float(data.mean()), len(data))
    return GuardedDraws.of(score, mean_of(data), len(data), Plan(B=draws), worst)


@pytest.mark.parametrize("articles", [20, 30, 100])
def test_perfect_agreement_has_the_exact_limit_of_a_share(articles: int) -> None:
    # n of n articles agree: the exact 97.5 % limit of the share that does not (Clopper
    # & Pearson) is 1 - .025^(1/n), and the figure is that share of the way from 1 to
    # what the unseen article has.
    data = np.ones(articles)
    found = draws_of(data, worst=-0.25)
    limit = 1.25 * (1 - 0.025 ** (1 / articles))
    assert found.is_few
    assert found.lower_bound().value == pytest.approx(1 - limit, abs=0.05 * limit)
    interval = interval_of(Score(1.0, articles), mean_of(data), articles, Plan(B=200))
    assert interval.reason == NO_SPREAD


@pytest.mark.parametrize(
    ("articles", "agreeing"),
    [(20, 17), (30, 27), (30, 15), (100, 97), (100, 10), (400, 380)],
)
def test_articles_that_agree_or_not_have_the_limit_of_jeffreys(
    articles: int, agreeing: int
) -> None:
    data = np.repeat([1.0, 0.0], [agreeing, articles - agreeing])
    exact = scipy.stats.beta(agreeing + 0.5, articles - agreeing + 0.5).ppf(0.025)
    found = draws_of(data)
    assert not found.is_few
    assert found.lower_bound().value == pytest.approx(exact, abs=0.015)


def test_few_that_differ_could_have_been_met_by_no_study() -> None:
    # Of n articles that agree or do not, none of a share of 2.5/n may be met with
    # probability .08: Jeffreys' limit of a share of which none was seen is the .975
    # quantile of Beta(1/2, n), 2.47/n for n = 100.
    found = {}
    for differing in (0, 2, 3, 6):
        data = np.repeat([0.0, 1.0], [differing, 100 - differing])
        found[differing] = draws_of(data, draws=20_000)
    assert [each.is_few for each in found.values()] == [True, True, False, False]
    exact = scipy.stats.beta(2 + 1, 98).ppf(0.975)  # Clopper & Pearson
    assert found[2].lower_bound().value == pytest.approx(1 - exact, abs=0.004)


def test_normal_articles_have_nearly_the_limit_of_student() -> None:
    data = 0.5 + 0.05 * scipy.stats.norm.ppf((np.arange(25) + 0.5) / 25)
    # Chance is as far below alpha as 1 is above it. Without widening, the limit is 11 %
    # nearer.
    found = draws_of(data, worst=0.0)
    end = scipy.stats.t(24).ppf(0.975) * data.std(ddof=1) / np.sqrt(25)
    bound = found.lower_bound().value
    assert bound is not None
    assert 0.5 - bound == pytest.approx(end, rel=0.06)


def test_one_value_in_nearly_all_articles_still_has_a_bound() -> None:
    # One article of thirty holds the only b, which resampling misses in a third of the
    # replicates.
    matrix = [["a"] * 58 + ["b", "b"], ["a"] * 58 + ["a", "b"]]
    table = Coincidences.of(Ratings.of(matrix, articles=[n // 2 for n in range(60)]))
    score = alpha(Ratings.of(matrix))
    interval = interval_of(score, table.alphas, 30, Plan())
    assert interval.reason == UNDEFINED_REPLICATES
    bound = GuardedDraws.of(score, table.alphas, 30, Plan(), table.worst).lower_bound()
    assert bound.value is not None and score.value is not None
    assert bound.value < score.value - 0.3


def test_an_unseen_article_is_as_bad_as_chance() -> None:
    # Two values, half each: D_e = 1/2 of a disagreement. Of one unit an article a
    # disagreement is a whole one, 1 - 1/(1/2); of u units chance adds (1/D_e - 1)/u.
    for units, worst in ((1, -1.0), (4, -0.25), (10, -0.1)):
        matrix = [["a", "b"] * 10 * units, ["a", "b"] * 10 * units]
        articles = [n // units for n in range(20 * units)]
        table = Coincidences.of(Ratings.of(matrix, articles=articles))
        assert table.worst == pytest.approx(worst)


@pytest.mark.parametrize(
    ("distance", "values"),
    [
        (IntervalScale(), [1, 2, 4, 8]),
        (Ordinal(), [1, 2, 4, 8]),
        (Date(), [f"2024-05-0{n}" for n in range(1, 5)]),
    ],
)
def test_the_moments_of_a_distance_are_those_of_its_table(
    distance: Distance, values: list[Json]
) -> None:
    # All sixteen pairs of four values, equally often. Ranks of equally frequent values
    # are their places.
    table = Coincidences.of(Ratings.of([values, values], distance, articles=range(4)))
    places = [
        float(v) if isinstance(distance, IntervalScale) else float(n)
        for n, v in enumerate(values)
    ]
    apart = np.abs(np.subtract.outer(places, places))
    d = apart / 30 if isinstance(distance, Date) else apart**2
    size = (d**2).mean() / d.mean() ** 2
    assert table.worst == pytest.approx(1 - size)


@pytest.mark.parametrize(
    ("articles", "one_unit"), [(20, False), (30, False), (20, True)]
)
def test_the_bound_holds_where_the_low_end_of_bca_does_not(
    articles: int, one_unit: bool
) -> None:
    # 6 % of the articles have 30 % errors, the others half a percent; two values, half
    # each. Who err apart differ in 2 e (1 - e) of the units: D_o = .06 * .42 + .94 *
    # .00995, D_e = 1/2.
    true = 1 - (0.06 * 0.42 + 0.94 * 0.00995) / 0.5
    rng, studies = np.random.default_rng(7), 300
    too_high = has_no_interval = bca_too_high = 0
    for study in range(studies):
        units = 1 if one_unit else 8
        article = np.repeat(np.arange(articles), units)
        truth = rng.integers(2, size=len(article))
        error = np.where(rng.random(articles) < 0.06, 0.30, 0.005)[article]
        codes = np.stack(
            [truth ^ (rng.random(len(truth)) < error) for _ in range(2)], axis=1
        )
        table = Coincidences.of(Ratings(Nominal(), (0, 1), codes, article))
        plan = Plan(B=400, seed=study)
        score = pooled(table.alphas, table.articles, table.n, NO_VARIATION)
        draws = GuardedDraws.of(score, table.alphas, articles, plan, table.worst)
        bound = draws.lower_bound().value
        assert bound is not None
        too_high += bound > true
        interval = interval_of(score, table.alphas, articles, plan)
        has_no_interval += interval.low is None
        bca_too_high += interval.low is not None and interval.low > true
    assert too_high / studies < 0.03
    assert (bca_too_high + has_no_interval) / studies > 0.10


def test_the_probability_of_a_low_alpha_is_that_of_its_draws() -> None:
    data = np.random.default_rng(2).normal(0.667, 0.1, 200)
    data += 0.667 - data.mean()
    found = GuardedDraws.of(Score(0.667, 200), mean_of(data), 200, Plan(), 0.0)
    assert found.below(0.667).value == pytest.approx(0.5, abs=0.05)
    assert found.below(0.0).value == 0
    few = GuardedDraws.of(Score(0.667, 19), mean_of(data), 19, Plan(), 0.0)
    assert few.below(0.667).reason == FEW_ARTICLES
    assert few.lower_bound().reason == FEW_ARTICLES


def test_krippendorff_2004_thresholds_apply_to_the_lower_bound() -> None:
    assert status(0.95, 0.800, 20) is Reliability.RELIABLE
    assert status(0.95, 0.667, 20) is Reliability.TENTATIVE
    assert status(0.95, 0.6669, 20) is Reliability.INSUFFICIENT
    assert status(0.95, 0.6669, 20, is_few=True) is Reliability.FEW_TO_TELL
    assert status(0.95, None, 20) is Reliability.NO_INTERVAL
    assert status(0.95, 0.9, 19) is Reliability.FEW_ARTICLES
    assert status(None, None, 60) is Reliability.UNDEFINED


def test_the_weakest_field_speaks_for_all() -> None:
    assert minimum([0.9, None, -0.2, 0.5]).value == -0.2
    assert minimum([0.9, None, -0.2, 0.5]).n == 3
    assert minimum([None]).value is None
