"""Spans as something to decide, where a codebook has no events: one row for each stretch that anybody marked.

A stretch is all spans that overlap, of whatever kind. What was decided about it is kept among the gold's
answers under the row's id, and the gold's spans are the evidence of these answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coder.codebook.label import Label
from coder.codebook.schema import Codebook, Distance, Field, Value
from coder.codebook.validate import STRETCH, value_id
from coder.model import Answer, Blank, Coding, Decision, Span


def stretch_answers(
    codings: Sequence[Coding], codebook: Codebook
) -> Iterator[tuple[Field, dict[str, Answer]]]:
    """Each stretch as a field, and what each coder marked there: span ids as values, or nothing."""
    marked = {c.coder: [s for s in c.spans if s.decision is not Decision.REJECTED] for c in codings}
    for stretch in _stretches([span for spans in marked.values() for span in spans]):
        there = {coder: [s for s in spans if s in stretch] for coder, spans in marked.items()}
        yield _field(stretch, codebook), {coder: _answer(spans) for coder, spans in there.items()}


def spans_of(value: Sequence[str], codings: Sequence[Coding]) -> list[Span]:
    """The spans that the values of a stretch stand for."""
    known = {value_id(span): span for coding in reversed(codings) for span in coding.spans}
    return [known[each] for each in value if each in known]


def _stretches(spans: Sequence[Span]) -> Iterator[list[Span]]:
    group: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.kind)):
        if group and span.start >= max(s.end for s in group):
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _field(stretch: Sequence[Span], codebook: Codebook) -> Field:
    first, last = min(s.start for s in stretch), max(s.end for s in stretch)
    widest = max(stretch, key=lambda s: s.end - s.start)
    values = {value_id(span): _value(span, codebook) for span in stretch}
    quote = _plain(widest.quote)
    return Field(
        id=f"{STRETCH}{first}-{last}",
        label=Label(ar=quote, en=quote),
        type="multi",
        values=tuple(values.values()),
        distance=Distance(kind="nominal"),
    )


def _value(span: Span, codebook: Codebook) -> Value:
    kind, quote = codebook.span_kind(span.kind).label, _plain(span.quote)
    return Value(id=value_id(span), label=Label(ar=f"{kind.ar} «{quote}»", en=f"{kind.en} “{quote}”"))


def _answer(spans: Sequence[Span]) -> Answer:
    if not spans:
        return Answer(blank=Blank.NOT_STATED)
    return Answer(value=[value_id(s) for s in spans], evidence=tuple(s.id for s in spans))


def _plain(quote: str) -> str:
    return " ".join(quote.split()) or "…"
