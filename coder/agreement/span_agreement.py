"""Agreement on marked spans, by kind: exact and relaxed F1, and unitizing alpha.

Kinds may overlap in the text, so unitizing alpha treats each kind separately: merged
spans against all else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial, reduce
from operator import add
from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.comparison import ALL_KINDS, Comparison, Counted
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import (
    FEW_CODERS,
    NO_PAIRS,
    NOTHING_MARKED,
    Interval,
    Score,
    make_undefined,
)
from coder.agreement.unitizing import (
    LengthTable,
    compute_pooled_alphas,
    compute_pooled_score,
)

NO_LENGTH = "length of the article not known"


class SpanAgreement(NamedTuple):
    """Inter-coder agreement on the spans of one kind, or of all kinds (kind "").

    u_alpha: unitizing alpha of the kind against all else; for all kinds: of marked
    against unmarked text.
    """

    kind: str
    articles: int
    exact: Score
    exact_interval: Interval
    relaxed: Score
    relaxed_interval: Interval
    u_alpha: Score
    u_alpha_interval: Interval


class SpanPool:
    """The span counts of comparisons, collected article by article."""

    def __init__(self) -> None:
        self._coded: list[Sequence[str]] = []
        self._hits: dict[str, tuple[list[Counted], list[Counted]]] = {}
        """Exact and relaxed counts by kind."""
        self._marks = Counter[str]()
        self._lengths = defaultdict[str, dict[int, Sequence[float]]](dict)
        """Length tables by kind, and by the number of an article coded by two coders or
        more.
        """

    def add(self, entry: Comparison) -> None:
        """Add the next article."""
        number = len(self._coded)
        is_shared = len(entry.coders) > 1
        self._coded.append(entry.coders)
        for kind, marked in entry.spans.items():
            if kind != ALL_KINDS:
                exact, relaxed = self._hits.setdefault(kind, ([], []))
                exact += entry.counted(number, marked.exact)
                relaxed += entry.counted(number, marked.relaxed)
            if is_shared:
                self._marks[kind] += marked.n
                self._lengths[kind][number] = marked.lengths

    def agreement(self, known: Sequence[str], plan: Plan) -> list[SpanAgreement]:
        """Return one row for all kinds and one per kind, in the order of `known`, the
        codebook's kinds.
        """
        kinds = [kind for kind in known if kind in self._hits]
        kinds += sorted(self._hits.keys() - set(known))
        if not kinds:
            return []
        exact = {}
        relaxed = {}
        for kind in kinds:
            of_exact, of_relaxed = self._hits[kind]
            exact[kind] = PooledF1.counted(self._coded, of_exact)
            relaxed[kind] = PooledF1.counted(self._coded, of_relaxed)
        exact[ALL_KINDS] = reduce(add, exact.values())
        relaxed[ALL_KINDS] = reduce(add, relaxed.values())
        rows = []
        for kind in (ALL_KINDS, *kinds):
            row = SpanAgreement(
                kind,
                len(self._lengths[ALL_KINDS]),
                *exact[kind].figures(plan),
                *relaxed[kind].figures(plan),
                *self._compute_unitizing(kind, plan),
            )
            rows.append(row)
        return rows

    def _compute_unitizing(self, kind: str, plan: Plan) -> tuple[Score, Interval]:
        """Unitizing alpha of the merged marks of a kind against gaps, and its interval."""
        all_kinds = self._lengths[ALL_KINDS]
        lengths = self._lengths[kind]
        tables = []
        if all(all_kinds.values()):
            tables = [
                _table(lengths.get(number) or _gap(flat))
                for number, flat in all_kinds.items()
            ]
        if len({coder for coders in self._coded for coder in coders}) < 2:
            score = make_undefined(FEW_CODERS)
        elif not all_kinds:
            score = make_undefined(NO_PAIRS)
        elif not (n := self._marks[kind]):
            score = make_undefined(NOTHING_MARKED)
        elif not tables:
            score = make_undefined(NO_LENGTH, n)
        else:
            score = compute_pooled_score(tables, n)
        return score, interval_of(
            score, partial(compute_pooled_alphas, tables), len(tables), plan
        )


def _table(flat: Sequence[float]) -> LengthTable:
    return LengthTable(np.array(flat[:4]).reshape(2, 2), np.array(flat[4:]))


def _gap(flat: Sequence[float]) -> list[float]:
    """Return the length table of a kind that nobody marked in an article.

    flat: that of all kinds there.

    All coincidences are of gaps, with the total length of the given table; so is the
    correction.
    """
    total = sum(flat[:4])
    return [total, 0.0, 0.0, 0.0, total, 0.0]
