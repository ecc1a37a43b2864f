"""Tables in which most cells are 0: sums as numpy has them of the whole table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.alpha import Sparse


@pytest.mark.parametrize("cells", [0, 1, 40, 3000])  # from almost empty to full
@pytest.mark.parametrize("shape", [(50, 60), (2000, 3)])
def test_sums_are_those_of_the_whole_table(shape: tuple[int, int], cells: int) -> None:
    drawn = np.random.default_rng(cells)
    rows, columns = (
        drawn.integers(shape[0], size=cells),
        drawn.integers(shape[1], size=cells),
    )
    values = drawn.random(cells)
    whole = np.zeros(shape)
    np.add.at(whole, (rows, columns), values)
    table = Sparse.of(shape, rows, columns, values)
    assert len(table.values) == np.count_nonzero(whole)
    weights, factors = drawn.random((7, shape[0])), drawn.random(shape[1])
    assert table.totals() == pytest.approx(whole.sum(axis=0))
    assert table.times(factors) == pytest.approx(whole @ factors)
    assert table.weighted(weights) == pytest.approx(weights @ whole)


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_table_of_nothing_sums_to_nothing(height: int, width: int) -> None:
    nothing = np.empty(0, np.int64)
    table = Sparse.of((height, width), nothing, nothing, np.empty(0))
    assert table.totals().tolist() == [0.0] * width
    assert table.times(np.ones(width)).tolist() == [0.0] * height
    assert table.weighted(np.ones((2, height))).tolist() == [[0.0] * width] * 2
