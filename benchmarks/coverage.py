"""How often the 95 % intervals hold the true figure: `python benchmarks/coverage.py`.

Each setting is a scale, a number of articles and a shape of the data; a study of it draws articles of one to
eight units (or one), each article with its own habits of values and its own error rate, coders who err apart.
Of events (f1) they miss each at that rate. The true figure is that of 300,000 articles. Of 1,000 studies: how
many have no interval, for a reason, or a lower end alone; of those with both ends the share whose interval
holds the true figure and the mean width; of all studies the shares with the lower end above it, with the
upper end below it, and with either. With --beside how often the intervals
hold that know only what was seen, of all studies.

Shapes. ordinary: a quarter of the articles are hard (30 % errors, else 3 %). skewed: one value has 85 %.
almost: 6 % of the articles are hard (30 %), elsewhere .5 % errors. clean: 6 % hard (40 %), elsewhere none.
With --other the settings are those that nothing was chosen by: three coders, other rates and sizes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from coder.agreement import distance as d  # noqa: E402
from coder.agreement.alpha import Coincidences, Ratings  # noqa: E402
from coder.agreement.bootstrap import Guarded, Method, Plan, Resampled, Statistic, pooled  # noqa: E402
from coder.agreement.pooled_f1 import PooledF1  # noqa: E402
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
OTHER = {"even": (0.0, 0.0, 0.12), "uneven": (0.4, 0.25, 0.08), "rare": (0.15, 0.35, 0.01)}
OTHER |= {"tidy": (0.1, 0.2, 0.002), "spotless": (0.03, 0.5, 0.0)}
"""Shape → the share of hard articles, the error rate there, the error rate elsewhere."""
MAIN_VALUE = {"skewed": 0.85, "rare": 0.9}
POPULATION = 300_000
SHARE = 100  # so many studies share the weights of articles, which are drawn but once
LEAST, MOST = 0.92, 0.97


class Setting(NamedTuple):
    """What is simulated."""

    scale: str
    shape: str
    articles: int
    one_unit: bool = False
    coders: int = 2

    def __str__(self) -> str:
        return f"{self.scale:<9} {self.shape:<8} {self.articles:>3}{' one unit' if self.one_unit else ''}"


def settings_of(shapes: Sequence[str], sizes: Sequence[int], coders: int) -> list[Setting]:
    """Every scale, shape and size; of two values one unit an article too."""
    apart = [(shape, n) for shape in shapes for n in sizes]
    several = [Setting(scale, *each, coders=coders) for scale in SCALES for each in apart]
    single = [Setting("binary", *each, one_unit=True, coders=coders) for each in apart]
    return [*several, *single, *(Setting("f1", *each) for each in apart)]


class Study(NamedTuple):
    """A figure by weights of articles, and what it is in an article coded by chance."""

    statistic: Statistic
    articles: int
    worst: float


class Found(NamedTuple):
    """What came out for one setting: numbers of studies, and shares."""

    setting: Setting
    true: float
    refused: int
    one_end: int
    held: float  # of those with both ends
    width: float
    too_high: float  # of all, the lower end is above the true figure
    too_low: float  # of all, the upper end is below it
    others: Mapping[str, float]  # held of all


def study(rng: np.random.Generator, setting: Setting, articles: int) -> Study:
    """One study of so many articles."""
    hard, there, elsewhere = (HARD | OTHER)[setting.shape]
    units = np.ones(articles, int) if setting.one_unit else rng.integers(1, 9, size=articles)
    of_article = np.where(rng.random(articles) < hard, there, elsewhere)
    if setting.scale == "f1":
        first, second = rng.binomial(units, 1 - of_article), rng.binomial(units, 1 - of_article)
        hits = rng.hypergeometric(first, units - first, second)
        table = PooledF1(2, (("a", "b"),), hits[None].astype(float), (first + second)[None].astype(float))
        return Study(table.values, articles, 0.0)
    make, raw = SCALES[setting.scale]
    scale, k = make(), len(raw)
    main = MAIN_VALUE.get(setting.shape, 1 / k)
    base = np.array([main, *[(1 - main) / (k - 1)] * (k - 1)])
    article = np.repeat(np.arange(articles), units)
    habits = rng.dirichlet(4 * base, size=articles).cumsum(axis=1)
    truth = (rng.random(len(article))[:, None] > habits[article]).sum(axis=1).clip(0, k - 1)
    rate, columns = of_article[article], []
    for _ in range(setting.coders):
        other = (truth + rng.integers(1, k, size=len(truth))) % k
        if setting.scale in NEAR:
            beside = np.where(truth < k - 1, truth + 1, k - 2)
            other = np.where(rng.random(len(truth)) < 0.5, beside, other)
        columns.append(np.where(rng.random(len(truth)) < rate, other, truth))
    if articles == POPULATION:
        article = np.zeros_like(article)
    codes = np.stack(columns, axis=1)
    pooled_table = Coincidences.of(Ratings(scale, tuple(map(scale.read, raw)), codes, article))
    return Study(pooled_table.alphas, pooled_table.articles, pooled_table.worst)


def true_figure(setting: Setting) -> float:
    """The figure of very many articles."""
    everything = study(np.random.default_rng(1), setting, POPULATION)
    return float(everything.statistic(np.ones((1, everything.articles)))[0])


def simulate(setting: Setting, studies: int, replicates: int, beside: Sequence[Method]) -> Found:
    """The coverage of the guarded interval over so many studies, and of those beside it."""
    true, refused, one_end, widths = true_figure(setting), 0, 0, list[float]()
    held = dict.fromkeys(("guarded", *beside), 0)
    too_high = too_low = 0
    rng = np.random.default_rng([setting.articles, *map(ord, setting.scale + setting.shape)])
    for number in range(studies):
        drawn, plan = study(rng, setting, setting.articles), Plan(B=replicates, seed=number // SHARE)
        score = pooled(drawn.statistic, drawn.articles, 1, "no variation")
        found = Guarded.of(score, *drawn[:2], plan, drawn.worst).interval()
        if found.lower is None:
            refused += 1
        else:
            too_high += found.lower > true
            if found.upper is None:
                one_end += 1
            else:
                too_low += found.upper < true
                held["guarded"] += found.lower <= true <= found.upper
                widths.append(found.upper - found.lower)
        for method in beside:
            end = Resampled.of(*drawn[:2], plan, score.reason).interval(method)
            lower, upper = end.lower, end.upper
            held[method] += lower is not None and upper is not None and lower <= true <= upper
    return Found(
        setting, true, refused, one_end, held["guarded"] / max(len(widths), 1),
        float(np.mean(widths or [0])), too_high / studies, too_low / studies,
        {method: held[method] / studies for method in beside},
    )  # fmt: skip


def main() -> None:
    """Print a line for each setting, and those outside .92 to .97."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    asked.add_argument("--studies", type=int, default=1000)
    asked.add_argument("-B", type=int, default=1000)
    asked.add_argument("--only", default="", help="settings that have these words")
    asked.add_argument("--beside", nargs="*", default=[], choices=["bca", "percentile"])
    asked.add_argument("--other", action="store_true", help="settings that nothing was chosen by")
    asked.add_argument("--processes", type=int, default=1)
    given = asked.parse_args()
    known = (
        settings_of(list(OTHER), (25, 50, 200), 3)
        if given.other
        else settings_of(list(HARD), (20, 30, 100), 2)
    )
    settings = [s for s in known if all(word in str(s).split() for word in given.only.split())]
    print(f"{'':<31} true  none  one end | held  width | too high, too low, either")
    outside, mostly_refused = [], 0
    with ProcessPoolExecutor(given.processes) as pool:
        jobs = [pool.submit(simulate, setting, given.studies, given.B, given.beside) for setting in settings]
        for found in (job.result() for job in jobs):
            others = " ".join(f"{held:.3f} {method}" for method, held in found.others.items())
            print(
                f"{found.setting!s:<31} {found.true:.3f} {found.refused:>5} {found.one_end:>5} | "
                f"{found.held:.3f} {found.width:.3f} | {found.too_high:.3f} {found.too_low:.3f} "
                f"{found.too_high + found.too_low:.3f} {others}",
                flush=True,
            )
            if found.refused + found.one_end > given.studies / 2:
                mostly_refused += 1
            elif not LEAST <= found.held <= MOST:
                outside.append((found.held, found.setting))
    below = sum(held < LEAST for held, _ in outside)
    print(f"{len(settings)} settings: {mostly_refused} without both ends in most studies; of the others "
          f"{below} below {LEAST}, {len(outside) - below} above {MOST}")  # fmt: skip


if __name__ == "__main__":
    main()
