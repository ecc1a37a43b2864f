"""How often the 95 % intervals of alpha hold the true alpha: `python benchmarks/coverage.py`.

Each setting is a scale, a number of articles and a shape of the data; a study of it draws articles of one to
eight units (or one), each article with its own habits of values and its own error rate, two coders who err
apart. The true alpha is that of 300,000 articles. Of 1,000 studies: how many have no interval, for a reason,
or a lower end alone; of the others the share whose interval holds the true alpha, the shares in which that
lies below the lower and above the upper end, and the mean width; of those with a lower end alone, the share
in which that is above the true alpha; of all studies the share in which something untrue is said. Beside it
how often the two intervals hold that know only what was seen, over all studies.

Shapes. ordinary: a quarter of the articles are hard (30 % errors, else 3 %). skewed: one value has 85 %.
almost: 6 % of the articles are hard (30 %), elsewhere .5 % errors. clean: 6 % hard (40 %), elsewhere none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from coder.agreement import distance as d  # noqa: E402
from coder.agreement.alpha import Coincidences, Ratings  # noqa: E402
from coder.agreement.bootstrap import Method, Plan, Resampled  # noqa: E402
from coder.model import Json  # noqa: E402

SCALES: dict[str, tuple[Callable[[], d.Distance], Sequence[Json]]] = {
    "binary": (d.Nominal, ["yes", "no"]),
    "nominal": (d.Nominal, list("abcdef")),
    "ordinal": (d.Ordinal, [1, 2, 3, 4]),
    "set": (d.Jaccard, [["a"], ["b"], ["a", "b"], ["c"], ["a", "c"], [], ["d"]]),
    "hierarchy": (d.Hierarchy, ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1"]),
    "date": (d.Date, [f"2024-05-{day:02}" for day in range(1, 29, 3)]),
    "count": (d.LogCount, [0, 1, 2, 3, 5, 8, 12, 20, 50]),
}
NEAR = ("ordinal", "date", "count")
"""Half of the errors on these are the next value."""
HARD = {"ordinary": (0.25, 0.30, 0.03), "skewed": (0.25, 0.20, 0.02)}
HARD |= {"almost": (0.06, 0.30, 0.005), "clean": (0.06, 0.40, 0.0)}
"""Shape → the share of hard articles, the error rate there, the error rate elsewhere."""
METHODS: tuple[Method, ...] = ("guarded", "bca", "percentile")
POPULATION = 300_000
LEAST, MOST = 0.92, 0.97


class Setting(NamedTuple):
    """What is simulated."""

    scale: str
    shape: str
    articles: int
    one_unit: bool = False

    def __str__(self) -> str:
        return f"{self.scale:<9} {self.shape:<8} {self.articles:>3}{' one unit' if self.one_unit else ''}"


SETTINGS = [
    *(Setting(scale, shape, n) for scale in SCALES for shape in HARD for n in (20, 30, 100)),
    *(Setting("binary", shape, n, True) for shape in HARD for n in (20, 30, 100)),
]


class Row(NamedTuple):
    """What came out for one method: shares of the studies with an interval."""

    held: float
    too_high: float  # the lower end is above the true alpha
    too_low: float  # the upper end is below it
    width: float


class Found(NamedTuple):
    """What came out for one setting: of the guarded interval, and the shares that the others held.

    refused: studies without any end. one_end: studies with a lower end alone; above: the share of these in
    which it is above the true alpha. wrong: the share of all in which an end is on the wrong side.
    """

    setting: Setting
    alpha: float
    refused: int
    one_end: int
    above: float
    wrong: float
    row: Row
    others: tuple[float, ...]


def study(rng: np.random.Generator, setting: Setting, articles: int) -> Ratings:
    """One study of so many articles."""
    make, raw = SCALES[setting.scale]
    scale, k = make(), len(raw)
    base = np.full(k, 1 / k)
    if setting.shape == "skewed":
        base = np.array([0.85, *[0.15 / (k - 1)] * (k - 1)])
    units = np.ones(articles, int) if setting.one_unit else rng.integers(1, 9, size=articles)
    article = np.repeat(np.arange(articles), units)
    habits = rng.dirichlet(4 * base, size=articles).cumsum(axis=1)
    truth = (rng.random(len(article))[:, None] > habits[article]).sum(axis=1).clip(0, k - 1)
    hard, there, elsewhere = HARD[setting.shape]
    rate = np.where(rng.random(articles) < hard, there, elsewhere)[article]
    columns = []
    for _ in range(2):
        other = (truth + rng.integers(1, k, size=len(truth))) % k
        if setting.scale in NEAR:
            beside = np.where(truth < k - 1, truth + 1, k - 2)
            other = np.where(rng.random(len(truth)) < 0.5, beside, other)
        columns.append(np.where(rng.random(len(truth)) < rate, other, truth))
    return Ratings(scale, tuple(map(scale.read, raw)), np.stack(columns, axis=1), article)


def true_alpha(setting: Setting) -> float:
    """The alpha of very many articles."""
    everything = study(np.random.default_rng(1), setting, POPULATION)
    one = Coincidences.of(everything._replace(articles=np.zeros_like(everything.articles)))
    return float(one.alphas(np.ones((1, 1)))[0])


def simulate(setting: Setting, studies: int, replicates: int) -> Found:
    """The coverage of every method over so many studies."""
    alpha, refused, one_end = true_alpha(setting), 0, list[float]()
    rng = np.random.default_rng([setting.articles, *map(ord, setting.scale + setting.shape)])
    ends: dict[Method, list[tuple[float, float]]] = {method: [] for method in METHODS}
    for number in range(studies):
        table = Coincidences.of(study(rng, setting, setting.articles))
        reason = "" if np.isfinite(table.alphas(np.ones((1, table.articles)))[0]) else "no variation"
        resampled = Resampled.of(table.alphas, table.articles, Plan(B=replicates, seed=number), reason)
        refused += bool(resampled.reason)
        for method in METHODS:
            found = resampled.interval(method, table.unseen)
            if found.lower is not None and found.upper is not None:
                ends[method].append((found.lower, found.upper))
            elif found.lower is not None:
                one_end.append(found.lower)
    rows: dict[Method, Row] = {}
    for method, each in ends.items():
        lower, upper = np.array(each or [(-np.inf, np.inf)]).T
        too_high, too_low = float((lower > alpha).mean()), float((upper < alpha).mean())
        width = float((upper - lower).mean())
        rows[method] = Row(1 - too_high - too_low, too_high, too_low, width)
    row, given = rows["guarded"], len(ends["guarded"])
    above = float(np.mean(np.array(one_end) > alpha)) if one_end else 0.0
    wrong = (above * len(one_end) + (1 - row.held) * given) / (given + len(one_end))
    others = tuple(rows[method].held for method in METHODS[1:])
    return Found(setting, alpha, refused, len(one_end), above, wrong, row, others)


def main() -> None:
    """Print a line for each setting, and those outside .92 to .97."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    asked.add_argument("--studies", type=int, default=1000)
    asked.add_argument("-B", type=int, default=1000)
    asked.add_argument("--only", default="", help="settings that have these words")
    asked.add_argument("--processes", type=int, default=1)
    given = asked.parse_args()
    settings = [s for s in SETTINGS if all(word in str(s).split() for word in given.only.split())]
    print("scale     shape    articles         alpha refused lower only, above | "
          "held above below width | wrong | BCa percentile")  # fmt: skip
    outside, mostly_refused = [], 0
    with ProcessPoolExecutor(given.processes) as pool:
        jobs = [pool.submit(simulate, setting, given.studies, given.B) for setting in settings]
        for found in (job.result() for job in jobs):
            row = found.row
            others = " ".join(f"{held:.3f}" for held in found.others)
            print(
                f"{found.setting!s:<31} {found.alpha:.3f} {found.refused:>5} {found.one_end:>5} "
                f"{found.above:.3f} | {row.held:.3f} {row.too_high:.3f} {row.too_low:.3f} {row.width:.3f} | "
                f"{found.wrong:.3f} | {others}",
                flush=True,
            )
            if found.refused + found.one_end > given.studies / 2:
                mostly_refused += 1
            elif not LEAST <= row.held <= MOST:
                outside.append((row.held, found.setting))
    below = sum(held < LEAST for held, _ in outside)
    print(f"{len(settings)} settings: {mostly_refused} without an interval in most studies; of the others "
          f"{below} below {LEAST}, {len(outside) - below} above {MOST}")  # fmt: skip


if __name__ == "__main__":
    main()
