"""Distances against their definitions, written out value by value."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.distance import (
    NOT_STATED,
    BestMatch,
    CountRange,
    Date,
    Distance,
    Hierarchy,
    IntervalScale,
    Jaccard,
    LogCount,
    Masi,
    Nominal,
    Ordinal,
    label,
)
from coder.errors import CoderError
from coder.values.dates import days_of
from tests.support.published_measures import Custom, RatioScale, distance_between

NS = {"blank": "not_stated"}
SETS = st.lists(st.sampled_from("abcd"), max_size=4)
PATHS = st.lists(st.sampled_from(["1", "2", "11"]), max_size=3).map(".".join)
DAYS = st.dates().map(lambda day: day.isoformat())
COUNTS = st.integers(0, 10_000)
ENDS = st.none() | COUNTS
RANGES = st.builds(lambda a, b: {"min": a, "max": b}, ENDS, ENDS)

BOUNDED: list[tuple[Distance, st.SearchStrategy[Any]]] = [
    (Nominal(), st.text(max_size=2)),
    (Jaccard(), SETS),
    (Masi(), SETS),
    (Hierarchy(), PATHS),
    (Date(), DAYS),
    (LogCount(), COUNTS),
    (CountRange(), RANGES),
    (BestMatch(), st.lists(PATHS, max_size=3)),
]


@pytest.mark.parametrize(
    "scale, raw",
    BOUNDED,
    ids=[scale.name + str(i) for i, (scale, _) in enumerate(BOUNDED)],
)
def test_bounded_distances_are_symmetric_and_between_0_and_1(
    scale: Distance, raw: st.SearchStrategy[Any]
) -> None:
    @given(st.lists(raw, min_size=1, max_size=5))
    def holds(values: list[Any]) -> None:
        canonical = [NOT_STATED, *(scale.value(v) for v in values)]
        table = scale.table(canonical)
        assert np.allclose(table, table.T)
        assert (np.diag(table) == 0).all()
        assert (table >= 0).all() and (table <= 1).all()
        assert (table[0, 1:] == 1).all()  # not stated against any value
        for (i, a), (j, b) in product(enumerate(values), repeat=2):
            assert distance_between(scale, a, b) == pytest.approx(table[i + 1, j + 1])

    holds()


def test_passonneau_2006_weights_monotony_by_thirds() -> None:
    assert distance_between(Masi(), ["a"], ["a"]) == 0
    assert distance_between(Masi(), ["a"], ["a", "b"]) == pytest.approx(
        1 - 1 / 2 * 2 / 3
    )
    assert distance_between(Masi(), ["a", "b"], ["b", "c"]) == pytest.approx(
        1 - 1 / 3 * 1 / 3
    )
    assert distance_between(Masi(), ["a"], ["b"]) == 1
    assert distance_between(Masi(), [], []) == 0
    assert distance_between(Masi(), [], ["a"]) == 1


def test_order_and_repetition_do_not_matter_in_sets() -> None:
    assert Jaccard().value(["b", "a", "b"]) == Jaccard().value(["a", "b"])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (
            "2024-05",
            "2024-05-10",
            15 / 30,
        ),  # May 1-31 against May 10: (9 + 21) / 2 days
        ("2023", "2023-12", (334 + 0) / 2 / 30),  # capped: 167 days
        ({"start": "2024-05-01", "end": "2024-05-03"}, "2024-05-01", (0 + 2) / 2 / 30),
        ({"start": "2024-05", "end": None}, "2024-05", 0.0),
        (
            {"start": "2024-05-30", "end": "2024-06-02", "precision": "range"},
            "2024-06-02",
            3 / 2 / 30,
        ),
    ],
)
def test_dates_are_intervals_of_days(a: Any, b: Any, expected: float) -> None:
    assert distance_between(Date(cap_days=30), a, b) == pytest.approx(min(expected, 1))


@pytest.mark.parametrize(
    "raw",
    [
        "2023-02-29",
        "2024-13",
        "1 May 2024",
        "",
        "٢٠٢٤",
        None,
        2024,
        {"end": "2024"},
        {"start": "2024", "end": "2023"},
    ],
)
def test_what_is_no_date_is_refused(raw: Any) -> None:
    with pytest.raises(CoderError, match="is not a date"):
        days_of(raw)


def test_hierarchy_goes_by_levels_not_characters() -> None:
    assert distance_between(Hierarchy(), "1", "1.2") == pytest.approx(1 / 3)
    assert distance_between(Hierarchy(), "1.1", "1.11") == pytest.approx(1 / 2)
    assert (
        distance_between(Hierarchy(), ["statement", "threat"], ["other", "threat"]) == 1
    )


def test_an_open_end_equals_only_an_open_end() -> None:
    # ln(1+9) / ln 10 = 1 between 0 and 9; the ends are averaged.
    scale = CountRange()
    assert distance_between(scale, {"min": 0, "max": 0}, {"min": 9, "max": 9}) == 1
    assert distance_between(
        scale, {"min": 0, "max": 9}, {"min": 9, "max": 9}
    ) == pytest.approx(1 / 2)
    assert (
        distance_between(scale, {"min": 3, "max": None}, {"min": 3, "max": None}) == 0
    )
    assert distance_between(
        scale, {"min": 3, "max": None}, {"min": 3, "max": 3, "approx": True}
    ) == pytest.approx(1 / 2)


def test_best_match_averages_each_items_nearest_in_both_directions() -> None:
    # Items: x = SY.D.1, y = SY.D.2, z = IQ. d(x,y) = 1 - 4/6 = 1/3, d(x,z) = d(y,z) =
    # 1. {x, z} to {y}: mean(1/3, 1) = 2/3; {y} to {x, z}: 1/3; mean 1/2.
    scale = BestMatch()
    assert distance_between(scale, ["SY.D.1", "IQ"], ["SY.D.2"]) == pytest.approx(1 / 2)
    assert distance_between(scale, ["SY.D.1", "IQ"], ["IQ", "SY.D.1"]) == 0
    assert distance_between(scale, [], ["IQ"]) == 1
    assert distance_between(scale, [], []) == 0


def test_not_stated_is_a_value_only_where_distances_are_bounded() -> None:
    assert distance_between(LogCount(), NS, 3) == 1
    assert distance_between(LogCount(), NS, NS) == 0
    for scale in (IntervalScale(), RatioScale()):
        with pytest.raises(CoderError, match="not stated"):
            distance_between(scale, NS, 3)


def test_custom_categories_may_hold_not_stated_with_a_distance_of_its_own() -> None:
    scale = Custom((label("x"), NOT_STATED), np.array([[0.0, 0.25], [0.25, 0.0]]))
    assert distance_between(scale, "x", NS) == 0.25


@pytest.mark.parametrize(
    ("scale", "raw"),
    [
        (IntervalScale(), "many"),
        (IntervalScale(), "nan"),
        (IntervalScale(), True),
        (RatioScale(), -1),
        (LogCount(), -1),
        (Jaccard(), "a"),
        (Hierarchy(), 1.1),
        (CountRange(), 3),
        (BestMatch(), "1.2"),
        (Custom((label("x"),), np.zeros((1, 1))), "y"),
        (Ordinal((label("low"),)), "high"),
        (Nominal(), math.nan),
    ],
)
def test_an_unfit_value_is_an_error(scale: Distance, raw: Any) -> None:
    with pytest.raises(CoderError):
        scale.value(raw)


def test_labels_of_different_kinds_differ() -> None:
    labels = [label(raw) for raw in ("1", 1, True, ["1"], {"1": 1}, "")]
    assert len(set(labels)) == len(labels)
    assert label(1) == label(1.0)
