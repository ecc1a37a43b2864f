"""Krippendorff's alpha: both terms against the published tables, then laws that hold
for any data.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.alpha import (
    Coincidences,
    Matrix,
    Ratings,
    alpha,
    category_agreement,
    percent,
)
from coder.agreement.distance import (
    Distance,
    IntervalScale,
    Jaccard,
    Masi,
    Nominal,
    Ordinal,
)
from coder.agreement.result import NO_PAIRS, NO_VARIATION
from coder.errors import CoderError
from tests.support.measures import cohen_kappa, fleiss_kappa, gwet_ac, scott_pi
from tests.support.published_measures import RatioScale

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section B.
BEN = list("aabbdcccedda")
GERRY = list("babbbccceddd")

CELL = st.none() | st.integers(1, 4)
MATRIX = (
    st.integers(2, 4)
    .flatmap(
        lambda coders: st.lists(
            st.lists(CELL, min_size=coders, max_size=coders), min_size=1, max_size=12
        )
    )
    .map(lambda units: [list(row) for row in zip(*units, strict=True)])
)


def value(matrix: Matrix | np.ndarray, scale: Distance | None = None) -> float | None:
    return alpha(Ratings.of(matrix, scale)).value


def test_krippendorff_2011_coincidence_matrix() -> None:
    ratings = Ratings.of([BEN, GERRY])
    table = Coincidences.of(ratings)
    assert ratings.values == ("a", "b", "d", "c", "e")
    # Printed with values in the order a, b, c, d, e.
    order = [ratings.values.index(v) for v in "abcde"]
    assert table.matrix()[np.ix_(order, order)].tolist() == [
        [2, 1, 0, 1, 0],
        [1, 4, 0, 1, 0],
        [0, 0, 6, 0, 0],
        [1, 1, 0, 4, 0],
        [0, 0, 0, 0, 2],
    ]
    assert table.n == 24


def test_krippendorff_2011_missing_values_weigh_pairs_by_the_size_of_their_unit() -> (
    None
):
    # Section C, units 2 and 8: four values 1,1,2,1... a unit of m values adds 1/(m-1)
    # per ordered pair.
    table = Coincidences.of(Ratings.of([[1, 1], [2, 1], [3, None], [3, 2]]))
    # Unit 1: 1,2,3,3: (1,2), (1,3) twice, (2,3) twice, (3,3), each both ways at 1/3.
    # Unit 2: 1,1,2 at 1/2.
    assert table.n == 7
    expected = [
        [1.0, 1 / 3 + 1.0, 2 / 3],
        [1 / 3 + 1.0, 0.0, 2 / 3],
        [2 / 3, 2 / 3, 2 / 3],
    ]
    order = [table.values.index(v) for v in (1, 2, 3)]
    assert table.matrix()[np.ix_(order, order)] == pytest.approx(np.array(expected))


def test_krippendorff_2011_ordinal_distance_counts_the_ranks_between() -> None:
    # Values 1,1 2,3 3,3: n_1=2, n_2=1, n_3=3. d(2,3)=(1+3-2)^2=4,
    # d(1,2)=(2+1-1.5)^2=2.25, d(1,3)=(2+1+3-2.5)^2=12.25. D_o=2*4/6;
    # D_e=2(2*1*2.25+2*3*12.25+1*3*4)/30=2*90/30=6.
    assert value([[1, 2, 3], [1, 3, 3]], Ordinal()) == pytest.approx(1 - (8 / 6) / 6)


def test_declared_categories_order_labels() -> None:
    by_name = value(
        [["low", "mid", "high"], ["low", "high", "high"]],
        Ordinal(("low", "mid", "high")),
    )
    assert by_name == pytest.approx(value([[1, 2, 3], [1, 3, 3]], Ordinal()))


def test_feinstein_cicchetti_1990_high_agreement_low_kappa() -> None:
    # 80 yes-yes, 10 yes-no, 5 no-yes, 5 no-no: percent .85, kappa .32, positive .914,
    # negative .40.
    first = ["yes"] * 90 + ["no"] * 10
    second = ["yes"] * 80 + ["no"] * 10 + ["yes"] * 5 + ["no"] * 5
    ratings = Ratings.of([first, second])
    assert percent(ratings).value == pytest.approx(0.85)
    assert cohen_kappa(ratings).value == pytest.approx(0.318, abs=5e-4)
    assert category_agreement(ratings, "yes").value == pytest.approx(160 / 175)
    assert category_agreement(ratings, "no").value == pytest.approx(10 / 25)


def test_data_without_variation_show_nothing() -> None:
    same = Ratings.of([["a"] * 5, ["a"] * 5])
    assert alpha(same).reason == NO_VARIATION
    assert percent(same).value == 1
    assert [m(same).value for m in (cohen_kappa, scott_pi, fleiss_kappa, gwet_ac)] == [
        None
    ] * 4
    assert (
        gwet_ac(same, categories=("a", "b")).value == 1
    )  # two categories were on offer


def test_tenths_without_variation_are_undefined_despite_rounding() -> None:
    assert value([[0.1] * 7, [0.1] * 7, [0.1] * 7], IntervalScale()) is None
    assert value([[["a", "b"]], [["b", "a"]]], Masi()) is None


def test_one_hundred_thousand_units() -> None:
    # Units (x,x), (x,y), (y,y) in equal thirds, 99,999 units: n = 199998, half x; D_o =
    # 1/3; D_e = 2 n_x n_y / (n(n-1)) with n_x = n_y = n/2, so alpha = 1 - (2/3)(n-1)/n.
    n = 2 * 99_999
    matrix = [["x", "x", "y"] * 33_333, ["x", "y", "y"] * 33_333]
    assert value(matrix) == pytest.approx(1 - 2 / 3 * (n - 1) / n, abs=1e-12)


def test_a_hundred_thousand_different_numbers() -> None:
    # Pairs (k, k+1) for k = 0, 2, 4 …: the values are 0 … N-1 once each. D_o = 1;
    # D_e = 2 * variance with n-1 = N(N+1)/6.
    size = 100_000
    matrix = [list(range(0, size, 2)), list(range(1, size, 2))]
    assert value(matrix, IntervalScale()) == pytest.approx(
        1 - 6 / (size * (size + 1)), abs=1e-12
    )


@given(MATRIX)
def test_alpha_equals_its_definition_pair_by_pair(matrix: Matrix) -> None:
    units = [[v for v in unit if v is not None] for unit in zip(*matrix, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [v for unit in units for v in unit]
    n = len(pooled)

    def d(c: int, k: int) -> float:
        return float((c - k) ** 2)

    expected = (
        sum(d(c, k) for c, k in permutations(pooled, 2)) / (n * (n - 1)) if n else 0
    )
    observed = (
        sum(d(c, k) / (len(u) - 1) for u in units for c, k in permutations(u, 2)) / n
        if n
        else 0
    )
    found = value(matrix, IntervalScale())
    if expected == 0:
        assert found is None
    else:
        assert found == pytest.approx(1 - observed / expected, abs=1e-9)


@given(
    MATRIX,
    st.randoms(use_true_random=False),
    st.sampled_from([Nominal(), Ordinal(), RatioScale()]),
)
def test_order_of_coders_and_units_and_who_said_it_change_nothing(
    matrix: Matrix, random: Any, scale: Distance
) -> None:
    units = [list(unit) for unit in zip(*matrix, strict=True)]
    for unit in units:
        random.shuffle(unit)
    random.shuffle(units)
    shuffled = [list(row) for row in zip(*units, strict=True)]
    assert value(shuffled, scale) == pytest.approx(value(matrix, scale), abs=1e-9)


@given(MATRIX, st.permutations(["w", "x", "y", "z"]))
def test_names_of_labels_change_nothing(matrix: Matrix, names: list[str]) -> None:
    renamed = [[None if v is None else names[v - 1] for v in row] for row in matrix]
    for coefficient in (alpha, percent, fleiss_kappa, gwet_ac):
        assert coefficient(Ratings.of(renamed)).value == pytest.approx(
            coefficient(Ratings.of(matrix)).value, abs=1e-9
        )


@given(MATRIX, st.integers(-(10**9), 10**9), st.integers(1, 10**8))
def test_interval_forgets_the_origin_and_ratio_the_unit(
    matrix: Matrix, shift: int, factor: int
) -> None:
    shifted = [[None if v is None else v + shift for v in row] for row in matrix]
    scaled = [[None if v is None else v * factor for v in row] for row in matrix]
    assert value(shifted, IntervalScale()) == pytest.approx(
        value(matrix, IntervalScale()), abs=1e-6
    )
    assert value(scaled, RatioScale()) == pytest.approx(
        value(matrix, RatioScale()), abs=1e-9
    )


@given(MATRIX)
def test_ordinal_looks_at_order_only(matrix: Matrix) -> None:
    stretched = [[None if v is None else 10**v for v in row] for row in matrix]
    assert value(stretched, Ordinal()) == pytest.approx(
        value(matrix, Ordinal()), abs=1e-9
    )


@given(MATRIX)
def test_units_of_one_value_count_for_nothing(matrix: Matrix) -> None:
    longer = [[*row, 9 if i == 0 else None] for i, row in enumerate(matrix)]
    assert value(longer) == pytest.approx(value(matrix), abs=1e-12)


@given(MATRIX)
def test_doubling_the_data_moves_alpha_alone(matrix: Matrix) -> None:
    once, twice = Ratings.of(matrix), Ratings.of([row + row for row in matrix])
    assert percent(twice).value == pytest.approx(percent(once).value, abs=1e-12)
    assert fleiss_kappa(twice).value == pytest.approx(
        fleiss_kappa(once).value, abs=1e-9
    )
    one, two = alpha(once), alpha(twice)
    assert two.n == 2 * one.n
    if one.value is not None and two.value is not None:
        # D_e has n(n-1) below it: (1 - alpha) grows by (2n-1)/(2n-2).
        assert 1 - two.value == pytest.approx(
            (1 - one.value) * (2 * one.n - 1) / (2 * one.n - 2), abs=1e-9
        )


@given(MATRIX)
def test_sets_of_one_member_are_labels(matrix: Matrix) -> None:
    sets = [[None if v is None else [v] for v in row] for row in matrix]
    for scale in (Jaccard(), Masi()):
        assert value(sets, scale) == pytest.approx(value(matrix, Nominal()), abs=1e-9)


@given(MATRIX)
def test_percent_is_what_the_bootstrap_sums(matrix: Matrix) -> None:
    table = Coincidences.of(Ratings.of(matrix))
    pooled = float(table.percents(np.ones((1, table.articles)))[0])
    score = percent(Ratings.of(matrix))
    assert (
        np.isnan(pooled)
        if score.value is None
        else pooled == pytest.approx(score.value, abs=1e-12)
    )


def test_uneven_rows_and_unknown_blanks_are_refused() -> None:
    with pytest.raises(CoderError, match="rows have different lengths"):
        Ratings.of([["a", "b"], ["a"]])
    with pytest.raises(CoderError, match="not a blank"):
        Ratings.of([[{"blank": "unknown"}], ["a"]])


@pytest.mark.parametrize("offset", [0, 10**15])
def test_large_numbers_near_each_other_keep_their_digits(offset: int) -> None:
    """By hand: of 0 0 1 2 2 2 the 15 pairs differ by 29 in squares, the 3 units by 1: 1
    - (1/3) / (29/15).
    """
    rows = [[offset + n for n in row] for row in ([0, 1, 2], [0, 2, 2])]
    assert value(rows, IntervalScale()) == pytest.approx(1 - 15 / 87, abs=1e-12)


def test_an_array_of_numbers_is_read_like_lists() -> None:
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5],
    ]
    array = np.array(rows, dtype=float)
    for scale in (Nominal(), Ordinal(), IntervalScale(), RatioScale()):
        assert alpha(Ratings.of(array, scale)) == alpha(Ratings.of(rows, scale))
    halves = array / 2 + 0.25
    assert value(halves, IntervalScale()) == pytest.approx(
        value(array, IntervalScale())
    )
    assert value(array + 1e9, IntervalScale()) == pytest.approx(
        value(array, IntervalScale())
    )
    assert alpha(Ratings.of(np.full((2, 3), np.nan))).reason == NO_PAIRS


@given(MATRIX, st.data())
def test_units_alike_count_as_often_as_they_occur(
    matrix: Matrix, data: st.DataObject
) -> None:
    """Against the definition, unit by unit: Krippendorff (2011), with 1/(m-1) for each
    ordered pair.
    """
    units = len(matrix[0])
    articles = data.draw(st.lists(st.integers(0, 3), min_size=units, max_size=units))
    table = Coincidences.of(Ratings.of(matrix, articles=articles))
    held: dict[int, dict[tuple[object, object], float]] = {}
    for article, *unit in zip(articles, *matrix, strict=True):
        given = [cell for cell in unit if cell is not None]
        for one, other in permutations(given, 2):
            counts = held.setdefault(article, {})
            counts[one, other] = counts.get((one, other), 0.0) + 1 / (len(given) - 1)
    assert table.articles == len(held)
    for row, article in enumerate(sorted(held)):
        its = table.observed.rows == row
        here = table.observed._replace(
            rows=table.observed.rows[its],
            columns=table.observed.columns[its],
            values=table.observed.values[its],
        )
        found = table._replace(observed=here).matrix()
        for (one, other), count in held[article].items():
            assert found[
                table.values.index(one), table.values.index(other)
            ] == pytest.approx(count)
        assert found.sum() == pytest.approx(sum(held[article].values()))
