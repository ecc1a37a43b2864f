"""The words that coders cite for an answer: whether they are the same, and which of
them gold keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

from coder.adjudicate.resolve import Adjudication, Row
from coder.model import Answer, Json, Span, items_of
from coder.values.typed import holds, union

_Stretch: TypeAlias = tuple[str, int, int]  # kind, start, end


def find_cited_spans(state: Adjudication, row: Row) -> dict[str, list[Span]]:
    """Return the spans that each coder cites for a value, of the coders who cite any."""
    found = {}
    for coder, answer in row.coded.items():
        spans = state.spans_by_coder[coder]
        known = [spans[i] for i in answer.evidence if i in spans]
        if known:
            found[coder] = known
    return found


def is_cited_apart(state: Adjudication, row: Row) -> bool:
    """Return whether coders gave the same value, but two of them cite words that do not
    even overlap.

    They may then mean different things by it. Other edges are a matter of habit, and a
    coder who cites nothing leaves nothing to compare.
    """
    if row.state not in ("agreed", "some"):
        return False
    for one, other in combinations(find_cited_spans(state, row).values(), 2):
        if not any(_overlaps(span, other) for span in one):
            return True
    return False


def find_evidence_of_decision(
    state: Adjudication, row: Row, decided: Answer | None, value: Json
) -> list[Span]:
    """Return the evidence of a value of the supervisor's own: that of the value that it
    replaces.

    A supervisor who corrects a value seldom means other words. If gold has no value
    yet, these are the words that all coders who have the event cite. Of a list that
    only loses items, the words of these items go with them.
    """
    if decided is not None and decided.coded:
        spans = state.gold.spans_of(decided)
        replaced = [decided.value]
    else:
        spans = _find_common_spans(state, row)
        replaced = [answer.value for answer in row.coded.values()]
    if not row.field.is_list:
        return spans
    items = union(replaced)
    only_loses_items = all(holds(items, item) for item in value)
    if not only_loses_items:
        return spans
    return find_spans_behind(state, row, items, spans, value)


def find_spans_behind(
    state: Adjudication,
    row: Row,
    items: Sequence[Json],
    spans: Sequence[Span],
    kept: Sequence[Json],
) -> list[Span]:
    """Return the spans that support the kept items of a list; items, spans: all of
    them.

    Words support the items that they give by themselves, or the only item of a coder
    who cites them. Words that support no item of the list support those that no others
    support. If there are none, the words stay.
    """
    cited_for_one_item = list[tuple[Span, Json]]()
    for coder, cited in find_cited_spans(state, row).items():
        value = row.coded[coder].value
        if len(value) == 1:
            cited_for_one_item.extend((span, value) for span in cited)
    supported_by_span = []
    for span in spans:
        given = []
        if span.value is not None:
            given.append(items_of(span.value))
        for outer, value in cited_for_one_item:
            if outer.start <= span.start and span.end <= outer.end:
                given.append(value)
        supported = union(given)
        supported_by_span.append([item for item in items if holds(supported, item)])
    supported_by_any = union(supported_by_span)
    unsupported = [item for item in items if not holds(supported_by_any, item)]
    found = []
    for span, own in zip(spans, supported_by_span, strict=True):
        supported = own or unsupported
        if not supported or any(holds(kept, item) for item in supported):
            found.append(span)
    return found


def _find_common_spans(state: Adjudication, row: Row) -> list[Span]:
    """Return the spans of words that all coders who have the event cite, each with one
    coder's edges.
    """
    by_coder = find_cited_spans(state, row)
    if by_coder.keys() != row.answers.keys():
        return []
    common = []
    for coder, spans in by_coder.items():
        for span in spans:
            if all(_overlaps(span, others) for others in by_coder.values()):
                common.append((coder, span))
    return choose_edges(common)


def choose_edges(marked: Iterable[tuple[str, Span]], edges_of: str = "") -> list[Span]:
    """Return coders' spans, choosing one where coders drew different edges.

    edges_of: the coder whose edges are chosen; else the most frequent edges, in a tie
    the first coder's.
    """
    coders: dict[_Stretch, list[str]] = {}
    spans: dict[_Stretch, Span] = {}
    for coder, span in marked:
        coders.setdefault(span.stretch, []).append(coder)
        spans.setdefault(span.stretch, span)
    if len(spans) == 1:  # the usual case
        return [*spans.values()]

    def preference(stretch: _Stretch) -> tuple[bool, int]:
        return edges_of not in coders[stretch], -len(coders[stretch])

    chosen: list[_Stretch] = []
    for stretch in sorted(coders, key=preference):
        kind, start, end = stretch
        rivals = [
            other
            for other in chosen
            if other[0] == kind and other[1] < end and start < other[2]
        ]
        # a coder who marked both means two things by them
        if all(set(coders[stretch]) & set(coders[rival]) for rival in rivals):
            chosen.append(stretch)
    return [span for stretch, span in spans.items() if stretch in chosen]


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
