"""What proposals give the fields of an event, when it is opened and when those named in
it change.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.model import (
    Answer,
    Candidate,
    Coding,
    Decision,
    Span,
)
from coder.service.edits.context import Proposals
from coder.service.edits.decided_spans import DecidedSpans, find_decided_span
from coder.service.edits.field_values import (
    find_earlier_value,
    read_publication_day,
    read_span_value,
)
from coder.values.typed import union


def propose_answer(
    field: Field, group: Sequence[Candidate], coding: Coding, codebook: Codebook
) -> Answer | None:
    """Return the answer that candidates propose for a field; None for none or the
    field's default.

    The evidence consists of candidate ids. coding: with the other events.
    """
    if field.type == "int_range":
        group = [c for c in group if not _is_counted(c, field.id, coding)]
    published = read_publication_day(coding)
    read = []
    for candidate in group:
        value = find_earlier_value(field, candidate, coding, codebook)
        if not value:
            value = read_span_value(field, candidate, codebook, published)
        read.append((candidate, value))
    values = [value for _, value in read if value is not None]
    value = values[0] if values else None
    if values and field.is_list:
        value = union(values)[: field.max]
    else:  # words that give another value are no evidence for the first one
        group = [candidate for candidate, other in read if other == value]
    if value is None or value == field.default:
        return None
    evidence = tuple(c.id for c in group if c.id and c.end > c.start)
    return Answer(value=value, evidence=evidence, proposed=True)


def drop_rejected(
    proposals: Proposals, coding: Coding, codebook: Codebook
) -> dict[str, list[Candidate]]:
    """Return the proposals without rejected candidates, unless the words stand as a
    span of another kind.

    Coders who confirm the count (25 موقعاً) reject the noun as a span of its own, not
    what it says. Coders who confirm a speaker as an actor reject him as a source for
    the span, not for what he says.
    """
    known = DecidedSpans(coding.spans)
    kept = {}
    for name, found in proposals.items():
        kept[name] = list[Candidate]()
        for candidate in found:
            span = known.find(candidate)
            if span is None or span.decision is not Decision.REJECTED:
                kept[name].append(candidate)
                continue
            around = _find_span_around(candidate, coding, codebook)
            if around is not None:
                moved = replace(
                    candidate, id=around.candidate, start=around.start, end=around.end
                )
                kept[name].append(moved)
    return kept


def _find_span_around(
    candidate: Candidate, coding: Coding, codebook: Codebook
) -> Span | None:
    """Return the span of another kind that says what a rejected candidate says, None if
    there is none.

    It is a count around the words, or an actor of exactly these words, not of a wider
    title.
    """
    types = {
        kind.id: {field.type for field in codebook.fields_for_kind(kind.id)}
        for kind in codebook.span_kinds
    }
    stands = [span for span in coding.standing if span.candidate]
    others = [span for span in stands if "int_range" in types[span.kind]]
    if "actor" in types.get(candidate.kind, ()):
        for span in stands:
            is_same = (span.start, span.end) == (candidate.start, candidate.end)
            if is_same and "actor" in types[span.kind]:
                others.append(span)
    for span in others:
        if span.kind == candidate.kind:
            continue  # a number in a count is another number
        if span.start <= candidate.start and candidate.end <= span.end:
            return span
    return None


def _is_counted(candidate: Candidate, name: str, coding: Coding) -> bool:
    """Return whether these words already give another event the count in this field:
    nobody is counted twice.
    """
    counted = {each for event in coding.events for each in event.answer(name).evidence}
    span = find_decided_span(coding, candidate)
    return candidate.id in counted or (span is not None and span.id in counted)
