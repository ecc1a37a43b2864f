"""Any input at a real terminal, a short run; `make soak` has the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.any_input import FIRST, run


@pytest.mark.parametrize("seed", range(2 * len(FIRST)))
def test_any_input_leaves_a_sound_project(
    made_demo: Path, tmp_path: Path, seed: int
) -> None:
    run(made_demo, tmp_path / "project", seed, 150, FIRST)
