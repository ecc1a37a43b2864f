"""Intervals by resampling articles: against scipy, and where there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy

from coder.agreement.alpha import Coincidences, Ratings, alpha
from coder.agreement.bootstrap import (
    Guarded,
    Plan,
    Reliability,
    Resampled,
    interval_of,
    minimum,
    pooled,
    status,
)
from coder.agreement.distance import (
    Date,
    Distance,
    Floats,
    IntervalScale,
    Nominal,
    Ordinal,
)
from coder.agreement.result import (
    FEW_ARTICLES,
    FEW_DIFFER,
    NO_VARIATION,
    UNDEFINED_REPLICATES,
    Score,
    undefined,
)
from coder.model import Json

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


def mean_of(data: Floats):  # type: ignore[no-untyped-def]
    return lambda weights: weights @ data / weights.sum(axis=1)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_scipy_gives_the_same_interval(method: str) -> None:
    data = np.random.default_rng(5).exponential(size=60)
    found = Resampled.of(mean_of(data), 60, Plan(B=20_000, seed=1)).interval(method)  # type: ignore[arg-type]
    other = scipy.stats.bootstrap(
        (data,),
        np.mean,
        n_resamples=20_000,
        method=method,
        rng=np.random.default_rng(2),
    ).confidence_interval
    spread = data.std() / np.sqrt(
        60
    )  # bounds of 20,000 replicates scatter by about 2 % of it
    assert found.lower == pytest.approx(other.low, abs=0.1 * spread)
    assert found.upper == pytest.approx(other.high, abs=0.1 * spread)


def test_same_seed_same_interval_and_the_plan_is_stated() -> None:
    data = np.arange(30.0)
    plan = Plan(B=500, seed=7, confidence=0.9)
    other = Plan(B=500, seed=8, confidence=0.9)
    for method in ("percentile", "bca"):
        found, again = (
            Resampled.of(mean_of(data), 30, plan).interval(method) for _ in range(2)
        )
        assert found == again
        assert found != Resampled.of(mean_of(data), 30, other).interval(method)
    found, again = (
        interval_of(Score(14.5, 30), mean_of(data), 30, plan, None) for _ in range(2)
    )
    assert found == again
    assert found != interval_of(Score(14.5, 30), mean_of(data), 30, other, None)
    assert (found.B, found.seed, found.confidence, found.articles) == (500, 7, 0.9, 30)


def test_nineteen_articles_are_too_few_and_twenty_are_not() -> None:
    assert (
        Resampled.of(mean_of(np.arange(19.0)), 19, Plan()).interval("bca").reason
        == FEW_ARTICLES
    )
    assert (
        Resampled.of(mean_of(np.arange(20.0)), 20, Plan()).interval("bca").lower
        is not None
    )


def test_replicates_that_miss_the_only_variation_leave_no_interval() -> None:
    # One of 20 articles holds the only b; a replicate misses it with probability .95^20 = .36 > .05.
    matrix = [["a"] * 19 + ["b"], ["a"] * 19 + ["b"]]
    table = Coincidences.of(Ratings.of(matrix, articles=range(20)))
    found = Resampled.of(table.alphas, table.articles, Plan(B=2000)).interval(
        "percentile"
    )
    assert found.reason == UNDEFINED_REPLICATES
    assert found.lower is None
    assert 0.30 < found.dropped / 2000 < 0.42


def test_few_undefined_replicates_are_dropped_and_counted() -> None:
    # Four of 20 articles hold a b: missed by all four with probability .8^20 = .0115 < .05.
    matrix = [["a"] * 16 + ["b"] * 4, ["a"] * 15 + ["b"] * 5]
    table = Coincidences.of(Ratings.of(matrix, articles=range(20)))
    found = Resampled.of(table.alphas, table.articles, Plan(B=4000)).interval(
        "percentile"
    )
    assert found.lower is not None
    assert 0 < found.dropped < 0.05 * 4000


def test_resampling_alone_makes_perfect_agreement_a_point() -> None:
    matrix = [["a", "b"] * 10, ["a", "b"] * 10]
    table = Coincidences.of(Ratings.of(matrix, articles=range(20)))
    resampled = Resampled.of(table.alphas, table.articles, Plan())
    for method in ("percentile", "bca"):
        found = resampled.interval(method)
        assert (found.lower, found.upper) == (1.0, 1.0)


def test_whole_articles_move_together() -> None:
    # Ten units of an article are one draw: making ten copies of each unit cannot narrow the interval much
    # when the copies lie in the unit's article, and narrows it by about sqrt(10) when they are articles.
    rng = np.random.default_rng(3)
    first = rng.integers(2, size=40)
    second = np.where(rng.random(40) < 0.2, 1 - first, first)

    def width(articles: list[int]) -> float:
        matrix = [[int(v) for v in row.repeat(10)] for row in (first, second)]
        table = Coincidences.of(Ratings.of(matrix, articles=articles))
        found = Resampled.of(table.alphas, table.articles, Plan()).interval(
            "percentile"
        )
        assert found.lower is not None and found.upper is not None
        return found.upper - found.lower

    clustered, apart = width([i // 10 for i in range(400)]), width(list(range(400)))
    assert clustered / apart == pytest.approx(10**0.5, rel=0.25)


def test_articles_without_a_pair_are_not_resampled() -> None:
    matrix = [["a", "b", "a", None], ["a", "b", "b", "a"]]
    assert Coincidences.of(Ratings.of(matrix, articles=[0, 0, 5, 7])).articles == 2


def test_an_undefined_score_has_no_interval_for_its_own_reason() -> None:
    found = interval_of(undefined(NO_VARIATION), mean_of(np.arange(30.0)), 30, Plan())
    assert (found.lower, found.reason) == (None, NO_VARIATION)


@pytest.mark.parametrize("articles", [20, 30, 100])
def test_perfect_agreement_ends_where_the_exact_limit_of_a_share_does(
    articles: int,
) -> None:
    # n of n articles agree: the exact 97.5 % limit of the share that does not (Clopper & Pearson) is
    # 1 - .025^(1/n), and the statistic is that share of the way from 1 to what the unseen article has.
    found = interval_of(
        Score(1.0, articles),
        mean_of(np.ones(articles)),
        articles,
        Plan(B=40_000),
        -0.25,
    )
    limit = 1.25 * (1 - 0.025 ** (1 / articles))
    assert found.lower == pytest.approx(1 - limit, abs=0.05 * limit)
    assert (found.upper, found.method, found.reason) == (None, "guarded", FEW_DIFFER)


@pytest.mark.parametrize(
    ("articles", "agreeing"), [(30, 27), (30, 15), (100, 97), (100, 10), (400, 380)]
)
def test_articles_that_agree_or_do_not_have_the_interval_of_jeffreys(
    articles: int, agreeing: int
) -> None:
    data = np.repeat([1.0, 0.0], [agreeing, articles - agreeing])
    found = interval_of(
        Score(agreeing / articles, articles), mean_of(data), articles, Plan(B=40_000)
    )
    lower, upper = scipy.stats.beta(agreeing + 0.5, articles - agreeing + 0.5).ppf(
        [0.025, 0.975]
    )
    assert (found.lower, found.upper) == (
        pytest.approx(lower, abs=0.006),
        pytest.approx(upper, abs=0.006),
    )


@pytest.mark.parametrize("articles", [20, 30, 100])
def test_studies_with_both_ends_miss_as_often_as_they_should(articles: int) -> None:
    # Two articles that differ or fewer have a lower end alone, so that of a share of 4 to 6 of all articles
    # Jeffreys' intervals that have both ends hold 97 % in the mean; 95 is what they are said to.
    lower, upper = [], []
    counts = np.arange(3, 19)  # more are hardly ever met
    for differing in counts:
        data = np.repeat([0.0, 1.0], [differing, articles - differing])
        found = interval_of(
            Score(float(data.mean()), articles), mean_of(data), articles, Plan(B=6_000)
        )
        assert found.lower is not None and found.upper is not None
        lower.append(found.lower)
        upper.append(found.upper)
    exact = scipy.stats.beta.ppf(0.975, counts + 0.5, articles - counts + 0.5)
    assert 1 - np.array(lower) == pytest.approx(exact, abs=0.015)
    shares = np.linspace(4, 6, 81)[:, None] / articles
    chances = scipy.stats.binom.pmf(counts, articles, shares)
    holds = (np.array(lower) <= 1 - shares) & (1 - shares <= np.array(upper))
    held = (chances * holds).sum(axis=1) / chances.sum(axis=1)
    assert held.mean() == pytest.approx(0.955, abs=0.005)
    assert held.min() > 0.92


def test_means_of_normal_articles_have_nearly_the_interval_of_student() -> None:
    data = scipy.stats.norm.ppf((np.arange(25) + 0.5) / 25)
    found = interval_of(Score(0.0, 25), mean_of(data), 25, Plan(B=40_000), None)
    # Their kurtosis is a little below that of normal data; without widening the interval is 11 % narrower.
    end = float(scipy.stats.t(24).ppf(0.975) * data.std(ddof=1) / np.sqrt(25))
    assert (found.lower, found.upper) == (
        pytest.approx(-end, rel=0.06),
        pytest.approx(end, rel=0.06),
    )


def test_skewed_articles_have_the_interval_that_is_right_in_the_second_order() -> None:
    data = np.random.default_rng(5).exponential(size=200)
    score = Score(float(data.mean()), 200)
    plan = Plan(B=40_000)
    found, other = (
        interval_of(score, mean_of(data), 200, plan, None),
        Resampled.of(mean_of(data), 200, plan),
    )
    expected, spread = other.interval("bca"), data.std() / np.sqrt(200)
    percentile = other.interval("percentile")
    assert found.lower == pytest.approx(expected.lower, abs=0.06 * spread)
    assert found.upper == pytest.approx(expected.upper, abs=0.06 * spread)
    assert percentile.upper != pytest.approx(expected.upper, abs=0.06 * spread)


def test_a_share_of_nothing_has_an_upper_end_and_a_difference_that_never_varies_is_a_point() -> (
    None
):
    nothing = interval_of(Score(0.0, 20), mean_of(np.zeros(20)), 20, Plan())
    assert nothing.lower == pytest.approx(0.0, abs=0.001)
    assert nothing.upper is not None and nothing.upper > 0.08
    apart = interval_of(Score(0.0, 20), mean_of(np.zeros(20)), 20, Plan(), worst=None)
    assert (apart.lower, apart.upper) == (0.0, 0.0)


def test_an_unseen_article_is_as_bad_as_chance_and_as_large_as_those_seen() -> None:
    # Two values, half each: D_e = 1/2 of a disagreement. Of one unit an article a disagreement is a whole
    # one, 1 - 1/(1/2); of u units chance adds (1/D_e - 1)/u. Percent: 1 - D.
    for units, worst in ((1, -1.0), (4, -0.25), (10, -0.1)):
        matrix = [["a", "b"] * 10 * units, ["a", "b"] * 10 * units]
        articles = [n // units for n in range(20 * units)]
        table = Coincidences.of(Ratings.of(matrix, articles=articles))
        assert table.worst == pytest.approx(worst)
        assert table.worst_percent == pytest.approx(0.5 + worst / 2)


def test_what_a_study_may_have_met_none_of_allows_a_lower_end_alone() -> None:
    # Of n articles that agree or do not, none of a share of 2.5/n may be met with probability .08: Jeffreys'
    # limit of a share of which none was seen is the .975 quantile of Beta(1/2, n), 2.47/n for n = 100.
    ends = {}
    for differing in (0, 2, 3, 6):
        data = np.repeat([0.0, 1.0], [differing, 100 - differing])
        ends[differing] = interval_of(
            Score(1 - differing / 100, 100), mean_of(data), 100, Plan(B=20_000)
        )
        assert ends[differing].lower is not None
    assert [found.upper is None for found in ends.values()] == [
        True,
        True,
        False,
        False,
    ]
    assert [found.reason for found in ends.values()] == [FEW_DIFFER, FEW_DIFFER, "", ""]
    exact = scipy.stats.beta(2 + 1, 98).ppf(0.975)  # Clopper & Pearson
    assert ends[2].lower == pytest.approx(1 - exact, abs=0.004)


def test_one_value_in_nearly_all_articles_still_has_an_interval() -> None:
    # One article of thirty holds the only b, which resampling would miss in a third of the replicates.
    matrix = [["a"] * 58 + ["b", "b"], ["a"] * 58 + ["a", "b"]]
    table = Coincidences.of(Ratings.of(matrix, articles=[n // 2 for n in range(60)]))
    score = alpha(Ratings.of(matrix))
    found = interval_of(score, table.alphas, 30, Plan(), table.worst)
    assert Resampled.of(table.alphas, 30, Plan()).reason == UNDEFINED_REPLICATES
    assert (
        found.lower is not None
        and score.value is not None
        and found.lower < score.value - 0.3
    )


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
    # All sixteen pairs of four values, equally often. Ranks of equally frequent values are their places.
    table = Coincidences.of(Ratings.of([values, values], distance, articles=range(4)))
    places = [
        float(v) if isinstance(distance, IntervalScale) else float(n)
        for n, v in enumerate(values)
    ]
    apart = np.abs(np.subtract.outer(places, places))
    d = apart / 30 if isinstance(distance, Date) else apart**2
    size = (d**2).mean() / d.mean() ** 2
    assert table.worst == pytest.approx(1 - size)


def test_the_probability_of_a_low_alpha_is_that_of_its_replicates() -> None:
    data = np.random.default_rng(2).normal(0.667, 0.1, 200)
    data += 0.667 - data.mean()
    found = Guarded.of(Score(0.667, 200), mean_of(data), 200, Plan())
    assert found.below(0.667).value == pytest.approx(0.5, abs=0.05)
    assert found.below(0.0).value == 0
    assert (
        Guarded.of(Score(0.667, 19), mean_of(data), 19, Plan()).below(0.667).reason
        == FEW_ARTICLES
    )


def test_krippendorff_2004_thresholds_apply_to_the_lower_bound() -> None:
    assert status(0.95, 0.800, 20) is Reliability.RELIABLE
    assert status(0.95, 0.667, 20) is Reliability.TENTATIVE
    assert status(0.95, 0.6669, 20) is Reliability.INSUFFICIENT
    assert status(0.95, None, 20) is Reliability.NO_INTERVAL
    assert status(0.95, 0.9, 19) is Reliability.FEW_ARTICLES
    assert status(None, None, 60) is Reliability.UNDEFINED


def test_the_weakest_field_speaks_for_all() -> None:
    assert minimum([0.9, None, -0.2, 0.5]).value == -0.2
    assert minimum([0.9, None, -0.2, 0.5]).n == 3
    assert minimum([None]).value is None


@pytest.mark.parametrize(
    ("distance", "values", "farthest"),
    [
        (Nominal(), ["a", "a", "a", "a", "b", "c"], "b"),
        (IntervalScale(), [1, 1, 1, 2, 2, 8], 8),
        (
            Date(),
            ["2024-05-01", "2024-05-01", "2024-05-01", "2024-05-02", "2024-05-09"],
            "2024-05-09",
        ),
    ],
)
def test_what_an_article_tells_is_what_alpha_gains_by_it(
    distance: Distance, values: list[Json], farthest: Json
) -> None:
    # A thousandth of one article more, in which both gave the farthest value; the weights sum to as much.
    n = len(values)
    first, second = [*values, values[-1], farthest], [*values, values[0], farthest]
    table = Coincidences.of(
        Ratings.of([first, second], distance, articles=range(n + 2))
    )
    without = np.append(np.ones(n + 1), 0.0)
    share = 0.001
    more = without * (1 - share) + share * (n + 1) * (np.arange(n + 2) == n + 1)
    before, after = 1 - table.alphas(np.stack([without, more]))
    assert (before / after - 1) / share == pytest.approx(
        table.leverage(without[None])[0], rel=0.03
    )


def test_a_rare_value_of_single_units_tells_by_how_rare_it_is_and_less_where_units_are_many() -> (
    None
):
    # b has a share of p: expected are 2 p (1 - p), of which an article of b alone adds 2 (1 - p).
    for units in (1, 5):
        matrix = [["a"] * 18 * units + ["b"] * 2 * units] * 2
        table = Coincidences.of(
            Ratings.of(matrix, articles=[n // units for n in range(20 * units)])
        )
        assert table.leverage(np.ones((1, 20)))[0] == pytest.approx(
            1 + (0.9 / 0.1 - 1) / units
        )
    even = Coincidences.of(Ratings.of([["a", "b", "c"] * 10] * 2, articles=range(30)))
    assert even.leverage(np.ones((1, 30)))[0] == pytest.approx(1)


def test_the_upper_end_holds_where_hardly_anyone_gives_a_value() -> None:
    # One unit in each of 20 articles, 5 % have b; three coders err apart in 6 %. A study that met no b at all
    # has an alpha near 0 by its errors alone, and that happens in more than a third of them.
    rng, studies, e = np.random.default_rng(7), 400, 0.06
    p = 0.05 * (1 - e) + 0.95 * e
    true = 1 - 2 * e * (1 - e) / (2 * p * (1 - p))
    held = too_low = both = too_low_alone = 0
    for study in range(studies):
        truth = rng.random(20) < 0.05
        codes = np.stack(
            [(truth ^ (rng.random(20) < e)).astype(int) for _ in range(3)], axis=1
        )
        table = Coincidences.of(Ratings(Nominal(), (0, 1), codes, np.arange(20)))
        seen = pooled(table.alphas, 20, table.n, NO_VARIATION)
        plan = Plan(B=400, seed=study)
        alone = interval_of(seen, table.alphas, 20, plan, table.worst)
        found = interval_of(seen, table.alphas, 20, plan, table.worst, table.leverage)
        too_low_alone += alone.upper is not None and alone.upper < true
        if found.lower is not None and found.upper is not None:
            both += 1
            too_low += found.upper < true
            held += found.lower <= true <= found.upper
    assert both > studies / 2
    assert too_low / studies < 0.06
    assert too_low_alone / studies > 0.15
    assert held / both > 0.92


@pytest.mark.parametrize(
    ("articles", "one_unit"), [(20, False), (30, False), (20, True)]
)
def test_intervals_hold_where_nearly_all_articles_agree(
    articles: int, one_unit: bool
) -> None:
    # 6 % of the articles have 30 % errors, the others half a percent; two values, half each. Who err apart
    # differ in 2 e (1 - e) of the units: D_o = .06 * .42 + .94 * .00995, D_e = 1/2.
    true = 1 - (0.06 * 0.42 + 0.94 * 0.00995) / 0.5
    rng, studies = np.random.default_rng(7), 300
    held = too_high = held_by_bca = 0
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
        seen = pooled(table.alphas, table.articles, table.n, NO_VARIATION)
        found = interval_of(seen, table.alphas, articles, plan, table.worst)
        assert found.lower is not None
        too_high += found.lower > true
        held += found.lower <= true <= (1.0 if found.upper is None else found.upper)
        bca = Resampled.of(table.alphas, articles, plan, seen.reason).interval("bca")
        held_by_bca += (
            bca.lower is not None
            and bca.upper is not None
            and bca.lower <= true <= bca.upper
        )
    assert too_high / studies < 0.03
    assert held / studies > 0.95
    assert held_by_bca / studies < 0.90


@pytest.mark.parametrize("run", SMALL)
def test_coverage_of_the_published_simulation(run: dict[str, Any]) -> None:
    # Its recipe in 300 replications: the Monte Carlo error of a coverage is about .015, of a width .004.
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
        resampled = Resampled.of(whole.alphas, n, plan)
        by_unit = Resampled.of(apart.alphas, 12 * n, plan).interval("percentile")
        for name, it in zip(
            covered,
            (resampled.interval("percentile"), resampled.interval("bca"), by_unit),
            strict=True,
        ):
            assert it.lower is not None and it.upper is not None
            covered[name] += it.lower <= run["target_alpha"] <= it.upper
            width[name] += it.upper - it.lower
    for name, expected in run["coverage"].items():
        assert covered[name] / REPLICATIONS == pytest.approx(
            expected, abs=0.06 if expected > 0.9 else 0.11
        )
        assert width[name] / REPLICATIONS == pytest.approx(
            run["mean_width"][name], abs=0.016
        )


def test_the_simulation_has_not_vanished() -> None:
    assert len(SMALL) == 2
