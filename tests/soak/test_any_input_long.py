"""A hundred thousand inputs at real terminals, over all screens in both languages; and what one run keeps."""

from __future__ import annotations

from pathlib import Path

from tests.support.any_input import FIRST, SCREENS, run

RUNS, INPUTS = 4 * len(SCREENS), 1200
MOST = 150_000
"""The most memory that a screen may take, in kB."""


def test_a_hundred_thousand_inputs(made_demo: Path, tmp_path: Path) -> None:
    most = 0
    for seed in range(1000, 1000 + RUNS):
        most = max(most, *run(made_demo, tmp_path / str(seed), seed, INPUTS))
    print(
        f"\n{RUNS * INPUTS} inputs in {RUNS} runs, {most} kB at most: none crashed, verify clean after each"
    )
    assert most < MOST


def test_memory_does_not_grow(made_demo: Path, tmp_path: Path) -> None:
    early, late = run(made_demo, tmp_path / "long", 0, 10_000, FIRST)
    print(f"\n{early} kB after 1,000 inputs, {late} kB after 10,000")
    assert late < min(MOST, early * 1.15)
