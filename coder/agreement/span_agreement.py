"""Agreement on marked spans, kind by kind: exact and relaxed F1, and unitizing alpha.

Kinds may overlap in the text, so unitizing alpha takes one kind at a time, joined spans against all else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias

from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.figures import SpanAgreement
from coder.agreement.pooled import PooledF1
from coder.agreement.result import FEW_CODERS, NO_PAIRS, NOTHING_MARKED, Score, undefined
from coder.agreement.spans import Mark, Mode, joined, span_hits
from coder.agreement.unitizing import Continuum, LengthTable, Unit, length_table, pooled_alphas, pooled_score

ALL_KINDS = ""
NO_LENGTH = "length of the article not known"

MarkedArticle: TypeAlias = Mapping[str, Sequence[Mark]]
"""The marks of each coder who coded the article."""


def span_agreement(
    articles: Sequence[MarkedArticle], lengths: Sequence[int | None], kinds: Sequence[str], plan: Plan
) -> list[SpanAgreement]:
    """One row for all kinds and one for each; lengths: code points of each article, None if not known."""
    by_kind = {
        kind: [{coder: [m for m in marks if m.label == kind] for coder, marks in t.items()} for t in articles]
        for kind in kinds
    }
    exact = {kind: _counts(found, "exact") for kind, found in by_kind.items()}
    relaxed = {kind: _counts(found, "relaxed") for kind, found in by_kind.items()}
    rows = [_row(ALL_KINDS, articles, lengths, _summed(exact), _summed(relaxed), plan)] if kinds else []
    return rows + [
        _row(kind, found, lengths, exact[kind], relaxed[kind], plan) for kind, found in by_kind.items()
    ]


def _counts(articles: Sequence[MarkedArticle], mode: Mode) -> PooledF1:
    return PooledF1.of(articles, partial(span_hits, mode=mode))


def _summed(by_kind: Mapping[str, PooledF1]) -> PooledF1:
    first, *rest = by_kind.values()
    for counts in rest:
        first += counts
    return first


def _row(
    kind: str,
    articles: Sequence[MarkedArticle],
    lengths: Sequence[int | None],
    exact: PooledF1,
    relaxed: PooledF1,
    plan: Plan,
) -> SpanAgreement:
    shared = [(t, length) for t, length in zip(articles, lengths, strict=True) if len(t) > 1]
    known = [(t, length) for t, length in shared if length is not None]
    tables = [_lengths(t, length) for t, length in known] if len(known) == len(shared) else []
    unitized = _u_alpha(articles, shared, tables)
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


def _u_alpha(
    articles: Sequence[MarkedArticle], shared: Sequence[object], tables: Sequence[LengthTable]
) -> Score:
    """Unitizing alpha over all articles laid end to end; n counts the marks of all coders."""
    if len({coder for t in articles for coder in t}) < 2:
        return undefined(FEW_CODERS)
    if not shared:
        return undefined(NO_PAIRS)
    n = sum(len(marks) for t in articles if len(t) > 1 for marks in t.values())
    if not n:
        return undefined(NOTHING_MARKED)
    return pooled_score(tables, n) if tables else undefined(NO_LENGTH, n)


def _lengths(article: MarkedArticle, length: int) -> LengthTable:
    """Coincident lengths of one article, its marks joined and of one value, against gaps."""
    units = (
        tuple(Unit(start, end, "marked") for start, end in joined(f for m in marks for f in m.fragments))
        for marks in article.values()
    )
    return length_table(Continuum(length, tuple(units)), ["marked"])
