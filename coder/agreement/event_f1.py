"""How well coders agree on which events an article holds, and how well they would by habit alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from coder.agreement.align import THRESHOLD, CodedArticle, alignment, assigned
from coder.agreement.distance import Ints
from coder.agreement.pooled import PooledF1
from coder.agreement.result import NO_PAIRS, Score, ratio, undefined
from coder.agreement.similarity import DATE_CAP_DAYS, EventView, Term, similarities
from coder.agreement.spans import Hits


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
    crossed: dict[tuple[str, str], Hits] = {}
    for a, b in combinations(names, 2):
        both = [article for article in articles if a in article and b in article]
        if both:
            crossed[a, b] = _crossed([t[a] for t in both], [t[b] for t in both], threshold, exclude, cap_days)
    hits = np.array([[found.hits] for found in crossed.values()], dtype=np.float64)
    marked = np.array([[found.first + found.second] for found in crossed.values()], dtype=np.float64)
    return PooledF1(len(names), tuple(crossed), hits, marked).score()


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
    size = len(first)
    events = [event for article in first for event in article]
    others = [event for article in second for event in article]
    owner, other_owner = _owners(first), _owners(second)
    strong = similarities(events, others, exclude, cap_days)
    strong[(strong < threshold) | (owner[:, None] == other_owner[None, :])] = 0.0
    blocks: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for i, j in np.argwhere(strong > 0):
        blocks[int(owner[i]), int(other_owner[j])].append((i, j))
    matches = 0
    for pairs in blocks.values():
        rows, columns = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
        matches += 1 if len(pairs) == 1 else len(assigned(strong[np.ix_(rows, columns)], threshold))
    return Hits(matches, (size - 1) * len(events), (size - 1) * len(others))


def _owners(articles: Sequence[Sequence[EventView]]) -> Ints:
    """The number of the article that each event lies in; shape (event,)."""
    return np.array([n for n, events in enumerate(articles) for _ in events], dtype=np.int64)
