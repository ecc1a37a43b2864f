"""Agreement on which events there are: F1 beside chance F1, at the threshold and on either side of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, combinations
from typing import NamedTuple, TypeAlias

import numpy as np

from coder.agreement import align
from coder.agreement.bootstrap import Plan
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import NO_PAIRS, Interval, Score, ratio, undefined
from coder.agreement.spans import Hits

Events: TypeAlias = Sequence[Sequence[align.EventView]]  # one coder's, article by article
RANGE = (0.3, 0.5)  # thresholds at which the alignment is repeated, to show how much hangs on it
MOST_CHANCE_ARTICLES = 500  # are crossed with every other one; beyond, a seeded sample stands for all


class PairCount(NamedTuple):
    """Matches of two coders, and how many events both have in the articles that both coded."""

    coders: tuple[str, str]
    matches: int
    events: int


class SplitPart(NamedTuple):
    """An unmatched event with at least half its evidence inside an event of the other coder."""

    article: str
    coder: str
    event: str
    other: str


class EventAgreement(NamedTuple):
    """How far coders agree on which events there are."""

    articles: int  # coded by two coders or more
    events: Mapping[str, int]  # of each coder
    pairs: tuple[PairCount, ...]
    f1: Score
    interval: Interval
    chance: Score  # F1 between different articles
    chance_articles: int  # so many went into chance
    corrected: Score  # (F1 - C) / (1 - C)
    by_threshold: Mapping[float, Score]  # F1, from the lenient threshold to the strict one
    splits: tuple[SplitPart, ...]


def event_agreement(
    ids: Sequence[str], articles: Sequence[align.CodedArticle], how: align.Pairing, plan: Plan
) -> EventAgreement:
    """Agreement over articles, each with the events of every coder who coded it; ids: of the articles."""
    thresholds = sorted({*RANGE, how.threshold})
    by_threshold = {t: event_counts(articles, how._replace(threshold=t)) for t in thresholds}
    counts = by_threshold[how.threshold]
    f1, interval = counts.figures(plan)
    shared = sample = [article for article in articles if len(article) > 1]
    if len(shared) > MOST_CHANCE_ARTICLES:
        drawn = np.random.default_rng(plan.seed).choice(len(shared), MOST_CHANCE_ARTICLES, replace=False)
        sample = [shared[i] for i in sorted(drawn)]
    coders = sorted({coder for article in articles for coder in article})
    chance = chance_event_f1(sample, how)
    by_pair = zip(counts.pairs, counts.hits.sum(axis=1), counts.marked.sum(axis=1), strict=True)
    splits: list[SplitPart] = []
    for article_id, article in zip(ids, articles, strict=True):
        for a, b in combinations(sorted(article), 2):
            of_a, of_b = align.split_parts(
                article[a], article[b], align.alignment(article[a], article[b], how)
            )
            splits += [SplitPart(article_id, a, event.id, b) for event in of_a]
            splits += [SplitPart(article_id, b, event.id, a) for event in of_b]
    return EventAgreement(
        articles=len(shared),
        events={coder: sum(len(article.get(coder, ())) for article in articles) for coder in coders},
        pairs=tuple(PairCount(pair, int(hits), int(marked)) for pair, hits, marked in by_pair),
        f1=f1,
        interval=interval,
        chance=chance,
        chance_articles=len(sample),
        corrected=corrected(f1, chance),
        by_threshold={t: found.score() for t, found in by_threshold.items()},
        splits=tuple(splits),
    )


def event_counts(articles: Sequence[align.CodedArticle], how: align.Pairing = align.PAIRING) -> PooledF1:
    """Matches and events of every two coders, article by article."""
    return PooledF1.of(articles, lambda a, b: Hits(len(align.alignment(a, b, how)), len(a), len(b)))


def chance_event_f1(articles: Sequence[align.CodedArticle], how: align.Pairing = align.PAIRING) -> Score:
    """The F1 over different articles: what position habits and common dates give without agreement."""
    names = sorted({coder for article in articles for coder in article})
    pairs, hits, marked = [], [], []
    for a, b in combinations(names, 2):
        if both := [article for article in articles if a in article and b in article]:
            first, second = [article[a] for article in both], [article[b] for article in both]
            pairs.append((a, b))
            hits.append([_crossed_matches(first, second, how)])
            marked.append([(len(both) - 1) * sum(map(len, first + second))])
    return PooledF1(len(names), tuple(pairs), np.array(hits, float), np.array(marked, float)).score()


def corrected(f1: Score, chance: Score) -> Score:
    """(F1 - C) / (1 - C): how far agreement on events exceeds chance F1 C."""
    if f1.value is None or chance.value is None:
        return undefined(f1.reason or chance.reason, f1.n)
    return ratio(f1.value - chance.value, 1 - chance.value, f1.n, NO_PAIRS)


def _crossed_matches(first: Events, second: Events, how: align.Pairing) -> int:
    """Matches of the first coder's events of each article with the second's of every other article."""
    owner, other_owner = (
        np.array([n for n, events in enumerate(side) for _ in events], dtype=np.int64)
        for side in (first, second)
    )
    strong = align.similarities(list(chain(*first)), list(chain(*second)), how)
    strong[(strong < how.threshold) | (owner[:, None] == other_owner[None, :])] = 0.0
    blocks: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for i, j in np.argwhere(strong > 0):
        blocks[int(owner[i]), int(other_owner[j])].append((i, j))
    matches = 0
    for pairs in blocks.values():
        rows, columns = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
        matches += 1 if len(pairs) == 1 else len(align.assigned(strong[np.ix_(rows, columns)], how.threshold))
    return matches
