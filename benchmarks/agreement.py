"""How fast alpha is beside `krippendorff`, in one run: `python benchmarks/agreement.py
[--json]`.

From arrays of three coders with five values, a tenth missing: alpha of 1,000,000 and of
10,000 units, and 1,000 resamples of 2,000 articles with five units each. CPU seconds of
both in turn, medians; the ratio is the median of the ratios of single rounds; megabytes
are the most that either took beyond the array, as Python counts them. Both must say the
same. `krippendorff` resamples 20 times, and that is taken times 50.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import krippendorff  # noqa: E402
import numpy as np  # noqa: E402

from coder.agreement import distance as d  # noqa: E402
from coder.agreement.alpha import Coincidences, Ratings, alpha  # noqa: E402
from coder.agreement.bootstrap import Plan, Resampled  # noqa: E402

SCALES: dict[str, type[d.Distance]] = {
    "nominal": d.Nominal,
    "ordinal": d.Ordinal,
    "interval": d.IntervalScale,
}
UNITS_AN_ARTICLE, RESAMPLES, THEIRS = 5, 1000, 20


class Task(NamedTuple):
    """What both do, how often theirs stands for the whole, and how many rounds there
    are.
    """

    name: str
    ours: Callable[[], float]
    theirs: Callable[[], float]
    times: int
    rounds: int


def coded(units: int) -> np.ndarray:
    """Numbers of three coders, who each give another value in a fifth of the units; NaN
    is missing.
    """
    rng = np.random.default_rng(units)
    truth = rng.integers(1, 6, units)
    found = np.where(
        rng.random((3, units)) < 0.8, truth, rng.integers(1, 6, (3, units))
    ).astype(float)
    found[rng.random((3, units)) < 0.1] = np.nan
    return found


def tasks() -> list[Task]:
    """Alpha on each scale of many and of few units, and resamples."""
    found = []
    for units, rounds in ((1_000_000, 5), (10_000, 31)):
        numbers = coded(units)
        for name, scale in SCALES.items():

            def ours(
                numbers: np.ndarray = numbers, scale: type[d.Distance] = scale
            ) -> float:
                return alpha(Ratings.of(numbers, scale())).value or 0.0

            def theirs(numbers: np.ndarray = numbers, name: str = name) -> float:
                return float(krippendorff.alpha(numbers, level_of_measurement=name))

            found.append(Task(f"{name}, {units:,} units", ours, theirs, 1, rounds))
    numbers = coded(10_000)
    articles = 10_000 // UNITS_AN_ARTICLE
    of_article = np.arange(10_000).reshape(articles, UNITS_AN_ARTICLE)

    seeds = count(1)

    def resampled() -> float:
        table = Coincidences.of(
            Ratings.of(numbers, articles=np.arange(10_000) // UNITS_AN_ARTICLE)
        )
        drawn = Plan(
            RESAMPLES, seed=next(seeds)
        )  # another seed each time, since draws are kept
        return float(np.mean(Resampled.of(table.alphas, articles, drawn).values))

    def resampled_theirs() -> float:
        rng = np.random.default_rng(1)
        drawn = (
            of_article[rng.integers(articles, size=articles)].ravel()
            for _ in range(THEIRS)
        )
        return float(
            np.mean(
                [
                    krippendorff.alpha(numbers[:, u], level_of_measurement="nominal")
                    for u in drawn
                ]
            )
        )

    name = f"nominal, {RESAMPLES:,} resamples of 10,000 units"
    return [*found, Task(name, resampled, resampled_theirs, RESAMPLES // THEIRS, 5)]


def seconds(work: Callable[[], float]) -> float:
    """CPU seconds of one call."""
    began = time.process_time()
    work()
    return time.process_time() - began


def megabytes(work: Callable[[], float]) -> float:
    """The most memory that one call took."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Print a line for each task."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    asked.add_argument("--json", action="store_true")
    as_json = asked.parse_args().json
    rows = []
    for task in tasks():
        apart = abs(task.ours() - task.theirs())  # which also warms up
        if apart > (1e-9 if task.times == 1 else 0.01):
            raise SystemExit(f"{task.name}: {apart} apart")
        taken = [
            (seconds(task.ours), seconds(task.theirs) * task.times)
            for _ in range(task.rounds)
        ]
        ours, theirs = (statistics.median(each) for each in zip(*taken, strict=True))
        faster = statistics.median(theirs / ours for ours, theirs in taken)
        memory = (megabytes(task.ours), megabytes(task.theirs))
        rows.append(
            {
                "task": task.name,
                "rounds": task.rounds,
                "seconds": ours,
                "theirs": theirs,
                "faster": faster,
                "megabytes": memory[0],
                "theirs_megabytes": memory[1],
            }
        )
        if not as_json:
            print(
                f"{task.name:<38} {ours:8.4f} s, krippendorff {theirs:8.4f} s: {faster:6.1f} times as fast; "
                f"{memory[0]:6.1f} MB, krippendorff {memory[1]:6.1f} MB",
                flush=True,
            )
    if as_json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
