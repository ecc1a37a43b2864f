"""Marked stretches of a text as fields to decide: groups of overlapping spans, of any
kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

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
    marked = {coding.coder: coding.standing for coding in codings}
    for stretch in _group_overlapping(marked.values()):
        answers = {}
        for coder, spans in marked.items():
            inside = [span for span in spans if span in stretch]
            if inside:
                value = [value_id(span) for span in inside]
                answer = Answer(value, evidence=tuple(span.id for span in inside))
            else:
                answer = Answer(blank=Blank.NOT_STATED)
            answers[coder] = answer
        yield make_stretch_field(stretch, book), answers


def _group_overlapping(marked: Iterable[Sequence[Span]]) -> list[list[Span]]:
    """Return the spans of all coders in groups that overlap, in reading order."""
    spans = list(chain.from_iterable(marked))
    spans.sort(key=lambda span: (span.start, -span.end, span.kind))
    groups = list[list[Span]]()
    end = 0  # of the last group
    for span in spans:
        if not groups or span.start >= end:
            groups.append([])
        groups[-1].append(span)
        end = max(end, span.end)
    return groups


def make_stretch_field(stretch: Sequence[Span], codebook: Codebook) -> Field:
    """Return the field that stands for a stretch; its values are its spans."""
    start = min(span.start for span in stretch)
    end = max(span.end for span in stretch)
    values = {}
    for span in stretch:
        kind = codebook.span_kind(span.kind).label
        quote = _collapse_spaces(span.quote)
        label = Label(ar=f"{kind.ar} «{quote}»", en=f"{kind.en} “{quote}”")
        values[value_id(span)] = Value(id=value_id(span), label=label)
    longest = max(stretch, key=lambda span: span.end - span.start)
    return Field(
        id=f"{STRETCH}{start}-{end}",
        label=Label.same(_collapse_spaces(longest.quote)),
        type="multi",
        values=tuple(values.values()),
        distance=Distance(kind="nominal"),
    )


def find_spans_of_values(value: Sequence[str], codings: Sequence[Coding]) -> list[Span]:
    """Return the spans that values of a stretch field stand for."""
    known = {
        value_id(span): span for coding in reversed(codings) for span in coding.spans
    }
    return [known[each] for each in value if each in known]


def _collapse_spaces(quote: str) -> str:
    return " ".join(quote.split()) or "…"
