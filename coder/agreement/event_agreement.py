"""Agreement on the events themselves: F1 and chance F1, at the threshold and at neighbouring ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from coder.agreement.align import PAIRING, CodedArticle, Pairing, alignment
from coder.agreement.bootstrap import Plan
from coder.agreement.comparison import RANGE, Comparison, Counted
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import (
    FEW_ARTICLES,
    NO_PAIRS,
    Interval,
    MeanScore,
    Score,
    ratio,
    undefined,
)

MOST_CHANCE_ARTICLES = (
    500  # with more articles, chance F1 is computed on a seeded sample
)


class PairCount(NamedTuple):
    """The matches of two coders, and the events of both in the articles that both coded.

    of_each: events of each coder. splits: unmatched events of each that lie inside an event of the other.
    """

    coders: tuple[str, str]
    matches: int
    events: int
    of_each: tuple[int, int]
    splits: tuple[int, int]

    @property
    def f1(self) -> float | None:
        """2 matches / events, None without events; the F1 of a study is the mean over pairs of coders."""
        return 2 * self.matches / self.events if self.events else None


class SplitPart(NamedTuple):
    """An unmatched event with at least half its evidence inside an event of the other coder."""

    article: str
    coder: str
    event: str
    other: str


class EventAgreement(NamedTuple):
    """Inter-coder agreement on the events themselves.

    articles: those coded by two coders or more. chance: F1 between different articles, over chance_articles.
    corrected: (F1 - C) / (1 - C). by_threshold: F1 at each alignment threshold, in ascending order.
    """

    articles: int
    events: Mapping[str, int]  # in these articles, by coder
    alone: Mapping[str, int]  # in articles that nobody else coded
    without_evidence: int  # of all these events
    needs_evidence: bool  # whether events without evidence match no other
    pairs: tuple[PairCount, ...]
    f1: Score
    interval: Interval
    chance: Score
    chance_articles: int
    corrected: Score
    by_threshold: Mapping[float, Score]
    splits: tuple[SplitPart, ...]


class EventPool:
    """The event counts of comparisons, collected article by article."""

    def __init__(self) -> None:
        self.coders: set[str] = set()
        self._events: dict[str, int] = {}
        self._alone: dict[str, int] = {}
        self._without_evidence = 0
        self.splits: list[SplitPart] = []
        self._coded: list[Sequence[str]] = []
        self._matches: dict[str, list[Counted]] = {}
        self._of_each: Counter[tuple[str, str]] = Counter()
        """The number of the first coder's events in articles that both coded."""

    def add(self, entry: Comparison) -> None:
        """Add the next article."""
        for threshold, hits in entry.matches.items():
            self._matches.setdefault(threshold, []).extend(
                entry.counted(len(self._coded), hits)
            )
        counts = self._events if len(entry.coders) > 1 else self._alone
        for coder, events in zip(entry.coders, entry.events, strict=True):
            counts[coder] = counts.get(coder, 0) + len(events)
            self._without_evidence += sum(not event.evidence for event in events)
            for other in entry.coders:
                self._of_each[coder, other] += len(events)
        self.coders.update(entry.coders)
        self.splits += [SplitPart(entry.article, *each) for each in entry.splits]
        self._coded.append(entry.coders)

    @property
    def shared(self) -> list[int]:
        """The numbers of the articles coded by two coders or more."""
        return [number for number, coders in enumerate(self._coded) if len(coders) > 1]

    def counts(self, threshold: float) -> PooledF1:
        """Matches and events of every pair of coders, in the articles coded by two or more."""
        return PooledF1.counted(self._coded, self._matches.get(str(threshold), ()))

    def agreement(
        self, how: Pairing, plan: Plan, crossed: Callable[[Sequence[int]], Score]
    ) -> EventAgreement:
        """Compute all figures; crossed: computes chance F1 over the articles with the given numbers."""
        by_threshold = {t: self.counts(t) for t in sorted({*RANGE, how.threshold})}
        counts = by_threshold[how.threshold]
        f1, interval = counts.figures(plan)
        shared = self.shared
        sample = shared
        if len(shared) > MOST_CHANCE_ARTICLES:
            drawn = np.random.default_rng(plan.seed).choice(
                len(shared), MOST_CHANCE_ARTICLES, replace=False
            )
            sample = [shared[i] for i in sorted(drawn)]
        chance = crossed(sample) if len(sample) > 1 else undefined(FEW_ARTICLES)
        by_pair = zip(
            counts.pairs,
            counts.hits.sum(axis=1),
            counts.marked.sum(axis=1),
            strict=True,
        )
        parts = Counter((each.coder, each.other) for each in self.splits)
        return EventAgreement(
            articles=len(shared),
            events=dict(sorted(self._events.items())),
            alone=dict(sorted(self._alone.items())),
            without_evidence=self._without_evidence,
            needs_evidence=how.needs_evidence,
            pairs=tuple(
                PairCount(
                    (a, b),
                    int(hits),
                    int(marked),
                    (self._of_each[a, b], self._of_each[b, a]),
                    (parts[a, b], parts[b, a]),
                )
                for (a, b), hits, marked in by_pair
            ),
            f1=f1,
            interval=interval,
            chance=chance,
            chance_articles=len(sample),
            corrected=corrected(f1, chance),
            by_threshold={t: counted.score() for t, counted in by_threshold.items()},
            splits=tuple(self.splits),
        )


def event_counts(articles: Sequence[CodedArticle], how: Pairing = PAIRING) -> PooledF1:
    """Matches and events of every pair of coders, by article."""
    counted = (
        (
            number,
            a,
            b,
            len(alignment(article[a], article[b], how)),
            len(article[a]) + len(article[b]),
        )
        for number, article in enumerate(articles)
        for a, b in combinations(sorted(article), 2)
    )
    return PooledF1.counted([sorted(article) for article in articles], counted)


def corrected(f1: Score, chance: Score) -> Score:
    """(F1 - C) / (1 - C), where C is chance F1."""
    if f1.value is None or chance.value is None:
        return undefined(f1.reason or chance.reason, f1.n)
    score = ratio(f1.value - chance.value, 1 - chance.value, f1.n, NO_PAIRS)
    by_chance = chance.pooled if isinstance(chance, MeanScore) else chance.value
    if not isinstance(f1, MeanScore) or score.value is None:
        return score
    over_all = (f1.pooled - by_chance) / (1 - by_chance)
    return replace(f1, value=score.value, pooled=over_all)
