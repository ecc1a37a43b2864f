"""Marked stretches of a text as fields to decide: groups of overlapping spans, of any
kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coder.codebook.label import Label
from coder.codebook.schema import Codebook, Distance, Field, Value
from coder.codebook.validate import STRETCH, value_id
from coder.model import Answer, Blank, Coding, Span


def find_stretches(
    codings: Sequence[Coding], book: Codebook
) -> Iterator[tuple[Field, dict[str, Answer]]]:
    """Yield each stretch as a field with each coder's answer: the ids of their spans,
    or `not stated`.
    """
    marked = {c.coder: c.standing for c in codings}
    groups: list[list[Span]] = []
    for span in sorted(
        (s for spans in marked.values() for s in spans),
        key=lambda s: (s.start, -s.end, s.kind),
    ):
        if not groups or span.start >= max(s.end for s in groups[-1]):
            groups.append([])
        groups[-1].append(span)
    for stretch in groups:
        answers = {coder: Answer(blank=Blank.NOT_STATED) for coder in marked}
        for coder, spans in marked.items():
            if inside := [s for s in spans if s in stretch]:
                answers[coder] = Answer(
                    [value_id(s) for s in inside], evidence=tuple(s.id for s in inside)
                )
        yield make_stretch_field(stretch, book), answers


def make_stretch_field(stretch: Sequence[Span], codebook: Codebook) -> Field:
    """Return the field that stands for a stretch; its values are its spans."""
    first = min(s.start for s in stretch)
    last = max(s.end for s in stretch)
    values = {}
    for span in stretch:
        kind = codebook.span_kind(span.kind).label
        quote = _collapse_spaces(span.quote)
        label = Label(ar=f"{kind.ar} «{quote}»", en=f"{kind.en} “{quote}”")
        values[value_id(span)] = Value(id=value_id(span), label=label)
    quote = _collapse_spaces(max(stretch, key=lambda s: s.end - s.start).quote)
    name = f"{STRETCH}{first}-{last}"
    label = Label.same(quote)
    nominal = Distance(kind="nominal")
    return Field(
        id=name,
        label=label,
        type="multi",
        values=tuple(values.values()),
        distance=nominal,
    )


def find_spans_of_values(value: Sequence[str], codings: Sequence[Coding]) -> list[Span]:
    """Return the spans that values of a stretch field stand for."""
    known = {
        value_id(span): span for coding in reversed(codings) for span in coding.spans
    }
    return [known[each] for each in value if each in known]


def _collapse_spaces(quote: str) -> str:
    return " ".join(quote.split()) or "…"
