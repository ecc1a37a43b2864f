"""Agreement on marked spans, kind by kind: exact and relaxed F1, and unitizing alpha.

Kinds may overlap in the text, so unitizing alpha takes one kind at a time, joined spans against all else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from operator import add
from typing import TypeAlias

from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.figures import SpanAgreement
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import FEW_CODERS, NO_PAIRS, NOTHING_MARKED, undefined
from coder.agreement.spans import Mark, Mode, joined, span_hits
from coder.agreement.unitizing import Continuum, LengthTable, Unit, length_table, pooled_alphas, pooled_score

ALL_KINDS = ""
MODES: tuple[Mode, Mode] = ("exact", "relaxed")
NO_LENGTH = "length of the article not known"

MarkedArticle: TypeAlias = Mapping[str, Sequence[Mark]]
"""The marks of each coder who coded the article."""


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
    rows = {ALL_KINDS: articles, **by_kind}
    return [_row(kind, found, lengths, exact[kind], relaxed[kind], plan) for kind, found in rows.items()]


def _row(
    kind: str,
    articles: Sequence[MarkedArticle],
    lengths: Sequence[int | None],
    exact: PooledF1,
    relaxed: PooledF1,
    plan: Plan,
) -> SpanAgreement:
    shared = [(t, length) for t, length in zip(articles, lengths, strict=True) if len(t) > 1]
    tables = [_length_table(t, length) for t, length in shared if length is not None]
    if len(tables) < len(shared):
        tables = []
    if len({coder for t in articles for coder in t}) < 2:
        unitized = undefined(FEW_CODERS)
    elif not shared:
        unitized = undefined(NO_PAIRS)
    elif not (n := sum(len(marks) for t, _ in shared for marks in t.values())):
        unitized = undefined(NOTHING_MARKED)
    elif not tables:
        unitized = undefined(NO_LENGTH, n)
    else:
        unitized = pooled_score(tables, n)
    exact_f1, relaxed_f1 = exact.score(), relaxed.score()
    return SpanAgreement(
        kind,
        len(shared),
        exact_f1,
        interval_of(exact_f1, exact.values, exact.articles, plan),
        relaxed_f1,
        interval_of(relaxed_f1, relaxed.values, relaxed.articles, plan),
        unitized,
        interval_of(unitized, partial(pooled_alphas, tables), len(tables), plan),
    )


def _length_table(article: MarkedArticle, length: int) -> LengthTable:
    """Coincident lengths of one article, its marks joined and of one value, against gaps."""
    units = (
        tuple(Unit(start, end, "marked") for start, end in joined(f for m in marks for f in m.fragments))
        for marks in article.values()
    )
    return length_table(Continuum(length, tuple(units)), ["marked"])
