"""The words that coders cite for an answer: whether they are the same, and which of them gold keeps."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from coder.adjudicate.resolve import Adjudication, Row
from coder.model import Span


def cited(state: Adjudication, row: Row) -> dict[str, list[Span]]:
    """The spans that each coder cites for their answer, of the coders who cite any."""
    known = {
        coder: [spans[i] for i in row.answers[coder].evidence if i in spans]
        for coder, spans in state.spans_by_coder.items()
        if coder in row.answers
    }
    return {coder: spans for coder, spans in known.items() if spans}


def lies_apart(state: Adjudication, row: Row) -> bool:
    """Whether coders gave the same value, but two of them cite words that do not even overlap.

    They may then mean different things by it. Other edges are a matter of habit, and a coder who cites
    nothing leaves nothing to compare.
    """
    pairs = combinations(cited(state, row).values(), 2) if row.state in ("agreed", "some") else ()
    return any(not any(_overlaps(span, other) for span in one) for one, other in pairs)


def with_agreed_edges(marked: Iterable[tuple[str, Span]], edges_of: str = "") -> list[Span]:
    """Coders' spans, choosing one where coders drew different edges.

    edges_of: the coder whose edges are chosen; else the most frequent edges, in a tie the first coder's.
    """
    coders: dict[tuple[str, int, int], list[str]] = {}
    spans: dict[tuple[str, int, int], Span] = {}
    for coder, span in marked:
        coders.setdefault(span.stretch, []).append(coder)
        spans.setdefault(span.stretch, span)
    if len(spans) == 1:  # the usual case
        return [*spans.values()]
    chosen: list[tuple[str, int, int]] = []
    for one in sorted(coders, key=lambda each: (edges_of not in coders[each], -len(coders[each]))):
        kind, start, end = one
        rivals = (k for k in chosen if k[0] == kind and k[1] < end and start < k[2])
        if all(set(coders[one]) & set(coders[rival]) for rival in rivals):
            chosen.append(one)
    return [span for stretch, span in spans.items() if stretch in chosen]


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
