"""Agreement on which events there are: F1 beside chance F1, at the threshold and on either side of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from coder.agreement.align import CodedArticle, alignment, split_parts
from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.event_f1 import chance_event_f1, corrected, event_counts
from coder.agreement.figures import EventAgreement, PairCount, SplitPart

RANGE = (0.3, 0.5)
"""Thresholds at which the alignment is repeated, to show how much hangs on it."""
MOST_CHANCE_ARTICLES = 500
"""Chance F1 crosses every article with every other one; beyond so many, a seeded sample stands for all."""


def event_agreement(
    ids: Sequence[str], articles: Sequence[CodedArticle], threshold: float, cap_days: float, plan: Plan
) -> EventAgreement:
    """Agreement over articles, each with the events of every coder who coded it; ids: of the articles."""
    counts = event_counts(articles, threshold, cap_days=cap_days)
    f1 = counts.score()
    shared = [article for article in articles if len(article) > 1]
    sample = _sampled(shared, plan.seed)
    chance = chance_event_f1(sample, threshold, cap_days=cap_days)
    thresholds = sorted({*RANGE, threshold})
    return EventAgreement(
        articles=len(shared),
        events=_events_by_coder(articles),
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
        by_threshold={t: event_counts(articles, t, cap_days=cap_days).score() for t in thresholds},
        splits=tuple(
            part
            for article_id, article in zip(ids, articles, strict=True)
            for part in _splits(article_id, article, threshold, cap_days)
        ),
    )


def _sampled(articles: list[CodedArticle], seed: int) -> list[CodedArticle]:
    if len(articles) <= MOST_CHANCE_ARTICLES:
        return articles
    drawn = np.random.default_rng(seed).choice(len(articles), MOST_CHANCE_ARTICLES, replace=False)
    return [articles[i] for i in sorted(drawn)]


def _events_by_coder(articles: Sequence[CodedArticle]) -> dict[str, int]:
    coders = sorted({coder for article in articles for coder in article})
    return {coder: sum(len(article.get(coder, ())) for article in articles) for coder in coders}


def _splits(article_id: str, article: CodedArticle, threshold: float, cap_days: float) -> list[SplitPart]:
    """The split parts between every two coders of an article."""
    parts = []
    for a, b in combinations(sorted(article), 2):
        matches = alignment(article[a], article[b], threshold, cap_days=cap_days)
        of_a, of_b = split_parts(article[a], article[b], matches)
        parts += [SplitPart(article_id, a, event.id, b) for event in of_a]
        parts += [SplitPart(article_id, b, event.id, a) for event in of_b]
    return parts
