"""Agreement on marked spans, kind by kind: exact and relaxed F1, and unitizing alpha.

Kinds may overlap in the text, so unitizing alpha takes one kind at a time, joined spans against all else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from operator import add
from typing import NamedTuple, TypeAlias

from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import FEW_CODERS, NO_PAIRS, NOTHING_MARKED, Interval, Score, undefined
from coder.agreement.spans import Mark, Mode, joined, span_hits
from coder.agreement.unitizing import Continuum, Unit, length_table, pooled_alphas, pooled_score

ALL_KINDS = ""
MODES: tuple[Mode, Mode] = ("exact", "relaxed")
NO_LENGTH = "length of the article not known"

MarkedArticle: TypeAlias = Mapping[str, Sequence[Mark]]  # of each coder who coded it


class SpanAgreement(NamedTuple):
    """How far coders agree on the spans of one kind; the kind "" stands for all of them."""

    kind: str
    articles: int
    exact: Score
    exact_interval: Interval
    relaxed: Score
    relaxed_interval: Interval
    u_alpha: Score  # of the kind against all else; for all kinds, of marked against not marked
    u_alpha_interval: Interval


def span_agreement(
    articles: Sequence[MarkedArticle], lengths: Sequence[int | None], kinds: Sequence[str], plan: Plan
) -> list[SpanAgreement]:
    """One row for all kinds and one for each; lengths: code points of each article, None if not known."""
    if not kinds:
        return []
    by_kind = {
        kind: [{coder: [m for m in marks if m.label == kind] for coder, marks in t.items()} for t in articles]
        for kind in kinds
    }
    exact, relaxed = (
        {kind: PooledF1.of(found, partial(span_hits, mode=mode)) for kind, found in by_kind.items()}
        for mode in MODES
    )
    for counts in (exact, relaxed):
        counts[ALL_KINDS] = reduce(add, counts.values())
    shared = sum(len(article) > 1 for article in articles)
    return [
        SpanAgreement(
            kind,
            shared,
            *exact[kind].figures(plan),
            *relaxed[kind].figures(plan),
            *_unitized(found, lengths, plan),
        )
        for kind, found in {ALL_KINDS: articles, **by_kind}.items()
    ]


def _unitized(
    articles: Sequence[MarkedArticle], lengths: Sequence[int | None], plan: Plan
) -> tuple[Score, Interval]:
    """Unitizing alpha of the marks, joined and of one value against gaps, and its interval."""
    shared = [(t, length) for t, length in zip(articles, lengths, strict=True) if len(t) > 1]
    tables = []
    for article, length in shared:
        if length is not None:
            parts = (joined(f for m in marks for f in m.fragments) for marks in article.values())
            units = tuple(tuple(Unit(start, end, "marked") for start, end in each) for each in parts)
            tables.append(length_table(Continuum(length, units), ["marked"]))
    if len(tables) < len(shared):
        tables = []
    if len({coder for t in articles for coder in t}) < 2:
        score = undefined(FEW_CODERS)
    elif not shared:
        score = undefined(NO_PAIRS)
    elif not (n := sum(len(marks) for t, _ in shared for marks in t.values())):
        score = undefined(NOTHING_MARKED)
    elif not tables:
        score = undefined(NO_LENGTH, n)
    else:
        score = pooled_score(tables, n)
    return score, interval_of(score, partial(pooled_alphas, tables), len(tables), plan)
