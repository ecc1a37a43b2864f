"""Rows and columns paired one to one: as scipy pairs them, ties and all."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from coder.agreement.align import best_pairs

SHAPES = array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=9)
SIMILARITIES = st.sampled_from(
    [0.0, 0.0, 0.0, 0.4, 0.5, 0.7, 1.0]
)  # few, so that many tie
FEW_TIES = st.integers(0, 1000).map(lambda n: round(n / 1000, 3))


def pairs_of_scipy(gain: np.ndarray) -> list[tuple[int, int]]:
    rows, columns = scipy.optimize.linear_sum_assignment(gain, maximize=True)
    return [*zip(rows.tolist(), columns.tolist(), strict=True)]


@given(
    st.one_of(
        arrays(np.float64, SHAPES, elements=each) for each in (SIMILARITIES, FEW_TIES)
    )
)
def test_pairs_are_those_of_scipy_column_for_column(gain: np.ndarray) -> None:
    assert best_pairs(gain.tolist()) == pairs_of_scipy(gain)


@pytest.mark.parametrize("shape", [(60, 60), (200, 30), (30, 200)])
@pytest.mark.parametrize("values", [3, 20, 10**6])
def test_pairs_of_large_tables_are_those_of_scipy(
    shape: tuple[int, int], values: int
) -> None:
    drawn = np.random.default_rng(values)
    gain = drawn.integers(0, values, shape) / values
    thin = np.where(drawn.random(shape) < 0.05, gain, 0.0)
    for table in (gain, thin):
        assert best_pairs(table.tolist()) == pairs_of_scipy(table)
