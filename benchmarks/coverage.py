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
With --other: three coders, other rates and sizes; with --rare one value has 90 or 95 %
in articles of one or two units; with --drawn every number of sixty settings was drawn at random, from a seed,
and nothing was chosen by them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from coder.agreement import distance as d  # noqa: E402
from coder.agreement.alpha import Coincidences, Ratings  # noqa: E402
from coder.agreement.bootstrap import (  # noqa: E402
    Guarded,
    Method,
    Plan,
    Resampled,
    Statistic,
    pooled,
)
from coder.agreement.pooled_f1 import PooledF1  # noqa: E402
from coder.agreement.sparse import Sparse  # noqa: E402
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
OTHER = {
    "even": (0.0, 0.0, 0.12),
    "uneven": (0.4, 0.25, 0.08),
    "rare": (0.15, 0.35, 0.01),
}
OTHER |= {"tidy": (0.1, 0.2, 0.002), "spotless": (0.03, 0.5, 0.0)}
"""Shape → the share of hard articles, the error rate there, the error rate elsewhere."""
MAIN_VALUE = {"skewed": 0.85, "rare": 0.9}
DRAWN = 60
POPULATION = 300_000
SHARE = 100  # so many studies share the weights of articles, which are drawn but once
LEAST, MOST = 0.92, 0.97


class Setting(NamedTuple):
    """What is simulated; rates: those of a shape; units: the most that an article has; main: of one value."""

    name: str
    scale: str
    articles: int
    rates: tuple[float, float, float]
    main: float | None = None
    units: int = 8
    coders: int = 2

    @classmethod
    def of(
        cls, scale: str, shape: str, articles: int, units: int = 8, coders: int = 2
    ) -> Setting:
        """A shape by its name."""
        name = f"{scale:<9} {shape:<8} {articles:>3}{' one unit' if units == 1 else ''}"
        return cls(
            name,
            scale,
            articles,
            (HARD | OTHER)[shape],
            MAIN_VALUE.get(shape),
            units,
            coders,
        )


def settings_of(
    shapes: Sequence[str], sizes: Sequence[int], coders: int
) -> list[Setting]:
    """Every scale, shape and size; of two values one unit an article too."""
    apart = [(shape, n) for shape in shapes for n in sizes]
    several = [
        Setting.of(scale, *each, coders=coders) for scale in SCALES for each in apart
    ]
    single = [Setting.of("binary", *each, 1, coders) for each in apart]
    return [*several, *single, *(Setting.of("f1", *each) for each in apart)]


def rare() -> list[Setting]:
    """Nearly all have one value, of two or of six, in few articles of one or two units."""
    several = product(
        ("binary", "nominal"), (0.9, 0.95), (20, 25, 30, 40), (1, 2), (2, 3)
    )
    return [
        Setting(
            f"{scale:<7} {main} {n} {units} {coders}",
            scale,
            n,
            OTHER["rare"],
            main,
            units,
            coders,
        )
        for scale, main, n, units, coders in several
    ]


def drawn_at_random(seed: int) -> list[Setting]:
    """Settings of which every number is drawn."""
    rng, found = np.random.default_rng(seed), []
    for number in range(DRAWN):
        scale = list(SCALES)[number % len(SCALES)]
        n, units, coders = (
            int(rng.integers(*ends)) for ends in ((20, 201), (1, 9), (2, 5))
        )
        rates = (rng.uniform(0, 0.5), rng.uniform(0.05, 0.5), rng.uniform(0, 0.1))
        main = rng.uniform(max(0.2, 1 / len(SCALES[scale][1])), 0.95)
        name = f"{scale:<9} {n:>3} {units} {coders} {main:.2f} " + " ".join(
            f"{rate:.2f}" for rate in rates
        )
        found.append(Setting(name, scale, n, rates, main, units, coders))
    return found


class Study(NamedTuple):
    """A figure by weights of articles, what it is in an article coded by chance, how much one tells."""

    statistic: Statistic
    worst: float = 0.0
    leverage: Statistic | None = None


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


def drawn(
    rng: np.random.Generator, setting: Setting, articles: int, studies: int = 1
) -> list[Study]:
    """So many studies of so many articles; all are drawn at once, which is quick."""
    (hard, there, elsewhere), size = setting.rates, articles * studies
    units = rng.integers(1, setting.units + 1, size=size)
    of_article = np.where(rng.random(size) < hard, there, elsewhere)
    rows = [slice(start, start + articles) for start in range(0, size, articles)]
    if setting.scale == "f1":
        first, second = (
            rng.binomial(units, 1 - of_article),
            rng.binomial(units, 1 - of_article),
        )
        hits = rng.hypergeometric(first, units - first, second)[None].astype(np.float64)
        marked = (first + second)[None].astype(np.float64)
        return [
            Study(PooledF1(2, (("a", "b"),), hits[:, r], marked[:, r]).values)
            for r in rows
        ]
    make, raw = SCALES[setting.scale]
    scale, k = make(), len(raw)
    main = setting.main or 1 / k
    base = np.array([main, *[(1 - main) / (k - 1)] * (k - 1)])
    article = np.repeat(np.arange(size), units)
    habits = rng.dirichlet(4 * base, size=size).cumsum(axis=1)
    truth = (
        (rng.random(len(article))[:, None] > habits[article]).sum(axis=1).clip(0, k - 1)
    )
    rate, columns = of_article[article], []
    for _ in range(setting.coders):
        other = (truth + rng.integers(1, k, size=len(truth))) % k
        if setting.scale in NEAR:
            beside = np.where(truth < k - 1, truth + 1, k - 2)
            other = np.where(rng.random(len(truth)) < 0.5, beside, other)
        columns.append(np.where(rng.random(len(truth)) < rate, other, truth))
    if articles == POPULATION:
        article, rows = np.zeros_like(article), [slice(1)]
    codes = np.stack(columns, axis=1)
    table = Coincidences.of(Ratings(scale, tuple(map(scale.read, raw)), codes, article))
    tables = (
        table._replace(
            observed=rows_of(table.observed, r),
            margins=rows_of(table.margins, r),
            units=int(units[r].sum()),
        )
        for r in rows
    )
    return [Study(each.alphas, each.worst, each.leverage) for each in tables]


def rows_of(table: Sparse, which: slice) -> Sparse:
    """Some rows of a table."""
    start, stop = which.start or 0, which.stop
    there = (table.rows >= start) & (table.rows < stop)
    cells = (table.rows[there] - start, table.columns[there], table.values[there])
    return Sparse((stop - start, table.shape[1]), *cells)


def true_figure(setting: Setting) -> float:
    """The figure of very many articles."""
    [everything] = drawn(np.random.default_rng(1), setting, POPULATION)
    articles = POPULATION if setting.scale == "f1" else 1
    return float(everything.statistic(np.ones((1, articles)))[0])


def simulate(
    setting: Setting, studies: int, replicates: int, beside: Sequence[Method]
) -> Found:
    """The coverage of the guarded interval over so many studies, and of those beside it."""
    true, refused, one_end, widths = true_figure(setting), 0, 0, list[float]()
    held = dict.fromkeys(("guarded", *beside), 0)
    too_high = too_low = 0
    rng, n = (
        np.random.default_rng([setting.articles, *map(ord, setting.name)]),
        setting.articles,
    )
    for number in range(studies):
        if number % SHARE == 0:
            some = drawn(rng, setting, n, min(SHARE, studies - number))
        study, plan = some[number % SHARE], Plan(B=replicates, seed=number // SHARE)
        score = pooled(study.statistic, n, 1, "no variation")
        found = Guarded.of(
            score, study.statistic, n, plan, study.worst, study.leverage
        ).interval()
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
            end = Resampled.of(study.statistic, n, plan, score.reason).interval(method)
            lower, upper = end.lower, end.upper
            held[method] += (
                lower is not None and upper is not None and lower <= true <= upper
            )
    return Found(
        setting,
        true,
        refused,
        one_end,
        held["guarded"] / max(len(widths), 1),
        float(np.mean(widths or [0])),
        too_high / studies,
        too_low / studies,
        {method: held[method] / studies for method in beside},
    )


def main() -> None:
    """Print a line for each setting, and those outside .92 to .97."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    asked.add_argument("--studies", type=int, default=1000)
    asked.add_argument("-B", type=int, default=1000)
    asked.add_argument("--only", default="", help="settings that have these words")
    asked.add_argument("--beside", nargs="*", default=[], choices=["bca", "percentile"])
    sets = asked.add_mutually_exclusive_group()
    sets.add_argument(
        "--other", action="store_true", help="other rates and sizes, three coders"
    )
    sets.add_argument(
        "--rare", action="store_true", help="one value in nearly all of few articles"
    )
    sets.add_argument(
        "--drawn",
        nargs="?",
        const=18,
        type=int,
        metavar="SEED",
        help="settings drawn at random",
    )
    asked.add_argument("--processes", type=int, default=1)
    given = asked.parse_args()
    if given.other:
        known = settings_of(list(OTHER), (25, 50, 200), 3)
    elif given.rare or given.drawn is not None:
        known = rare() if given.rare else drawn_at_random(given.drawn)
    else:
        known = settings_of(list(HARD), (20, 30, 100), 2)
    settings = [
        s for s in known if all(word in s.name.split() for word in given.only.split())
    ]
    print(f"{'':<37} true  none  one end | held  width | too high, too low, either")
    outside, mostly_refused = [], 0
    with ProcessPoolExecutor(given.processes) as pool:
        jobs = [
            pool.submit(simulate, setting, given.studies, given.B, given.beside)
            for setting in settings
        ]
        for found in (job.result() for job in jobs):
            others = " ".join(
                f"{held:.3f} {method}" for method, held in found.others.items()
            )
            print(
                f"{found.setting.name:<37} {found.true:.3f} {found.refused:>5} {found.one_end:>5} | "
                f"{found.held:.3f} {found.width:.3f} | {found.too_high:.3f} {found.too_low:.3f} "
                f"{found.too_high + found.too_low:.3f} {others}",
                flush=True,
            )
            if found.refused + found.one_end > given.studies / 2:
                mostly_refused += 1
            elif not LEAST <= found.held <= MOST:
                outside.append((found.held, found.setting))
    below = sum(held < LEAST for held, _ in outside)
    print(
        f"{len(settings)} settings: {mostly_refused} without both ends in most studies; of the others "
        f"{below} below {LEAST}, {len(outside) - below} above {MOST}"
    )


if __name__ == "__main__":
    main()
