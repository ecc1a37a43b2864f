"""How often the intervals hold the true figure: `python benchmarks/coverage.py`, some
minutes on one core.

A setting is a scale, a number of articles and a shape of the data. A study of it draws
articles of one to eight units (or one). Each article has its own habits of values and
its own error rate; coders err apart. Of events (f1) they miss each at that rate. The
true figure is that of 300,000 articles. Of the studies of a setting it prints: how many
have no BCa interval, for a reason; of the others the share whose interval holds the
true figure, and the shares with its low end above it and its high end below it; of all
studies with a figure the share whose guarded lower bound is above it, and how many
could have met no disagreement. F1 has no guarded lower bound.

Shapes. ordinary: a quarter of the articles are hard (30 % errors, else 3 %). skewed:
one value has 85 %. almost: 6 % of the articles are hard (30 %), elsewhere .5 % errors.
clean: 6 % hard (40 %), elsewhere none. With --rare, one value has 90 or 95 % in
articles of one or two units. With --drawn, every number of sixty settings was drawn at
random, from a seed, and nothing was chosen by them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from coder.agreement import distance as d  # noqa: E402
from coder.agreement.alpha import (  # noqa: E402
    Coincidences,
    Ratings,
    Sparse,
)
from coder.agreement.bootstrap import (  # noqa: E402
    Plan,
    Statistic,
    interval_of,
    pooled,
)
from coder.agreement.pooled_f1 import PooledF1  # noqa: E402
from coder.agreement.reliability import GuardedDraws  # noqa: E402
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
"""Shape → the share of hard articles, the error rate there, the error rate elsewhere.
"""
RARE = (0.15, 0.35, 0.01)
MAIN_VALUE = {"skewed": 0.85}
DRAWN = 60
POPULATION = 300_000
SHARE = 100  # so many studies share the weights of articles, which are drawn but once


class Setting(NamedTuple):
    """What is simulated; rates: those of a shape; units: the most that an article has;
    main: of one value.
    """

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
            HARD[shape],
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
            RARE,
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
    """A figure by weights of articles, and alpha of an article coded by chance, None
    for F1.
    """

    statistic: Statistic
    worst: float | None = None


class Found(NamedTuple):
    """What came out for one setting: numbers of studies, and shares."""

    setting: Setting
    true: float
    without_interval: int
    held: float  # of those with an interval
    low_too_high: float
    high_too_low: float
    bound_too_high: float | None  # of those with a figure
    is_few: int


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
    return [Study(each.alphas, each.worst) for each in tables]


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


def simulate(setting: Setting, studies: int, replicates: int) -> Found:
    """The coverage of the BCa interval and of the guarded lower bound over so many
    studies.
    """
    true = true_figure(setting)
    n = setting.articles
    rng = np.random.default_rng([n, *map(ord, setting.name)])
    low_too_high = high_too_low = with_interval = 0
    bounds = bound_too_high = is_few = 0
    for number in range(studies):
        if number % SHARE == 0:
            some = drawn(rng, setting, n, min(SHARE, studies - number))
        study = some[number % SHARE]
        plan = Plan(B=replicates, seed=number // SHARE)
        score = pooled(study.statistic, n, 1, "no variation")
        interval = interval_of(score, study.statistic, n, plan)
        if interval.low is not None and interval.high is not None:
            with_interval += 1
            low_too_high += interval.low > true
            high_too_low += interval.high < true
        if study.worst is None or score.value is None:
            continue
        draws = GuardedDraws.of(score, study.statistic, n, plan, study.worst)
        bound = draws.lower_bound().value
        assert bound is not None
        bounds += 1
        bound_too_high += bound > true
        is_few += draws.is_few
    of = max(with_interval, 1)
    return Found(
        setting,
        true,
        studies - with_interval,
        1 - (low_too_high + high_too_low) / of,
        low_too_high / of,
        high_too_low / of,
        bound_too_high / bounds if bounds else None,
        is_few,
    )


def main() -> None:
    """Print a line for each setting."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    asked.add_argument("--studies", type=int, default=400)
    asked.add_argument("-B", type=int, default=1000)
    asked.add_argument("--only", default="", help="settings that have these words")
    sets = asked.add_mutually_exclusive_group()
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
    if given.rare:
        known = rare()
    elif given.drawn is not None:
        known = drawn_at_random(given.drawn)
    else:
        known = settings_of(list(HARD), (20, 30, 100), 2)
    words = given.only.split()
    settings = [s for s in known if all(word in s.name.split() for word in words)]
    print(
        f"{'':<37} true  none | held  low too high, high too low | bound too high, few"
    )
    with ProcessPoolExecutor(given.processes) as pool:
        jobs = [
            pool.submit(simulate, setting, given.studies, given.B)
            for setting in settings
        ]
        for found in (job.result() for job in jobs):
            bound = "  —  "
            if found.bound_too_high is not None:
                bound = f"{found.bound_too_high:.3f}"
            print(
                f"{found.setting.name:<37} {found.true:.3f} {found.without_interval:>4} | "
                f"{found.held:.3f} {found.low_too_high:.3f} {found.high_too_low:.3f} | "
                f"{bound} {found.is_few:>4}",
                flush=True,
            )


if __name__ == "__main__":
    main()
