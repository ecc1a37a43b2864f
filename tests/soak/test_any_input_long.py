"""A hundred thousand inputs at real terminals, in a hundred runs."""

from __future__ import annotations

from pathlib import Path

from tests.support.any_input import run

RUNS, INPUTS = 100, 1000


def test_a_hundred_thousand_inputs(made_demo: Path, tmp_path: Path) -> None:
    for seed in range(1000, 1000 + RUNS):
        run(made_demo, tmp_path / str(seed), seed, INPUTS)
    print(f"\n{RUNS * INPUTS} inputs in {RUNS} runs: none crashed, none hung, verify clean after each")
