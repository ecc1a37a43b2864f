"""Agreement on which events there are: F1 beside chance F1, at the threshold and on either side of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from coder.agreement.align import THRESHOLD, CodedArticle, alignment, assigned, split_parts
from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.figures import EventAgreement, PairCount, SplitPart
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import NO_PAIRS, Score, ratio, undefined
from coder.agreement.similarity import DATE_CAP_DAYS, EventView, Term, similarities
from coder.agreement.spans import Hits

RANGE = (0.3, 0.5)
"""Thresholds at which the alignment is repeated, to show how much hangs on it."""
MOST_CHANCE_ARTICLES = 500
"""Chance F1 crosses every article with every other one; beyond so many, a seeded sample stands for all."""


def event_agreement(
    ids: Sequence[str], articles: Sequence[CodedArticle], threshold: float, cap_days: float, plan: Plan
) -> EventAgreement:
    """Agreement over articles, each with the events of every coder who coded it; ids: of the articles."""
    by_threshold = {t: event_counts(articles, t, cap_days=cap_days) for t in sorted({*RANGE, threshold})}
    counts = by_threshold[threshold]
    f1 = counts.score()
    shared = [article for article in articles if len(article) > 1]
    sample = shared
    if len(shared) > MOST_CHANCE_ARTICLES:
        drawn = np.random.default_rng(plan.seed).choice(len(shared), MOST_CHANCE_ARTICLES, replace=False)
        sample = [shared[i] for i in sorted(drawn)]
    coders = sorted({coder for article in articles for coder in article})
    chance = chance_event_f1(sample, threshold, cap_days=cap_days)
    return EventAgreement(
        articles=len(shared),
        events={coder: sum(len(article.get(coder, ())) for article in articles) for coder in coders},
        pairs=tuple(
            PairCount(pair, int(hits), int(marked))
            for pair, hits, marked in zip(
                counts.pairs, counts.hits.sum(axis=1), counts.marked.sum(axis=1), strict=True
            )
        ),
        f1=f1,
        interval=interval_of(f1, counts.values, counts.articles, plan),
        chance=chance,
        chance_articles=len(sample),
        corrected=corrected(f1, chance),
        by_threshold={t: found.score() for t, found in by_threshold.items()},
        splits=tuple(
            part
            for article_id, article in zip(ids, articles, strict=True)
            for part in _splits(article_id, article, threshold, cap_days)
        ),
    )


def _splits(article_id: str, article: CodedArticle, threshold: float, cap_days: float) -> list[SplitPart]:
    """The split parts between every two coders of an article."""
    parts = []
    for a, b in combinations(sorted(article), 2):
        matches = alignment(article[a], article[b], threshold, cap_days=cap_days)
        of_a, of_b = split_parts(article[a], article[b], matches)
        parts += [SplitPart(article_id, a, event.id, b) for event in of_a]
        parts += [SplitPart(article_id, b, event.id, a) for event in of_b]
    return parts


def event_counts(
    articles: Sequence[CodedArticle],
    threshold: float = THRESHOLD,
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> PooledF1:
    """Matches and events of every two coders, article by article."""

    def count(first: Sequence[EventView], second: Sequence[EventView]) -> Hits:
        return Hits(len(alignment(first, second, threshold, exclude, cap_days)), len(first), len(second))

    return PooledF1.of(articles, count)


def pairwise_event_f1(
    articles: Sequence[CodedArticle], threshold: float = THRESHOLD, exclude: Term | None = None
) -> Score:
    """The mean over coder pairs of 2M / (n_1 + n_2); n counts the events of both coders of every pair."""
    return event_counts(articles, threshold, exclude).score()


def chance_event_f1(
    articles: Sequence[CodedArticle],
    threshold: float = THRESHOLD,
    exclude: Term | None = None,
    cap_days: float = DATE_CAP_DAYS,
) -> Score:
    """The same F1 over all ordered pairs of different articles that both coders coded.

    It shows what habits of position and common dates produce without any agreement.
    """
    names = sorted({coder for article in articles for coder in article})
    pairs, hits, marked = [], [], []
    for a, b in combinations(names, 2):
        if both := [article for article in articles if a in article and b in article]:
            found = _crossed([t[a] for t in both], [t[b] for t in both], threshold, exclude, cap_days)
            pairs.append((a, b))
            hits.append([found.hits])
            marked.append([found.first + found.second])
    return PooledF1(len(names), tuple(pairs), np.array(hits, float), np.array(marked, float)).score()


def corrected(f1: Score, chance: Score) -> Score:
    """(F1 - C) / (1 - C): how far agreement on events exceeds chance F1 C."""
    if f1.value is None or chance.value is None:
        return undefined(f1.reason or chance.reason, f1.n)
    return ratio(f1.value - chance.value, 1 - chance.value, f1.n, NO_PAIRS)


def _crossed(
    first: Sequence[Sequence[EventView]],
    second: Sequence[Sequence[EventView]],
    threshold: float,
    exclude: Term | None,
    cap_days: float,
) -> Hits:
    """Matches of the first coder's events of each article with the second's of every other article."""
    events = [event for article in first for event in article]
    others = [event for article in second for event in article]
    owner, other_owner = (
        np.array([n for n, events in enumerate(side) for _ in events], dtype=np.int64)
        for side in (first, second)
    )
    strong = similarities(events, others, exclude, cap_days)
    strong[(strong < threshold) | (owner[:, None] == other_owner[None, :])] = 0.0
    blocks: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for i, j in np.argwhere(strong > 0):
        blocks[int(owner[i]), int(other_owner[j])].append((i, j))
    matches = 0
    for pairs in blocks.values():
        rows, columns = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
        matches += 1 if len(pairs) == 1 else len(assigned(strong[np.ix_(rows, columns)], threshold))
    return Hits(matches, (len(first) - 1) * len(events), (len(first) - 1) * len(others))
