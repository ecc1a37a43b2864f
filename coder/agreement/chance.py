"""F1 between different articles: what habits of position and common dates give without any agreement.

Every article of one coder is crossed with every other article of another. Most pairs of events share no
evidence and cannot reach the threshold; only the rest are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.agreement.align import (
    DIGITS,
    PAIRING,
    WEIGHTS,
    CodedArticle,
    EventView,
    Pairing,
    Term,
    assigned,
    weighted,
)
from coder.agreement.distance import Floats, Ints
from coder.agreement.pooled_f1 import PooledF1
from coder.agreement.result import Score
from coder.agreement.spans import covered

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_ROWS_AT_ONCE = 256  # or one article, if it has more
_MARGIN = 1e-9  # far above what rounding does to a similarity, far below what tells two of them apart

Articles: TypeAlias = Sequence[Sequence[EventView]]


def chance_event_f1(articles: Sequence[CodedArticle], how: Pairing = PAIRING) -> Score:
    """The F1 of events over all ordered pairs of different articles that both coders coded."""
    names = sorted({coder for article in articles for coder in article})
    pairs, hits, marked = [], [], []
    for a, b in combinations(names, 2):
        if both := [article for article in articles if a in article and b in article]:
            first, second = [article[a] for article in both], [article[b] for article in both]
            pairs.append((a, b))
            hits.append([_crossed_matches(first, second, how)])
            marked.append([(len(both) - 1) * sum(map(len, first + second))])
    return PooledF1(len(names), tuple(pairs), np.array(hits, float), np.array(marked, float)).score()


class _Side(NamedTuple):
    """One coder's events as arrays; article: the number of each event's. place: -1 for none."""

    article: Ints
    size: Ints
    days: Floats
    place: Ints
    evidence: csr_array
    actors: csr_array


def _sides(first: Articles, second: Articles) -> tuple[_Side, _Side]:
    events = list(chain(*first, *second))
    places: dict[str | None, int] = {None: -1}
    actors: dict[str, int] = {}
    article = [n for side in (first, second) for n, each in enumerate(side) for _ in each]
    size = np.array([covered(event.evidence) for event in events], dtype=np.int64)
    days = np.array([event.date or (np.nan, np.nan) for event in events]).reshape(-1, 2)
    met = [places.setdefault(event.place or None, len(places)) for event in events]
    place = np.array(met, dtype=np.int64)
    evidence = _table([[np.arange(start, end) for start, end in event.evidence] for event in events])
    actor = _table(
        [[np.array([actors.setdefault(each, len(actors))]) for each in event.actors] for event in events]
    )
    here = sum(map(len, first))
    halves = [
        _Side(
            np.array(article, np.int64)[part],
            size[part],
            days[part],
            place[part],
            evidence[part],
            actor[part],
        )
        for part in (slice(None, here), slice(here, None))
    ]
    return halves[0], halves[1]


def _table(members: Sequence[Sequence[Ints]]) -> csr_array:
    """Which event has which members; shape (event, member), 1 where it has."""
    from scipy.sparse import csr_array

    columns = np.concatenate([np.empty(0, np.int32), *chain(*members)]).astype(np.int32)
    ends = np.cumsum([0, *(sum(map(len, each)) for each in members)], dtype=np.int32)
    width = int(columns.max(initial=0)) + 1
    return csr_array((np.ones(len(columns), np.int32), columns, ends), shape=(len(members), width))


def _crossed_matches(first: Articles, second: Articles, how: Pairing) -> int:
    """Matches of the first coder's events of each article with the second's of every other article."""
    one, other = _sides(first, second)
    return sum(
        _matches(*_strong(one, other, *pairs, how), one, other, how) for pairs in _pairs(one, other, how)
    )


def _matches(rows: Ints, columns: Ints, alike: Floats, one: _Side, other: _Side, how: Pairing) -> int:
    """How many pairs are matched, of all that whole articles of the first coder have."""
    block = one.article[rows] * (other.article.max(initial=0) + 1) + other.article[columns]
    order = np.lexsort((columns, rows, block))
    rows, columns, alike, block = rows[order], columns[order], alike[order], block[order]
    # Where no event of two articles has two partners, each pair is a match; elsewhere they are assigned.
    by_column = np.lexsort((rows, columns, block))
    rivals = np.concatenate(
        [block[1:][(block[1:] == block[:-1]) & (rows[1:] == rows[:-1])],
         block[by_column][1:][(np.diff(block[by_column]) == 0) & (np.diff(columns[by_column]) == 0)]]
    )  # fmt: skip
    is_disputed = np.isin(block, rivals)
    matches = int((~is_disputed).sum())
    rows, columns, alike = rows[is_disputed], columns[is_disputed], alike[is_disputed]
    block = block[is_disputed]
    for part in np.split(np.arange(len(block)), np.flatnonzero(np.diff(block)) + 1) if len(block) else ():
        row, row_at = np.unique(rows[part], return_inverse=True)
        column, column_at = np.unique(columns[part], return_inverse=True)
        table = np.zeros((len(row), len(column)))
        table[row_at, column_at] = alike[part]
        matches += len(assigned(table, how.threshold))
    return matches


def _pairs(one: _Side, other: _Side, how: Pairing) -> Iterator[tuple[Ints, Ints, Floats]]:
    """The pairs that can reach the threshold, some articles at a time: both places, and shared characters."""
    rest = sum(weight for term, weight in WEIGHTS.items() if term not in ("evidence", how.exclude))
    evidence = WEIGHTS["evidence"]
    is_open = how.exclude == "evidence" or rest / (evidence + rest) >= how.threshold - _MARGIN
    theirs = other.evidence.T.tocsr()
    ends = [0]
    for end in (*(np.flatnonzero(np.diff(one.article)) + 1), len(one.article)):
        if end - ends[-1] >= _ROWS_AT_ONCE or ends[-1] < end == len(one.article):
            ends.append(int(end))
    for start, end in pairwise(ends):
        part = slice(start, end)
        shared = one.evidence[part] @ theirs
        if is_open:
            table = shared.toarray()
            rows, columns = (places.ravel() for places in np.indices(table.shape))
            yield rows + start, columns, table.ravel()
            continue
        shared = shared.tocoo()
        rows, columns = shared.row + start, shared.col
        dice = 2 * shared.data / (one.size[rows] + other.size[columns])
        can = (evidence * dice + rest) / (evidence + rest) >= how.threshold - _MARGIN
        bare_rows, bare_columns = np.nonzero((one.size[part, None] == 0) | (other.size == 0))
        yield (
            np.concatenate([rows[can], bare_rows + start]),
            np.concatenate([columns[can], bare_columns]),
            np.concatenate([shared.data[can], np.zeros(len(bare_rows))]),
        )


def _strong(
    one: _Side, other: _Side, rows: Ints, columns: Ints, shared: Floats, how: Pairing
) -> tuple[Ints, Ints, Floats]:
    """Those of the pairs that lie in different articles and reach the threshold, with their similarity."""
    apart = one.article[rows] != other.article[columns]
    rows, columns, shared = rows[apart], columns[apart], shared[apart]
    sizes = one.size[rows], other.size[columns]
    days = np.abs(one.days[rows] - other.days[columns]).mean(axis=1)
    places = one.place[rows], other.place[columns]
    actors = one.actors[rows], other.actors[columns]
    counts = [np.diff(each.indptr) for each in actors]
    common = actors[0].multiply(actors[1]).sum(axis=1)
    union = np.maximum(counts[0] + counts[1] - common, 1.0)
    terms: list[tuple[Term, Floats, NDArray[np.bool_]]] = [
        ("evidence", 2 * shared / np.maximum(sizes[0] + sizes[1], 1), (sizes[0] > 0) & (sizes[1] > 0)),
        ("date", np.maximum(0.0, 1 - days / how.cap_days), ~np.isnan(days)),
        ("place", (places[0] == places[1]).astype(np.float64), (places[0] >= 0) & (places[1] >= 0)),
        ("actors", common / union, (counts[0] > 0) & (counts[1] > 0)),
    ]
    total, weight = weighted(terms, shared.shape, how)
    alike = np.round(total / np.where(weight > 0, weight, 1.0), DIGITS)
    is_strong = (alike >= how.threshold) & (alike > 0)
    return rows[is_strong], columns[is_strong], alike[is_strong]
